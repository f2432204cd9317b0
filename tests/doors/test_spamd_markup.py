"""What spamd's clients read of a verdict: points on the right side of 5, fields, reports."""

import pytest

from fyke.doors.edits import apply
from fyke.doors.spamd_markup import edits, fields, header, names, points, report, with_fields, without_markup
from fyke.model import Action, Contribution, Label, Symbol
from fyke.model.gate import Change, Edit
from tests.doors.gates import handled, scan

MAIL = (
    b"From: a@example.net\r\nX-Spam-Flag: NO\r\n (forged)\r\nx-spam-foo: 1\r\nSubject: x\r\n\r\nX-Spam-Body: stays\r\n"
)


@pytest.mark.parametrize(
    ("label", "bits", "action", "is_spam", "score"),
    [
        (Label.SPAM, 4.0, Action.QUARANTINE, True, 5.0),
        (Label.SPAM, 5.76, Action.QUARANTINE, True, 7.2),
        (Label.PHISHING, 8.0, Action.TAG, True, 10.0),
        (Label.HAM, -4.0, Action.ACCEPT, False, -5.0),
        (Label.UNSURE, 3.99, Action.TAG, False, 4.9),  # would be 5.0 when rounded
        (Label.SPAM, 9.0, Action.ACCEPT, False, 4.9),  # a rule of the site lets it pass
        (Label.HAM, -9.0, Action.REJECT, True, 5.0),  # and another one does not
        (Label.MALWARE, 1e9, Action.REJECT, True, 999.9),
    ],
)
def test_five_points_are_the_policys_line(label, bits, action, is_spam, score):
    """Whatever the scale, who reads only the number and who reads only the word agree."""
    found = points(handled(label, bits, action), 4.0)
    assert (found.is_spam, found.score) == (is_spam, score)
    assert (found.score >= found.required) is is_spam


def test_a_line_at_or_below_nothing_still_divides():
    """A policy may be as strict as it likes."""
    assert points(handled(Label.SPAM, -1.0, Action.QUARANTINE), -2.0).score == 6.0


def test_fields_are_spamassassins():
    """Names and form as filters downstream look for them, folded at blanks and commas."""
    symbols = tuple(Symbol(f"A_NAME_OF_A_TEST_{number}", "", "g", 1.0) for number in range(9))
    mail = scan(Label.SPAM, 8.0, symbols=symbols)
    written = dict(fields(mail, points(handled(Label.SPAM, 8.0, Action.QUARANTINE), 4.0), "fyke 9", "mx.example.org"))
    assert written["X-Spam-Checker-Version"] == "fyke 9 on mx.example.org"
    assert written["X-Spam-Flag"] == "YES"
    assert written["X-Spam-Level"] == "*" * 10
    status = written["X-Spam-Status"]
    assert status.startswith("Yes, score=10.0 required=5.0 tests=A_NAME_OF_A_TEST_0,\n\tA_NAME_OF_A_TEST_1,")
    assert all(len(line) <= 78 for line in f"X-Spam-Status: {status}".replace("\t", 8 * " ").split("\n"))
    assert status.replace("\n\t", "").count(",A_NAME") == 8
    assert status.endswith("autolearn=no version=fyke 9")
    clean = dict(fields(scan(symbols=()), points(handled(), 4.0), "fyke 9", "mx.example.org"))
    assert "X-Spam-Flag" not in clean
    assert clean["X-Spam-Level"] == ""
    assert "tests=none" in clean["X-Spam-Status"]


def test_what_only_a_filter_writes_is_taken_out():
    """Forged fields go, the gate's stay; the body is nobody's header."""
    wanted = handled(edits=(Edit(Change.ADD, "X-Spam-Score", "1"), Edit(Change.ADD, "X-Spam-Flag", "YES")))
    changed = apply(MAIL, edits(wanted, MAIL))
    assert changed == b"X-Spam-Score: 1\r\nFrom: a@example.net\r\nSubject: x\r\n\r\nX-Spam-Body: stays\r\n"
    assert apply(MAIL, without_markup(MAIL)) == b"From: a@example.net\r\nSubject: x\r\n\r\nX-Spam-Body: stays\r\n"


@pytest.mark.parametrize(
    ("raw", "whole", "head"),
    [
        (b"A: b\r\n\r\nx\r\n", b"X: y\r\n\tz\r\nA: b\r\n\r\nx\r\n", b"X: y\r\n\tz\r\nA: b\r\n\r\n"),
        (b"A: b\n\nx\n", b"X: y\n\tz\nA: b\n\nx\n", b"X: y\n\tz\nA: b\n\n"),
        (b"From a Mon\nA: b\n", b"From a Mon\nX: y\n\tz\nA: b\n", b"From a Mon\nX: y\n\tz\nA: b\n"),
        (b"\nx\n", b"X: y\n\tz\n\nx\n", b"X: y\n\tz\n\n"),
        (b"", b"X: y\r\n\tz\r\n", b"X: y\r\n\tz\r\n"),
    ],
)
def test_fields_stand_above_all_others(raw, whole, head):
    """In the mail's own kind of lines, below the line of an mbox."""
    assert with_fields(raw, [("X", "y\n\tz")]) == whole
    assert header(whole) == head


def test_a_report_shows_the_bits():
    """For people: label, points, and every share with its reason; whatever a mail wrote, it is plain text."""
    told = handled(Label.SCAM, 6.5, Action.QUARANTINE)
    text = report(told, points(told, 4.0), "mx.example.org").decode()
    assert "fyke on mx.example.org says: scam" in text
    assert "8.1 points, 5.0 required; +6.50 bits" in text
    assert " +4.50 LEX_BANK                  It speaks of a bank.\n" in text
    shares = tuple(Contribution(f"N{at}", 1.0, "evil\r\n\x1b[31m\ud800 " * 40) for at in range(99))
    verdict = type(told.scan.verdict)(Label.SPAM, (), 9.0, 0.9, shares, (), ())
    changed = type(told)(_with(told.scan, verdict), Action.REJECT)
    text = report(changed, points(changed, 4.0), "h").decode()
    assert "\x1b" not in text
    assert "\r" not in text
    assert "and 39 more" in text
    assert max(map(len, text.splitlines())) <= 78


def test_tests_are_named_once():
    """In the order of the alphabet."""
    assert names(scan()) == ["LEX_BANK", "LINK_IP"]


def _with(given, verdict):
    from msgspec.structs import replace

    return replace(given, verdict=verdict)
