"""Signatures of patterns: one (.ndb, .db), or several joined by an expression (.ldb).

After ClamAV's manual, "Extended signatures", "Logical signatures". What a line asks and we do not do is refused, so
that no signature is ever half meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from fyke.files.signatures.bodies import Block, read_body
from fyke.files.signatures.hashes import check_level
from fyke.files.signatures.places import ANYWHERE, Place, read_place
from fyke.files.signatures.records import LEVEL, Refused
from fyke.files.signatures.tree import Node, read_tree
from fyke.files.signatures.views import CONTAINERS, TARGETS

PARTS = 64  # of one signature: ClamAV's own limit
Span = tuple[int, int]

_MODIFIER = re.compile(r"(.*)::([iwfa]{1,4})", re.DOTALL)
_WIDE = re.compile(r"\{[^}]*\}|\[[^\]]*\]|\([BLW]\)|[0-9a-fA-F?]{2}")
_REGEX = re.compile(r"(?:([^/:]*):)?([^/]*)/(.*)/([a-zA-Z]*)", re.DOTALL)
_WORD_BEFORE, _WORD_AFTER = b"(?<![A-Za-z0-9])", b"(?![A-Za-z0-9])"


class Part(Struct, frozen=True):
    """One pattern of a signature."""

    forms: tuple[tuple[Block, ...], ...] = ()  # as written, in wide characters, or both
    place: Place = ANYWHERE
    is_caseless: bool = False
    regex: bytes = b""  # instead of forms: a compiled database
    gate: Node | None = None  # that must be true before the regex is tried


class Limits(Struct, frozen=True):
    """What the file must be, beside what must stand in it."""

    size: Span | None = None
    entry: Span | None = None
    sections: Span | None = None
    container: str = ""


class Signature(Struct, frozen=True):
    """What is matched, and what it is called."""

    name: str
    database: int  # number of the file it stands in
    target: int
    parts: tuple[Part, ...]
    tree: Node = Node()
    limits: Limits = Limits()
    is_pua: bool = False


class Draft(Struct, frozen=True):
    """A signature, and the runs by which it is known to be worth a look; None where it is looked at in every file."""

    signature: Signature
    triggers: tuple[tuple[bytes, bool], ...] | None


Regexes = Callable[[bytes, str], bytes]  # pattern and flags to a compiled database; raises `Refused`


def read_old(line: str, database: int) -> Draft:
    """A line of a .db file: name=hex. Raises `Refused`."""
    name, is_there, body = line.partition("=")
    if not is_there:
        raise Refused("a line of an old database is name=hex")
    return _draft(Signature(name.strip(), database, 0, (_part(body.strip(), ANYWHERE),)))


def read_extended(line: str, database: int) -> Draft:
    """A line of a .ndb file: name:target:offset:hex[:levels]. Raises `Refused`."""
    fields = line.split(":")
    if len(fields) < 4:
        raise Refused("an extended signature has four fields or more")
    name, target, offset, body = fields[:4]
    check_level(fields[4:6])
    return _draft(Signature(name, database, _target(target), (_part(body, read_place(offset)),)))


def read_logical(line: str, database: int, regexes: Regexes) -> Draft:
    """A line of a .ldb file: name;attributes;expression;part;part... Raises `Refused`."""
    fields = line.split(";")
    if len(fields) < 4:
        raise Refused("a logical signature has four fields or more")
    name, attributes, expression, *written = fields
    target, limits = _attributes(attributes)
    if len(written) > PARTS:
        raise Refused("a logical signature has more parts than ClamAV allows")
    tree = read_tree(expression)
    if max(tree.leaves) >= len(written):
        raise Refused("the expression names a part that is not there")
    parts = tuple(_subsignature(text, len(written), regexes) for text in written)
    return _draft(Signature(name, database, target, parts, tree, limits))


def _draft(signature: Signature) -> Draft:
    if not signature.name:
        raise Refused("the signature has no name")
    triggers: list[tuple[bytes, bool]] = []
    for part in signature.parts:
        for form in part.forms:
            literal = max((block.literal for block in form), key=_rarity)
            if not literal:
                if part.place.base in {"", "whole"}:
                    raise Refused("the pattern has no run of two bytes, and may stand anywhere")
                return Draft(signature, None)
            triggers.append((literal, part.is_caseless))
    nothing = signature.tree.holds([0] * len(signature.parts))
    return Draft(signature, None if nothing or not triggers else tuple(dict.fromkeys(triggers)))


def _rarity(literal: bytes) -> tuple[int, int]:
    return len(set(literal) - {0, 0x20, 0xFF}), len(literal)


def _target(text: str) -> int:
    if not text.isdecimal() or int(text) not in TARGETS:
        raise Refused("the target is of a sort that is not read")
    return int(text)


def _attributes(text: str) -> tuple[int, Limits]:
    """Target:, Engine: and the limits. An unknown attribute is not passed over: that would widen the meaning."""
    target, container = 0, ""
    found: dict[str, Span] = {}
    for attribute in filter(None, text.split(",")):
        name, _, value = attribute.partition(":")
        if name == "Target":
            target = _target(value)
        elif name == "Engine":
            low, _, high = value.partition("-")
            check_level([low, high or str(LEVEL)])
        elif name in _SPANS:
            found[_SPANS[name]] = span(value)
        elif name == "Container":
            if value not in CONTAINERS:
                raise Refused("the container is of a sort that is not read")
            container = value
        else:
            raise Refused(f"the attribute {name[:20]} is not read")
    return target, Limits(found.get("size"), found.get("entry"), found.get("sections"), container)


_SPANS = {"FileSize": "size", "EntryPoint": "entry", "NumberOfSections": "sections"}


def span(text: str) -> Span:
    """A number, or two with a dash between."""
    low, dash, high = text.partition("-")
    if not low.isdecimal() or (dash and not high.isdecimal()):
        raise Refused("an attribute has a span that is not understood")
    return int(low), int(high if dash else low)


def _subsignature(text: str, count: int, regexes: Regexes) -> Part:
    """One part: a pattern with offset and modifiers, or a regex behind a gate."""
    if text.startswith(("${", "fuzzy_img#")):
        raise Refused("macros and image hashes in logical signatures are not read")
    if "/" in text:
        return _regex(text, count, regexes)
    if "#" in text:
        raise Refused("comparisons of bytes are not read")
    flags = ""
    if modified := _MODIFIER.fullmatch(text):
        text, flags = modified[1], modified[2]
    offset, is_there, body = text.rpartition(":")
    return _part(body, read_place(offset) if is_there else ANYWHERE, flags)


def _part(body: str, place: Place, flags: str = "") -> Part:
    wide = _WIDE.sub(lambda found: found[0] if found[0][0] in "{[(" else f"{found[0]}00", body) if "w" in flags else ""
    written = [wide] if wide and "a" not in flags else [body, wide] if wide else [body]
    is_caseless = "i" in flags
    return Part(tuple(_form(text, is_caseless, "f" in flags) for text in written), place, is_caseless)


def _form(body: str, is_caseless: bool, is_word: bool) -> tuple[Block, ...]:
    blocks = list(read_body(body).blocks)
    if is_caseless:
        blocks = [
            Block(
                tuple(b"(?i:" + each + b")" for each in block.patterns),
                block.low,
                block.high,
                block.literal.lower(),
                block.at,
            )
            for block in blocks
        ]
    if is_word:
        first, last = blocks[0], blocks[-1]
        blocks[0] = Block(
            tuple(_WORD_BEFORE + each for each in first.patterns), first.low, first.high, first.literal, first.at
        )
        last = blocks[-1]
        blocks[-1] = Block(
            tuple(each + _WORD_AFTER for each in last.patterns), last.low, last.high, last.literal, last.at
        )
    return tuple(blocks)


def _regex(text: str, count: int, regexes: Regexes) -> Part:
    """[offset:]trigger/regex/flags."""
    found = _REGEX.fullmatch(text)
    if found is None or (found[1] not in {None, "", "*"}):
        raise Refused("a regex with an offset is not read")
    gate = read_tree(found[2])
    if max(gate.leaves) >= count:
        raise Refused("the expression names a part that is not there")
    return Part(regex=regexes(found[3].encode("utf-8"), found[4]), gate=gate)
