"""What rspamd's controller tells beside learning: figures, symbols and actions, in its forms."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from fyke.doors.rspamd_reply import TAG_POINTS, THRESHOLDS, RspamdTerms
from fyke.model.finding import Symbol
from fyke.model.gate import Gate
from fyke.model.verdict import Action
from fyke.wire.openmetrics import labelled

_ACTIONS = {
    "reject": (Action.REJECT, Action.QUARANTINE, Action.DISCARD),
    "soft reject": (Action.TEMPFAIL,),
    "rewrite subject": (),
    "add header": (Action.TAG,),
    "greylist": (),
    "no action": (Action.ACCEPT,),
}


class Pages:
    """The pages of figures, made of what the gate counts."""

    def __init__(
        self, gate: Gate, terms: RspamdTerms, symbols: tuple[Symbol, ...], bits: Mapping[str, int], version: str
    ) -> None:
        self._gate, self._terms, self._version = gate, terms, version
        self._symbols, self._bits = symbols, bits
        self._since = time.monotonic()

    async def stat(self) -> dict[str, Any]:
        """What was done so far."""
        figures = await self._gate.figures()
        actions = {name: int(sum(figures.get(f"action_{each}", 0) for each in ours)) for name, ours in _ACTIONS.items()}
        scanned = int(figures.get("scanned", sum(actions.values())))
        spam = actions["reject"] + actions["add header"]
        learned = int(figures.get("learned", 0))
        return {
            "version": self._version,
            "config_id": "",
            "uptime": self._uptime(figures),
            "read_only": False,
            "scanned": scanned,
            "learned": learned,
            "actions": actions,
            "scan_times": [],
            "spam_count": spam,
            "ham_count": max(scanned - spam, 0),
            "connections": int(figures.get("connections", 0)),
            "control_connections": 0,
            "pools_allocated": 0,
            "pools_freed": 0,
            "bytes_allocated": 0,
            "chunks_allocated": 0,
            "shared_chunks_allocated": 0,
            "chunks_freed": 0,
            "chunks_oversized": 0,
            "fragmented": 0,
            "total_learns": learned,
            "statfiles": [],
            "fuzzy_hashes": {},
        }

    async def auth(self) -> dict[str, Any]:
        """That the client may ask, and the figures in short."""
        stat = await self.stat()
        actions = stat["actions"]
        return {
            "version": self._version,
            "auth": "ok",
            "uptime": stat["uptime"],
            "clean": actions["no action"],
            "probable": actions["add header"],
            "greylist": 0,
            "reject": actions["reject"],
            "soft_reject": actions["soft reject"],
            "scanned": stat["scanned"],
            "learned": stat["learned"],
            "read_only": False,
            "config_id": "",
        }

    async def symbols(self) -> list[dict[str, Any]]:
        """All symbols, by their groups, with their points."""
        groups: dict[str, list[dict[str, Any]]] = {}
        for symbol in self._symbols:
            told = {"symbol": symbol.name, "weight": self._points(symbol), "description": symbol.text}
            groups.setdefault(symbol.group, []).append(told)
        return [{"group": group, "rules": rules} for group, rules in groups.items()]

    async def actions(self) -> list[dict[str, Any]]:
        """The actions, and the points from which they are taken where a score decides."""
        return [{"action": name, "value": THRESHOLDS.get(name)} for name in _ACTIONS]

    async def counters(self) -> list[dict[str, Any]]:
        """How often each symbol was found, where the gate counts that: `symbol_found{symbol="NAME"}`."""
        figures = await self._gate.figures()
        minutes = max(self._uptime(figures) / 60, 1.0)
        told = []
        for symbol in self._symbols:
            hits = int(figures.get(labelled("symbol_found", symbol=symbol.name), 0))
            told.append(
                {
                    "symbol": symbol.name,
                    "weight": self._points(symbol),
                    "frequency": hits / minutes,
                    "hits": hits,
                    "time": 0.0,
                }
            )
        return told

    def _points(self, symbol: Symbol) -> float:
        bits = self._bits.get(symbol.name, round(symbol.bits * 100)) / 100
        return round(bits * TAG_POINTS / self._terms.required_bits, 2)

    def _uptime(self, figures: Mapping[str, float]) -> int:
        return int(figures.get("uptime_seconds", time.monotonic() - self._since))
