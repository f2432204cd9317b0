"""Numbers to pictures: inline SVG without styles of its own, coloured by the page's classes, light or dark.

Every text that comes from outside passes `text`, which leaves neither markup nor control characters in it.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from fyke.cli.screen import clean, number, percent, plural
from fyke.model import Label

# Bottom to top of every stack: wanted mail is the ground on which the rest stands.
STACK = (Label.HAM, Label.BULK, Label.UNSURE, Label.SPAM, Label.SCAM, Label.PHISHING, Label.MALWARE)

WIDE, HALF = 1024, 484  # width of a plot with axes, in its own units: those of the page on a desk
HEIGHT = 230
LEFT, BOTTOM, TOP = 40, 24, 16  # room for the numbers beside, the names below, and the counts above
STRAY = 0.01  # share of dates at either end that may be forged and would press all others into one bar
SPANS = ((62, "day"), (62 * 7, "week"), (62 * 31, "month"))  # days that a plot of that unit covers at most


def text(value: str) -> str:
    """Outside text as HTML text or attribute."""
    return html.escape(clean(value), quote=True)


def stack(labels: Mapping[Label, int], css: str = "stack") -> str:
    """One bar of all messages by label."""
    total = sum(labels.values()) or 1
    x = 0.0
    parts = []
    for label in STACK:
        count = labels.get(label, 0)
        if count:
            share = 100 * count / total
            name = f"{label.value}: {number(count)} ({percent(count / total)})"
            parts.append(
                f'<rect class="c-{label.value}" x="{x:.3f}%" width="{share:.3f}%" height="100%">'
                f"<title>{text(name)}</title></rect>"
            )
            x += share
    return f'<svg class="{css}" role="img" aria-label="messages by label">{"".join(parts)}</svg>'


def bars(rows: Iterable[tuple[str, str, Mapping[Label, int] | int]], of: int) -> str:
    """A list of horizontal bars: a name, a hint, and a count or counts by label."""
    rows = list(rows)
    if not rows:
        return '<p class="none">None.</p>'
    most = max(_total(counts) for _, _, counts in rows) or 1
    lines = []
    for name, hint, counts in rows:
        total = _total(counts)
        parts, x = [], 0.0
        for css, count in _parts(counts):
            share = 100 * count / most
            parts.append(f'<rect class="c-{css}" x="{x:.2f}%" width="{share:.2f}%" height="100%"/>')
            x += share
        tip = f' title="{text(hint)}"' if hint else ""
        lines.append(
            f'<li{tip}><span class="name">{text(name)}</span>'
            f'<svg class="bar" aria-hidden="true">{"".join(parts)}</svg>'
            f'<span class="count">{number(total)}</span><span class="share">{percent(total / (of or 1))}</span></li>'
        )
    return f'<ol class="bars">{"".join(lines)}</ol>'


def certainty(bins: Mapping[Label, Sequence[int]]) -> str:
    """How many messages are how likely unwanted."""
    size = len(next(iter(bins.values())))
    columns = [Counter({label: bins[label][at] for label in STACK}) for at in range(size)]
    names = [f"{at * 100 // size} to {(at + 1) * 100 // size} % likely unwanted" for at in range(size)]
    marks = [(at * size // 4, f"{at * 25} %") for at in range(5)]
    return _columns(columns, names, marks, HALF)


def timeline(days: Mapping[date, Mapping[Label, int]]) -> tuple[str, str]:
    """Messages over time, and the sentence that says what the plot leaves out. Empty without dates."""
    first, last, outside = _span(days)
    if first is None or last is None:
        return "", ""
    unit = next((unit for most, unit in SPANS if (last - first).days < most), "year")
    starts = _starts(first, last, unit)
    columns: list[Counter[Label]] = [Counter() for _ in starts]
    at = {start: index for index, start in enumerate(starts)}
    for day, counts in days.items():
        if first <= day <= last:
            columns[at[_start(day, unit)]].update(counts)
    names = [_name(start, unit) for start in starts]
    step = max(1, -(-len(starts) // 8))
    marks = [(index, names[index]) for index in range(0, len(starts), step) if index * 10 <= len(starts) * 9]
    note = f"A bar a {unit}."
    if outside:
        note += f" Not drawn: {plural(outside, 'message')} dated far from all others."
    return _columns(columns, names, marks, WIDE), note


def _columns(
    columns: Sequence[Mapping[Label, int]],
    names: Sequence[str],
    marks: Iterable[tuple[int, str]],
    width: int,
) -> str:
    """Stacked columns over an axis; the narrow plot has the counts over them."""
    most = max((sum(column.values()) for column in columns), default=0)
    ceiling, ticks = _ticks(most)
    across = (width - LEFT) / max(1, len(columns))
    room = HEIGHT - BOTTOM - TOP
    parts = []
    for tick in ticks:
        y = HEIGHT - BOTTOM - room * tick / ceiling
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{width}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 3.5:.1f}" text-anchor="end">{number(tick)}</text>')
    for at, column in enumerate(columns):
        total = sum(column.values())
        if not total:
            continue
        x, y = LEFT + at * across, float(HEIGHT - BOTTOM)
        gap = min(2.0, across * 0.15)
        said = ", ".join(f"{label.value} {number(column[label])}" for label in STACK if column.get(label))
        parts.append(f"<g><title>{text(names[at])}: {said}</title>")
        for label in STACK:
            count = column.get(label, 0)
            if count:
                tall = max(0.6, room * count / ceiling)  # one message among thousands is still to be seen
                y -= tall
                parts.append(
                    f'<rect class="c-{label.value}" x="{x + gap:.2f}" y="{y:.2f}"'
                    f' width="{across - 2 * gap:.2f}" height="{tall:.2f}"/>'
                )
        if width == HALF:
            middle = f'x="{x + across / 2:.1f}" y="{y - 4:.1f}" text-anchor="middle"'
            parts.append(f'<text class="total" {middle}>{_short(total)}</text>')
        parts.append("</g>")
    for at, name in marks:
        x = LEFT + at * across
        anchor = "end" if at == len(columns) else "middle" if at > 0 and width == HALF else "start"
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 7}" text-anchor="{anchor}">{text(name)}</text>')
    base = HEIGHT - BOTTOM
    parts.append(f'<line class="axis" x1="{LEFT}" x2="{width}" y1="{base}" y2="{base}"/>')
    return f'<svg class="plot" viewBox="0 0 {width} {HEIGHT}" role="img">{"".join(parts)}</svg>'


def _total(counts: Mapping[Label, int] | int) -> int:
    return counts if isinstance(counts, int) else sum(counts.values())


def _parts(counts: Mapping[Label, int] | int) -> list[tuple[str, int]]:
    if isinstance(counts, int):
        return [("plain", counts)]
    return [(label.value, counts[label]) for label in reversed(STACK) if counts.get(label)]


def _ticks(most: int) -> tuple[float, list[int]]:
    """The top of the axis, and round numbers up to it."""
    step = 1
    while most / step > 4:
        step = {1: 2, 2: 5, 5: 10}[int(str(step)[0])] * 10 ** (len(str(step)) - 1)
    ticks = list(range(step, most + step, step)) or [1]
    return float(max(ticks[-1], 1)), ticks


def _short(count: int) -> str:
    return f"{count / 1000:.1f}k" if count >= 10_000 else str(count)


def _span(days: Mapping[date, Mapping[Label, int]]) -> tuple[date | None, date | None, int]:
    """The days that the plot covers, and how many messages are outside: dates are easily forged."""
    if not days:
        return None, None, 0
    counted = sorted((day, sum(counts.values())) for day, counts in days.items())
    total = sum(count for _, count in counted)
    first, last = counted[0][0], counted[-1][0]
    low = _quantile(counted, total * STRAY)
    high = _quantile(counted, total * (1 - STRAY))
    if (high - low).days * 2 < (last - first).days:
        margin = timedelta(days=max(3, (high - low).days // 10))
        first = max(first, low - margin)
        last = min(last, high + margin)
    return first, last, sum(count for day, count in counted if not first <= day <= last)


def _quantile(counted: Sequence[tuple[date, int]], at: float) -> date:
    seen = 0
    for day, count in counted:
        seen += count
        if seen > at:
            return day
    return counted[-1][0]


def _start(day: date, unit: str) -> date:
    if unit == "week":
        return date.fromordinal(max(1, day.toordinal() - day.weekday()))
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def _starts(first: date, last: date, unit: str) -> list[date]:
    starts = [_start(first, unit)]
    end = _start(last, unit)
    while starts[-1] < end:
        starts.append(_start(starts[-1] + timedelta(days={"day": 1, "week": 7, "month": 31, "year": 366}[unit]), unit))
    return starts


def _name(day: date, unit: str) -> str:
    return {"year": f"{day.year}", "month": f"{day:%b} {day.year}"}.get(unit, f"{day.day} {day:%b} {day.year}")
