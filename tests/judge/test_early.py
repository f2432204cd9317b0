"""Rules at the envelope: what no message could change any more is told, all else waits for the message."""

from datetime import UTC, datetime

import pytest

from fyke.judge.early import Foretold
from fyke.judge.site import SiteRule, When
from fyke.model import Action, Envelope

BOB = "bob@example.org"
NO = SiteRule(to=(BOB,), action=Action.REJECT)
MAIL = Envelope(mail_from="Ann@Example.net", received_at=datetime(2026, 11, 23, 10, 0, tzinfo=UTC))  # a Monday


def ordered(*rules, mail=MAIL, recipient=BOB):
    found = Foretold({f"rule{number}": rule for number, rule in enumerate(rules)}).of(mail, recipient)
    return None if found is None else (found.rule, found.action)


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        (NO, True),
        (SiteRule(action=Action.REJECT), True),
        (SiteRule(to=("carl@*",), action=Action.REJECT), False),
        (SiteRule(senders=("ann@example.net",), unproven=True, action=Action.REJECT), True),
        (SiteRule(senders=("ann@example.net",), action=Action.REJECT), False),
        (SiteRule(what=("label:spam",), action=Action.REJECT), False),
        (SiteRule(when=When(days=("mon",), hours="08:00-18:00"), action=Action.REJECT), True),
        (SiteRule(when=When(days=("sun",)), action=Action.REJECT), False),
    ],
)
def test_one_rule(rule, holds):
    assert ordered(rule) == (("rule0", Action.REJECT) if holds else None)


def test_who_logged_in_is_who_they_are():
    rule = SiteRule(senders=("ann@*",), action=Action.REJECT)
    assert ordered(rule, mail=Envelope(mail_from="ann@example.net", login="ann")) == ("rule0", Action.REJECT)


@pytest.mark.parametrize(
    "before",
    [
        SiteRule(what=("label:ham",), action=Action.ACCEPT),
        SiteRule(senders=("boss@example.net",), action=Action.ACCEPT),
        SiteRule(senders=("boss@example.net",), unproven=True, action=Action.ACCEPT),
    ],
)
def test_a_rule_behind_one_that_may_hold_waits(before):
    """The author of the message may be the one, and the first rule that holds is followed."""
    assert ordered(before, NO) is None


def test_rules_that_order_the_same_do_not_hide_one_another():
    """A list of refused senders, one a rule; and who is let in does not wait, whatever the message shows."""
    never = SiteRule(senders=("x@*",), unproven=True, action=Action.REJECT)
    assert ordered(never, NO) == ("rule1", Action.REJECT)
    later = SiteRule(senders=("x@*",), unproven=True, action=Action.TEMPFAIL)
    assert ordered(later, NO) is None
    assert ordered(later, never, SiteRule(to=(BOB,), action=Action.ACCEPT)) == ("rule2", Action.ACCEPT)


@pytest.mark.parametrize(
    "before", [SiteRule(to=("carl@*",), what=("label:ham",)), SiteRule(when=When(days=("sun",)), what=("label:ham",))]
)
def test_a_rule_behind_one_that_cannot_hold_does_not(before):
    assert ordered(before, NO) == ("rule1", Action.REJECT)


def test_what_is_ordered_may_be_nothing_for_the_envelope():
    assert ordered(SiteRule(to=(BOB,), subject="[x] "), NO) == ("rule0", None)


def test_whether_there_is_anything_to_tell():
    assert not Foretold({})
    assert not Foretold({"a": SiteRule(what=("label:spam",))})
    assert Foretold({"a": NO})
