"""`fyke explain`."""

import json
import re

from tests.cli.conftest import SPAM, mail


def test_waterfall_adds_up(fyke, box):
    """Each line's sum is the sum of the lines so far, and the last is the verdict's bits."""
    ran = fyke("explain", box / "2.eml")
    assert ran.code == 0
    rows = re.findall(r"^ +([+-]\d+\.\d\d) +([+-]\d+\.\d\d)  ", ran.out.split("What says that")[0], re.MULTILINE)
    total = 0
    for bits, after in rows:
        total += round(float(bits) * 100)
        assert round(float(after) * 100) == total
    assert f"{total / 100:+.2f} bits" in ran.out
    assert "What is expected before the mail is read" in ran.out.partition("bits     sum\n")[2].splitlines()[0]


def test_it_tells_what_a_reader_does_not_see(fyke):
    """Links, hidden text and defects follow the waterfall."""
    body = '<p>Hi <a href="http://198.51.100.7/x">www.example.com</a></p><div style="display:none">secret words</div>'
    raw = mail(body=body).replace(b"Subject", b"Content-Type: text/html\nSubject")
    out = fyke("explain", "-", stdin=raw).out
    assert "http://198.51.100.7/x (shown as www.example.com)" in out
    assert "secret words" in out


def test_one_of_an_mbox(fyke, tmp_path):
    """FILE:N; without the number the choice is told."""
    box = tmp_path / "box"
    box.write_bytes((b"From a@example.org Mon Nov  3 10:00:00 2025\n" + mail() + b"\n") * 2)
    assert f"{box}:2" in fyke("explain", f"{box}:2").out
    ran = fyke("explain", box)
    assert ran.code == 2
    assert f"{box} holds several messages; name one, such as {box}:2" in ran.err


def test_json(fyke, box):
    """As of scan, with thresholds, links and hidden text."""
    line = json.loads(fyke("explain", "--json", box / "2.eml").out)
    assert line["label"] == "spam"
    assert {"thresholds", "links", "hidden"} <= set(line)


def test_narrow_terminal(fyke, monkeypatch):
    """Words before drawings."""
    monkeypatch.setenv("COLUMNS", "70")
    out = fyke("explain", "-", stdin=SPAM).out
    assert max(map(len, out.splitlines())) <= 90
    assert "█" not in out


def test_missing_file(fyke, box):
    """One sentence, exit 2."""
    ran = fyke("explain", box / "1.elm")
    assert ran.code == 2
    assert "did you mean" in ran.err
