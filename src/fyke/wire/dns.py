"""DNS messages as a client needs them (RFC 1035, RFC 6891): a question to bytes, an answer to values. No socket here.

Every byte of an answer may be an enemy's. A pointer must lead back, a name may cost its length, a record its bytes; so
reading a message takes time in proportion to its size. What is wrong raises `Malformed`, what is no answer to our
question `Foreign`, and nothing else is raised.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from socket import AF_INET6, inet_ntoa, inet_ntop

from msgspec import Struct

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
OPT = 41
IN = 1
UDP_BYTES = 1_232  # that we take over UDP: what passes everywhere in one piece (DNS flag day 2020)
LABEL_BYTES, NAME_BYTES = 63, 255  # RFC 1035 2.3.4
ALIASES = 16  # in one answer; resolvers stop at 8 to 16
STEPS = 16_384  # labels and pointers read in one message: a message of 64 kB with honest compression needs half of it
MOST_TTL_S = 0x7FFFFFFF  # RFC 2181 8: with the highest bit, it is zero

NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = 0, 1, 2, 3, 4, 5
_ANSWERS, _TRUNCATED, _ASKS_RECURSION, _VALIDATED, _OPCODE, _CODE = 0x8000, 0x0200, 0x0100, 0x0020, 0x7800, 0x000F
_HEAD = struct.Struct("!6H")
_RECORD = struct.Struct("!HHIH")
_SOA_NUMBERS = struct.Struct("!5I")
# Root, OPT, our size in place of the class; no extended code, no flags, no options.
_EDNS = b"\0" + struct.pack("!HHIH", OPT, UDP_BYTES, 0, 0)
_PLAIN = re.compile(rb"[!-\[\]-~]*")  # what a name is made of where no character needs a backslash


class Impossible(Exception):  # noqa: N818  it is a fact about a name, not a fault
    """No zone can have a name like this: a label is empty or too long, or all of it is."""


class Malformed(Exception):  # noqa: N818
    """The message breaks the format."""


class Foreign(Exception):  # noqa: N818
    """The message is no answer to the question: somebody else's, or a forgery."""


class OtherCase(Foreign):
    """The answer is to our question, but not to the case of its letters."""


class Reply(Struct, frozen=True):
    """What an answer says of the name and the type that it was asked about."""

    code: int  # RCODE; 0: no error, 3: no such name, anything else: it could not answer
    is_truncated: bool = False
    values: tuple[str, ...] = ()  # see `fyke.model.query.Dns`
    ttl_s: int = 0  # of the values and the aliases before them, or of "there is none"; 0: not to be kept
    secure: bool = False
    alias: str = ""  # the answer ends here, in an alias, without a word on what it stands for: ask on


def question(name: str, kind: str) -> bytes:
    """The question as messages carry it. Raises `Impossible`, and `UnicodeEncodeError` for what is not ASCII."""
    labels = name.encode("ascii").split(b".") if name else []
    for label in labels:
        if not 0 < len(label) <= LABEL_BYTES:
            raise Impossible(name[:NAME_BYTES])
    wire = b"".join([bytes((len(label),)) + label for label in labels]) + b"\0"
    if len(wire) > NAME_BYTES:
        raise Impossible(name[:NAME_BYTES])
    return wire + struct.pack("!HH", TYPES[kind], IN)


def mixed(asked: bytes, chance: int) -> bytes:
    """The question with letters in upper case where `chance` has a bit: a forger must guess these too."""
    name = bytes(
        byte - 32 if 97 <= byte <= 122 and chance >> at & 1 else byte  # a length is at most 63, and stays
        for at, byte in enumerate(asked[:-4])
    )
    return name + asked[-4:]


def message(number: int, asked: bytes, *, edns: bool = True) -> bytes:
    """A whole query: recursion is wanted, and AD, by which the resolver says that it validated (RFC 6840 5.7)."""
    head = _HEAD.pack(number, _ASKS_RECURSION | _VALIDATED, 1, 0, 0, 1 if edns else 0)
    return head + asked + (_EDNS if edns else b"")


