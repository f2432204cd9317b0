"""What a run comes to, on the terminal: labels, trades, reasons, senders, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fyke.cli.screen import Screen, clean, fit, number, percent, plural
from fyke.cli.tally import Run, Tally, sentences
from fyke.model import Label

TOP = 10  # lines of a list that may be long
BAR = 24  # columns of a full bar


def show(screen: Screen, run: Run) -> None:
    """Print the summary."""
    tally = run.tally
    _counts(screen, "What they are", [(label.value, tally.labels[label]) for label in Label], tally.messages, True)
    _counts(screen, "What the unwanted ones are about", tally.categories.most_common(TOP), tally.unwanted)
    _reasons(screen, tally, sentences(run.policy))
    domains = [(name or "(no sender)", count) for name, count in tally.domains_unwanted.most_common(TOP)]
    _counts(screen, "Where the unwanted ones say they come from", domains, tally.unwanted)
    _counts(screen, "What is odd about the bytes", tally.defects.most_common(TOP), tally.messages)
    _counts(screen, "Faults: evidence that is missing", tally.faults.most_common(TOP), tally.messages)
    _counts(screen, "Not done", tally.skipped.most_common(TOP), tally.messages)
    screen.line()
    if run.passed:
        what = ", ".join(f"{reason} ({number(count)})" for reason, count in run.passed.items())
        screen.line(screen.style(f"Passed over in folders: {what}", "dim"))
    screen.line(screen.style(pace(run), "dim"))


def pace(run: Run) -> str:
    """How much was done how fast."""
    messages, megabytes = run.tally.messages, run.tally.size_bytes / 1e6
    rate = messages / run.wall_s if run.wall_s > 0 else 0.0
    by = f" by {run.jobs} processes" if run.jobs > 1 else ""
    return f"{plural(messages, 'message')}, {megabytes:,.1f} MB, in {run.wall_s:.2f} s{by}: {rate:,.0f} a second"


def _counts(screen: Screen, title: str, rows: Iterable[tuple[str, int]], of: int, coloured: bool = False) -> None:
    """A section of counts with bars; nothing where all are zero."""
    rows = [(clean(name), count) for name, count in rows if count]
    if not rows:
        return
    screen.title(title)
    most = max(count for _, count in rows)
    width = max(10, min(44, max(len(name) for name, _ in rows)))
    for name, count in rows:
        shown = screen.style(fit(name, width), *([Label(name)] if coloured else []))
        screen.line(f"  {shown}  {number(count):>9}  {percent(count / of):>7}  {bar(screen, count, most)}")


def _reasons(screen: Screen, tally: Tally, said: Mapping[str, str]) -> None:
    rows = tally.reasons.most_common(TOP)
    if not rows:
        return
    screen.title("Why they are unwanted")
    width = max(len(name) for name, _ in rows)
    for name, count in rows:
        text = clean(said.get(name, ""))
        screen.line(f"  {number(count):>9}  {screen.style(fit(name, width), 'dim')}  {text}")


def bar(screen: Screen, count: float, most: float, width: int = BAR) -> str:
    """A bar as long as the count's share of the most; never nothing for something."""
    if not screen.has_unicode:
        return "#" * max(1, round(count / most * width))
    eighths = max(1, round(count / most * width * 8))
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()
