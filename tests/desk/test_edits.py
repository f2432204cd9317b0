"""What is written into the header of mail that is delivered."""

from fyke.desk.edits import Style, edits, head_of, reply
from fyke.model import Action, Contribution, Envelope, Fate, Fault, Label, Verdict
from fyke.model.gate import Change
from tests.desk.offices import POLICY, scan

MAIL = b"""From: a@example.org
Subject: hello
 world
X-Spam-Flag: NO
x-spam-flag: NO
X-Fyke: ham

X-Spam-Flag: body
""".replace(b"\n", b"\r\n")
PLAIN = Style()
SPAM = Verdict(Label.SPAM, ("drugs",), 9.5, 0.99, (Contribution("LEX_DRUGS", 9.5, "It sells pills: viagra"),), (), ())


def written(raw=MAIL, style=PLAIN, action=Action.TAG, **facts):
    """The edits as change, name and value or number."""
    return [
        (edit.change, edit.name, edit.value or edit.index)
        for edit in edits(scan(verdict=SPAM, **facts), raw, POLICY, style, Fate("", action))
    ]


def test_verdicts_that_came_with_it_are_taken_out():
    """Each by its number, whatever its case; what only the body says stays."""
    removed = [edit for edit in written() if edit[0] is Change.REMOVE]
    assert removed == [
        (Change.REMOVE, "X-Spam-Flag", 1),
        (Change.REMOVE, "x-spam-flag", 2),
        (Change.REMOVE, "X-Fyke", 1),
    ]


def test_the_verdict_is_written_for_people_and_programs():
    """As SpamAssassin names it, and in bits."""
    added = {name: value for change, name, value in written() if change is Change.ADD}
    assert added["X-Spam-Flag"] == "YES"
    assert added["X-Spam-Status"] == "Yes, score=9.50 required=4.00 tests=LEX_DRUGS"
    assert added["X-Fyke"].startswith("spam; drugs; bits=+9.50; p=0.990; id=")
    assert added["X-Fyke-Why"] == "LEX_DRUGS +9.50"
    assert "X-Fyke-Missing" not in added


def test_what_was_not_done_is_written_too():
    """A detector that failed or was off."""
    added = written(faults=(Fault("dns", "3 of 9 questions were not answered"),), skipped=("files: disabled",))
    assert (Change.ADD, "X-Fyke-Missing", "dns, files") in added


def test_the_subject_is_tagged_where_the_site_wants_it():
    """On one line, in place of the old one; a mail without one gets one; and only mail that is tagged."""
    wish = Style(subject="[SPAM] ")
    assert (Change.REPLACE, "Subject", "[SPAM] hello world") in written(style=wish)
    assert (Change.ADD, "Subject", "[SPAM]") in written(b"From: a@example.org\r\n\r\n", wish)
    assert not any(name == "Subject" for _, name, _ in written(style=wish, action=Action.ACCEPT))


def test_results_are_written_and_forged_ones_taken_out():
    """Under the name of the site."""
    found = written(style=Style(results="mx.example; spf=pass", forged=(2,)))
    assert (Change.REMOVE, "Authentication-Results", 2) in found
    assert (Change.ADD, "Authentication-Results", "mx.example; spf=pass") in found


def test_a_header_ends_at_the_empty_line():
    """Of either kind, and within bounds."""
    assert head_of(b"A: b\n\nbody") == b"A: b\n"
    assert head_of(b"A: b\r\n\r\nbody\n\n") == b"A: b\r"
    assert len(head_of(b"x" * 3_000_000)) <= 1 << 20 | 1


def test_a_refusal_says_why_and_whom_to_ask():
    """On one line of ASCII, with the case."""
    text = reply(scan(verdict=SPAM), "postmaster@example.org")
    assert text.startswith("Refused as spam: it sells pills (case ")
    assert text.endswith("questions to postmaster@example.org)")
    evil = Verdict(Label.SPAM, (), 9.5, 0.99, (Contribution("X", 9.5, "a\r\n250 ok \u00e9" * 200),), (), ())
    said = reply(scan(verdict=evil, envelope=Envelope()), "")
    assert said.isascii()
    assert said.isprintable()
    assert len(said) <= 400
