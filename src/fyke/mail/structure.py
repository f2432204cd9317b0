"""The structure of a message: its headers, what they name, its tree of parts and the texts in it, not yet read."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from fyke.mail.addresses import read_addresses
from fyke.mail.bodies import read_bodies
from fyke.mail.dates import read_date
from fyke.mail.defects import Notes
from fyke.mail.headers import Index, index_headers, read_headers
from fyke.mail.limits import ADDRESS_FIELDS, TEXT_BYTES
from fyke.mail.mime import read_tree
from fyke.mail.trace import read_received
from fyke.model import Address, Defect, Header, Part, Received


class Structure(Struct, frozen=True):
    """A message before anybody read its text."""

    headers: tuple[Header, ...]
    index: Index
    root: Part
    html: list[str]
    plain: list[str]
    subject: str
    senders: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    return_path: str
    message_id: str
    date: datetime | None
    received: tuple[Received, ...]
    defects: list[Defect]


def read_structure(raw: bytes) -> Structure:
    """The structure that the bytes have. Never raises."""
    notes = Notes(len(raw))
    data, start = _begin(raw, notes)
    headers, body = read_headers(data, start, len(data), notes)
    if not headers:
        notes.add("headers-none")
    index = index_headers(headers)
    root = read_tree(data, headers, index, body, notes)
    html, plain = read_bodies(root, notes)
    return Structure(
        headers=headers,
        index=index,
        root=root,
        html=html,
        plain=plain,
        subject=value(index, "subject"),
        senders=_addresses(index, "from", notes),
        reply_to=_addresses(index, "reply-to", notes),
        to=_addresses(index, "to", notes) + _addresses(index, "cc", notes),
        return_path=value(index, "return-path").strip("<> \t"),
        message_id=value(index, "message-id").strip("<> \t"),
        date=_date(index, notes),
        received=read_received(index.get("received", ()), notes),
        defects=notes.defects,
    )


def bare(raw: bytes) -> Structure:
    """A message of which nothing could be read: one text, without header."""
    root = Part("1", "text/plain", "", "", "", "", "", (), raw, len(raw))
    return Structure((), {}, root, [], [raw[:TEXT_BYTES].decode("latin-1")], "", (), (), (), "", "", None, (), [])


def _begin(raw: bytes, notes: Notes) -> tuple[bytes, int]:
    """The bytes as lines of ASCII, and where the header begins: after a byte order mark and empty lines."""
    start = 0
    if raw.startswith((b"From ", b">From ")):
        notes.add("mbox-line")
        start = raw.find(b"\n") + 1
    elif raw[:1].isalnum():
        pass
    elif raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        notes.add("bom", "utf-16")
        raw = raw.decode("utf-16", "replace").encode()
    elif raw.startswith(b"\xef\xbb\xbf"):
        notes.add("bom", "utf-8")
        start = 3
    else:
        start = len(raw) - len(raw.lstrip(b"\r\n"))
        if start:
            notes.add("blank-first", f"{start} bytes")
    if b"\n" not in raw and b"\r" in raw:
        notes.add("cr-alone", "every line")
        raw = raw.replace(b"\r", b"\n")
    return raw, start


def value(index: Index, key: str) -> str:
    """The decoded value of the first header of a key."""
    found = index.get(key)
    return "" if found is None else found[0].value


def _addresses(index: Index, key: str, notes: Notes) -> tuple[Address, ...]:
    """The mailboxes of all headers of a key."""
    found = index.get(key)
    if found is None:
        return ()
    if len(found) == 1:
        return read_addresses(found[0].raw, notes)
    if len(found) > ADDRESS_FIELDS:
        notes.add("addresses-cut", f"{len(found)} fields {key}")
    return tuple(address for header in found[:ADDRESS_FIELDS] for address in read_addresses(header.raw, notes))


def _date(index: Index, notes: Notes) -> datetime | None:
    """The moment of the Date header."""
    found = index.get("date")
    if found is None:
        return None
    date = read_date(found[0].raw)
    if date is None:
        notes.add("date-broken", found[0].value)
    return date
