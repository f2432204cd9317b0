"""The log: a line a mail and a line for what an operator should know, on standard error, where journald takes it.

A line is written at once, so that lines of several workers do not mix (POSIX: a write to a pipe of at most 4096 bytes).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from fyke.model import Scan
from fyke.model.gate import Handled

LINE_BYTES = 4_000
TEXT_CHARS = 200  # of a subject or an address
SYMBOLS = 12  # of the contributions that weigh most
Form = Literal["text", "json"]


class Log:
    """Writes lines of one form."""

    def __init__(
        self, form: Form = "text", out: int = 2, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._form, self._out, self._clock = form, out, clock

    def tell(self, said: str) -> None:
        """What an operator should know."""
        if self._form == "json":
            self._write({"at": self._now(), "event": "note", "pid": os.getpid(), "text": said})
        else:
            self._line(f"fyke[{os.getpid()}]: {_tame(said, 2_000)}")

    def mail(self, handled: Handled) -> None:
        """What became of a mail."""
        facts = facts_of(handled)
        if self._form == "json":
            self._write({"at": self._now(), "event": "mail", "pid": os.getpid(), **facts})
        else:
            words = " ".join(f"{name}={_word(value)}" for name, value in facts.items() if value not in ("", [], None))
            self._line(f"fyke[{os.getpid()}]: mail {words}")

    def _now(self) -> str:
        return self._clock().isoformat(timespec="milliseconds")

    def _write(self, facts: dict[str, Any]) -> None:
        self._line(msgspec.json.encode(facts).decode())

    def _line(self, text: str) -> None:
        data = text.encode("utf-8", "replace")[: LINE_BYTES - 1] + b"\n"
        try:
            os.write(self._out, data)
        except OSError:
            return  # a log that is full or gone stops no mail


def facts_of(handled: Handled) -> dict[str, Any]:
    """The line of a mail as names and values, in their order."""
    scan: Scan = handled.scan
    verdict = scan.verdict
    heaviest = [each for each in verdict.contributions if each.name != "PRIOR"][:SYMBOLS]
    return {
        "case": handled.case,
        "queue_id": _tame(scan.envelope.queue_id),
        "label": str(verdict.label),
        "action": str(handled.action),
        "bits": round(verdict.bits, 2),
        "family": _tame(verdict.family),
        "client": scan.envelope.client_ip,
        "helo": _tame(scan.envelope.helo),
        "login": _tame(scan.envelope.login),
        "mail_from": _tame(scan.envelope.mail_from),
        "from": _tame(scan.sender),
        "to": [_tame(address) for address in scan.envelope.rcpt_to[:10]],
        "recipients": len(scan.envelope.rcpt_to),
        "fates": sorted({str(fate.action) for fate in handled.fates}) if len(handled.fates) > 1 else [],
        "subject": _tame(scan.subject),
        "bytes": scan.size_bytes,
        "ms": round(scan.elapsed_us / 1000, 1),
        "symbols": [f"{each.name}({each.bits:+.1f})" for each in heaviest],
        "faults": [_tame(f"{fault.who}: {fault.what}") for fault in scan.faults[:5]],
    }


def _word(value: object) -> str:
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return msgspec.json.encode(text).decode() if not text or any(sign in text for sign in ' "=') else text


def _tame(text: str, most: int = TEXT_CHARS) -> str:
    """Text of a stranger without what moves a cursor or turns a line round."""
    text = text[:most]
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
