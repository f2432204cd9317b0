"""A message as signatures see it: its fields and its body in canonical form (RFC 6376 3.4), and their hashes.

Works on whole bytes and by offsets, in time that grows with their number alone; what several signatures need is made
once. Servers write CRLF where they were given LF alone, so that is what was signed; a CR alone stays what it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from fyke.mail.headers import find_body

HEADER_BYTES = 1_048_576  # of a header that is looked into: Exim refuses a larger one

_FIELD_END = re.compile(rb"\r\n(?![ \t])")


def with_crlf(data: bytes) -> bytes:
    """The bytes with CRLF for every LF."""
    feeds = data.count(b"\n")
    if feeds == data.count(b"\r\n"):
        return data
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def relaxed_body(body: bytes) -> bytes:
    """The body with runs of space as one, none at the end of a line, and no empty lines at its end (3.4.4)."""
    body = _one_space(body).replace(b" \r\n", b"\r\n")
    body = _without_empty_lines(body.removesuffix(b" "))
    return body if body != b"\r\n" else b""


def simple_body(body: bytes) -> bytes:
    """The body without empty lines at its end (3.4.3)."""
    return _without_empty_lines(body)


def relaxed_field(field: bytes, *, is_plain: bool = False) -> bytes:
    """The field with a lower name, unfolded, with runs of space as one and none at its ends (3.4.2).

    It is plain where somebody knows already that it has no space but that of the mail standards.
    """
    name, _, value = field.partition(b":")
    if is_plain or _is_plain(value):
        value = b" ".join(value.split())
    else:
        value = _one_space(value.replace(b"\r\n", b"")).strip(b" ")
    return name.rstrip(b" \t").lower() + b":" + value


def _is_plain(data: bytes) -> bool:
    """Whether all that Python takes for space is space, tab or a line end."""
    return data.count(b"\r") == data.count(b"\r\n") and b"\v" not in data and b"\f" not in data


def _one_space(data: bytes) -> bytes:
    """Every run of spaces and tabs as one space. Each pass halves the longest run, so there are few of them."""
    data = data.replace(b"\t", b" ")
    while b"  " in data:
        data = data.replace(b"  ", b" ")
    return data


def _without_empty_lines(body: bytes) -> bytes:
    """The body with one CRLF at its end, whatever number of them it had."""
    text = body.rstrip(b"\r\n")
    alone = body.rfind(b"\r\r", len(text) - 1 if text else 0)  # a CR alone is no line end: what follows it are
    if alone >= 0:
        text = body[: alone + 1]
    if body.endswith(b"\r"):
        text = body
    return text + b"\r\n"


class Signable:
    """The fields and the body of a message, with what was made of them for the signatures checked so far."""

    def __init__(self, raw: bytes, *, is_signing: bool = False) -> None:
        stop, start = find_body(raw, 0, len(raw))
        self.is_cut = stop > HEADER_BYTES  # nothing is said of such a message: which fields it has is not known
        header = raw[: min(stop, HEADER_BYTES)]
        self._raw, self._body_start = raw, start
        self._bodies: dict[bool, bytes] = {}
        self._hashes: dict[tuple[bool, int | None], bytes] = {}
        self.fields: list[bytes] = []
        self.names: dict[bytes, list[int]] = {}  # which fields have a name, in their order
        self._is_plain = False
        lower = header.lower()
        if is_signing or b"dkim-signature" in lower or b"arc-" in lower:  # otherwise nobody asks for the fields
            header = with_crlf(header).removesuffix(b"\r")
            self._is_plain = _is_plain(header)
            for name, field in _split(header):
                self.names.setdefault(name, []).append(len(self.fields))
                self.fields.append(field)
        self._relaxed: dict[int, bytes] = {}

    @property
    def is_mixed(self) -> bool:
        """Whether LF alone ends some lines and CRLF the others, which no server sends."""
        return 0 < self._raw.count(b"\r\n") < self._raw.count(b"\n")

    def field(self, number: int, *, is_relaxed: bool) -> bytes:
        """A field in canonical form, without its last CRLF."""
        if not is_relaxed:
            return self.fields[number]
        done = self._relaxed.get(number)
        if done is None:
            done = self._relaxed[number] = relaxed_field(self.fields[number], is_plain=self._is_plain)
        return done

    def signed(self, names: Iterable[bytes], *, is_relaxed: bool) -> list[bytes]:
        """The fields that a list of names signs, in its order.

        Of a name that stands there several times the last comes first; a name that is absent adds nothing (5.4.2).
        """
        used: dict[bytes, int] = {}
        found = []
        for name in names:
            numbers = self.names.get(name)
            if numbers is None:
                continue
            left = used.get(name, len(numbers)) - 1
            if left >= 0:
                used[name] = left
                found.append(self.field(numbers[left], is_relaxed=is_relaxed))
        return found

    def body(self, *, is_relaxed: bool) -> bytes:
        """The body in canonical form."""
        done = self._bodies.get(is_relaxed)
        if done is None:
            body = with_crlf(self._raw[self._body_start :])
            done = self._bodies[is_relaxed] = relaxed_body(body) if is_relaxed else simple_body(body)
        return done

    def body_hash(self, *, is_relaxed: bool, length: int | None = None) -> bytes:
        """The sha256 of the body in canonical form, or of so many bytes of its beginning."""
        key = (is_relaxed, length)
        done = self._hashes.get(key)
        if done is None:
            body = memoryview(self.body(is_relaxed=is_relaxed))
            done = self._hashes[key] = hashlib.sha256(body if length is None else body[:length]).digest()
        return done


def _split(header: bytes) -> list[tuple[bytes, bytes]]:
    """Name and whole of each field, with its folds; lines that are no field are left out: no signature names them."""
    fields: list[tuple[bytes, bytes]] = []
    for field in _FIELD_END.split(header):
        name, colon, _ = field.partition(b":")
        name = name.lower()
        if b" " in name or b"\t" in name:
            name = name.rstrip(b" \t")
        if colon and name and b" " not in name and b"\t" not in name:
            fields.append((name, field))
    return fields
