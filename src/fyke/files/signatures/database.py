"""The compiled signatures at work: what of them is in a file. Opened once, before the sandbox closes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

from fyke.files.base import Content
from fyke.files.signatures import matching
from fyke.files.signatures.compiling import FILE, Rest, loaded_patterns
from fyke.files.signatures.hashes import ALLOWED, IMPORTS, SECTION, WIDTHS
from fyke.files.signatures.hashes import FILE as WHOLE
from fyke.files.signatures.logical import Signature
from fyke.files.signatures.mapped import Blobs, Mapped, Rows
from fyke.files.signatures.matching import Subject
from fyke.files.signatures.metadata import Metadata
from fyke.files.signatures.places import Layout
from fyke.files.signatures.records import ANY, Hit, Loaded, is_pua
from fyke.files.signatures.views import CONTAINERS, View, views
from fyke.mail.patterns import Patterns

HITS = 100  # of one file; the first says it all
MEMBERS = 2_000  # of a container whose names are looked at
UNOFFICIAL = ".UNOFFICIAL"  # ClamAV writes it behind names that are not out of its signed containers


class Signatures:
    """All that a compiled file holds."""

    def __init__(self, file: Mapped) -> None:
        self._rest = msgspec.msgpack.decode(file["rest"], type=Rest)
        self._names = Blobs(file["names"])
        self._rows = {
            (scope, algorithm): Rows(file[f"{scope}:{algorithm}"], width)
            for scope in (WHOLE, SECTION, IMPORTS, ALLOWED)
            for algorithm, width in WIDTHS.items()
            if len(file[f"{scope}:{algorithm}"])
        }
        self._signatures = Blobs(file["signatures"])
        self._owners = {int(name.partition(":")[2]): Blobs(file[name]) for name in file.names("owners:")}
        self._patterns = {int(name.partition(":")[2]): loaded_patterns(file[name]) for name in file.names("patterns:")}
        self._regexes: dict[bytes, Patterns] = {}
        self._names_of_members = loaded_patterns(file["metadata"]) if len(file["metadata"]) else None
        self.rules = bytes(file["rules"])
        self._signature = lru_cache(maxsize=8_192)(self._decoded)

    @classmethod
    def open(cls, cache: Path) -> Signatures:
        """The compiled file of a folder. Raises OSError, or `mapped.Damaged`: compile it again then."""
        return cls(Mapped(cache / FILE if cache.is_dir() else cache))

    @property
    def loaded(self) -> Loaded:
        """The account of what was loaded and what was not."""
        return self._rest.loaded

    def hits(self, file: Content) -> list[Hit]:
        """What of all signatures is in a file; none where it, or a file around it, is allowed."""
        found: dict[Hit, None] = {}
        for hit in self._all(file):
            found[hit] = None
            if len(found) >= HITS:
                break
        if found and any(self._is_allowed(data) for data in (file.data, *file.around)):
            return []
        return list(found)

    def _all(self, file: Content) -> Iterator[Hit]:
        yield from self._whole(file.data)
        layout = Layout(file.data, file.kind)
        if file.kind == "pe":
            yield from self._of_program(file.data, layout)
        if self._patterns or self._rest.always:
            for view in views(file.data, file.kind):
                subject = Subject(
                    view.data, layout if view.data is file.data else Layout(view.data, ""), len(file.data), file.within
                )
                yield from self._in_view(view, subject)
        if self._rest.metadata and file.children:
            yield from self._of_members(file)

    def _whole(self, data: bytes) -> Iterator[Hit]:
        """The file's own hash. What nothing is known by is not computed."""
        for algorithm in WIDTHS:
            if rows := self._rows.get((WHOLE, algorithm)):
                yield from self._known(rows, digest(algorithm, data), len(data))

    def _of_program(self, data: bytes, layout: Layout) -> Iterator[Hit]:
        for algorithm in WIDTHS:
            if rows := self._rows.get((SECTION, algorithm)):
                for start, size in layout.sections:
                    if size:
                        yield from self._known(rows, digest(algorithm, data[start : start + size]), size)
        if rows := self._rows.get((IMPORTS, "md5")):
            from fyke.files.programs import pe  # noqa: PLC0415

            program = pe.read(data)
            if told := pe.imphash(pe.imports(data, program)):
                yield from self._known(rows, bytes.fromhex(told), len(data))

    def _known(self, rows: Rows, value: bytes, size: int) -> Iterator[Hit]:
        for told, name, database in rows.find(value):
            if told in {size, ANY}:
                yield self._hit(self._names[name].decode("utf-8", "replace"), database)

    def _hit(self, name: str, database: int, unwanted: bool = False) -> Hit:
        file = self._rest.databases[database]
        official = file.is_official or file.name.lower().endswith((".txt", ".csv"))
        return Hit(name if official else name + UNOFFICIAL, file.name, unwanted or is_pua(name))

    def _is_allowed(self, data: bytes) -> bool:
        return any(
            size in {len(data), ANY}
            for algorithm in WIDTHS
            if (rows := self._rows.get((ALLOWED, algorithm)))
            for size, _, _ in rows.find(digest(algorithm, data))
        )

    def _in_view(self, view: View, subject: Subject) -> Iterator[Hit]:
        for target in view.targets:
            numbers: dict[int, None] = dict.fromkeys(self._rest.always.get(target, ()))
            if patterns := self._patterns.get(target):
                owners = self._owners[target]
                for match in patterns.scan(view.data):
                    numbers.update(dict.fromkeys(msgspec.msgpack.decode(owners[match.index], type=list[int])))
            for number in numbers:
                signature = self._signature(number)
                if matching.matches(signature, subject, self._regex):
                    yield self._hit(signature.name, signature.database, signature.is_pua)

    def _decoded(self, number: int) -> Signature:
        return msgspec.msgpack.decode(self._signatures[number], type=Signature)

    def _regex(self, blob: bytes, data: bytes, most: int) -> int:
        """How often a regex matches: the different places where it ends."""
        if blob not in self._regexes:
            self._regexes[blob] = loaded_patterns(blob)
        return min(most, len({match.end for match in self._regexes[blob].scan(data)}))

    def _of_members(self, file: Content) -> Iterator[Hit]:
        """Signatures of what the container says of its members."""
        for number, member in enumerate(file.children[:MEMBERS], 1):
            matched: set[int] = set()
            if self._names_of_members is not None:
                name = member.name.encode("utf-8", "replace")
                matched = {match.index for match in self._names_of_members.scan(name)}
            for index, rule in enumerate(self._rest.metadata):
                if (not rule.regex or index in matched) and _fits(rule, file, member.size_bytes, number):
                    yield self._hit(rule.name, rule.database)


def _fits(rule: Metadata, file: Content, size: int, position: int) -> bool:
    kinds = CONTAINERS[rule.container]
    if kinds and file.kind not in kinds:
        return False
    spans = ((rule.container_size, len(file.data)), (rule.size, size), (rule.position, position))
    return all(span is None or span[0] <= value <= span[1] for span, value in spans)


def digest(algorithm: str, data: bytes) -> bytes:
    """A digest by its name, to compare files with, not to vouch for them."""
    return hashlib.new(algorithm, data, usedforsecurity=False).digest()


def opened_rules(packed: bytes) -> io.BytesIO:
    """Compiled rules as what their library reads."""
    return io.BytesIO(packed)
