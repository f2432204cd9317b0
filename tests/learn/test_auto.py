"""Learning from verdicts: strong, of several kinds, and never against a human."""

import pytest

from fyke.learn.auto import LEAST_BITS, MARGIN_BITS, learned_bits, sure
from fyke.model import (
    Action,
    Contribution,
    Envelope,
    Fault,
    Finding,
    Label,
    Scan,
    Source,
    Symbol,
    Verdict,
)
from tests.store.contract import said

LINE = 4.0


def scan(faults=(), **bits):
    """A scan whose verdict has a share of that many bits for each group."""
    names = {group: f"{group.upper()}_FACT" for group in bits}
    findings = tuple(Finding(Symbol(name, "A fact", group, bits[group])) for group, name in names.items())
    shares = tuple(Contribution(name, bits[group], "A fact") for group, name in names.items())
    verdict = Verdict(Label.SPAM, (), sum(bits.values()), 0.9, shares, (), findings)
    return Scan(
        *("1", Envelope(), "1" * 64, 1, "", "", "", (), "", verdict, Action.TAG, (), ()),
        faults=faults,
        skipped=(),
        elapsed_us=1,
    )


STRONG = LINE + MARGIN_BITS - 2 * LEAST_BITS


def test_three_kinds_and_far_over_the_line():
    """Each strong enough, and all together."""
    assert sure(scan(intent=STRONG, links=LEAST_BITS, sender=LEAST_BITS), LINE) is True
    assert sure(scan(intent=STRONG - 0.1, links=LEAST_BITS, sender=LEAST_BITS), LINE) is None
    assert sure(scan(headers=-2, body=-2, sender=-2), LINE) is False


@pytest.mark.parametrize(
    "bits",
    [
        {"intent": 50.0},
        {"intent": 20.0, "links": 20.0},
        {"intent": 20.0, "links": 20.0, "sender": LEAST_BITS - 0.1},
        {"intent": 20.0, "links": 20.0, "sender": 20.0, "body": -LEAST_BITS},
        {"headers": -9.0, "body": -9.0},
        {},
    ],
)
def test_one_voice_however_loud_is_not_enough(bits):
    """Nor two; nor where one speaks against the others."""
    assert sure(scan(**bits), LINE) is None


def test_what_was_learned_is_no_witness():
    """Neither as a kind of evidence nor in the sum."""
    made = scan(intent=STRONG, links=LEAST_BITS, learned=9.0)
    assert sure(made, LINE) is None
    assert learned_bits(scan(intent=1.0)) == 0.0
    shares = (Contribution("LEARNED_SITE", 9.0, ""), Contribution("CAP_LEARNED", -2.0, ""))
    verdict = Verdict(Label.SPAM, (), 7.0, 0.9, shares, (), ())
    whole = scan()
    fields = {name: getattr(whole, name) for name in whole.__struct_fields__}
    assert learned_bits(Scan(**{**fields, "verdict": verdict})) == 7.0


def test_a_human_has_the_last_word():
    """Of any account; and missing evidence is no evidence."""
    made = {"intent": 9.0, "links": 9.0, "sender": 9.0}
    assert sure(scan(**made), LINE, [said(source=Source.TRAP)]) is True
    assert sure(scan(**made), LINE, [said(account="ann@example.org", spam=False)]) is None
    assert sure(scan(faults=(Fault("date", "broke"),), **made), LINE) is None
