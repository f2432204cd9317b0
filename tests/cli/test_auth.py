"""`fyke auth`: every step is told, exit codes say the outcome, and nothing of an enemy's reaches the terminal raw."""

import json

import pytest

from tests.cli.conftest import mail

ANSWERS = """
example.com        TXT 300 v=spf1 ip4:192.0.2.0/24 -all
_dmarc.example.com TXT 300 v=DMARC1; p=reject; pct=50
"""
RAW = mail(sender="billing@example.com")


@pytest.fixture
def auth(fyke, tmp_path):
    """Run `fyke auth` on a mail, with answers from a file."""
    answers = tmp_path / "answers.txt"

    def run(*words, raw=RAW, told=ANSWERS):
        answers.write_text(told)
        return fyke("auth", "-", "--answers", answers, *words, stdin=raw)

    return run


HOME = ("--ip", "192.0.2.7", "--mail-from", "billing@example.com")
AWAY = ("--ip", "198.51.100.9", "--mail-from", "billing@example.com")


def test_a_pass(auth):
    """0, and each mechanism's part."""
    ran = auth(*HOME)
    assert ran.code == 0
    assert "DMARC pass: SPF vouches for example.com." in ran.out
    for word in ("SPF", "DKIM", "no signature", "_dmarc.example.com", "ip4:192.0.2.0/24", "aligned", "pct=50"):
        assert word in ran.out


def test_a_failure(auth):
    """1, with what the domain asks for."""
    ran = auth(*AWAY)
    assert ran.code == 1
    assert "example.com asks: reject; to be done: reject" in ran.out


def test_nothing_to_pass_is_no_failure(auth):
    """0 where the author's domain asks for nothing."""
    told = "example.com SOA 300 ns.example.com h.example.com 1\ncom SOA 300 a.example b.example 1\n"
    assert auth(*AWAY, told=told).code == 0


def test_without_a_client(auth):
    """2: it cannot be told, and what is missing is."""
    ran = auth()
    assert ran.code == 2
    assert "--ip" in ran.out


def test_nobody_answers(auth):
    """2, in one sentence."""
    ran = auth(*HOME, told="")
    assert ran.code == 2
    assert ran.err.startswith("fyke: nobody answers")


def test_what_did_not_answer_is_named(auth):
    """A name of which nobody said anything is told."""
    ran = auth(*AWAY, told=ANSWERS + "example.com TXT 0 UNKNOWN\n")
    assert ran.code == 2
    assert "Not answered\n    example.com" in ran.out


def test_json(auth):
    """The whole of what was found, as one object."""
    told = json.loads(auth(*HOME, "--json").out)
    assert told["auth"]["dmarc"]["result"] == "pass"
    assert told["auth"]["spf"]["client_ip"] == "192.0.2.7"


def test_the_header_and_forgeries(auth):
    """With a server's name: what it would write, and fields that bear its name already."""
    raw = b"Authentication-Results: mx.example.net; dmarc=pass\n" + RAW
    out = auth(*AWAY, "--server", "mx.example.net", raw=raw).out
    assert "1 of them in our name: forged" in out
    assert "Authentication-Results: mx.example.net;" in out
    assert "dmarc=fail" in out


def test_a_file_of_answers_with_a_mistake(auth):
    """2, with file and line."""
    ran = auth(told="example.com\n")
    assert ran.code == 2
    assert "answers.txt:1" in ran.err


def test_enemies_do_not_reach_the_terminal(auth):
    """Escape sequences in records and domains are shown as escapes."""
    told = ANSWERS.replace("pct=50", 'zz=\x1b[31m"')
    out = auth(*AWAY, "--mail-from", "a\x1b[2J@example.com", told=told).out
    assert "\x1b[" not in out
