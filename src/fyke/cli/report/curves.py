"""The plots of an evaluation: inline SVG without styles of its own, coloured by the page's classes, light or dark."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from fyke.cli.report.plots import HALF, WIDE, text
from fyke.cli.screen import number, percent
from fyke.learn.measure import Bin, Corner, Histogram, Quality

LEFT, RIGHT, TOP, BOTTOM = 46, 8, 12, 40  # room for the numbers beside, and for numbers and a name below
TALL = 320  # height of a square-ish plot, in the units of its width
FLAT = 260  # of a wide one
FLOORS = (0.9, 0.8, 0.5, 0.0)  # where the axis of what is found begins: as high as shows the whole curve
EDGE = 0.15  # decades between that place and one message
NONE = 40  # units at the left of the logarithmic axis, for lines that flag no wanted message at all


def roc(corners: Sequence[Corner], found: Quality) -> str:
    """What is found by what is flagged wrongly, on a logarithmic axis: where a filter must live is far to the left."""
    ham, spam = found.ham, found.spam
    floor = next(low for low in FLOORS if low <= max(corners[0].true_positives, _at_none(corners)) / spam or not low)
    decades = max(0.5, math.log10(ham)) + EDGE
    plot = _Plot(HALF, TALL)

    def across(share: float) -> float:
        """Share of wanted mail that is flagged, to a place; the smallest that can be has its own at the left."""
        if share <= 0:
            return plot.left
        return plot.left + NONE + (plot.width - NONE) * max(0.0, 1 + math.log10(share) / decades)

    def up(share: float) -> float:
        return plot.bottom - plot.height * max(0.0, (share - floor) / (1 - floor))

    parts = [plot.level(up(share), _round_percent(share)) for share in _steps(floor, 1.0)]
    parts += [plot.upright(plot.left, "none")]
    parts += [plot.upright(across(10.0**-at), _round_percent(10.0**-at)) for at in range(int(decades - EDGE), -1, -1)]
    parts += [plot.name("wanted mail that is flagged"), plot.frame()]
    path = [f"M{plot.left:.1f} {up(0):.1f}"]
    for before, corner in pairwise(corners):
        if corner.false_positives > before.false_positives:
            path.append(f"H{across(corner.false_positives / ham):.1f}")
        path.append(f"V{up(corner.true_positives / spam):.1f}")
    parts.append(f'<path class="s-curve" d="{"".join(path)}"/>')
    line = found.at_line
    marks = [
        (at.may / ham, at.recall, f"at most {_round_percent(at.rate)} flagged", "dot-open") for at in found.at_rates
    ]
    marks.append((line.false_positives / ham, line.recall, f"the policy's line, {line.bits:+.2f} bits", "dot-line"))
    for flagged, recall, said, css in marks:
        if recall is not None:
            tip = f"{said}: {percent(flagged)} of wanted mail flagged, {percent(recall)} of unwanted mail found"
            parts.append(_dot(across(flagged), up(recall), 5, css, tip))
    return plot.svg(parts, "unwanted mail found, by wanted mail flagged")


def _at_none(corners: Sequence[Corner]) -> int:
    """Unwanted messages found while no wanted one is flagged."""
    return max(corner.true_positives for corner in corners if not corner.false_positives)


def reliability(bins: Iterable[Bin]) -> str:
    """What was told beside what came true: on the line is right, above it too sure of wanted, below it of unwanted."""
    plot = _Plot(HALF, TALL)

    def across(share: float) -> float:
        return plot.left + plot.width * share

    def up(share: float) -> float:
        return plot.bottom - plot.height * share

    parts = [plot.level(up(at / 4), f"{at * 25} %") for at in range(5)]
    parts += [plot.upright(across(at / 4), f"{at * 25} %") for at in range(5)]
    parts += [plot.name("probability that was told"), plot.frame()]
    parts.append(f'<path class="s-ideal" d="M{across(0):.1f} {up(0):.1f}L{across(1):.1f} {up(1):.1f}"/>')
    for each in bins:
        x = across(each.predicted)
        parts.append(f'<path class="s-whisker" d="M{x:.1f} {up(each.least):.1f}V{up(each.most):.1f}"/>')
        tip = (
            f"{number(each.count)} messages: {percent(each.predicted)} was told, {percent(each.observed)} is unwanted"
            f" (95 %: {percent(each.least)} to {percent(each.most)})"
        )
        parts.append(_dot(x, up(each.observed), min(9.0, 3.0 + math.log10(each.count) * 1.5), "dot-full", tip))
    return plot.svg(parts, "share that is unwanted, by the probability that was told")


def bits(found: Histogram, lines: Mapping[str, float]) -> str:
    """Unwanted mail upwards and wanted mail downwards, by bits: what overlaps across a line is the error."""
    plot = _Plot(WIDE, FLAT)
    totals = sum(found.spam) or 1, sum(found.ham) or 1
    most = max(*(count / totals[0] for count in found.spam), *(count / totals[1] for count in found.ham), 0.01)
    middle, half = (plot.top + plot.bottom) / 2, (plot.bottom - plot.top) / 2
    column = plot.width / len(found.spam)

    def across(value: float) -> float:
        return plot.left + column * (value - found.lowest)

    marks = range(found.lowest, found.lowest + len(found.spam) + 1, 5)
    parts = [plot.upright(across(mark), f"{mark:+d}" if mark else "0") for mark in marks]
    for at, (spam, ham) in enumerate(zip(found.spam, found.ham, strict=True)):
        for count, total, css, name, way in (
            (spam, totals[0], "spam", "unwanted", -1),
            (ham, totals[1], "ham", "wanted", 1),
        ):
            if count:
                tall = half * math.sqrt(
                    count / total / most
                )  # few messages near the line matter more than many far off
                y = middle - tall if way < 0 else middle
                tip = f"{_span(found, at)}: {number(count)} {name} ({percent(count / total)})"
                parts.append(
                    f'<rect class="c-{css}" x="{across(found.lowest + at) + 1:.1f}" y="{y:.1f}"'
                    f' width="{column - 2:.1f}" height="{tall:.1f}"><title>{text(tip)}</title></rect>'
                )
    parts.append(f'<line class="axis" x1="{plot.left}" x2="{plot.right}" y1="{middle:.1f}" y2="{middle:.1f}"/>')
    for side, (name, value) in enumerate(sorted(lines.items(), key=lambda pair: pair[1])):
        x, anchor, gap = across(value), "end" if not side else "start", -5 if not side else 5
        parts.append(f'<line class="s-mark" x1="{x:.1f}" x2="{x:.1f}" y1="{plot.top}" y2="{plot.bottom}"/>')
        parts.append(f'<text x="{x + gap:.1f}" y="{plot.top + 10}" text-anchor="{anchor}">{text(name)}</text>')
    parts.append(plot.name("bits"))
    return plot.svg(parts, "messages by bits")


def share_bar(share: float | None, css: str) -> str:
    """A bar in a cell of a table."""
    inside = "" if share is None else f'<rect class="c-{css}" width="{100 * share:.2f}%" height="100%"/>'
    return f'<svg class="bar" aria-hidden="true">{inside}</svg>'


def _span(found: Histogram, at: int) -> str:
    low = found.lowest + at
    if at == 0:
        return f"below {low + 1:+d} bits"
    return f"from {low:+d} bits" if at == len(found.ham) - 1 else f"{low:+d} to {low + 1:+d} bits"


def _steps(low: float, high: float) -> list[float]:
    """Five or so round shares from the one to the other."""
    step = (high - low) / 5
    return [low + step * at for at in range(6)]


def _round_percent(share: float) -> str:
    return f"{share * 100:.6g} %"


def _dot(x: float, y: float, size: float, css: str, tip: str) -> str:
    return f'<circle class="{css}" cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}"><title>{text(tip)}</title></circle>'


class _Plot:
    """The frame of a plot: where its field lies, its grid and its names."""

    def __init__(self, width: int, height: int) -> None:
        self._size = width, height
        self.left, self.right = float(LEFT), float(width - RIGHT)
        self.top, self.bottom = float(TOP), float(height - BOTTOM)
        self.width, self.height = self.right - self.left, self.bottom - self.top

    def level(self, y: float, name: str) -> str:
        """A line of the grid from left to right."""
        return (
            f'<line class="grid" x1="{self.left}" x2="{self.right}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{self.left - 6}" y="{y + 4:.1f}" text-anchor="end">{text(name)}</text>'
        )

    def upright(self, x: float, name: str) -> str:
        """A line of the grid from top to bottom."""
        anchor = "end" if x > self.right - 12 else "middle"
        return (
            f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{self.top}" y2="{self.bottom}"/>'
            f'<text x="{x:.1f}" y="{self.bottom + 17}" text-anchor="{anchor}">{text(name)}</text>'
        )

    def name(self, of_axis: str) -> str:
        """What the axis below counts."""
        middle = (self.left + self.right) / 2
        return f'<text x="{middle:.1f}" y="{self.bottom + 34}" text-anchor="middle">{text(of_axis)}</text>'

    def frame(self) -> str:
        """The two axes."""
        return f'<path class="s-axis" d="M{self.left} {self.top}V{self.bottom}H{self.right}"/>'

    def svg(self, parts: Iterable[str], label: str) -> str:
        """The whole plot."""
        width, height = self._size
        inside = "".join(parts)
        return f'<svg class="plot" viewBox="0 0 {width} {height}" role="img" aria-label="{text(label)}">{inside}</svg>'
