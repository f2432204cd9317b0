"""One message as a line of `fyke scan --json`, and as the table and the page show it. See docs/reference/json.md."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from fyke.cli import inside
from fyke.cli.inside import Inner
from fyke.judge import Policy
from fyke.model import Action, Contribution, Cut, Defect, Fault, Label, Observable, Scan

# A terminal may obey C1 controls and turn text round at bidirectional ones even inside a JSON string; escaped they are
# the same string. C0 controls JSON itself forbids raw.
_RISKY = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf")


class Record(Struct, frozen=True):
    """What is told of one message. The order of the fields is that of the JSON line."""

    path: str
    id: str
    label: Label
    probability: float
    bits: float
    action: Action
    categories: tuple[str, ...]
    contributions: tuple[Contribution, ...]
    bulk: tuple[Contribution, ...]
    trade: tuple[Contribution, ...]
    subject: str
    sender: str
    sender_name: str
    sender_domain: str
    came_at: datetime | None
    observables: tuple[Observable, ...]
    defects: tuple[Defect, ...]
    faults: tuple[Fault, ...]
    skipped: tuple[str, ...]
    policy_id: str
    size_bytes: int
    elapsed_us: int
    family: str = ""  # of malware
    files: tuple[Inner, ...] = ()  # what its files are and what hides in them
    cuts: tuple[Cut, ...] = ()  # what a limit kept from being looked at in them

    @property
    def is_broken(self) -> bool:
        """Whether scanning itself failed, so that nothing is known of the message."""
        return not self.id


def of(path: str, scan: Scan, policy: Policy, cut: bool = False, cuts: tuple[Cut, ...] = ()) -> Record:
    """The record of a scan by that policy; `cut` says that not the whole message was read, `cuts` what else was not."""
    verdict = scan.verdict
    return Record(
        path=path,
        id=scan.id,
        label=verdict.label,
        probability=min(max(round(verdict.probability, 6), 1e-6), 1 - 1e-6),  # nothing is certain
        bits=verdict.bits,
        action=scan.action,
        categories=verdict.categories,
        contributions=verdict.contributions,
        bulk=verdict.bulk,
        trade=verdict.trade,
        subject=scan.subject,
        sender=scan.sender,
        sender_name=scan.sender_name,
        sender_domain=scan.sender_domain,
        came_at=scan.came_at,
        observables=scan.observables,
        defects=(*scan.defects, _CUT) if cut else scan.defects,
        faults=scan.faults,
        skipped=scan.skipped,
        policy_id=scan.policy_id,
        size_bytes=scan.size_bytes,
        elapsed_us=scan.elapsed_us,
        family=verdict.family,
        files=inside.of(scan.files, policy),
        cuts=(*cuts, *(each for analysis in scan.files for each in analysis.cuts)),
    )


_CUT = Defect("message-cut", "only the beginning of the message was read: it is longer than any mail server takes")


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


def encode(record: Record | dict[str, Any]) -> bytes:
    """The record as one line of JSON, without its newline, safe to be shown on a terminal."""
    try:
        line = msgspec.json.encode(record)
    except UnicodeEncodeError:  # half a surrogate pair in a header, say
        line = msgspec.json.encode(_tidy(msgspec.to_builtins(record)))
    return line if line.isascii() else _RISKY.sub(_escape, line)


def tidy(record: Record) -> Record:
    """The record with every lone surrogate written as an escape, so that it can be encoded."""
    return msgspec.convert(_tidy(msgspec.to_builtins(record)), Record)


def _tidy(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _tidy(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_tidy(inner) for inner in value]
    return value


def _escape(match: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(match[0].decode())
