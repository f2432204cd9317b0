"""An entry of the journal as a line of JSON: flat columns for searching, and the whole scan beside them.

The columns are those of the Parquet files too; DuckDB reads both by `COLUMNS`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from fyke.model import Action, Fate, Fault, Scan
from fyke.model.verdict import strongest
from fyke.store.journal import Entry, Row
from fyke.store.labels import StoreError

SCAN_BYTES = 4 << 20  # of one scan; DuckDB reads objects of up to 16 MiB, and a usual scan has 4 KiB
TEXT_CHARS = 1_000  # of one flat text: the scan has it whole
MANY = 1_000  # recipients and symbols that can be searched

COLUMNS = {
    "at": "TIMESTAMP",  # UTC
    "id": "VARCHAR",
    "case": "VARCHAR",
    "label": "VARCHAR",
    "action": "VARCHAR",
    "bits": "DOUBLE",
    "probability": "DOUBLE",
    "sender": "VARCHAR",
    "sender_name": "VARCHAR",
    "sender_domain": "VARCHAR",
    "mail_from": "VARCHAR",
    "recipients": "VARCHAR[]",
    "fates": "VARCHAR[]",
    "subject": "VARCHAR",
    "client_ip": "VARCHAR",
    "symbols": "VARCHAR[]",
    "categories": "VARCHAR[]",
    "family": "VARCHAR",
    "why": "VARCHAR",
    "size_bytes": "BIGINT",
    "policy_id": "VARCHAR",
    "model_id": "VARCHAR",
    "campaign": "VARCHAR",
    "queue_id": "VARCHAR",
}
# Joined and folded when they are written: a search by one of these is a pass over one column. Reasons and signs come
# again and again, so their columns are dictionaries, as long as nothing that differs from mail to mail stands in them.
FOLDED = dict.fromkeys(("who", "whom", "what", "reason", "signs", "ids"), "VARCHAR")


class Line(Row, frozen=True):
    """A row with the texts that are searched, and the scan that it tells of, as JSON."""

    who: str = ""  # author, name, MAIL FROM
    whom: str = ""
    what: str = ""  # the subject
    reason: str = ""
    signs: str = ""  # symbols, categories, family
    ids: str = ""  # case, queue id, client's address
    scan: msgspec.Raw = msgspec.Raw(b"null")


_encode = msgspec.json.Encoder().encode
_line = msgspec.json.Decoder(Line)
_scan = msgspec.json.Decoder(Scan)


def encode(entry: Entry) -> bytes:
    """The line, with its newline."""
    line = _folded(_flat(entry), _packed(entry.scan))
    try:
        return _encode(line) + b"\n"
    except UnicodeEncodeError:  # half a surrogate pair in a header, say
        plain = _tidy({name: getattr(line, name) for name in (*COLUMNS, *FOLDED)})
        return _encode(plain)[:-1] + b',"scan":' + bytes(line.scan) + b"}\n"


def is_whole(line: bytes) -> bool:
    """Whether the line, without its newline, is a record. One that a kill cut off is not."""
    try:
        _line.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def decode(at: datetime, case: str, action: str, fates: list[str] | None, scan: str) -> Entry:
    """An entry from its columns. Raises `StoreError` where it was written by a newer fyke, or damaged."""
    try:
        whole = _scan.decode(scan)
        told = zip(whole.envelope.rcpt_to, fates or (), strict=False)
        return Entry(
            at=at.replace(tzinfo=UTC),
            scan=whole,
            action=Action(action),
            fates=tuple(Fate(recipient, Action(fate)) for recipient, fate in told),
            case=case,
        )
    except (msgspec.DecodeError, ValueError) as error:
        raise StoreError(f"journal: case {case} cannot be read: {error}") from None


def fold(*texts: str) -> str:
    """Texts as they are searched: case says nothing."""
    return " ".join(filter(None, texts)).casefold()


def _folded(row: Row, scan: bytes) -> Line:
    fields = {name: getattr(row, name) for name in COLUMNS}
    return Line(
        **fields,
        who=fold(row.sender, row.sender_name, row.mail_from),
        whom=fold(*row.recipients),
        what=fold(row.subject),
        reason=fold(row.why),
        signs=fold(row.family, *row.symbols, *row.categories),
        ids=fold(row.case, row.queue_id, row.client_ip),
        scan=msgspec.Raw(scan),
    )


def _flat(entry: Entry) -> Row:
    seen, verdict = entry.scan, entry.scan.verdict
    fates = {fate.recipient: fate.action.value for fate in entry.fates}
    recipients = seen.envelope.rcpt_to[:MANY]
    return Row(
        at=entry.at.astimezone(UTC).replace(tzinfo=None),
        id=seen.id,
        case=entry.case or seen.id,
        label=verdict.label,
        action=entry.action,
        bits=verdict.bits,
        probability=verdict.probability,
        sender=seen.sender[:TEXT_CHARS],
        sender_name=seen.sender_name[:TEXT_CHARS],
        sender_domain=seen.sender_domain[:TEXT_CHARS],
        mail_from=seen.envelope.mail_from[:TEXT_CHARS],
        recipients=recipients,
        fates=tuple(fates.get(each, entry.action.value) for each in recipients) if fates else (),
        subject=seen.subject[:TEXT_CHARS],
        client_ip=seen.envelope.client_ip,
        symbols=tuple(dict.fromkeys(finding.symbol.name for finding in verdict.findings))[:MANY],
        categories=verdict.categories,
        family=verdict.family[:TEXT_CHARS],
        why=strongest(verdict)[:TEXT_CHARS],
        size_bytes=seen.size_bytes,
        policy_id=seen.policy_id,
        model_id=seen.model_id,
        campaign=seen.campaign,
        queue_id=seen.envelope.queue_id[:TEXT_CHARS],
    )


def _packed(scan: Scan) -> bytes:
    """The scan as JSON. One of absurd size leaves out what judging again does not need, and says so."""
    data = _json(scan)
    if len(data) <= SCAN_BYTES:
        return data
    left_out = Fault("journal", f"{len(data):,} bytes of record: files, observables, defects and answers were left out")
    less = replace(scan, files=(), observables=(), defects=(), answers=(), auth=None, faults=(left_out,))
    data = _json(less)
    if len(data) <= SCAN_BYTES:
        return data
    findings = tuple(replace(each, detail=each.detail[:99], observables=()) for each in scan.verdict.findings[:MANY])
    envelope = replace(scan.envelope, rcpt_to=scan.envelope.rcpt_to[:MANY])
    shown = replace(scan.verdict, findings=findings, contributions=(), bulk=(), trade=())
    least = replace(less, envelope=envelope, verdict=shown, subject=scan.subject[:TEXT_CHARS])
    return _json(least)


def _json(scan: Scan) -> bytes:
    try:
        return _encode(scan)
    except UnicodeEncodeError:
        return _encode(_tidy(msgspec.to_builtins(scan)))


def _tidy(value: Any) -> Any:
    """The same with every lone surrogate written as an escape, so that it can be encoded."""
    if isinstance(value, Struct):
        return _tidy(msgspec.to_builtins(value))
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _tidy(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_tidy(inner) for inner in value]
    return value
