"""Address headers (RFC 5322 3.4), read as mail programs read them: every mailbox that is there, however it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

import can_ada

from fyke.mail.defects import Notes
from fyke.mail.limits import ADDRESSES
from fyke.mail.words import decode_bytes, decode_words
from fyke.model import Address

EMPTY = Address("", "", "", "")
SIMPLE_CHARS = 400  # the short way is for a header of one mailbox

# "Name" <local@domain>, Name <local@domain>, local@domain: nineteen headers of twenty.
_SIMPLE = re.compile(r'(?:"([^"\\]*)"|([^"<>,;:()@\\]*))<([^<>@\s"(),;:\\]+)@([\w.-]+)>')
_BARE = re.compile(r'[^<>@\s"(),;:\\]+@[\w.-]+')
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)(?:"|$)|([<>,;:()])|\[[^\][]*\]?|\\.?|[^"<>,;:()\\\[]+', re.DOTALL)


def read_addresses(raw: str, notes: Notes) -> tuple[Address, ...]:
    """The mailboxes of an address header, from its value before decoding."""
    if not raw:
        return ()
    if len(raw) <= SIMPLE_CHARS:
        match = _SIMPLE.fullmatch(raw)
        if match is not None:
            quoted, name, local, domain = match.groups()
            return (_make(quoted if quoted is not None else name, local, domain, notes),)
        if _BARE.fullmatch(raw):
            local, _, domain = raw.rpartition("@")
            return (_make("", local, domain, notes),)
    found: list[Address] = []
    for name, address in _mailboxes(raw, notes):
        if len(found) >= ADDRESSES:
            notes.add("addresses-cut", f"after {ADDRESSES}")
            break
        local, at, domain = address.rpartition("@")
        found.append(_make(name, local if at else address, domain if at else "", notes))
    return tuple(found)


def _make(name: str, local: str, domain: str, notes: Notes) -> Address:
    """An address from its raw pieces."""
    name = name.strip()
    if name and ("=?" in name or not name.isascii()):
        name = decode_words(name, notes).strip().strip('"').strip()
    elif name[:1] == "'" == name[-1:] and len(name) > 1:
        name = name[1:-1]  # some programs quote with apostrophes
    if not local.isascii():
        local = decode_bytes(local, notes)
    if not domain.isascii():
        domain = _a_label(decode_bytes(domain, notes))
    address = f"{local}@{domain}" if domain else local
    return Address(name, address, local, domain.lower().rstrip("."))


def _a_label(domain: str) -> str:
    """A domain of U-labels as A-labels, where it converts."""
    if len(domain) > 253:  # RFC 1035 2.3.4
        return domain
    try:
        return can_ada.idna_encode(domain).decode("ascii") or domain
    except (ValueError, UnicodeError):
        return domain


def _mailboxes(raw: str, notes: Notes) -> Iterator[tuple[str, str]]:
    """Name and addr-spec of each mailbox, in one pass over the tokens."""
    words: list[str] = []
    comments: list[str] = []
    angle: list[str] | None = None  # what stands between < and >
    address = ""
    depth = 0
    has_group = ";" in raw
    pending = ""  # a name without address before a comma: an unquoted "Doe, Jane"
    for match in _TOKEN.finditer(raw):
        token = match[0]
        mark = match[2]
        if depth:
            depth += (mark == "(") - (mark == ")")
            if depth:
                comments.append(token)
        elif mark is None:
            if angle is not None:
                angle.append(token)
            else:
                words.append(match[1] if match[1] is not None else token)
        elif mark == "(":
            depth = 1
        elif mark == "<":
            angle = []
        elif mark == ">":
            if angle is not None and not address:
                address = "".join(angle).strip()
            elif angle:
                notes.add("address-broken", raw)
            angle = None
        elif mark == ":" and has_group and angle is None:
            words.clear()
        elif mark in ",;":
            if angle is not None:
                if mark == ",":  # an old route, <@a,@b:c@d>
                    angle.clear()
                    continue
                address = address or "".join(angle).strip()
                angle = None
            name, spec = _settle(words, comments, address)
            if spec:
                yield (f"{pending}, {name}" if pending and name else pending or name), spec
                pending = ""
            elif name:
                pending = f"{pending}, {name}" if pending else name
            words, comments, address = [], [], ""
            if mark == ";" and pending:
                notes.add("address-broken", raw)
                pending = ""
        elif angle is not None:
            if mark == ":":
                angle.clear()
            else:
                angle.append(token)
        else:
            words.append(token)
    if angle is not None:
        notes.add("address-broken", raw)
        address = address or "".join(angle).strip()
    name, spec = _settle(words, comments, address)
    if pending and not spec and not has_group:
        notes.add("address-broken", raw)
    name = f"{pending}, {name}" if pending and name else pending or name
    if name or spec:
        yield name, spec


def _settle(words: list[str], comments: list[str], address: str) -> tuple[str, str]:
    """The name and addr-spec of the pieces of one mailbox."""
    text = "".join(words).strip()
    if address:
        return text or "".join(comments).strip(), address
    if "@" in text:
        pieces = text.split()
        spec = next(piece for piece in reversed(pieces) if "@" in piece)
        rest = " ".join(piece for piece in pieces if piece is not spec)
        return rest or "".join(comments).strip(), spec
    if text and not any(char.isspace() for char in text):
        return "".join(comments).strip(), text  # a mailbox of this host, such as "root"
    return text or "".join(comments).strip(), ""
