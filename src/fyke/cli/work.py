"""One slot to what became of it: read, scanned and written down, or the reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from fyke.cli import record as records
from fyke.cli.mailbox import Slot
from fyke.cli.record import Record
from fyke.engine import Engine
from fyke.judge import Policy
from fyke.judge.weigh import counted
from fyke.model import Cut, Envelope, Scan


class Unread(Struct, frozen=True):
    """A message that could not be read from where it stands."""

    path: str
    why: str


class Outcome(Struct, frozen=True):
    """What became of one slot: one of the first two."""

    record: Record | None = None
    unread: Unread | None = None
    counted: tuple[tuple[str, float], ...] = ()  # what was found and how strongly it counts, where that was asked for


def scan_here(
    engine: Engine, envelope: Envelope, slots: Iterable[Slot], *, counting: bool = False
) -> Iterator[Outcome]:
    """Scan in this process."""
    return (scan_one(engine, envelope, slot, counting=counting) for slot in slots)


def scan_one(engine: Engine, envelope: Envelope, slot: Slot, *, counting: bool = False) -> Outcome:
    """Scan one message. A bug in the engine costs that message alone, and is told on its record."""
    try:
        raw = slot.read()
    except OSError as error:
        return Outcome(unread=Unread(slot.shown, error.strerror or str(error)))
    cut = len(raw) > slot.most
    if cut:
        raw = raw[: slot.most]
    try:
        scan = engine.scan_file(Path(slot.shown).name, raw) if slot.whole else engine.scan(envelope, raw)
        found = counted(scan.verdict.findings, engine.policy) if counting else ()
        return Outcome(_record(slot, engine.policy, scan, cut), counted=found)
    except Exception as error:
        return Outcome(records.broken(slot.shown, f"{type(error).__name__}: {error}", engine.policy))


def _record(slot: Slot, policy: Policy, scan: Scan, cut: bool) -> Record:
    if not slot.whole or not cut:
        return records.of(slot.shown, scan, policy, cut)
    left_out = Cut("size", slot.shown, f"only the first {slot.most:,} bytes were looked at")
    return records.of(slot.shown, scan, policy, cuts=(left_out,))
