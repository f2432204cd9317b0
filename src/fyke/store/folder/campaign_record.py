"""A campaign as it stands in the index: its first mail's sketch, when, how many and who, in so many bytes."""

from __future__ import annotations

import math
import struct
import zlib
from datetime import UTC, datetime
from mmap import mmap

from fyke.model.campaign import Alike, Copies
from fyke.model.sketch import GRAMS, LEADS, SHAPES, SHORT, WORDS, Sketch

BITS = 256  # of a set of names, of which only the number is wanted: right to a tenth up to 500 (linear counting)
MOST = 0xFFFFFFFF
RECIPIENTS = 100  # of one mail that are counted

# Checksum; then what never changes: id, lengths, sketch; then what is counted.
_CHECK = struct.Struct("<I")
_FIXED = struct.Struct(f"<12s4H16s8s16s8s8s{4 * WORDS}s{4 * GRAMS}s{4 * SHAPES}s{4 * LEADS}s")
_COUNTS = struct.Struct("<ddIIIHH")
_FIXED_AT = _CHECK.size
_COUNTS_AT = _FIXED_AT + _FIXED.size
_SETS_AT = _COUNTS_AT + _COUNTS.size
_LENGTH = struct.Struct("<H")
_SET_BYTES = BITS // 8
# How many names are in a set with so many bits (Whang, Vander-Zanden and Taylor, 1990).
_ESTIMATES = tuple(round(BITS * math.log(BITS / max(BITS - set_, 1))) for set_ in range(BITS + 1))
RECORD_BYTES = -(-(_SETS_AT + 3 * _SET_BYTES) // 64) * 64  # whole lines of the processor's cache


class Record:
    """One campaign, where it stands. Reads at once, writes what is told."""

    __slots__ = (
        "_at",
        "_map",
        "first_s",
        "id",
        "last_s",
        "mails",
        "said_unwanted",
        "said_wanted",
        "unwanted",
        "wanted",
    )

    def __init__(self, map_: mmap, at: int) -> None:
        self._map, self._at = map_, at
        self.first_s: float
        self.last_s: float
        self.mails: int
        self.unwanted: int
        self.wanted: int
        self.said_unwanted: int
        self.said_wanted: int
        self.id = bytes(map_[at + _FIXED_AT : at + _FIXED_AT + 12]).decode("ascii", "replace")
        (
            self.first_s, self.last_s, self.mails, self.unwanted, self.wanted, self.said_unwanted, self.said_wanted
        ) = _COUNTS.unpack_from(map_, at + _COUNTS_AT)  # fmt: skip

    def is_whole(self) -> bool:
        """Whether it was written to its end."""
        begin = self._at + _FIXED_AT
        (check,) = _CHECK.unpack_from(self._map, self._at)
        return bool(check) and check == _checksum(self._map[begin : begin + _FIXED.size])

    def sketch(self) -> Sketch:
        """The sketch of its first mail."""
        _, words, grams, paths, leads, exact, mime, dom, headers, message_id, *data = _FIXED.unpack_from(
            self._map, self._at + _FIXED_AT
        )
        return Sketch(
            words=data[0][:words],
            grams=data[1][:grams],
            paths=data[2][:paths],
            leads=data[3][:leads],
            exact=_text(exact),
            mime=_text(mime),
            dom=_text(dom),
            headers=_text(headers),
            message_id=_text(message_id),
        )

    def copies(self) -> Copies:
        """What is told of it."""
        at = self._at + _SETS_AT
        sets = self._map[at : at + 3 * _SET_BYTES]
        (words,) = _LENGTH.unpack_from(self._map, self._at + _FIXED_AT + 12)
        return Copies(
            campaign=self.id,
            before=self.mails,
            first_at=_moment(self.first_s) if self.mails else None,
            last_at=_moment(self.last_s) if self.mails else None,
            senders=_ESTIMATES[int.from_bytes(sets[:_SET_BYTES], "little").bit_count()],
            recipients=_ESTIMATES[int.from_bytes(sets[_SET_BYTES : 2 * _SET_BYTES], "little").bit_count()],
            networks=_ESTIMATES[int.from_bytes(sets[2 * _SET_BYTES :], "little").bit_count()],
            unwanted=self.unwanted,
            wanted=self.wanted,
            said_unwanted=self.said_unwanted,
            said_wanted=self.said_wanted,
            is_text=words >= 4 * SHORT,
        )

    def judged(self, *, unwanted: bool) -> None:
        """One more was judged so."""
        self.unwanted, self.wanted = min(self.unwanted + unwanted, MOST), min(self.wanted + (not unwanted), MOST)
        self.write()

    def said(self, *, unwanted: bool, times: int) -> None:
        """So many more were said to be so."""
        if unwanted:
            self.said_unwanted = min(max(self.said_unwanted + times, 0), 0xFFFF)
        else:
            self.said_wanted = min(max(self.said_wanted + times, 0), 0xFFFF)
        self.write()

    def met(self, number: int, name: str) -> None:
        """Put a name into the set of that number: 0 senders, 1 recipients, 2 networks."""
        bit = zlib.crc32(name.encode("utf-8", "replace")) * 0x9E3779B1 >> 12 & BITS - 1
        self._map[self._at + _SETS_AT + number * _SET_BYTES + (bit >> 3)] |= 1 << (bit & 7)

    def write(self) -> None:
        """Write the counts."""
        _COUNTS.pack_into(
            self._map, self._at + _COUNTS_AT,
            self.first_s, self.last_s, self.mails, self.unwanted, self.wanted, self.said_unwanted, self.said_wanted,
        )  # fmt: skip

    def begin(self, campaign: str, sketch: Sketch) -> None:
        """Become another campaign, without a mail. Until its last step there is none."""
        at = self._at
        _CHECK.pack_into(self._map, at, 0)
        self.id, self.first_s, self.last_s, self.mails = campaign, 0.0, 0.0, 0
        self.unwanted = self.wanted = self.said_unwanted = self.said_wanted = 0
        self._map[at + _SETS_AT : at + _SETS_AT + 3 * _SET_BYTES] = bytes(3 * _SET_BYTES)
        self.write()
        fields = (sketch.words, sketch.grams, sketch.paths, sketch.leads)
        names = (sketch.exact, sketch.mime, sketch.dom, sketch.headers, sketch.message_id)
        fixed = _FIXED.pack(campaign.encode(), *map(len, fields), *[name.encode() for name in names], *fields)
        self._map[at + _FIXED_AT : at + _FIXED_AT + _FIXED.size] = fixed
        _CHECK.pack_into(self._map, at, _checksum(fixed))


def fresh(record: Record, campaign: str, sketch: Sketch, at: float) -> None:
    """Begin a campaign there."""
    record.begin(campaign, sketch)
    record.first_s = record.last_s = at
    record.write()


def counted(record: Record, asked: Alike, at: float) -> Copies:
    """Count a mail in; the campaign as it was before, with all whom it knows now."""
    if asked.sender:
        record.met(0, asked.sender)
    for recipient in asked.recipients[:RECIPIENTS]:
        record.met(1, recipient)
    if asked.network:
        record.met(2, asked.network)
    told = record.copies()
    record.first_s, record.last_s = min(record.first_s, at), max(record.last_s, at)
    record.mails = min(record.mails + 1, MOST)
    record.write()
    return told


def _checksum(data: bytes) -> int:
    return zlib.crc32(data) or 1


def _text(data: bytes) -> str:
    return data.rstrip(b"\0").decode("ascii", "replace")


def _moment(at: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):  # no time that anybody wrote
        return None
