"""The body of a pattern as ClamAV writes it, in hexadecimal: bytes, wildcards, gaps, choices.

A body is split at its gaps and at choices of unequal lengths into blocks that all have one length. So no block can be
matched in two ways, nothing is ever tried twice, and a search is linear however a file is made.
After ClamAV's manual, "Body-based signature content format".
"""

from __future__ import annotations

import re

from msgspec import Struct

from fyke.files.signatures.records import Refused

BODY_CHARS = 100_000
BLOCKS = 64  # of one body: ClamAV's own have a dozen at most
CHOICES = 256  # of one choice
GAP_BYTES = 1 << 30
LITERAL_BYTES = 2  # the shortest run that is looked for: ClamAV's least too
LITERAL_MOST = 32  # bytes of a run that is looked for: more make it no rarer

_TOKEN = re.compile(
    r"(?P<byte>[0-9a-fA-F?]{2})|(?P<star>\*)|\{(?P<gap>[0-9-]{1,12})\}|\[(?P<anchor>[0-9]{1,4}-[0-9]{1,4})\]"
    r"|(?P<not>!?)\((?P<choice>[^()]{1,60000})\)"
)
# Zero-width: what must stand beside a place. Ours are plain: letters and digits make words, CR and LF end lines.
_BOUNDS = {
    "B": rb"(?:\A|\Z|(?<=[^A-Za-z0-9])|(?=[^A-Za-z0-9]))",
    "L": rb"(?:\A|\Z|(?<=[\r\n])|(?=[\r\n]))",
    "W": rb"(?:\A|\Z|(?<=[^A-Za-z0-9])|(?=[^A-Za-z0-9]))",
}


class Block(Struct, frozen=True):
    """A run of bytes without a gap, and the gap before it."""

    patterns: tuple[bytes, ...]  # Python regexes, each of one length; more than one for a choice of unequal lengths
    low: int = 0  # bytes between the block before and this
    high: int = 0  # -1: any number
    literal: bytes = b""  # the run that is looked for; empty where there is none
    at: int = 0  # where in the block it stands


class Body(Struct, frozen=True):
    """What a body says."""

    blocks: tuple[Block, ...]
    trigger: bytes  # the run by which a file is known to be worth a look; empty where it has none


class _Run:
    """A block being put together."""

    def __init__(self, low: int = 0, high: int = 0) -> None:
        self.low, self.high = low, high
        self.pieces: list[bytes] = []
        self.runs: list[tuple[int, bytearray]] = []
        self.size = 0

    def put(self, byte: str) -> None:
        """Add a byte or a wildcard."""
        if "?" not in byte:
            value = int(byte, 16)
            self.pieces.append(re.escape(bytes((value,))))
            if not self.runs or self.runs[-1][0] + len(self.runs[-1][1]) != self.size:
                self.runs.append((self.size, bytearray()))
            self.runs[-1][1].append(value)
        else:
            self.pieces.append(_wild(byte))
        self.size += 1

    def close(self) -> Block:
        """The block."""
        at, literal = max(((at, bytes(run)) for at, run in self.runs), key=lambda run: worth(run[1]), default=(0, b""))
        if len(literal) > LITERAL_MOST:
            literal = literal[:LITERAL_MOST]
        elif len(literal) < LITERAL_BYTES:
            at, literal = 0, b""
        return Block((b"".join(self.pieces),), self.low, self.high, literal, at)


def worth(literal: bytes) -> tuple[int, int]:
    """How rare a run is, about: zeros, spaces and repeated bytes are in many files."""
    return len(set(literal[:LITERAL_MOST]) - {0, 0x20, 0xFF}), len(literal)


