"""All mails to campaigns: the same in whatever order they come, under ids that last."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fyke.lab.campaigns.conclude import conclude, partition
from fyke.lab.campaigns.members import Spool
from tests.lab.campaigns.mails import members, purity, rows

NOW = datetime(2026, 7, 1, tzinfo=UTC)
few = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


def found(mails, before=None, at=NOW, earlier=()):
    with Spool() as spool:
        for each in mails:
            spool.add(each)
        return conclude(spool, before or {}, at, earlier)


def test_campaigns_are_found():
    """Nearly pure, and nearly whole."""
    table, truth = rows()
    labels = partition(table)
    assert purity(labels, truth) > 0.98
    for name in set(truth.tolist()):
        if name.startswith("campaign-") and (truth == name).sum() >= 20:
            own = labels[truth == name].tolist()
            assert max(own.count(each) for each in set(own)) > 0.9 * len(own)


@few
@given(st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(dice):
    """Partition and ids are of the set of mails, and a mail that comes twice is one."""
    mails = members(campaigns=4)
    mixed = [*mails, *dice.sample(mails, 5)]
    dice.shuffle(mixed)
    one, other = found(mails), found(mixed)
    assert one.of == other.of
    assert [each.id for each in one.campaigns] == [each.id for each in other.campaigns]


@few
@given(st.randoms(use_true_random=False))
def test_ids_stay_while_mail_comes(dice):
    """Whatever part of the mail was there first: an id that is gone is an alias with its reason."""
    mails = members(campaigns=4)
    first = found(dice.sample(mails, len(mails) // 2))
    then = found(mails, first.of, NOW + timedelta(days=1))
    now = {each.id for each in then.campaigns}
    reasons = {alias.old: alias.reason for alias in then.aliases if alias.reason != "split off"}
    for name in set(first.of.values()) - now:
        assert reasons[name] in {"merged", "dissolved"}
    again = found(mails, then.of, NOW + timedelta(days=2))
    assert again.of == then.of
    assert not again.aliases


def test_merge_then_split_keeps_aliases():
    """Two ids become one, and the one two again: what became of each id is told, with reason and time."""
    mails = members(campaigns=4)
    truth = found(mails)
    largest, *_ = truth.campaigns
    own = sorted(mail for mail, name in truth.of.items() if name == largest.id)
    halves = {mail: "c-aaaaaaaaaa" if at % 3 else "c-bbbbbbbbbb" for at, mail in enumerate(own)}
    merged = found(mails, halves)
    assert ("c-bbbbbbbbbb", "c-aaaaaaaaaa", "merged") in {(a.old, a.new, a.reason) for a in merged.aliases}
    kept = next(each for each in merged.campaigns if each.id == "c-aaaaaaaaaa")
    assert "c-bbbbbbbbbb" in kept.aliases
    everything = dict.fromkeys(truth.of, "c-cccccccccc")
    split = found(mails, everything, earlier=merged.aliases)
    assert {alias.reason for alias in split.aliases} == {"split off"}
    assert {alias.old for alias in split.aliases} == {"c-cccccccccc"}
    assert next(each for each in split.campaigns if each.id == "c-cccccccccc").mails == largest.mails


def test_nothing_is_found_in_nothing():
    """No mail, no campaign."""
    assert found([]).campaigns == ()
