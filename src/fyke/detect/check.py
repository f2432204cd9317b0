"""What every detector owes, ours and strangers' alike; checked when strangers' are loaded, and by the tests."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fyke.detect.base import Cost, Detector, Reads
from fyke.model import Label, Symbol

# Evidence of one group is capped together by the policy, so a new group is a decision and not a slip.
GROUPS = frozenset(
    {
        "headers",
        "structure",
        "sender",
        "auth",
        "acquaintance",
        "lists",
        "campaign",
        "links",
        "body",
        "intent",
        "attachments",
        "files",
        "known",
        "unscanned",
        "bulk",
        "calendar",
        "test",
    }
)

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SYMBOL = re.compile(r"[A-Z][A-Z0-9_]*")
_MOST_BITS = 8.0  # 256 to 1: no single fact of a message is surer than that


class DetectorError(Exception):
    """A detector of another package that cannot be used, and why."""


def complaints(detectors: Iterable[Detector], beside: Iterable[Detector] = ()) -> list[str]:
    """Each breach of the contract as a sentence; none where all is well. `beside` are in use already, and are well."""
    found: list[str] = []
    names = {detector.name for detector in beside}
    symbols = {symbol.name: detector.name for detector in beside for symbol in detector.symbols}
    for detector in detectors:
        who = getattr(detector, "name", "")
        if not isinstance(detector, Detector) or not isinstance(who, str) or not _NAME.fullmatch(who):
            found.append(f"{type(detector).__name__} is no detector with a lower-case name")
            continue
        if who in names:
            found.append(f"two detectors bear the name {who}")
        names.add(who)
        found += _complaints(detector, symbols)
    return found


def _complaints(detector: Detector, symbols: dict[str, str]) -> list[str]:
    """The breaches of one detector; `symbols` says who declared what before."""
    who = detector.name
    found = [] if (type(detector).__doc__ or "").strip() else [f"{who} asks no question in its docstring"]
    declared = getattr(detector, "symbols", None)
    if not isinstance(declared, tuple) or not all(isinstance(symbol, Symbol) for symbol in declared):
        return [*found, f"{who} declares no tuple of symbols"]
    if not isinstance(detector.reads, Reads) or not isinstance(detector.cost, Cost) or not declared:
        found.append(f"{who} does not say what it reads, costs and declares")
    if type(detector).look is Detector.look:
        found.append(f"{who} does not look")
    for symbol in declared:
        if not _SYMBOL.fullmatch(symbol.name):
            found.append(f"{who}: {symbol.name} is not in capitals")
        if symbol.name in symbols:
            found.append(f"{who}: {symbol.name} is declared by {symbols[symbol.name]} too")
        symbols[symbol.name] = who
        if len(symbol.text) < 10 or not symbol.text[0].isupper() or "\n" in symbol.text:
            found.append(f"{who}: the text of {symbol.name} is no sentence")
        if symbol.group not in GROUPS:
            found.append(f"{who}: {symbol.name} is of an unknown group {symbol.group!r}")
        if abs(symbol.bits) > _MOST_BITS or not isinstance(symbol.leans, Label):
            found.append(f"{who}: {symbol.name} weighs or leans too much")
    return found
