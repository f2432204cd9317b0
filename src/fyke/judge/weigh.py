"""Findings to bits: each symbol once, groups within their caps, composites on top. The sum is exact.

Bits are kept as whole hundredths, so that a waterfall adds up to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from fyke.judge.policy import Policy
from fyke.model import Contribution, Finding, Label


class Weighed(Struct, frozen=True):
    """The two sums, with all that went into them. Numbers are hundredths of a bit."""

    unwanted: tuple[Contribution, ...]
    bulk: tuple[Contribution, ...]
    total: int
    bulk_total: int
    labels: dict[Label, int]  # what speaks for each label
    categories: dict[str, int]


def weigh(findings: Iterable[Finding], policy: Policy) -> Weighed:
    """Weigh the findings of one mail."""
    strongest = _strongest(findings)
    rules = policy.rules
    shares: dict[str, list[Contribution]] = {"unwanted": [], "bulk": []}
    totals = {"unwanted": 0, "bulk": 0}
    groups: dict[str, int] = {}
    labels: dict[Label, int] = {}
    categories: dict[str, int] = {}
    known = policy.bits
    for name, finding in strongest.items():
        symbol = finding.symbol
        group = rules.groups[symbol.group]
        bits = known[name] if name in known else round(symbol.bits * 100)
        if finding.weight != 1.0:
            bits = round(bits * finding.weight**group.curve)
        groups[symbol.group] = groups.get(symbol.group, 0) + bits
        side = group.counts_for
        why = f"{symbol.text}: {finding.detail}" if finding.detail else symbol.text
        shares[side].append(Contribution(name, bits / 100, why))
        totals[side] += bits
        if bits > 0:
            _count(labels, categories, symbol.leans, symbol.category, bits)
    for name, bits in groups.items():
        cap = rules.groups[name]
        over = min(0, round(cap.most * 100) - bits) or max(0, round(cap.least * 100) - bits)
        if over:
            limit = cap.most if over < 0 else cap.least
            why = f"{cap.text}: together they count {limit:+g} bits at most"
            shares[cap.counts_for].append(Contribution(f"CAP_{name.upper()}", over / 100, why))
            totals[cap.counts_for] += over
    present = strongest.keys()
    for rule in policy.composites:
        if rule.needs and rule.needs.isdisjoint(present):
            continue
        if rule.test(present):
            composite = rule.composite
            bits = round(composite.bits * 100)
            shares["unwanted"].append(Contribution(composite.name, bits / 100, composite.text))
            totals["unwanted"] += bits
            if bits > 0:
                _count(labels, categories, composite.leans, composite.category, bits)
    prior = round(rules.prior * 100)
    shares["unwanted"].sort(key=_size)
    shares["unwanted"].append(Contribution("PRIOR", prior / 100, "What is expected before the mail is read"))
    shares["bulk"].sort(key=_size)
    return Weighed(
        tuple(shares["unwanted"]), tuple(shares["bulk"]), totals["unwanted"] + prior, totals["bulk"], labels, categories
    )


def _strongest(findings: Iterable[Finding]) -> dict[str, Finding]:
    """The weightiest finding of each symbol: the same fact twice is not two facts."""
    strongest: dict[str, Finding] = {}
    for finding in findings:
        name = finding.symbol.name
        if name not in strongest or finding.weight > strongest[name].weight:
            strongest[name] = finding
    return strongest


def _size(share: Contribution) -> tuple[float, str]:
    return -abs(share.bits), share.name


def _count(labels: dict[Label, int], categories: dict[str, int], leans: Label, category: str, bits: int) -> None:
    labels[leans] = labels.get(leans, 0) + bits
    if category:
        categories[category] = categories.get(category, 0) + bits
