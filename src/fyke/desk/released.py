"""The mark on released mail, by which our own doors let it pass, and which nobody else can make.

`X-Fyke-Released: 1; case=...; to=...; at=...; key=...; mac=...` over the case, the recipient, the time and the body:
who gets such a mail cannot put the mark on another one, nor send it to somebody else.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from fyke.store.folder.keys import Keys
from fyke.store.labels import StoreError

NAME = "X-Fyke-Released"
DAYS = 7  # that a mark is good for: a mail server tries for five (RFC 5321 4.5.4.1)
HEADER_BYTES = 1 << 20  # of a mail in which the mark is looked for
MARKS = 20  # that are looked at: no honest mail has two

_LINES = re.IGNORECASE | re.MULTILINE
_PURPOSE = b"fyke released"
_MARK = re.compile(
    rb"1; case=([0-9a-f]{1,64}); to=([!-:<-~]{1,1000}); at=([0-9]{1,12}); key=([0-9a-f]{8}); mac=([0-9a-f]{64})"
)
_FIELD = re.compile(rb"^" + NAME.lower().encode() + rb"[ \t]*:(.*(?:\r?\n[ \t].*)*)(?:\r?\n|\Z)", _LINES)


def marked(raw: bytes, case: str, recipient: str, at: datetime, keys: Keys) -> bytes:
    """The mail with our mark above all else, and without marks that were there."""
    head, rest = _divided(raw)
    second = int(at.timestamp())
    mac = _mac(keys, keys.newest, (case, recipient, second), rest)
    fold = b"\r\n" if b"\r\n" in head or not head else b"\n"
    fields = f"1; case={case};", f"to={quote(recipient.lower())}; at={second};", f"key={keys.newest}; mac={mac}"
    mark = f"{NAME}: ".encode() + (fold + b" ").join(field.encode() for field in fields) + fold
    return mark + _FIELD.sub(b"", head) + rest


def is_released(raw: bytes, recipients: Sequence[str], keys: Keys, now: datetime | None = None) -> bool:
    """Whether we ourselves released this very mail to all of these recipients, not long ago."""
    wanted = {recipient.lower() for recipient in recipients}
    return bool(wanted) and wanted <= released_to(raw, keys, now or datetime.now(UTC))


def released_to(raw: bytes, keys: Keys, now: datetime) -> set[str]:
    """The recipients, lower case, for whom a true mark stands on the mail."""
    if NAME.lower().encode() not in raw[:HEADER_BYTES].lower():
        return set()
    head, rest = _divided(raw)
    return {mark for mark in _true(head[:HEADER_BYTES], rest, keys, now) if mark}


def _true(head: bytes, rest: bytes, keys: Keys, now: datetime) -> Iterator[str]:
    for _, field in zip(range(MARKS), _FIELD.finditer(head), strict=False):
        parts = _MARK.fullmatch(b" ".join(field[1].split()))
        if parts is None:
            continue
        case, to, second, key_id, told = (part.decode() for part in parts.groups())
        age = now.timestamp() - int(second)
        if not -timedelta(hours=1).total_seconds() <= age <= timedelta(days=DAYS).total_seconds():
            continue
        recipient = unquote(to)
        try:
            if hmac.compare_digest(_mac(keys, key_id, (case, recipient, int(second)), rest), told):
                yield recipient
        except StoreError:
            continue


def _mac(keys: Keys, key_id: str, said: tuple[str, str, int], rest: bytes) -> str:
    body = hashlib.sha256(b"\n".join(line.rstrip() for line in rest.split(b"\n")).strip(b"\n")).hexdigest()
    case, recipient, second = said
    text = "\0".join((case, recipient.lower(), str(second), body))
    return hmac.new(keys.derive(key_id, _PURPOSE), text.encode("utf-8", "surrogateescape"), "sha256").hexdigest()


def _divided(raw: bytes) -> tuple[bytes, bytes]:
    """Head and body; the empty line between is the body's."""
    ends = [at + 1 for end in (b"\n\n", b"\n\r\n") if (at := raw.find(end)) >= 0]
    if raw[:1] == b"\n" or raw[:2] == b"\r\n":
        ends = [0]
    at = min(ends, default=len(raw))
    return raw[:at], raw[at:]
