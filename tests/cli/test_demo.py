"""`fyke demo`."""

import pytest

from fyke.cli import demo
from tests.cli.conftest import SPAM, mail


def test_it_scans_what_fyke_brings_along(fyke, tmp_path, monkeypatch):
    """All messages are listed, the page is written, and unwanted mail in it is no failure."""
    monkeypatch.setattr(demo, "MAIL", tmp_path / "mail")
    (tmp_path / "mail").mkdir()
    for at in range(50):
        (tmp_path / "mail" / f"{at}.eml").write_bytes(mail() if at else SPAM)
    ran = fyke("demo", "--html", tmp_path / "demo.html")
    assert ran.code == 0
    assert len([line for line in ran.out.splitlines() if line.startswith("ham ")]) == 49
    assert "everything in it is made up" in (tmp_path / "demo.html").read_text()


def test_without_the_mailbox(fyke, tmp_path, monkeypatch):
    """One sentence."""
    monkeypatch.setattr(demo, "MAIL", tmp_path / "gone")
    ran = fyke("demo")
    assert ran.code == 2
    assert "the demo mailbox is not installed" in ran.err


@pytest.mark.skipif(not demo.MAIL.is_dir(), reason="the mailbox is not there yet")
def test_the_mailbox_itself(fyke):
    """Both kinds are in it, and nothing in it breaks a scan."""
    ran = fyke("demo")
    assert ran.code == 0
    assert {"ham", "spam", "phishing"} <= {line.split(" ")[0] for line in ran.out.splitlines()}
    assert "Faults" not in ran.out
