"""An own look at a PDF's bytes: which objects stand in it, whatever its cross references say (ISO 32000-1, 7.5).

Reads from front to back as readers do when they repair: every object of every revision, and those in object streams.
Streams are stepped over. What a reader sees in the end says qpdf: `pdf_normal`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from fyke.files.base import Broken
from fyke.files.documents.pdf_filters import unfiltered
from fyke.files.documents.pdf_syntax import Name, Ref, Value, read_value, unescaped

OBJECTS = 100_000  # of one file: a manual of 2,000 pages has near 60,000
SIGNED = 5_000  # objects with a sign that are read: such a manual has as many links
PACKED_BYTES = 48 << 20  # of all object streams together: a manual has 10 MB
CHAIN = 8  # references to references

_MARK = re.compile(
    rb"(\d{1,10})[\0\t\n\f\r ]{1,9}(\d{1,5})[\0\t\n\f\r ]{1,9}obj|endobj|(?<!end)stream(?:\r\n|\n|\r|(?=[^a-z]))"
)
SIGNS = (
    b"JS", b"JavaScript", b"Launch", b"EmbeddedFile", b"EF", b"SubmitForm", b"ImportData", b"GoToR", b"GoToE", b"URI",
    b"URL", b"XFA", b"RichMedia", b"3D", b"Rendition", b"Movie", b"AA", b"OpenAction", b"Collection", b"Encrypt",
    b"ObjStm", b"JBIG2Decode",
)  # fmt: skip
_SIGN = re.compile(rb"/(" + b"|".join(SIGNS) + rb")(?![A-Za-z0-9_#.-])")
_LENGTH = re.compile(rb"/Length[\0\t\n\f\r ]*(\d{1,10})(?![0-9]|[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R)")


class Piece(Struct, gc=False):
    """One object: where it stands in which bytes, and where its stream is."""

    number: int
    generation: int
    data: bytes
    start: int
    end: int
    stream_start: int = -1
    stream_end: int = -1


class Body:
    """All objects of a file, and of them those that carry a sign of something to look at."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pieces: dict[int, Piece] = {}  # the last of each number
        self.signed: list[Piece] = []  # of all revisions
        self.signs: set[str] = set()
        self.disguised: list[str] = []  # signs that were written with #xx
        self.unread: list[str] = []  # why an object stream was not read
        self.cut = False  # there are more objects than were looked at
        self.count = 0
        self._packs: list[Piece] = []
        self._room = PACKED_BYTES
        self.is_full = False  # whether object streams held more than is read
        self._index()
        if not self.is_encrypted:
            for pack in self._packs:
                self._unpack(pack)

    @property
    def is_encrypted(self) -> bool:
        """Whether strings and streams are encrypted."""
        return "Encrypt" in self.signs

    def _index(self) -> None:
        data, at, current = self.data, 0, None
        search, take = _MARK.search, self._take
        while match := search(data, at):
            at = match.end()
            if match[1] is not None:
                if current is not None:
                    current.end = match.start()
                    take(current)
                if self.cut:
                    return
                current = Piece(int(match[1]), int(match[2]), data, at, at)
            elif current is not None and match[0] == b"endobj":
                current.end = match.start()
                take(current)
                current = None
            elif current is not None:
                current.end, current.stream_start = match.start(), at
                at = current.stream_end = self._end_of_stream(current)
                take(current)
                current = None
        if current is not None:
            current.end = len(data)
            take(current)
        self._trailers()

    def _end_of_stream(self, piece: Piece) -> int:
        """Where a stream ends: as its length says if that is so, else before the next `endstream`."""
        data, start = self.data, piece.stream_start
        told = _LENGTH.search(data, piece.start, min(piece.end, piece.start + 4_000))
        if told:
            end = start + int(told[1])
            if b"endstream" in data[end : end + 20]:
                return end
        end = data.find(b"endstream", start)
        return len(data) if end < 0 else end

    def _trailers(self) -> None:
        """Whether a trailer says that the file is encrypted."""
        at = self.data.find(b"trailer")
        for _ in range(100):
            if at < 0:
                return
            if _ENCRYPT.search(self.data, at, at + 2_000):
                self.signs.add("Encrypt")
            at = self.data.find(b"trailer", at + 7)

    def _take(self, piece: Piece) -> None:
        """Keep an object, and note its signs."""
        self.count += 1
        self.cut = self.cut or self.count >= OBJECTS
        self.pieces[piece.number] = piece
        data, start, end = piece.data, piece.start, piece.end
        found = set(_SIGN.findall(data, start, end))
        if data.find(b"#", start, end) >= 0:
            plain = set(_SIGN.findall(unescaped(data[start:end])))
            self.disguised += [sign.decode() for sign in plain - found][: 10 - len(self.disguised)]
            found |= plain
        if found:
            if b"ObjStm" in found and piece.stream_start >= 0:
                self._packs.append(piece)
            self.signs.update(sign.decode() for sign in found)
            if len(self.signed) < SIGNED:
                self.signed.append(piece)
            else:
                self.cut = True

    def _unpack(self, pack: Piece) -> None:
        """Take the objects out of an object stream (7.5.7)."""
        try:
            table = read_value(pack.data, pack.start, pack.end)
            if not isinstance(table, dict):
                raise Broken("an object stream has no dictionary")
            if self._predicted(table):
                raise Broken("an object stream has a predictor")
            data = self._stream_bytes(pack, table)
        except Broken as broken:
            self.unread.append(str(broken))
            return
        first, count = self.resolve(table.get("First")), self.resolve(table.get("N"))
        if not isinstance(first, int) or not isinstance(count, int):
            self.unread.append("an object stream does not say where its objects are")
            return
        numbers = [int(word) for word in data[:first].split()[: 2 * max(0, count)] if word.isdigit() and len(word) < 11]
        places = sorted(zip(numbers[1::2], numbers[::2], strict=False))
        for index, (offset, number) in enumerate(places):
            if self.cut:
                return
            after = places[index + 1][0] if index + 1 < len(places) else len(data)
            self._take(Piece(number, 0, data, min(first + offset, len(data)), min(first + after, len(data))))

    def _stream_bytes(self, piece: Piece, table: dict[str, Value]) -> bytes:
        got: list[bytes] = []
        raw = piece.data[piece.stream_start : piece.stream_end]
        try:
            for chunk in unfiltered(raw, self.filters(table), self._room):
                got.append(chunk)
                self._room -= len(chunk)
                if self._room <= 0:
                    self.is_full = True
                    raise Broken("object streams hold more than is read")
        except Broken as broken:
            if not got:
                raise
            self.unread.append(str(broken))
        return b"".join(got)

    def filters(self, table: dict[str, Value]) -> list[str]:
        """The names of a stream's filters, outermost first."""
        value = self.resolve(table.get("Filter"))
        items = value if isinstance(value, list) else [value]
        return [str(name) for item in items if isinstance(name := self.resolve(item), Name)]

    def _predicted(self, table: dict[str, Value]) -> bool:
        value = self.resolve(table.get("DecodeParms"))
        items = value if isinstance(value, list) else [value]
        tables = [found for item in items if isinstance(found := self.resolve(item), dict)]
        return any(found.get("Predictor") not in {None, 1} for found in tables)

    def resolve(self, value: Value) -> Value:
        """What a reference leads to; nothing where it leads nowhere, in a circle, or to rubbish."""
        for _ in range(CHAIN):
            if not isinstance(value, Ref):
                return value
            piece = self.pieces.get(value.number)
            if piece is None:
                return None
            value = self.value(piece)
        return None

    def value(self, piece: Piece) -> Value:
        """An object's value; nothing where it has none."""
        try:
            return read_value(piece.data, piece.start, piece.end)
        except Broken:
            return None

    def chunks(self, piece: Piece, room: int) -> Iterator[bytes]:
        """What a stream holds, in pieces. Raises `Broken` where only qpdf can read it."""
        table = self.value(piece)
        if not isinstance(table, dict) or piece.stream_start < 0:
            raise Broken("no stream")
        if self._predicted(table):
            raise Broken("a stream has a predictor")
        return unfiltered(piece.data[piece.stream_start : piece.stream_end], self.filters(table), room)


_ENCRYPT = re.compile(rb"/Encrypt[\0\t\n\f\r ]*(?:\d|<<)")
