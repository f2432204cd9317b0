"""One message as a line of `fyke scan --json`, and as the table and the page show it. See docs/reference/json.md."""

from __future__ import annotations

from typing import Any

import msgspec

from fyke.judge import Policy
from fyke.model import Cut, Fault, Label, Scan
from fyke.model.record import Record, record, shown, tidied
from fyke.model.record import encode as encode_any

__all__ = ["Record", "broken", "encode", "of", "tidy"]


def of(path: str, scan: Scan, policy: Policy, cut: bool = False, cuts: tuple[Cut, ...] = ()) -> Record:
    """The record of a scan by that policy; `cut` says that not the whole message was read, `cuts` what else was not."""
    return record(path, scan, policy.bits, cut, cuts)


def broken(path: str, what: str, policy: Policy) -> Record:
    """The record of a message that could not be scanned: unsure, with the fault, so that nobody takes it for clean."""
    return Record(
        path=path,
        id="",
        label=Label.UNSURE,
        probability=0.5,
        bits=0.0,
        action=policy.rules.actions[Label.UNSURE],
        categories=(),
        contributions=(),
        bulk=(),
        trade=(),
        subject="",
        sender="",
        sender_name="",
        sender_domain="",
        came_at=None,
        observables=(),
        defects=(),
        faults=(Fault("scan", what),),
        skipped=("all detectors: the scan broke",),
        policy_id=policy.id,
        size_bytes=0,
        elapsed_us=0,
    )


def encode(told: Record | dict[str, Any]) -> bytes:
    """The record as one line of JSON, without its newline, safe to be shown on a terminal."""
    return shown(encode_any(told))


def tidy(told: Record) -> Record:
    """The record with every lone surrogate written as an escape, so that it can be encoded."""
    return msgspec.convert(tidied(msgspec.to_builtins(told)), Record)
