"""A fit as a layer of the policy: TOML that a person can read, overrule and hand on. The same fit, the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from fyke import __version__
from fyke.cli.fitting import Fitting, advice, counts, how, messages, precision, rows
from fyke.learn.fit import CHANGE, ENOUGH, Weight

NOTE = 34  # columns of name and value before the note


def text(ran: Fitting) -> str:
    """The file."""
    symbols = [weight for weight in ran.changed if weight.fact.name in ran.policy.symbols]
    composites = [weight for weight in ran.changed if weight.fact.name not in ran.policy.symbols]
    lines = [*_head(ran), "", "[calibration]     # for as much wanted as unwanted mail, from mail that was held out"]
    lines += [f"slope = {ran.line.slope}", f"offset = {ran.line.offset}"]
    if symbols:
        lines += ["", "[bits]", *_bits(ran, symbols)]
    for weight in sorted(composites, key=lambda weight: weight.fact.name):
        lines += ["", f"[composites.{weight.fact.name}]", _entry("bits", weight)]
    return "\n".join(lines) + "\n"


def _head(ran: Fitting) -> list[str]:
    """What the file is, what it is worth, and how to overrule it."""
    width = max(len(name) for name, _, _ in rows(ran))
    return [
        f"# A layer over the policy, written by fyke {__version__} (fyke fit) on {messages(ran)}.",
        "# Take it with --policy, or name it in the config: [judge] policy. To overrule a line, change it, delete it,",
        "# or write your own into a layer named after this one.",
        "#",
        f"# {how(ran)}:",
        f"# {'':{width}}  {'as it was':>10}  {'fitted':>10}",
        *(f"# {name:{width}}  {before:>10}  {after:>10}" for name, before, after in rows(ran)),
        f"# {advice(ran)}",
        "#",
        f"# Here stands what is in {ENOUGH} messages or more and moved by {CHANGE} bits or more. Beside it: what it",
        "# was; within what the new value is sure to 95 %; in how much mail it is; how much of that mail is spam.",
    ]


def _bits(ran: Fitting, symbols: Iterable[Weight]) -> Iterable[str]:
    ordered = sorted(symbols, key=lambda weight: (weight.fact.group, weight.fact.name))
    for at, (group, weights) in enumerate(groupby(ordered, key=lambda weight: weight.fact.group)):
        if at:
            yield ""
        yield f"# {ran.policy.rules.groups[group].text} ({group})"
        for weight in weights:
            yield _entry(weight.fact.name, weight)


def _entry(name: str, weight: Weight) -> str:
    note = f"was {weight.fact.bits:+g}, sure to within {weight.give:.1f}; {counts(weight)}; {precision(weight)} spam"
    return f"{f'{name} = {weight.bits}':{NOTE}}  # {note}"
