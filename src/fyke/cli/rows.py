"""Labels as lines: what the commands that teach fyke print, for people and for programs. See docs/reference/json.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from fyke.cli.record import encode
from fyke.cli.screen import Screen, cells, clean, fit, legible
from fyke.cli.teaching import Judged
from fyke.model import Labelled

HEADS = ("no.", "said", "by", "for", "then", "now")
ACCOUNT_COLUMNS = 28  # of a long address; the whole one is in the JSON
_NUMBERS = (0, 4, 5)  # columns that are set to the right


class Row(Struct, frozen=True):
    """A label as the commands show it. The order of the fields is that of the JSON line."""

    event: str  # "learned", "known", "forgotten", "stands", "broken", "contradicts"
    label: str  # "ham" or "spam"
    category: str
    account: str
    source: str
    seq: int
    digest: str
    path: str
    rules_bits: float
    bits: float
    now: float | None
    holds: bool | None
    at: datetime
    sender: str
    subject: str
    note: str


def row(event: str, label: Labelled, known: Judged | None = None, path: str = "") -> Row:
    """A label with what is known of it."""
    return Row(
        event=event,
        label="spam" if label.spam else "ham",
        category=label.category,
        account=label.account,
        source=label.source.value,
        seq=label.seq,
        digest=label.digest,
        path=path,
        rules_bits=label.rules_bits,
        bits=label.bits,
        now=known.now if known else None,
        holds=known.holds if known else None,
        at=label.at,
        sender=label.sender,
        subject=label.subject,
        note=label.note,
    )


def print_json(screen: Screen, rows: Iterable[Row]) -> None:
    """One object a line."""
    for each in rows:
        screen.line(encode(msgspec.to_builtins(each)).decode())


def print_table(screen: Screen, rows: Sequence[Row]) -> None:
    """A line a label: its number, word and source, whose it is, bits then and now, and the mail, to be known again."""
    if not rows:
        return
    lines = [_cells(each) for each in rows]
    widths = [max(cells(line[at]) for line in [HEADS, *lines]) for at in range(len(HEADS))]
    widths[3] = min(widths[3], ACCOUNT_COLUMNS)
    free = max(20, screen.width - sum(widths) - 2 * len(widths))
    screen.line(screen.style("  ".join([*_fitted(HEADS, widths), "mail"]), "dim"))
    for each, line in zip(rows, lines, strict=True):
        shown = _fitted(line, widths)
        if each.holds is False:
            shown[-1] = screen.style(shown[-1], "against")
        mail = f"{clean(each.path or each.sender or 'nobody')}: {legible(each.subject)}"
        screen.line("  ".join([*shown, fit(mail, free, "…" if screen.has_unicode else "~")]))


def _cells(each: Row) -> tuple[str, ...]:
    word = f"{each.label} ({clean(each.category)})" if each.category else each.label
    now = "" if each.now is None else f"{'' if each.holds else '! '}{each.now:+.2f}"
    return (str(each.seq or ""), word, each.source, clean(each.account) or "all", f"{each.bits:+.2f}", now)


def _fitted(texts: Sequence[str], widths: Sequence[int]) -> list[str]:
    sized = enumerate(zip(texts, widths, strict=True))
    return [f"{text:>{width}}" if at in _NUMBERS else fit(text, width) for at, (text, width) in sized]
