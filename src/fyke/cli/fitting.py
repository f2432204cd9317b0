"""What a fit comes to: on the terminal, and as one JSON object (docs/reference/json.md)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from fyke.cli import record as records
from fyke.cli.figures import per_cent, rate_name
from fyke.cli.figures import share as shown_share
from fyke.cli.screen import Screen, clean, fit, number, percent, plural
from fyke.judge import Policy
from fyke.learn.fit import ENOUGH, Weight
from fyke.learn.measure import Quality, Reliability, quality, reliability
from fyke.learn.slope import Line

TOP = 15  # changed facts on the terminal; the layer has all


class Side(Struct, frozen=True):
    """How good one set of weights is on mail that it was not fitted on."""

    quality: Quality
    reliability: Reliability  # of the probability, moved to the mix of this mail

    @classmethod
    def of(cls, bits: Sequence[float], told: Sequence[float], is_spam: Sequence[bool], line: float) -> Side:
        """Measured. Probabilities hold for as much wanted as unwanted mail; this mail may be mixed otherwise."""
        spam = sum(is_spam)
        mix = spam / (len(is_spam) - spam)
        here = [mix * chance / (1 - chance + mix * chance) for chance in told]
        return cls(
            quality(list(zip(bits, is_spam, strict=True)), line), reliability(list(zip(here, is_spam, strict=True)))
        )


class Fitting(Struct, frozen=True):
    """A fit that is over."""

    weights: tuple[Weight, ...]
    line: Line  # the calibration, from held-out mail
    by_source: bool  # whether whole sources were held out
    folds: int
    before: Side
    after: Side
    sources: tuple[str, ...]
    policy: Policy  # that it began with
    on_both: int  # messages given as wanted and as unwanted, and left out
    repeated: int  # messages that were given again, and counted once
    passed: dict[str, int]  # what was passed over in folders, by reason
    unread: tuple[str, ...]  # what could not be read or scanned, a sentence each
    wall_s: float
    jobs: int

    @property
    def changed(self) -> list[Weight]:
        """The weights that the layer changes, the largest change first."""
        moved = [weight for weight in self.weights if weight.is_fitted and weight.bits != weight.fact.bits]
        return sorted(moved, key=lambda weight: (-abs(weight.bits - weight.fact.bits), weight.fact.name))

    @property
    def gains(self) -> tuple[float, float]:
        """What held-out mail gains: of the whole curve in per cent, and of recall where a filter must live."""
        before, after = self.before.quality, self.after.quality
        rank = (before.one_minus_auc_pct or 0.0) - (after.one_minus_auc_pct or 0.0)
        return rank, (after.at_rates[-1].recall or 0.0) - (before.at_rates[-1].recall or 0.0)

    @property
    def is_better(self) -> bool:
        """Whether held-out mail is told apart better, and nowhere worse."""
        return min(self.gains) >= 0 and max(self.gains) > 0


def how(ran: Fitting) -> str:
    """What was held out."""
    if ran.by_source:
        return f"Held out: each of {plural(ran.folds, 'part')} of the sources in turn"
    return "Held out: each fifth of the mail in turn, near-duplicates together"


def advice(ran: Fitting) -> str:
    """Whether to take the layer."""
    if ran.is_better:
        rate = rate_name(ran.after.quality.at_rates[-1])
        return f"Held-out mail is told apart better by the fitted weights, in the whole and at {rate} false positives."
    if ran.gains == (0.0, 0.0):
        return "Held-out mail is told apart as well as before: at most the probability gains."
    return "Held-out mail is not told apart better all round: look twice before you take the fitted weights."


def rows(ran: Fitting) -> list[tuple[str, str, str]]:
    """The figures before and after."""
    line = f"from {ran.before.quality.at_line.bits:+g} bits on"

    def row(name: str, figure: Callable[[Side], str]) -> tuple[str, str, str]:
        return name, figure(ran.before), figure(ran.after)

    return [
        row("(1-AUC)%", lambda side: per_cent(side.quality.one_minus_auc_pct)),
        *(
            row(
                f"found at {rate_name(rate)} false positives",
                lambda side, at=at: shown_share(side.quality.at_rates[at].recall),  # type: ignore[misc]
            )
            for at, rate in enumerate(ran.before.quality.at_rates)
        ),
        row(f"found {line}", lambda side: shown_share(side.quality.at_line.recall)),
        row(f"wanted mail flagged {line}", lambda side: number(side.quality.at_line.false_positives)),
        row("calibration error", lambda side: shown_share(side.reliability.calibration_error)),
    ]


def counts(weight: Weight) -> str:
    """How often a fact is where: `in 3 of 1,200 ham and 117 of 800 spam`."""
    ham, spam = (f"{number(each.hits)} of {number(each.of)}" for each in (weight.ham, weight.spam))
    return f"in {ham} ham and {spam} spam"


def precision(weight: Weight) -> str:
    """How much of the mail that has a fact is spam, with the interval."""
    found = weight.precision
    if not found.of:
        return "-"
    return f"{percent(found.value)} ({math.floor(found.low * 100)} to {math.ceil(found.high * 100)})"


def summary(ran: Fitting) -> str:
    """How many facts could be fitted and how many changed."""
    fitted = sum(weight.is_fitted for weight in ran.weights)
    return (
        f"{number(fitted)} of {plural(len(ran.weights), 'fact')} stand in {ENOUGH} messages or more;"
        f" {plural(len(ran.changed), 'weight changes', 'weights change')}."
    )


def messages(ran: Fitting) -> str:
    """What it was fitted on."""
    quality = ran.before.quality
    kinds = f"{number(quality.ham)} wanted, {number(quality.spam)} unwanted messages"
    return f"{kinds} from {plural(len(ran.sources), 'source')}"


def show(screen: Screen, ran: Fitting) -> None:
    """Print it."""
    screen.line(f"{messages(ran)}. {how(ran)}.")
    for left, why in ((ran.repeated, "given again, and counted once"), (ran.on_both, "given as both, and left out")):
        if left:
            screen.line(f"{plural(left, 'message was', 'messages were')} {why}.")
    screen.line()
    figures = rows(ran)
    width = max(len(name) for name, _, _ in figures)
    screen.line(screen.style(f"{'':{width}}{'as it is':>10}{'fitted':>10}", "dim"))
    for name, before, after in figures:
        screen.line(f"{name:{width}}{before:>10}{after:>10}")
    screen.line()
    screen.line(advice(ran))
    screen.line(summary(ran))
    _changes(screen, ran.changed)
    screen.line(screen.style(f"Calibration: slope {ran.line.slope:g}, offset {ran.line.offset:g}; {pace(ran)}", "dim"))


def _changes(screen: Screen, changed: Sequence[Weight]) -> None:
    if not changed:
        return
    width = max(len(weight.fact.name) for weight in changed[:TOP])
    screen.line()
    heads = f"{'fact':{width}}  {'was':>5}  {'bits':>5}  {'give':>5}  {'ham':>6}  {'spam':>6}  precision (95 %)"
    screen.line(screen.style(heads, "dim"))
    for weight in changed[:TOP]:
        name = fit(clean(weight.fact.name), width)
        numbers = f"{weight.fact.bits:>+5.1f}  {weight.bits:>+5.1f}  {weight.give:>5.1f}"
        hits = f"{number(weight.ham.hits):>6}  {number(weight.spam.hits):>6}"
        screen.line(f"{name}  {numbers}  {hits}  {precision(weight)}")
    if len(changed) > TOP:
        screen.line(screen.style(f"and {number(len(changed) - TOP)} more, which the layer has", "dim"))
    screen.line()


def pace(ran: Fitting) -> str:
    """How long it took."""
    by = f" by {ran.jobs} processes" if ran.jobs > 1 else ""
    return f"{ran.wall_s:.1f} s{by}; begun with policy {ran.policy.id}"


def encode(ran: Fitting) -> bytes:
    """The fit as one line of JSON, without its newline."""
    tree = {
        "policy_id": ran.policy.id,
        "sources": ran.sources,
        "by_source": ran.by_source,
        "folds": ran.folds,
        "is_better": ran.is_better,
        "before": msgspec.to_builtins(ran.before),
        "after": msgspec.to_builtins(ran.after),
        "calibration": msgspec.to_builtins(ran.line),
        "weights": [_tree(weight) for weight in ran.weights],
        "repeated": ran.repeated,
        "on_both": ran.on_both,
        "unread": ran.unread,
    }
    return records.encode(tree)


def _tree(weight: Weight) -> dict[str, Any]:
    rest = {name: value for name, value in msgspec.to_builtins(weight).items() if name != "fact"}
    return {"name": weight.fact.name, "group": weight.fact.group, "was": weight.fact.bits, **rest}
