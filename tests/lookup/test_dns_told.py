"""A file of answers is asked in place of the world."""

import pytest

from fyke.lookup.dns_told import Told, ToldError, told
from fyke.model.query import Dns, Records

FILE = r"""
; comment
# another
Example.org. SOA 300 ns.example.org. dns.example.org. 7
example.org  TXT 300 "v=spf1 " "-all \"x\" \255"
example.org  TXT 200 plain text; with a semicolon
example.org  MX  60  10 Mail.Example.org.
a.b.example.org A 60 192.0.2.1
www.example.org CNAME 60 a.b.example.org
late.example.org A 0 UNKNOWN
gone.example.net * 60 NXDOMAIN
none.example.net A 60 NODATA
2.0.0.127.bl.example.net A 60 127.0.0.2
"""


@pytest.fixture
def answers(tmp_path):
    path = tmp_path / "answers"
    path.write_text(FILE)
    return Told(path)


def test_it_tells_what_is_written(answers):
    """Values of one name and type together."""
    txt, mx, listed = Dns("example.org", "TXT"), Dns("example.org", "MX"), Dns("2.0.0.127.bl.example.net", "A")
    assert answers.answer([txt, mx, listed, Dns("www.example.org", "A")]) == {
        txt: Records(('v=spf1 -all "x" ÿ', "plain text; with a semicolon"), ttl_s=200),
        mx: Records(("10 mail.example.org",), ttl_s=60),
        listed: Records(("127.0.0.2",), ttl_s=60),
        Dns("www.example.org", "A"): Records(("192.0.2.1",), ttl_s=60),
    }


@pytest.mark.parametrize(
    ("name", "exists"),
    [
        ("none.example.net", True),
        ("gone.example.net", False),
        ("b.example.org", True),  # only what is below it is named
        ("no.example.org", False),  # its zone is told whole
        ("late.example.org", None),
        ("example.com", None),
    ],
)
def test_what_is_not_there(answers, name, exists):
    """No record, no such name, and what nobody knows are three things."""
    said = answers.answer([Dns(name, "A")])
    assert [(records.values, records.exists) for records in said.values()] == ([] if exists is None else [((), exists)])


@pytest.mark.parametrize("line", ["example.org A", "example.org A x 192.0.2.1", "example.org SRV 1 x", 'a TXT 1 "x'])
def test_a_wrong_line_is_told_with_its_number(tmp_path, line):
    """As every mistake of an operator."""
    (tmp_path / "answers").write_text(f"\n{line}\n")
    with pytest.raises(ToldError, match=r"answers:2: "):
        Told(tmp_path / "answers")


def test_what_was_told_can_be_told_again(answers, tmp_path):
    """Answers become lines, and these the same answers."""
    asked = [Dns("example.org", kind) for kind in ("TXT", "MX", "SOA", "A")]
    asked += [Dns("no.example.org", "A"), Dns("late.example.org", "A"), Dns("2.0.0.127.bl.example.net", "A")]
    said = answers.answer(asked)
    (tmp_path / "again").write_text(told({question: said.get(question) for question in asked}))
    assert Told(tmp_path / "again").answer(asked) == said
