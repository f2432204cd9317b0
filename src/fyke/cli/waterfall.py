"""Contributions as a waterfall on the terminal: each line begins where the one before it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fyke.cli.screen import Screen, clean, wrap
from fyke.model import Contribution

BAR = 30  # columns of the drawing
NARROW = 90  # columns below which the drawing gives way to the words


def waterfall(screen: Screen, shares: Sequence[Contribution], marks: Mapping[str, float]) -> None:
    """Print a line a share, then the total. Sums are of whole hundredths, so that they are exact."""
    sums = _sums(shares)
    lines = [round(mark * 100) for mark in marks.values()]
    low, high = min(0, *sums, *lines), max(1, *sums, *lines)
    bar = BAR if screen.width >= NARROW else 0
    room = max(20, screen.width - 18 - (bar + 2 if bar else 0))
    blank = " " * (16 + (bar + 2 if bar else 0))
    screen.line(screen.style(f"{'bits':>7} {'sum':>7}", "dim"))

    def column(value: int) -> int:
        return min(BAR - 1, (value - low) * BAR // (high - low))

    before = 0
    for share, after in zip(shares, sums, strict=True):
        drawn = _draw(screen, column(before), column(after), {column(line) for line in lines}, share.bits > 0)
        first, *rest = wrap(clean(share.why), room)
        name = screen.style(f"  {share.name}", "dim") if not rest and len(first) + len(share.name) + 2 <= room else ""
        screen.line(f"{share.bits:>+7.2f} {after / 100:>+7.2f}  {drawn + '  ' if bar else ''}{first}{name}")
        for line in rest:
            screen.line(f"{blank}  {line}")
        before = after
    total = sums[-1] / 100 if sums else 0.0
    limits = ", ".join(f"{name} from {mark:+.2f}" for name, mark in marks.items())
    screen.line(
        f"{screen.style(f'{total:>+7.2f}', 'bold')} in total"
        + (f"; {limits}{' (the dotted lines)' if bar else ''}" if marks else "")
    )


def _sums(shares: Sequence[Contribution]) -> list[int]:
    total, sums = 0, []
    for share in shares:
        total += round(share.bits * 100)
        sums.append(total)
    return sums


def _draw(screen: Screen, before: int, after: int, marked: set[int], is_against: bool) -> str:
    """One bar from the column before to the column after, and the lines of the thresholds beside it."""
    full, dotted = ("█", "┊") if screen.has_unicode else ("#", ":")
    begin, end = sorted((before, after))
    cells = [dotted if at in marked else " " for at in range(BAR)]
    left, right = "".join(cells[:begin]), "".join(cells[end + 1 :])
    middle = screen.style(full * (end + 1 - begin), "against" if is_against else "for")
    return screen.style(left, "dim") + middle + screen.style(right, "dim")
