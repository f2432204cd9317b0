"""Address headers (RFC 5322 3.4), read as mail programs read them: every mailbox, however it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import can_ada

from fyke.mail.defects import Notes
from fyke.mail.limits import ADDRESSES
from fyke.mail.words import decode_bytes, decode_words
from fyke.model import Address

EMPTY = Address("", "", "", "")

# "Name" <local@domain>, Name <local@domain>, local@domain or local@domain (Name), then a comma or the end.
_PLAIN = re.compile(
    r'(?:(?:"([^"\\]*)"[ \t]*|([^"<>,;:()@\\]*))<([^<>@\s"(),;:\\]+)@([\w.-]+)>|([^<>@\s"(),;:\\]+)@([\w.-]+)'
    r"(?:[ \t]*\(([^()\"\\]*)\))?)"
    r"[ \t]*(?:,[ \t]*|$)"
)
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)(?:"|$)|([<>,;:()])|\[[^\][]*\]?|\\.?|[^"<>,;:()\\\[]+', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_COMMENT = "#"  # the mark of a token that stands in a comment

KNOWN = 2_048  # fields remembered between messages: in a mailbox, two of three came before
KNOWN_CHARS = 200  # of such a field; a longer list of addresses does not come again

Token = tuple[str, str]  # its mark (one of <>:, "#" in a comment, "" for words) and its text


def read_addresses(raw: str, notes: Notes) -> tuple[Address, ...]:
    """The mailboxes of an address header, from its value before decoding."""
    if len(raw) <= KNOWN_CHARS and raw.isascii() and "=?" not in raw:
        found = _read_known(raw)
    else:
        found = _read_plain(raw, notes)
    return _read_hard(raw, notes) if found is None else found


def _read_plain(raw: str, notes: Notes) -> tuple[Address, ...] | None:
    """Mailboxes as nearly all programs write them; None for others."""
    found: list[Address] = []
    at, end = 0, len(raw)
    while at < end:
        match = _PLAIN.match(raw, at)
        if match is None:
            return None
        quoted, name, local, domain, bare, bare_domain, comment = match.groups()
        if bare is not None:
            found.append(_make(comment or "", bare, bare_domain, notes))
        else:
            found.append(_make(name if quoted is None else quoted, local, domain, notes))
        at = match.end()
        if len(found) >= ADDRESSES and at < end:
            notes.add("addresses-cut", f"after {ADDRESSES}")
            break
    return tuple(found)


@lru_cache(maxsize=KNOWN)
def _read_known(raw: str) -> tuple[Address, ...] | None:
    """Plain mailboxes of few characters in ASCII, in which there is nothing to note."""
    return _read_plain(raw, Notes())


def _make(name: str, local: str, domain: str, notes: Notes) -> Address:
    """An address from its raw pieces."""
    if name:
        name = name.strip()
        if "=?" in name or not name.isascii():
            name = decode_words(name, notes).strip().strip('"').strip()
        elif name[:1] == "'" == name[-1:] and len(name) > 1:
            name = name[1:-1]  # some programs quote with apostrophes
    if not local.isascii():
        local = decode_bytes(local, notes)
    if not domain.isascii():
        domain = _a_label(decode_bytes(domain, notes))
    if not domain:
        return Address(name, local, local, "")
    return Address(name, f"{local}@{domain}", local, domain.lower().rstrip("."))


def _a_label(domain: str) -> str:
    """A domain of U-labels as A-labels, where it converts."""
    if len(domain) > 253:  # RFC 1035 2.3.4
        return domain
    try:
        return can_ada.idna_encode(domain).decode("ascii") or domain
    except (ValueError, UnicodeError):
        return domain


def _read_hard(raw: str, notes: Notes) -> tuple[Address, ...]:
    """Mailboxes with comments, groups, routes, escapes, or broken in some way."""
    found: list[Address] = []
    if len(raw) > notes.loose_chars:
        notes.add("addresses-cut", f"after {notes.loose_chars} characters")
        raw = raw[: notes.loose_chars]
    notes.loose_chars -= len(raw)
    has_group = ";" in raw
    pending = ""  # a name without address before a comma: an unquoted `Doe, Jane <jane@example.org>`
    for number, tokens in enumerate(_segments(raw)):
        name, spec = _settle(tokens, has_group, notes)
        name = f"{pending}, {name}" if pending and name else pending or name
        pending = ""
        if number >= ADDRESSES:
            notes.add("addresses-cut", f"after {ADDRESSES}")
            break
        if not spec:
            pending = name
            continue
        local, at, domain = spec.rpartition("@")
        found.append(_make(name, local if at else spec, domain if at else "", notes))
    if pending and not found and not any(map(str.isspace, pending)):
        return (_make("", pending, "", notes),)  # a mailbox of this host, such as "root"
    if pending:
        notes.add("address-broken", raw)
        if not found:
            found.append(_make(pending, "", "", notes))
    return tuple(found)


def _segments(raw: str) -> Iterator[list[Token]]:
    """The tokens of each mailbox: the header cut at the commas and semicolons that stand outside of everything."""
    if raw.count("(") != raw.count(")"):
        raw = raw.replace("(", " ").replace(")", " ")  # an open comment would swallow the addresses behind it
    tokens: list[Token] = []
    depth = 0
    in_route = False  # RFC 5322 4.4: <@a,@b:c@d>, whose commas part no mailboxes
    for match in _TOKEN.finditer(raw):
        mark = match[2] or ""
        if depth:
            depth += (mark == "(") - (mark == ")")
            tokens.append((_COMMENT, match[0] if depth else " "))
        elif mark == "(":
            depth = 1
        elif mark == ";" or (mark == "," and not in_route):
            yield tokens
            tokens, in_route = [], False
        else:
            if mark in {"<", ">"}:
                in_route = mark == "<" and raw.startswith("@", match.end())
            quoted = match[1]
            tokens.append((mark, match[0] if quoted is None else _ESCAPE.sub(r"\1", quoted)))
    yield tokens


def _settle(tokens: list[Token], has_group: bool, notes: Notes) -> tuple[str, str]:
    """The name and addr-spec of the tokens of one mailbox. The first address in angle brackets is the one."""
    words: list[str] = []
    comments: list[str] = []
    specs: list[list[str]] = []
    is_open = False
    for mark, text in tokens:
        if mark == _COMMENT:
            comments.append(text)
        elif mark == "<":
            specs.append([])
            is_open = True
        elif mark == ">":
            is_open = False
        elif mark == ":" and (is_open or has_group):
            (specs[-1] if is_open else words).clear()  # an old route `<@a,@b:c@d>`, or the name of a group
        else:
            (specs[-1] if is_open else words).append(text)
    if is_open or len(specs) > 1:
        notes.add("address-broken", "".join(text for _, text in tokens))
    text = "".join(words).strip()
    comment = "".join(comments).strip()
    spec = next((found for found in ("".join(pieces).strip() for pieces in specs) if found), "")
    if spec:
        return text or comment, spec
    if "@" in text:
        pieces = text.split()
        spec = next(piece for piece in reversed(pieces) if "@" in piece)
        return " ".join(piece for piece in pieces if piece is not spec) or comment, spec
    return text or comment, ""
