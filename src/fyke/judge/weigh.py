"""Findings to bits: each symbol once, groups within their caps, composites on top. The sum is exact.

Bits are kept as whole hundredths, so that a waterfall adds up to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from fyke.judge.policy import Composite, Group, Policy, Rule
from fyke.model import Contribution, Finding, Label, Symbol

Share = tuple[int, str, int, str]  # minus its size, by which shares are sorted; name; hundredths of a bit; why


class Weighed(Struct, frozen=True):
    """The sums, with all that went into them. Numbers are hundredths of a bit."""

    unwanted: tuple[Contribution, ...]
    bulk: tuple[Contribution, ...]
    trade: tuple[Contribution, ...]
    total: int
    bulk_total: int
    labels: dict[Label, int]  # what speaks for each label; that a mail is unwanted says nothing of its kind
    categories: dict[str, int]


def weigh(findings: Iterable[Finding], policy: Policy) -> Weighed:
    """Weigh the findings of one mail."""
    strongest = _strongest(findings)
    sides: dict[str, list[Share]] = {"unwanted": [], "bulk": [], "trade": []}
    unwanted = sides["unwanted"]
    sums: dict[str, int] = {}
    labels: dict[Label, int] = {}
    categories: dict[str, int] = {}
    known, groups = policy.bits, policy.rules.groups
    for name, finding in strongest.items():
        symbol = finding.symbol
        in_group = symbol.group
        group = groups[in_group]
        bits = known[name] if name in known else round(symbol.bits * 100)
        if finding.weight != 1.0:
            bits = round(bits * finding.weight**group.curve)
        sums[in_group] = sums[in_group] + bits if in_group in sums else bits
        why = f"{symbol.text}: {finding.detail}" if finding.detail else symbol.text
        sides[group.counts_for].append((-abs(bits), name, bits, why))
        if bits > 0:
            if group.counts_for != "trade":
                _vote(labels, symbol, bits)
            if symbol.category:
                categories[symbol.category] = categories.get(symbol.category, 0) + bits
    for in_group, bits in sums.items():
        group = groups[in_group]
        if not group.least * 100 <= bits <= group.most * 100:
            cap = _cap(in_group, group, bits)
            if cap[2]:
                sides[group.counts_for].append(cap)
    for rule in _awake(policy, strongest):
        composite = rule.composite
        bits = round(composite.bits * 100)
        unwanted.append((-abs(bits), composite.name, bits, composite.text))
        if bits > 0:
            _vote(labels, composite, bits)
            if composite.category:
                categories[composite.category] = categories.get(composite.category, 0) + bits
    prior = round(policy.rules.prior * 100)
    return Weighed(
        (*_shown(unwanted), Contribution("PRIOR", prior / 100, "What is expected before the mail is read")),
        tuple(_shown(sides["bulk"])),
        tuple(_shown(sides["trade"])),
        sum([bits for _, _, bits, _ in unwanted], prior),
        sum([bits for _, _, bits, _ in sides["bulk"]]),
        labels,
        categories,
    )


def counted(findings: Iterable[Finding], policy: Policy) -> tuple[tuple[str, float], ...]:
    """What counts in a mail and how strongly, in the order of the names: what `weigh` multiplies bits by."""
    strongest = _strongest(findings)
    groups = policy.rules.groups
    found = [
        (name, finding.weight if finding.weight == 1.0 else finding.weight ** groups[finding.symbol.group].curve)
        for name, finding in strongest.items()
    ]
    return tuple(sorted([*found, *((rule.composite.name, 1.0) for rule in _awake(policy, strongest))]))


def _cap(name: str, group: Group, bits: int) -> Share:
    """What is taken off, or put back, so that a group stays within its bounds."""
    over = min(0, round(group.most * 100) - bits) or max(0, round(group.least * 100) - bits)
    limit = group.most if over < 0 else group.least
    return -abs(over), f"CAP_{name.upper()}", over, f"{group.text}: together they count {limit:+g} bits at most"


def _awake(policy: Policy, present: Mapping[str, Finding]) -> Iterator[Rule]:
    """The composites that hold. One that needs what is not there is not tested."""
    names = present.keys()
    for rule in policy.composites:
        if not (rule.needs and rule.needs.isdisjoint(names)) and rule.test(names):
            yield rule


def _strongest(findings: Iterable[Finding]) -> dict[str, Finding]:
    """The weightiest finding of each symbol: the same fact twice is not two facts."""
    strongest: dict[str, Finding] = {}
    for finding in findings:
        name = finding.symbol.name
        if name not in strongest or finding.weight > strongest[name].weight:
            strongest[name] = finding
    return strongest


def _shown(shares: list[Share]) -> list[Contribution]:
    """Shares as contributions, largest first."""
    shares.sort()
    return [Contribution(name, bits / 100, why) for _, name, bits, why in shares]


def _vote(labels: dict[Label, int], fact: Symbol | Composite, bits: int) -> None:
    """Count the bits for the label that a fact leans to. That a mail is unwanted says nothing of its kind."""
    if fact.category or fact.leans is not Label.SPAM:
        labels[fact.leans] = labels.get(fact.leans, 0) + bits
