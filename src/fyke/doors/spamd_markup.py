"""What a client of spamd reads about a mail: points, names of tests, the report, and the fields SpamAssassin writes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from textwrap import wrap

from msgspec import Struct

from fyke.model.finding import UNWANTED
from fyke.model.gate import Change, Edit, Handled
from fyke.model.scan import Scan
from fyke.model.verdict import Action

POINTS = 5.0  # from which a mail is spam: what every client of SpamAssassin expects
MOST_POINTS = 999.9
STARS = 50  # SpamAssassin writes no more
SHOWN = 60  # contributions in a report
WIDTH = 78
CHECKER, FLAG, LEVEL, STATUS = "X-Spam-Checker-Version", "X-Spam-Flag", "X-Spam-Level", "X-Spam-Status"
_OURS = frozenset(name.lower() for name in (CHECKER, FLAG, LEVEL, STATUS))
_FIELD = re.compile(rb"^(X-Spam-[!-9;-~]*)[ \t]*:", re.MULTILINE | re.IGNORECASE)
_HEADER_END = re.compile(rb"\A\r?\n|\r?\n\r?\n")
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


class Points(Struct, frozen=True):
    """A verdict as SpamAssassin tells it."""

    is_spam: bool
    score: float
    required: float = POINTS


def points(handled: Handled, required_bits: float) -> Points:
    """Bits as points: so many bits are 5 points. What the policy did decides on which side of 5 a mail is.

    A rule of the site may let an unwanted mail pass, or set a wanted one aside.
    """
    scan, action = handled.scan, handled.action
    is_unwanted = scan.verdict.label in UNWANTED
    is_spam = action in (Action.QUARANTINE, Action.REJECT, Action.DISCARD) or (is_unwanted and action is Action.TAG)
    bits = scan.verdict.bits
    score = bits * POINTS / required_bits if required_bits > 0 else bits - required_bits + POINTS
    score = max(-MOST_POINTS, min(MOST_POINTS, score))
    score = max(score, POINTS) if is_spam else min(score, POINTS - 0.1)
    return Points(is_spam, round(score, 1) + 0.0)


def names(scan: Scan) -> list[str]:
    """The symbols that were found, each once, in the order of the alphabet."""
    return sorted({finding.symbol.name for finding in scan.verdict.findings})


def report(handled: Handled, found: Points, host: str) -> bytes:
    """A text for people: what the mail is and what speaks for and against it, in bits."""
    verdict = handled.scan.verdict
    kinds = f" ({', '.join(verdict.categories)})" if verdict.categories else ""
    lines = [
        f"fyke on {host} says: {verdict.label.value}{kinds}",
        f"{found.score:.1f} points, {found.required:.1f} required; {verdict.bits:+.2f} bits, {verdict.probability:.1%}",
        f"case {handled.case or handled.scan.id}",
        "",
        " bits  fact                      why",
        f"{6 * '-'} {25 * '-'} {45 * '-'}",
    ]
    for share in verdict.contributions[:SHOWN]:
        why = wrap(_plain(share.why), WIDTH - 34) or [""]
        lines.append(f"{share.bits:+6.2f} {_plain(share.name):<25} {why[0]}")
        lines += [f"{'':32} {more}" for more in why[1:4]]
    if len(verdict.contributions) > SHOWN:
        lines.append(f"and {len(verdict.contributions) - SHOWN} more")
    lines += [
        f"not looked into: {_plain(fault.who)}: {_plain(fault.what)}"[:WIDTH] for fault in handled.scan.faults[:9]
    ]
    return "".join(f"{line.rstrip()}\n" for line in lines).encode("utf-8", "replace")


def fields(scan: Scan, found: Points, version: str, host: str) -> list[tuple[str, str]]:
    """The fields that SpamAssassin writes above a mail, their values folded with newline and tab."""
    status = f"{'Yes' if found.is_spam else 'No'}, score={found.score:.1f} required={found.required:.1f}"
    status += f" tests={','.join(names(scan)) or 'none'} autolearn=no version={version}"
    written = [(CHECKER, f"{version} on {host}")]
    if found.is_spam:
        written.append((FLAG, "YES"))
    stars = "*" * max(0, min(STARS, int(found.score)))
    return [*written, (LEVEL, stars), (STATUS, _folded(status, len(STATUS) + 2))]


def edits(handled: Handled, raw: bytes) -> tuple[Edit, ...]:
    """What the gate wants changed, and that no field remains which only a filter writes: anyone can write it."""
    wanted = [edit for edit in handled.edits if not (edit.change is not Change.REMOVE and edit.name.lower() in _OURS)]
    touched = {(edit.name.lower(), edit.index) for edit in wanted if edit.change is not Change.ADD}
    found = list(_strangers(raw))
    return (*wanted, *(Edit(Change.REMOVE, name, "", at) for name, at in found if (name.lower(), at) not in touched))


def with_fields(raw: bytes, written: Iterable[tuple[str, str]]) -> bytes:
    """The mail with these fields above all others, in its own kind of lines."""
    first = raw.find(b"\n")
    newline = b"\r\n" if raw[max(0, first - 1) : first] == b"\r" or first < 0 else b"\n"
    block = b"".join(f"{name}: {value}\n".encode().replace(b"\n", newline) for name, value in written)
    at = first + 1 if raw.startswith(b"From ") and first > 0 else 0  # a line of mbox is no field
    return raw[:at] + block + raw[at:]


def header(raw: bytes) -> bytes:
    """The mail up to its empty line, with it."""
    end = _HEADER_END.search(raw)
    return raw if end is None else raw[: end.end()]


def without_markup(raw: bytes) -> tuple[Edit, ...]:
    """What is to be removed of a mail that somebody gives back: a filter's own fields are not the mail's."""
    return tuple(Edit(Change.REMOVE, name, "", at) for name, at in _strangers(raw))


def _strangers(raw: bytes) -> Iterable[tuple[str, int]]:
    """The fields of filters in the mail: name, and which of that name."""
    count: Counter[str] = Counter()
    for field in _FIELD.finditer(header(raw)):
        name = field[1].decode("ascii")
        count[name.lower()] += 1
        yield name, count[name.lower()]


def _folded(value: str, start: int) -> str:
    """The value in lines of at most 78 characters, folded at blanks and behind commas as SpamAssassin does."""
    lines, line, width = [], "", WIDTH - start
    for piece in re.findall(r"[^\s,]+,?|\s+", value):
        if line.strip() and len(line) + len(piece) > width:
            lines.append(line.rstrip())
            line, width = "", WIDTH - 8
        if line or not piece.isspace():
            line += piece
    return "\n\t".join([*lines, line])


def _plain(text: str) -> str:
    return _UNWRITABLE.sub(" ", text)
