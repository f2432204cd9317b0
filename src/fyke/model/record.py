"""One mail as it is told to programs: the JSON line of `fyke scan --json`, and the answer of the REST door."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from fyke.model.file import Cut, File
from fyke.model.finding import Contribution, Fault, Label
from fyke.model.message import Defect
from fyke.model.observable import Observable
from fyke.model.scan import Scan
from fyke.model.verdict import Action

# A terminal may obey C1 controls and turn text round at bidirectional ones even inside a JSON string; escaped they are
# the same string. C0 controls JSON itself forbids raw.
_RISKY = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf")
_CUT = Defect("message-cut", "only the beginning of the message was read: it is longer than any mail server takes")


class Fact(Struct, frozen=True):
    """One finding in a file."""

    name: str
    bits: float
    text: str
    detail: str
    family: str


class Inner(Struct, frozen=True):
    """One file, its facts, and those in it."""

    name: str
    kind: str
    size_bytes: int
    digest: str
    how: str
    also: tuple[str, ...]
    locked: bool
    facts: tuple[Fact, ...]
    children: tuple[Inner, ...]


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


def record(path: str, scan: Scan, bits: Mapping[str, int], cut: bool = False, cuts: tuple[Cut, ...] = ()) -> Record:
    """The record of a scan; `bits` are what the policy gives symbols, in hundredths.

    `cut` says that not the whole message was read, `cuts` what else was not.
    """
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
        files=tuple(inner(analysis.root, bits) for analysis in scan.files),
        cuts=(*cuts, *(each for analysis in scan.files for each in analysis.cuts)),
    )


def inner(file: File, bits: Mapping[str, int]) -> Inner:
    """The file as it is told, with the bits that the policy gives its findings."""
    return Inner(
        name=file.name,
        kind=file.kind,
        size_bytes=file.size_bytes,
        digest=file.digest,
        how=file.how,
        also=file.also,
        locked=file.locked,
        facts=tuple(
            Fact(
                finding.symbol.name,
                bits.get(finding.symbol.name, round(finding.symbol.bits * 100)) / 100,
                finding.symbol.text,
                finding.detail,
                finding.family or finding.symbol.family,
            )
            for finding in file.findings
        ),
        children=tuple(inner(child, bits) for child in file.children),
    )


def encode(told: Any, by: Callable[[Any], bytes] = msgspec.json.encode) -> bytes:
    """What is told as bytes; half a surrogate pair, as a header may have it, is written as an escape."""
    try:
        return by(told)
    except UnicodeEncodeError:
        return by(tidied(msgspec.to_builtins(told)))


def shown(line: bytes) -> bytes:
    """A line of JSON, the same but safe to be shown on a terminal."""
    return line if line.isascii() else _RISKY.sub(_escape, line)


def tidied(value: object) -> object:
    """The same with every lone surrogate written as an escape, so that it can be encoded."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: tidied(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [tidied(each) for each in value]
    return value


def _escape(match: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(match[0].decode())
