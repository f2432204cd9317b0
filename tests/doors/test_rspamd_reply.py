"""What rspamd's clients are told of a mail: points, symbols, actions, and changes of the header."""

import pytest
from msgspec.structs import replace

from fyke.doors.rspamd_reply import (
    OPTION_CHARS,
    OPTIONS,
    RspamdTerms,
    later,
    milter,
    reply,
    skipped,
    symbols,
)
from fyke.model import Action, Fate, Finding, Label, Observable
from fyke.model.gate import Change, Edit
from fyke.wire.rspamd import Added, Asked, Url
from tests.doors.gates import SYMBOLS, handled, scan

TERMS = RspamdTerms()


@pytest.mark.parametrize(
    ("action", "terms", "said"),
    [
        (Action.ACCEPT, TERMS, "no action"),
        (Action.TAG, TERMS, "add header"),
        (Action.TEMPFAIL, TERMS, "soft reject"),
        (Action.REJECT, TERMS, "reject"),
        (Action.QUARANTINE, TERMS, "reject"),
        (Action.QUARANTINE, RspamdTerms(quarantine_as="quarantine"), "quarantine"),
        (Action.DISCARD, TERMS, "reject"),
        (Action.DISCARD, RspamdTerms(discard_as="discard"), "discard"),
    ],
)
def test_actions(action, terms, said):
    """Never a milder one than ours."""
    assert reply(handled(Label.SPAM, 8.0, action), terms, Asked()).action == said


def test_bits_become_points():
    """The policy's line of unwanted mail is 6 points, whatever it is in bits."""
    for required in (4.0, 8.0):
        told = reply(handled(Label.SPAM, required), RspamdTerms(required_bits=required), Asked())
        assert told.score == 6.0
        assert told.symbols["LEX_BANK"].score == round(4.5 * 6 / required, 2)


def test_evidence_is_told_once_and_short():
    """Also of what was found and did not count."""
    findings = tuple(Finding(SYMBOLS[0], detail=f"{n % 12}" + "x" * 900) for n in range(40))
    found = scan()
    verdict = replace(found.verdict, findings=findings, contributions=())
    told = symbols(replace(found, verdict=verdict), 1.0)["LEX_BANK"]
    assert (told.score, len(told.options), len(set(told.options))) == (0.0, OPTIONS, OPTIONS)
    assert all(len(option) <= OPTION_CHARS for option in told.options)


def test_header_fields():
    """Added, replaced, removed; several of one name; a subject goes apart."""
    edits = (
        Edit(Change.ADD, "X-A", "1"), Edit(Change.ADD, "X-A", "2"), Edit(Change.ADD, "X-A", "3"),
        Edit(Change.REPLACE, "X-B", "4", 2), Edit(Change.REMOVE, "X-C", index=3), Edit(Change.REMOVE, "X-D", index=1),
        Edit(Change.REMOVE, "X-D", index=2), Edit(Change.REPLACE, "Subject", "[SPAM] x"),
    )  # fmt: skip
    told = milter(edits)
    assert told.add_headers == {"X-A": [Added("1"), Added("2"), Added("3")], "X-B": Added("4")}
    assert told.remove_headers == {"X-B": 2, "X-C": 3, "X-D": 0}
    whole = reply(handled(Label.SPAM, 5.0, Action.TAG, edits=edits), TERMS, Asked())
    assert (whole.action, whole.subject) == ("rewrite subject", "[SPAM] x")
    assert reply(handled(Label.SPAM, 9.0, Action.REJECT, edits=edits), TERMS, Asked()).action == "reject"


def test_recipients_who_fare_differently_are_told():
    """All get it, marked: rspamd has one action for all."""
    fates = (Fate("a@b", Action.ACCEPT), Fate("c@d", Action.QUARANTINE))
    told = reply(handled(action=Action.ACCEPT, fates=fates), TERMS, Asked())
    assert told.action == "add header"
    assert told.fates == {"a@b": "accept", "c@d": "quarantine"}


def test_refusals_say_why():
    """With the case by which people can ask."""
    assert reply(handled(Label.SPAM, 9.0, Action.REJECT, case="c0ffee"), TERMS, Asked()).messages == {
        "smtp_message": "refused, case c0ffee"
    }
    assert reply(handled(action=Action.TEMPFAIL, reply="later"), TERMS, Asked()).messages == {"smtp_message": "later"}
    assert (later("busy").action, later("busy").messages) == ("soft reject", {"smtp_message": "busy"})
    assert (skipped().is_skipped, skipped().action) == (True, "no action")


def test_links():
    """Hosts, or whole links where the client wants these; what is no link has none."""
    found = (
        Observable("url", "http://www.example.com/a"), Observable("url", "http://www.example.com/b"),
        Observable("domain", "example.com"), Observable("url", "http://[x"), Observable("email", "a@example.com"),
    )  # fmt: skip
    one = handled()
    one = replace(one, scan=replace(one.scan, observables=found))
    told = reply(one, TERMS, Asked())
    assert (told.urls, told.emails) == (["www.example.com"], ["a@example.com"])
    for asks in (Asked(url_format="extended"), Asked(flags=frozenset({"ext_urls"}))):
        assert reply(one, TERMS, asks).urls[0] == Url("http://www.example.com/a", "example.com", "www.example.com")