def read_body(text: str) -> Body:
    """The blocks of a body. Raises `Refused`."""
    if len(text) > BODY_CHARS:
        raise Refused("the pattern is longer than is read")
    blocks: list[Block] = []
    run = _Run()
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise Refused("the pattern has a part that is not understood")
        at = token.end()
        if token["byte"]:
            run.put(token["byte"])
        elif token["choice"] is not None:
            run = _choose(token["choice"], bool(token["not"]), run, blocks)
        else:
            low, high = (0, -1) if token["star"] else _gap(token["gap"] or token["anchor"])
            run = _widen(run, low, high, blocks)
        if len(blocks) > BLOCKS:
            raise Refused("the pattern has more gaps than are read")
    if run.pieces:
        blocks.append(run.close())
    elif run.low or run.high:
        raise Refused("the pattern ends with a gap")
    if not blocks or any(b"(?!" not in pattern and not pattern for block in blocks for pattern in block.patterns):
        raise Refused("the pattern is empty")
    trigger = max((block.literal for block in blocks), key=worth)
    return Body(tuple(blocks), trigger)


def _widen(run: _Run, low: int, high: int, blocks: list[Block]) -> _Run:
    """Begin the next block after a gap; two gaps in a row are one."""
    if run.pieces:
        blocks.append(run.close())
        return _Run(low, high)
    if not blocks:
        raise Refused("the pattern begins with a gap")
    return _Run(run.low + low, -1 if -1 in {run.high, high} else run.high + high)


def _gap(text: str) -> tuple[int, int]:
    """{n}, {n-m}, {-m}, {n-}."""
    low, dash, high = text.partition("-")
    if "-" in high or not (low or high):
        raise Refused("the pattern has a gap that is not understood")
    least = int(low or 0)
    most = least if not dash else int(high) if high else -1
    if most > GAP_BYTES or (0 <= most < least):
        raise Refused("the pattern has a gap that is not understood")
    return least, most


def _wild(byte: str) -> bytes:
    """`??`, `a?` or `?a`."""
    if byte == "??":
        return b"."
    if byte[1] == "?":
        high = int(byte[0], 16) << 4
        return b"[\\x%02x-\\x%02x]" % (high, high | 15)
    low = int(byte[1], 16)
    return b"[" + b"".join(b"\\x%02x" % (high << 4 | low) for high in range(16)) + b"]"


def _choose(text: str, is_not: bool, run: _Run, blocks: list[Block]) -> _Run:
    """A choice, a negated one, or a boundary; gives the run that goes on."""
    if text in _BOUNDS:
        bound = _BOUNDS[text]
        run.pieces.append(b"(?!" + bound + b")" if is_not else bound)
        return run
    choices = text.split("|")
    if len(choices) > CHOICES:
        raise Refused("the pattern has more choices than are read")
    written = [_fixed(choice) for choice in choices]
    lengths = {length for _, length in written}
    joined = b"|".join(pattern for pattern, _ in written)
    if is_not and len(lengths) > 1:
        raise Refused("a negated choice has unequal lengths")
    if is_not:
        length = lengths.pop()
        run.pieces.append(b"(?!%b).{%d}" % (joined, length))
        run.size += length
    elif len(lengths) == 1:
        run.pieces.append(b"(?:" + joined + b")")
        run.size += lengths.pop()
    else:
        low, high = 0, 0
        if run.pieces:
            blocks.append(run.close())
        else:
            low, high = run.low, run.high
        blocks.append(Block(tuple(dict.fromkeys(pattern for pattern, _ in written)), low, high))
        return _Run()
    return run


def _fixed(text: str) -> tuple[bytes, int]:
    """One choice: bytes and wildcards. Raises `Refused`."""
    pieces = []
    for at in range(0, len(text), 2):
        byte = text[at : at + 2]
        if not re.fullmatch(r"[0-9a-fA-F?]{2}", byte):
            raise Refused("the pattern has a choice that is not understood")
        pieces.append(_wild(byte) if "?" in byte else re.escape(bytes((int(byte, 16),))))
    if not pieces:
        raise Refused("the pattern has a choice that is not understood")
    return b"".join(pieces), len(pieces)
