"""From mail to labels: each mail once, none lost."""

import pytest

from fyke.cli import scribe
from tests.cli.conftest import mail
from tests.cli.teaching import lines


def test_a_mail_that_lies_there_twice_is_one(fyke, tmp_path, monkeypatch):
    """And many are written down batch after batch."""
    monkeypatch.setattr(scribe, "BATCH", 3)
    for at in range(8):
        (tmp_path / f"{at}.eml").write_bytes(mail(f"Number {at // 2 if at < 2 else at}"))
    told = lines(fyke("learn", "--ham", "--json", tmp_path))
    assert [row["seq"] for row in told] == [1, 2, 3, 4, 5, 6, 7]
    assert len({row["digest"] for row in told}) == 7


@pytest.mark.parametrize("raw", [b"", b"\0" * 100, b"\xff\xfe", b"Subject: \xed\xb3\xa4\n\n", b"From: \x1b[2J\n\n"])
def test_any_bytes_can_be_learned(fyke, raw):
    """Bad mail is evidence; and none of its bytes reaches the terminal raw."""
    assert fyke("learn", "--spam", "-", stdin=raw).code == 0
    ran = fyke("labels")
    assert ran.code == 0
    assert all(char.isprintable() or char == "\n" for char in ran.out)


def test_a_path_that_is_not_there_stops_nothing_else(fyke, box, pitch):
    """The rest is learned; the error is told at the end."""
    ran = fyke("learn", "--ham", pitch, box / "3.eml")
    assert ran.code == 2
    assert "Learned 1 message" in ran.out
    assert ran.err == f"fyke: {box}/3.eml: no such file or folder; did you mean {box}/2.eml?\n"
