"""Weighing: sums are exact, the same fact twice is one fact, groups keep their caps."""

from hypothesis import given
from hypothesis import strategies as st

from fyke.judge import judge
from fyke.judge.weigh import counted
from fyke.model import Finding, Label, Symbol
from tests.judge import load

GROUPS = ["headers", "sender", "links", "body", "intent"]
SYMBOLS = [Symbol(f"S{n}", f"Fact {n}", GROUPS[n % 5], (n % 7) - 2.13, list(Label)[n % 7]) for n in range(20)]
MAILING = Symbol("MAILING", "Sent to many", "bulk", 3.0, Label.BULK)
POLICY = load([*SYMBOLS, MAILING])


def cents(contributions):
    return sum(round(share.bits * 100) for share in contributions)


@given(st.lists(st.builds(Finding, st.sampled_from(SYMBOLS), st.text(max_size=9), weight=st.floats(0, 1))))
def test_a_waterfall_adds_up_exactly(findings):
    """Whatever was found, the contributions add up to the verdict's bits to the last digit."""
    verdict = judge(findings, POLICY)
    assert cents(verdict.contributions) == round(verdict.bits * 100)
    assert 0 <= verdict.probability <= 1


@given(st.lists(st.builds(Finding, st.sampled_from(SYMBOLS)), max_size=30))
def test_order_and_repetition_do_not_matter(findings):
    """The same facts in another order, or said twice, give the same bits."""
    once = judge(findings, POLICY)
    assert judge([*reversed(findings), *findings], POLICY).bits == once.bits


def test_a_group_counts_no_more_than_its_cap():
    """Many facts of one group stop at the group's cap, and the waterfall says so."""
    loud = [Symbol(f"L{n}", "Loud", "links", 4.0) for n in range(9)]
    policy = load(loud)
    verdict = judge([Finding(symbol) for symbol in loud], policy)
    assert verdict.bits == policy.rules.prior + policy.rules.groups["links"].most
    assert "CAP_LINKS" in {share.name for share in verdict.contributions}


def test_bulk_is_weighed_apart():
    """A mailing is bulk, not unwanted: its signs do not add to the bits of spam."""
    verdict = judge([Finding(MAILING)], POLICY)
    assert verdict.label is Label.BULK
    assert verdict.bits == POLICY.rules.prior
    assert [share.name for share in verdict.bulk] == ["MAILING"]


def test_a_composite_counts_on_top(tmp_path):
    """Facts that a composite joins add its bits, with its own sentence."""
    path = tmp_path / "site.toml"
    path.write_text('[composites.BOTH]\nwhen = "S3 and S4"\ntext = "Both"\nbits = 2.5\n')
    policy = load(SYMBOLS, [path])
    findings = [Finding(SYMBOLS[3]), Finding(SYMBOLS[4])]
    assert round(judge(findings, policy).bits - judge(findings, load(SYMBOLS)).bits, 6) == 2.5
    assert judge(findings[:1], policy).bits == judge(findings[:1], load(SYMBOLS)).bits


def test_a_curve_makes_half_a_sign_less_than_half(tmp_path):
    """A group's curve bends the weight of its findings, and leaves full ones alone."""
    path = tmp_path / "site.toml"
    path.write_text("[groups.links]\ncurve = 2.0\n")
    symbol = Symbol("HALF", "Half a sign", "links", 4.0)
    policy = load([symbol], [path])
    for weight, bits in ((1.0, 4.0), (0.5, 1.0)):
        verdict = judge([Finding(symbol, weight=weight)], policy)
        assert verdict.bits - policy.rules.prior == bits


@given(st.lists(st.builds(Finding, st.sampled_from(SYMBOLS), weight=st.floats(0, 1)), max_size=12))
def test_what_counted_says_is_what_is_weighed(findings):
    """Bits times what counts, held within the caps, are the verdict, give or take the rounding to hundredths."""
    sums = {}
    for name, weight in counted(findings, POLICY):
        group = POLICY.symbols[name].group
        sums[group] = sums.get(group, 0.0) + weight * POLICY.bits[name] / 100
    caps = POLICY.rules.groups
    total = sum(min(max(bits, caps[group].least), caps[group].most) for group, bits in sums.items())
    assert abs(POLICY.rules.prior + total - judge(findings, POLICY).bits) <= 0.01 * len(findings)
