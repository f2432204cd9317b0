"""SPF records (RFC 7208 4.5, 4.6, 12): which of a domain's texts is its record, and what the record says.

The whole record is read before anything is asked: a mistake anywhere makes all of it void. Records read are remembered
by their text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from socket import AF_INET6, inet_aton, inet_pton

from msgspec import Struct

from fyke.detect.auth.spf_macro import BadMacroError, Pieces, read_macros, read_name
from fyke.model.auth import AuthResult

RECORD_CHARS = 8_192  # RFC 7208 3.4 wants 450; domains that list every address of theirs come to some thousands
KNOWN, KNOWN_CHARS = 512, 1_024  # records remembered, of at most 30 kB each; longer ones are read each time, in 1 ms

_QUALIFIERS = {
    "+": AuthResult.PASS, "-": AuthResult.FAIL, "~": AuthResult.SOFTFAIL, "?": AuthResult.NEUTRAL,
}  # fmt: skip
_TERM = re.compile(r"([+\-~?]?)([A-Za-z][A-Za-z0-9._-]*)(.*)", re.DOTALL)
_LENGTH4 = r"/(0|[1-9]\d?)"
_LENGTH6 = r"/(0|[1-9]\d{0,2})"
_DUAL = re.compile(rf"(?:{_LENGTH4})?(?:/{_LENGTH6})?\Z", re.ASCII)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IP4 = re.compile(rf"((?:{_OCTET}\.){{3}}{_OCTET})(?:{_LENGTH4})?", re.ASCII)
_IP6 = re.compile(rf"([0-9A-Fa-f:.]{{2,45}})(?:{_LENGTH6})?", re.ASCII)
_DUAL_CHARS = len("/32//128")

_WITH_NAME = frozenset(("include", "exists"))  # which is not optional
_WITH_LENGTHS = frozenset(("a", "mx"))
ASKING = frozenset(("include", "a", "mx", "ptr", "exists"))  # RFC 7208 4.6.4, with "redirect"


class BadRecordError(ValueError):
    """A record that is void, and why, as a clause of a sentence."""


class Term(Struct, frozen=True):
    """One mechanism: whom it means, and what it says of them."""

    text: str  # as it is written
    kind: str  # "all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"
    says: AuthResult
    name: Pieces = ()  # empty: the domain itself
    net: int = 0  # of ip4 and ip6: the network, shifted right by what the prefix leaves open
    open4: int = 0  # bits of an IPv4 address that are not compared
    open6: int = 0


class Record(Struct, frozen=True):
    """What a domain says of who may send in its name."""

    text: str
    terms: tuple[Term, ...]
    redirect: Pieces = ()
    redirect_text: str = ""
    exp: Pieces = ()


def choose(values: Iterable[str]) -> list[str]:
    """Those of a name's texts that are SPF records (RFC 7208 4.5): there should be one."""
    return [value for value in values if value[:6].lower() == "v=spf1" and (len(value) == 6 or value[6] == " ")]


def read(text: str) -> Record:
    """A record of a text that `choose` chose. Raises BadRecordError."""
    if len(text) <= KNOWN_CHARS:
        record = _known(text)
        if isinstance(record, Record):
            return record
        raise BadRecordError(record)
    if len(text) > RECORD_CHARS:
        raise BadRecordError("it is too long")
    return _read(text)


@lru_cache(maxsize=KNOWN)
def _known(text: str) -> Record | str:
    """The record, or what is wrong with it: a cache keeps no exceptions."""
    try:
        return _read(text)
    except BadRecordError as error:
        return str(error)


def _read(text: str) -> Record:
    terms: list[Term] = []
    seen: dict[str, Term] = {}  # a term that is repeated a thousand times is read and kept once
    modifiers: dict[str, tuple[Pieces, str]] = {}
    for word in text[6:].split(" "):
        if not word:
            continue
        term = seen.get(word)
        if term is None:
            term = _read_term(word, modifiers)
            if term is None:
                continue
            seen[word] = term
        terms.append(term)
    redirect, redirect_text = modifiers.get("redirect", ((), ""))
    return Record(text, tuple(terms), redirect, redirect_text, modifiers.get("exp", ((), ""))[0])


def _read_term(word: str, modifiers: dict[str, tuple[Pieces, str]]) -> Term | None:
    """A mechanism; of a modifier nothing, but it is written down."""
    found = _TERM.fullmatch(word)
    if found is None:
        raise _bad(word)
    sign, name, rest = found.groups()
    name = name.lower()
    try:
        if rest[:1] != "=":
            return _read_mechanism(word, _QUALIFIERS[sign or "+"], name, rest)
        if sign or name in modifiers:
            raise _bad(word)
        if name in ("redirect", "exp"):
            modifiers[name] = (read_name(rest[1:]), word)
        else:
            read_macros(rest[1:])
    except BadMacroError:
        raise _bad(word) from None
    return None


def _read_mechanism(word: str, says: AuthResult, kind: str, rest: str) -> Term:
    """Raises BadRecordError and BadMacroError."""
    if kind == "ip4":
        return _read_ip4(word, says, rest)
    if kind == "ip6":
        return _read_ip6(word, says, rest)
    if kind == "all":
        if rest:
            raise _bad(word)
        return Term(word, kind, says)
    if kind not in ASKING:
        raise _bad(word)
    length4 = length6 = None
    if kind in _WITH_LENGTHS and "/" in rest[-_DUAL_CHARS:]:
        start = max(0, len(rest) - _DUAL_CHARS)
        found = _DUAL.search(rest, start)
        assert found is not None  # the end itself matches
        length4, length6 = found.groups()
        rest = rest[: found.start()]
    if rest[:1] == ":":
        name = read_name(rest[1:])
    elif rest or kind in _WITH_NAME:
        raise _bad(word)
    else:
        name = ()
    return Term(word, kind, says, name, 0, _open(length4, 32, word), _open(length6, 128, word))


def _read_ip4(word: str, says: AuthResult, rest: str) -> Term:
    found = _IP4.fullmatch(rest, 1) if rest[:1] == ":" else None
    if found is None:
        raise _bad(word)
    bits = _open(found[2], 32, word)
    return Term(word, "ip4", says, (), int.from_bytes(inet_aton(found[1]), "big") >> bits, bits)


def _read_ip6(word: str, says: AuthResult, rest: str) -> Term:
    found = _IP6.fullmatch(rest, 1) if rest[:1] == ":" else None
    try:
        packed = inet_pton(AF_INET6, found[1]) if found is not None else b""
    except OSError:
        packed = b""
    if found is None or not packed:
        raise _bad(word)
    bits = _open(found[2], 128, word)
    return Term(word, "ip6", says, (), int.from_bytes(packed, "big") >> bits, 0, bits)


def _open(length: str | None, bits: int, word: str) -> int:
    """How many bits a prefix length leaves open."""
    if length is None:
        return 0
    if int(length) > bits:
        raise _bad(word)
    return bits - int(length)


def _bad(word: str) -> BadRecordError:
    shown = "".join([char if "!" <= char <= "~" else "?" for char in word[:80]])
    return BadRecordError(f'its term "{shown}" breaks the grammar')
