"""A mail judged again from its record: to the bit as it was, or as a new policy has it."""

import pytest
from msgspec.structs import replace

from fyke.judge.again import Names, again, may_be_judged
from fyke.judge.policy import load
from fyke.learn.opinion import OWN
from fyke.learn.opinion import SYMBOLS as LEARNED
from fyke.model import Action, Envelope, Fate, Finding, Label, Symbol
from tests.cases import load as cases
from tests.inline import engine
from tests.store.journals import handled

NAMES = Names(OWN, frozenset(symbol.name for symbol in LEARNED if symbol.name.startswith("TRADE_")))
ENGINE = engine()
LOTTERY = b"From: Prize <prize@lottery.example>\r\nSubject: You won\r\n\r\nYou won the lottery: 9,000,000 USD.\r\n"


def policy(tmp_path, text):
    """The packaged policy with a layer over it."""
    path = tmp_path / "layer.toml"
    path.write_text(text)
    return load([*ENGINE.policy.symbols.values(), *LEARNED], [path])


@pytest.mark.parametrize("case", cases(), ids=str)
def test_by_the_same_policy_it_is_the_same_to_the_bit(case):
    """Verdict, contributions and fates: all of it is in the record."""
    scan = ENGINE.scan(case.envelope, case.raw)
    weighed = again(scan, ENGINE.policy, NAMES)
    assert weighed.verdicts[0] == scan.verdict
    assert not scan.fates or weighed.fates == scan.fates
    assert weighed.fates[0].action is scan.action
    assert may_be_judged(scan)
    assert not weighed.left_out


def test_a_new_policy_says_otherwise(tmp_path):
    """Thresholds, actions, weights, recipients and rules of the site."""
    scan = ENGINE.scan(Envelope(rcpt_to=("ann@x.example", "bob@y.example")), LOTTERY)
    stricter = policy(
        tmp_path,
        '[thresholds]\nunwanted = -50\nunsure = -51\n[actions]\nspam = "reject"\nscam = "reject"\n'
        '[rules.bob]\nto = ["bob@*"]\naction = "accept"\n',
    )
    weighed = again(scan, stricter, NAMES)
    assert weighed.verdicts[0].label in (Label.SPAM, Label.SCAM)
    assert weighed.fates == (Fate("ann@x.example", Action.REJECT), Fate("bob@y.example", Action.ACCEPT, "bob"))


def test_each_recipient_is_judged_with_what_they_said():
    """Whose correction says otherwise gets another verdict, with and without one of the first recipient's."""
    learned = load([*ENGINE.policy.symbols.values(), *LEARNED])
    scan = ENGINE.scan(Envelope(rcpt_to=("a@x.example", "b@x.example", "c@x.example")), LOTTERY)
    first = Finding(OWN, weight=-6.0)
    recorded = replace(
        scan,
        own_bits=(-6.0, 0.0, 20.0),
        verdict=replace(scan.verdict, findings=(*scan.verdict.findings, first)),
    )
    mine, none, other = again(recorded, learned, NAMES).verdicts
    assert [share.bits for share in mine.contributions if share.name == OWN.name] == [-6.0]
    assert OWN.name not in {share.name for share in none.contributions}
    assert [share.bits for share in other.contributions if share.name == OWN.name] == [20.0]
    without = replace(recorded, own_bits=(0.0, 3.0, 0.0), verdict=scan.verdict)
    assert OWN.name in {share.name for share in again(without, learned, NAMES).verdicts[1].contributions}


def test_what_the_policy_does_not_know_is_left_out_and_told():
    """A symbol of a detector that is gone, in a group that is gone with it."""
    entry = handled(verdict=replace(handled().scan.verdict, findings=(Finding(Symbol("GONE", "x", "gone", 9.0)),)))
    weighed = again(entry.scan, ENGINE.policy, NAMES)
    assert weighed.left_out == ("GONE",)
    assert weighed.verdicts[0].findings == ()


def test_a_trade_that_was_not_asked_about_is_told(tmp_path):
    """Where a mail was wanted and would not be now, nobody knows what its words say of the trade."""
    scan = replace(ENGINE.scan(Envelope(), b"Subject: hello\r\n\r\nhello"), model_id="base+0")
    assert again(scan, ENGINE.policy, NAMES).is_asked
    assert not again(scan, policy(tmp_path, "[thresholds]\nunsure = -60\n"), NAMES).is_asked


def test_a_scan_that_broke_cannot_be_judged_again():
    """Nothing was found since nobody looked."""
    entry = handled(verdict=replace(handled().scan.verdict, contributions=(), findings=()))
    assert not may_be_judged(entry.scan)