def read(data: bytes, asked: bytes, *, exact_case: bool = False) -> Reply:
    """The answer to a question that was sent, whose number is checked by who knows it.

    Raises `Foreign`, `Malformed`.
    """
    if len(data) < _HEAD.size:
        raise Malformed("no header")
    _, flags, questions, answers, authorities, extras = _HEAD.unpack_from(data)
    if not flags & _ANSWERS or flags & _OPCODE:
        raise Foreign("no answer to a query")
    end = _HEAD.size + len(asked)
    code = flags & _CODE
    if questions == 0 and code in (FORMERR, NOTIMP, REFUSED, SERVFAIL):
        return Reply(code)  # some do not repeat what they did not understand
    repeated = data[_HEAD.size : end]
    if questions != 1 or (repeated != asked and repeated.lower() != asked.lower()):
        raise Foreign("another question")
    if exact_case and repeated != asked:
        raise OtherCase("another case")
    if flags & _TRUNCATED:
        return Reply(code, is_truncated=True)
    try:
        return _Reading(data, asked).reply(end, (answers, authorities, extras), flags)
    except (struct.error, IndexError):
        raise Malformed("ends too early") from None


class _Reading:
    """One message being read."""

    def __init__(self, data: bytes, asked: bytes) -> None:
        self._data = data
        self._kind = int.from_bytes(asked[-4:-2], "big")
        self._names: dict[int, tuple[str, int]] = {}  # by place: the text, and its octets
        self._steps = 0

    def reply(self, at: int, counts: tuple[int, int, int], flags: int) -> Reply:
        name, _ = self._name(_HEAD.size)
        found: dict[str, list[str]] = {}
        ttls: dict[str, int] = {}  # of a name's values or of its alias: the shortest
        aliases: dict[str, str] = {}
        for owner, kind, ttl, start, end in self._records(at, counts[0]):
            at = end
            if kind == self._kind:
                found.setdefault(owner, []).append(self._value(kind, start, end))
            elif kind == TYPES["CNAME"]:
                aliases.setdefault(owner, self._host(start, end))
            else:
                continue
            ttls[owner] = min(ttl, ttls.get(owner, ttl))
        none_ttl: int | None = None
        for _, kind, ttl, start, end in self._records(at, counts[1]):
            at = end
            if kind == TYPES["SOA"] and none_ttl is None:
                none_ttl = min(ttl, _seconds(self._soa(start, end)[2][4]))  # RFC 2308 5
        code = flags & _CODE
        for _, kind, ttl, _, end in self._records(at, counts[2]):
            at = end
            if kind == OPT:
                code |= ttl >> 24 << 4  # RFC 6891 6.1.3
        secure = bool(flags & _VALIDATED)
        chain = _chain(name, found, aliases)
        last = chain[-1]
        if last in found:
            ttl_s = min(ttls[each] for each in chain)
            return Reply(code if code != NXDOMAIN else NOERROR, False, tuple(found[last]), ttl_s, secure)
        is_cut = len(chain) > 1 and none_ttl is None and code == NOERROR
        ends = [] if is_cut else [none_ttl or 0]
        ttl_s = min(ends + [ttls[each] for each in chain[:-1]])
        return Reply(code, False, (), ttl_s, secure, last if is_cut else "")

    def _records(self, at: int, count: int) -> Iterator[tuple[str, int, int, int, int]]:
        """Owner, type, time to live, and where the data begins and ends. Those of other classes are not told."""
        data, size = self._data, len(self._data)
        for _ in range(count):  # each takes eleven bytes at least, so the message ends this
            owner, at = self._name(at)
            kind, group, ttl, length = _RECORD.unpack_from(data, at)
            start = at + _RECORD.size
            at = start + length
            if at > size:
                raise Malformed("a record beyond the end")
            if kind == OPT:
                yield owner, kind, ttl, start, at
            else:
                yield owner, kind if group == IN else 0, _seconds(ttl), start, at

    def _name(self, at: int) -> tuple[str, int]:
        """The name at a place, in lower case and without the last dot, and where it ends."""
        data, start, after, back = self._data, at, 0, at
        labels: list[bytes] = []
        size, rest = 1, ""
        while length := data[at]:
            self._steps += 1
            if length <= LABEL_BYTES:
                size += length + 1
                if size > NAME_BYTES:
                    raise Malformed("a name too long")
                labels.append(data[at + 1 : at + 1 + length])
                at += length + 1
                continue
            if length < 0xC0:
                raise Malformed("a label of an unknown kind")
            target = (length & 0x3F) << 8 | data[at + 1]
            after = after or at + 2
            if not _HEAD.size <= target < back:  # so they end; honest ones lead back (RFC 1035 4.1.4)
                raise Malformed("a pointer that does not lead back")
            if target in self._names:
                rest, octets = self._names[target]
                size += octets - 1
                break
            at = back = target
        if size > NAME_BYTES or self._steps > STEPS:
            raise Malformed("a name too long" if size > NAME_BYTES else "too many labels")
        text = _text(labels)
        text = f"{text}.{rest}" if text and rest else text or rest
        self._names[start] = (text, size)
        return text, after or at + 1

    def _value(self, kind: int, start: int, end: int) -> str:
        data = self._data
        if kind == TYPES["A"]:
            return inet_ntoa(_exactly(data[start:end], 4))
        if kind == TYPES["AAAA"]:
            return inet_ntop(AF_INET6, _exactly(data[start:end], 16))
        if kind == TYPES["TXT"]:
            return self._strings(start, end)
        if kind == TYPES["MX"]:
            host = self._host(start + 2, end)
            return f"{data[start] << 8 | data[start + 1]} {host or '.'}"
        if kind == TYPES["SOA"]:
            primary, mailbox, numbers = self._soa(start, end)
            return f"{primary or '.'} {mailbox or '.'} {numbers[0]}"
        return self._host(start, end) or "."

    def _host(self, start: int, end: int) -> str:
        name, at = self._name(start)
        if at != end:
            raise Malformed("a name that does not fill its record")
        return name

    def _soa(self, start: int, end: int) -> tuple[str, str, tuple[int, ...]]:
        primary, at = self._name(start)
        mailbox, at = self._name(at)
        if at + _SOA_NUMBERS.size != end:
            raise Malformed("a SOA of another length")
        return primary, mailbox, _SOA_NUMBERS.unpack_from(self._data, at)

    def _strings(self, at: int, end: int) -> str:
        data = self._data
        strings = []
        while at < end:
            after = at + 1 + data[at]
            if after > end:
                raise Malformed("a string beyond its record")
            strings.append(data[at + 1 : after])
            at = after
        return b"".join(strings).decode("latin-1")


def _chain(name: str, found: dict[str, list[str]], aliases: dict[str, str]) -> list[str]:
    """The names from the one that was asked to the one that has values, or is the last we are told of."""
    chain = [name]
    while chain[-1] not in found and chain[-1] in aliases:
        if len(chain) > ALIASES:
            raise Malformed("aliases without end")
        chain.append(aliases[chain[-1]])
    return chain


def _text(labels: list[bytes]) -> str:
    joined = b".".join(labels)
    if joined.count(b".") == max(0, len(labels) - 1) and _PLAIN.fullmatch(joined):
        return joined.lower().decode("ascii")
    return ".".join("".join(map(_character, label.lower())) for label in labels)


def _character(byte: int) -> str:
    """As zone files write it (RFC 1035 5.1), so that no dot within a label looks like one between two."""
    if byte in b".\\":
        return f"\\{byte:c}"
    return chr(byte) if 0x20 < byte < 0x7F else f"\\{byte:03}"


def _seconds(ttl: int) -> int:
    return ttl if ttl <= MOST_TTL_S else 0


def _exactly(data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise Malformed("an address of another length")
    return data
