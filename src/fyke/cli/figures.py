"""What an evaluation comes to: on the terminal, and as one JSON object (docs/reference/json.md)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from fyke.cli import record as records
from fyke.cli.screen import Screen, clean, fit, fit_end, number, percent, plural
from fyke.judge.policy import Thresholds
from fyke.learn.measure import AtRate, Measures, PerSource, Scored

WRONG = 5  # messages of either kind on the terminal; the JSON has all
NAME_COLUMNS = 28  # of a source or a category

HOW = {
    "once": "Each message judged once, by the policy and the model as they are",
    "online": "Each message judged and then learned, in the order in which they came",
    "cross": "Each source judged by what was learned of all others, and never of it",
}


class Evaluation(Struct, frozen=True):
    """A measurement that is over."""

    how: str  # a key of `HOW`
    scored: tuple[Scored, ...]
    measures: Measures
    thresholds: Thresholds
    policy_id: str
    repeated: int  # messages that were given again, and counted once
    passed: dict[str, int]  # what was passed over in folders, by reason
    unread: tuple[str, ...]  # what could not be read or scanned, a sentence each
    wall_s: float
    jobs: int

    def wrong(self, is_spam: bool) -> list[Scored]:
        """Messages of that kind on the wrong side of the line, the farthest first."""
        line = self.thresholds.unwanted
        found = [each for each in self.scored if each.is_spam == is_spam and (each.bits >= line) != is_spam]
        return sorted(found, key=lambda each: (each.bits if is_spam else -each.bits, each.path))


class _Wrong(Struct, frozen=True):
    path: str
    is_spam: bool
    bits: float
    probability: float
    source: str
    truth: tuple[str, ...]
    said: tuple[str, ...]


def encode(ran: Evaluation) -> bytes:
    """The evaluation as one line of JSON, without its newline."""
    wrong = [*ran.wrong(False), *ran.wrong(True)]
    tree = {
        "how": ran.how,
        "policy_id": ran.policy_id,
        **msgspec.to_builtins(ran.measures),
        "wrong": [msgspec.convert(each, _Wrong, from_attributes=True) for each in wrong],
        "repeated": ran.repeated,
        "unread": ran.unread,
    }
    return records.encode(tree)


def show(screen: Screen, ran: Evaluation) -> None:
    """Print the figures."""
    found = ran.measures.quality
    kinds = f"{number(found.ham)} wanted, {number(found.spam)} unwanted"
    screen.line(f"{kinds}, from {plural(len(ran.measures.sources), 'source')}. {HOW[ran.how]}.")
    if ran.repeated:
        screen.line(f"{plural(ran.repeated, 'message was', 'messages were')} given again, and counted once.")
    _ranks(screen, ran)
    _line(screen, ran)
    _probability(screen, ran)
    _sources(screen, ran.measures)
    _categories(screen, ran.measures)
    _wrong(screen, ran)
    screen.line()
    screen.line(screen.style(pace(ran), "dim"))


def pace(ran: Evaluation) -> str:
    """How much was done how fast."""
    by = f" by {ran.jobs} processes" if ran.jobs > 1 else ""
    return f"{plural(len(ran.scored), 'message')} in {ran.wall_s:.2f} s{by}; policy {ran.policy_id}"


def share(value: float | None) -> str:
    """A share as a percentage, or a dash where it cannot be told."""
    return "-" if value is None else percent(value)


def per_cent(value: float | None) -> str:
    """A figure that is in per cent already, with the digits that the field writes."""
    return "-" if value is None else f"{value:.3f}"


def rate_name(at: AtRate) -> str:
    """`0.1 %`."""
    return f"{at.rate * 100:g} %"


def rate_note(at: AtRate, ham: int) -> str:
    """What a rate comes to here: of few wanted messages, a small share is none."""
    may = f"{number(at.may)} of {plural(ham, 'wanted message')} may be flagged"
    return may if at.bits is None else f"{may}; flags from {at.bits:+.2f} bits on"


def _ranks(screen: Screen, ran: Evaluation) -> None:
    found = ran.measures.quality
    screen.title("How well bits tell unwanted from wanted mail")
    auc = "of all pairs, in so many per cent the wanted message has more bits"
    _row(screen, "(1-AUC)%", per_cent(found.one_minus_auc_pct), auc)
    for at in found.at_rates:
        _row(screen, f"found at {rate_name(at)} false positives", share(at.recall), rate_note(at, found.ham))


def _line(screen: Screen, ran: Evaluation) -> None:
    found, line = ran.measures.quality, ran.measures.quality.at_line
    screen.title(f"At the policy's line, {line.bits:+.2f} bits")
    flagged = f"{number(line.false_positives)} of {number(found.ham)}"
    caught = f"{number(found.spam - line.false_negatives)} of {number(found.spam)}"
    _row(screen, "wanted, but flagged", share(line.false_positive_share), flagged)
    _row(screen, "unwanted, and found", share(line.recall), caught)
    _row(screen, "lam%", per_cent(line.lam_pct), "TREC's average of both errors")


def _probability(screen: Screen, ran: Evaluation) -> None:
    found = ran.measures.reliability
    if found is None:
        return
    screen.title("Whether the probability means what it says, on mail mixed like this")
    _row(screen, "calibration error", percent(found.calibration_error), "mean distance of what is told from what is so")
    _row(screen, "Brier score", f"{found.brier:.4f}", "0 is perfect; always saying one half gets 0.25")


def _row(screen: Screen, name: str, value: str, note: str) -> None:
    screen.line(f"  {fit(name, 34)}  {value:>8}  {screen.style(note, 'dim')}")


def source_cells(each: PerSource) -> list[str]:
    """One source as a row of the table: counts, shares, ranks."""
    found, line = each.quality, each.quality.at_line
    return [
        number(found.ham),
        share(line.false_positive_share),
        number(found.spam),
        share(line.recall),
        *(share(recall) for recall in each.recall_at_common),
        per_cent(found.one_minus_auc_pct),
    ]


def source_heads(rates: Sequence[AtRate]) -> list[str]:
    """The heads of `source_cells`."""
    return ["wanted", "flagged", "unwanted", "found", *(f"at {rate_name(at)}" for at in rates), "(1-AUC)%"]


def _sources(screen: Screen, found: Measures) -> None:
    if len(found.sources) < 2:
        return
    screen.title("By source; found at the policy's line, and at the lines of all wanted mail together")
    heads = source_heads(found.quality.at_rates)
    _table(screen, ["source", *heads], [[each.name, *source_cells(each)] for each in found.sources])


def _categories(screen: Screen, found: Measures) -> None:
    if not found.categories:
        return
    screen.title("By category")
    rows = [
        [each.name, number(each.messages), number(each.said), share(each.precision), share(each.recall)]
        for each in found.categories
    ]
    _table(screen, ["category", "messages", "named", "rightly", "found"], rows)


def _table(screen: Screen, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The first column is a name, the others are numbers."""
    width = min(NAME_COLUMNS, max(len(row[0]) for row in [heads, *rows]))
    widths = [max(len(row[at]) for row in [heads, *rows]) for at in range(1, len(heads))]
    for row in [heads, *rows]:
        cells = [
            fit_end(clean(row[0]), width),
            *(f"{cell:>{size}}" for cell, size in zip(row[1:], widths, strict=True)),
        ]
        line = "  ".join(cells)
        screen.line("  " + (screen.style(line, "dim") if row is heads else line))


def _wrong(screen: Screen, ran: Evaluation) -> None:
    for is_spam, title in ((False, "Wanted, but flagged"), (True, "Unwanted, but not found")):
        wrong = ran.wrong(is_spam)
        if not wrong:
            continue
        screen.title(f"{title}; fyke explain shows why")
        for each in wrong[:WRONG]:
            screen.line(f"  {each.bits:>+7.2f}  {clean(each.path)}")
        if len(wrong) > WRONG:
            screen.line(screen.style(f"  and {len(wrong) - WRONG:,} more (--json has all)", "dim"))
