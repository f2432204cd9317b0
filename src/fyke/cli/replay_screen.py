"""A replay on the terminal: what moved from where to where, then the mails that fare otherwise, the gravest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fyke.cli.screen import Screen, clean, fit, legible, plural
from fyke.desk.replay import Change, Sums, copies
from fyke.judge.decide import STRENGTH
from fyke.model import Action, Label

CORNER = "was \\ now"
Span = tuple[datetime | None, datetime | None]


def show(screen: Screen, sums: Sums, shown: Sequence[Change], span: Span, *, is_rescan: bool, against: str) -> None:
    """Print all of it."""
    _head(screen, sums, span, against)
    if sums.changed:
        _matrix(screen, "What mail would be called", sums.labels, list(Label), "mails")
        _matrix(screen, "What would be done with copies", sums.actions, list(STRENGTH), "copies")
        _changes(screen, sums, shown)
    _notes(screen, sums, is_rescan=is_rescan)


def _head(screen: Screen, sums: Sums, span: Span, against: str) -> None:
    since, until = (f"{at.astimezone():%Y-%m-%d %H:%M}" if at else "" for at in span)
    when = f" from {since}" if since else ""
    when += f" until {until}" if until else ""
    beside = "what was done" if against == "then" else "what the policy of now does"
    if not sums.mails:
        screen.line(f"No mail{when}")
        return
    said = f"{sums.changed:,} would fare otherwise" if sums.changed else "none would fare otherwise"
    style = "against" if sums.changed else "for"
    screen.line(f"{plural(sums.mails, 'mail')}{when}: {screen.style(said, style)} than by {beside}")
    if others := sums.moved - sums.changed:
        screen.line(
            screen.style(f"{plural(max(others, 0), 'more mail')} would have other bits and fare the same", "dim")
        )


def _matrix(screen: Screen, title: str, found: Counter[Any], order: Sequence[Any], unit: str) -> None:
    """From what (down) to what (across); what stays as it was is dim."""
    used = [word for word in order if any(word in pair for pair in found)]
    width = max([len(f"{count:,}") for count in found.values()] + [len(word) for word in used]) + 2
    left = max([len(word) for word in used] + [len(CORNER)])
    screen.title(f"{title} ({unit})")
    screen.line(screen.style(f"  {CORNER:<{left}}" + "".join(f"{word.value:>{width}}" for word in used), "dim"))
    for was in used:
        cells = []
        for now in used:
            text = f"{found[was, now]:>{width},}" if found[was, now] else f"{'.':>{width}}"
            cells.append(screen.style(text, "dim" if was == now or not found[was, now] else "bold"))
        screen.line(f"  {was.value:<{left}}{''.join(cells)}")


def _changes(screen: Screen, sums: Sums, shown: Sequence[Change]) -> None:
    more = sums.changed - len(shown)
    screen.title(f"What changes{', the gravest first' if len(shown) > 1 else ''}")
    free = max(40, screen.width - 16 - 21 - 25 - 18 - 8)
    sender = free * 35 // 100
    heads = (fit("came", 16), fit("label", 21), fit("action", 25), fit("bits", 16), fit("from", sender), "subject")
    screen.line(screen.style("  ".join(heads), "dim"))
    for change in shown:
        _change(screen, change, sender, free - sender)
    if more > 0:
        screen.line(screen.style(f"{more:,} more; --limit shows more of them, --json all", "dim"))


def _change(screen: Screen, change: Change, sender: int, subject: int) -> None:
    arrow = "→" if screen.has_unicode else ">"
    ellipsis = "…" if screen.has_unicode else "~"
    before, after = change.before, change.after
    label = before.label.value if before.label == after.label else f"{before.label.value} {arrow} {after.label.value}"
    bits = f"{before.bits:+.2f}" if before.bits == after.bits else f"{before.bits:+.2f} {arrow} {after.bits:+.2f}"
    row = [
        f"{change.at.astimezone():%Y-%m-%d %H:%M}",
        screen.style(fit(label, 21), after.label),
        fit(_moved(change, arrow), 25, ellipsis),
        fit(bits, 16),
        fit(clean(change.sender), sender, ellipsis),
        fit(legible(change.subject), subject, ellipsis).rstrip(),
    ]
    screen.line("  ".join(row))
    rule = f"rule {', '.join(change.rules)}; " if change.rules else ""
    raw = "read again; " if change.raw else ""
    why = fit(clean(f"{rule}{raw}{after.why}"), max(20, screen.width - 40), ellipsis).rstrip()
    screen.line(screen.style(f"{'':16}  {why}  case {change.case[:12]}", "dim"))


def _moved(change: Change, arrow: str) -> str:
    """What is done with its copies; where they fare unlike one another, how many of them change."""
    moves = Counter((was, now) for _, was, now in copies(change))
    if len(moves) == 1:
        ((was, now),) = moves
        return _step(was, now, arrow)
    (was, now), number = max(((pair, n) for pair, n in moves.items() if pair[0] != pair[1]), key=lambda each: each[1],
                             default=((change.before.action, change.after.action), 0))  # fmt: skip
    return f"{_step(was, now, arrow)} ({number} of {moves.total()})" if number else "as it was"


def _step(was: Action, now: Action, arrow: str) -> str:
    return was.value if was == now else f"{was.value} {arrow} {now.value}"


def _notes(screen: Screen, sums: Sums, *, is_rescan: bool) -> None:
    """What a replay cannot know."""
    notes = []
    if sums.unjudged:
        notes.append(f"{plural(sums.unjudged, 'mail')} not judged: the record does not say what was found")
    if sums.from_raw:
        notes.append(f"{plural(sums.from_raw, 'mail')} read again, with the detectors and what was learned up to now")
    if sums.no_raw:
        notes.append(f"{plural(sums.no_raw, 'mail')} judged by the record alone: the mail itself is not kept")
    if sums.mails and not is_rescan:
        notes.append(
            "Judged by the record: the detectors' findings and what was learned are those of then; "
            "--rescan reads again what is kept of the mail itself"
        )
    if sums.unasked:
        notes.append(f"Of {plural(sums.unasked, 'mail')} something would be asked now that nobody asked then: unknown")
    if sums.left_out:
        gone = ", ".join(name for name, _ in sums.left_out.most_common(5))
        notes.append(f"Left out, for the policy has no group for them any more: {clean(gone)}")
    if notes:
        screen.line()
    for note in notes:
        screen.line(screen.style(note, "dim"))
