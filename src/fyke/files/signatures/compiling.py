"""From the files of a site's databases to one compiled file, and an exact account of what was loaded and what was not.

Done by the parent, outside of the sandbox. Lines are read one by one: a bad one costs itself alone.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable
from pathlib import Path

import hyperscan
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from fyke.files.signatures import hashes, mapped
from fyke.files.signatures.logical import Draft, read_extended, read_logical, read_old
from fyke.files.signatures.metadata import Metadata, read_metadata
from fyke.files.signatures.records import Loaded, Refused, Tally, is_pua
from fyke.files.signatures.sources import HASHES, IGNORES, LISTS, PUA, RULES, SILENT, UNREAD, Source, files, sources
from fyke.mail.patterns import CASELESS, ONCE, Expression, Patterns
from fyke.mail.patterns import compile as compile_patterns

FORMAT = 1  # of what is written here; another number makes every compiled file anew
FILE = "known.signatures"
REGEX_CHARS = 8_000
_FLAGS = {"i": hyperscan.HS_FLAG_CASELESS, "s": hyperscan.HS_FLAG_DOTALL, "m": hyperscan.HS_FLAG_MULTILINE, "g": 0}


class Database(Struct, frozen=True):
    """A file that signatures stand in."""

    name: str
    is_official: bool = False


class Rest(Struct, frozen=True):
    """What is small enough to be held as objects."""

    databases: tuple[Database, ...]
    always: dict[int, tuple[int, ...]]  # by target: signatures that are looked at in every file
    metadata: tuple[Metadata, ...]
    loaded: Loaded


def compile(paths: Iterable[Path], cache_folder: Path) -> Loaded:
    """Compile what the paths name, unless that is done already. The account tells what was loaded and what refused.

    Raises OSError where the folder cannot be written.
    """
    found = files(paths)
    key, path = _key(found), cache_folder / FILE
    try:
        kept = mapped.Mapped(path)
        if kept.header.key == key:
            for name in kept.names("patterns:"):  # made for another processor, they would not load
                loaded_patterns(kept[name])
            return msgspec.msgpack.decode(kept["rest"], type=Rest).loaded
    except (OSError, mapped.Damaged, msgspec.MsgspecError, hyperscan.error):
        pass
    build = _Build()
    for source in sources(found, build.tally):
        build.take(source)
    mapped.write(path, key, build.sections(path))
    return build.tally.close(str(path))


def _key(found: Iterable[Path]) -> str:
    digest = hashlib.sha256(f"{FORMAT} {hyperscan.__version__}".encode())  # type: ignore[attr-defined]
    for path in found:
        try:
            about = path.stat()
        except OSError:
            continue
        digest.update(f"\0{path}\0{about.st_size}\0{about.st_mtime_ns}".encode())
    return digest.hexdigest()


def loaded_patterns(blob: bytes | memoryview) -> Patterns:
    """Compiled patterns, ready to scan. Raises hyperscan.error."""
    database = hyperscan.loadb(bytes(blob), hyperscan.HS_MODE_BLOCK)
    database.scratch = hyperscan.Scratch(database)
    return Patterns(database)


def compile_regex(pattern: bytes, flags: str) -> bytes:
    """A regex of a signature as a database of its own. Raises `Refused` for what no linear engine can do."""
    if len(pattern) > REGEX_CHARS or set(flags) - _FLAGS.keys():
        raise Refused("the regex asks for what is not done")
    bits = 0
    for flag in flags:
        bits |= _FLAGS[flag]
    try:
        return bytes(hyperscan.dumpb(compile_patterns([Expression(pattern, bits)])))
    except hyperscan.error:
        raise Refused("the regex is none that a linear engine can match") from None


class _Build:
    """A compiled file being made."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.databases: list[Database] = []
        self.rows: dict[tuple[str, str], list[tuple[bytes, int, str, int]]] = {}
        self.drafts: list[Draft] = []
        self.metadata: list[Metadata] = []
        self.ignored: set[str] = set()
        self.rules: list[Source] = []

    def take(self, source: Source) -> None:
        """Read one file."""
        suffix = source.suffix
        if suffix in SILENT:
            return
        self.tally.files.add(source.name)
        self.databases.append(Database(source.name, source.is_official))
        number = len(self.databases) - 1
        if suffix in RULES:
            self.rules.append(source)
        elif suffix == ".cbc":
            self.tally.refuse(source.name, UNREAD[suffix])
        elif suffix in IGNORES:
            for _, line in source.lines():
                fields = line.split(":")
                self.ignored.add(fields[2] if suffix == ".ign" and len(fields) > 2 else fields[0])
        else:
            read = self._reader(suffix, number, source.suffix in PUA)
            for at, line in source.lines():
                try:
                    read(line)
                    self.tally.load(source.name)
                except Refused as refused:
                    self.tally.refuse(source.name, str(refused), f":{at} {line[:60]}")

    def _reader(self, suffix: str, number: int, is_unwanted: bool) -> Callable[[str], None]:
        """What reads a line of such a file. It raises `Refused`."""

        def refuse(_line: str) -> None:
            raise Refused(UNREAD.get(suffix, "a file of an unknown format"))

        if suffix in HASHES or suffix in LISTS:
            return lambda line: self._hash(
                hashes.read_line(line, suffix) if suffix in HASHES else hashes.read_text(line), number
            )
        if suffix in {".ndb", ".ndu"}:
            return lambda line: self._draft(read_extended(line, number), is_unwanted)
        if suffix in {".ldb", ".ldu"}:
            return lambda line: self._draft(read_logical(line, number, compile_regex), is_unwanted)
        if suffix == ".db":
            return lambda line: self._draft(read_old(line, number), is_unwanted)
        return (lambda line: self._metadata(read_metadata(line, number))) if suffix == ".cdb" else refuse

    def _hash(self, row: hashes.Row, number: int) -> None:
        self.rows.setdefault((row.scope, row.algorithm), []).append((row.digest, row.size_bytes, row.name, number))

    def _draft(self, draft: Draft, is_unwanted: bool) -> None:
        pua = is_unwanted or is_pua(draft.signature.name)
        self.drafts.append(replace(draft, signature=replace(draft.signature, is_pua=pua)) if pua else draft)

    def _metadata(self, metadata: Metadata) -> None:
        if metadata.regex:
            compile_regex(metadata.regex, "")
        self.metadata.append(metadata)

    def sections(self, path: Path) -> dict[str, bytes]:
        """All that is written; it completes the account."""
        self._ignore()
        sections = self._hashes()
        sections["signatures"], always, patterns = _patterns(self.drafts)
        sections.update(patterns)
        sections["rules"] = self._rules()
        named = [each for each in self.metadata if each.regex]
        if named:
            found = [Expression(each.regex, hyperscan.HS_FLAG_ALLOWEMPTY | ONCE) for each in named]
            sections["metadata"] = bytes(hyperscan.dumpb(compile_patterns(found)))
        metadata = (*named, *(each for each in self.metadata if not each.regex))
        rest = Rest(tuple(self.databases), always, metadata, self.tally.close(str(path)))
        sections["rest"] = msgspec.msgpack.encode(rest)
        return sections

    def _ignore(self) -> None:
        """Drop what the site ignores by name, from whichever file."""
        if not self.ignored:
            return
        reason = "ignored, as an .ign file asks"

        def stays(name: str, database: int) -> bool:
            if name not in self.ignored:
                return True
            file = self.databases[database].name
            self.tally.load(file, -1)
            self.tally.refuse(file, reason, f" {name}")
            return False

        for key, rows in self.rows.items():
            self.rows[key] = [row for row in rows if stays(row[2], row[3])]
        self.drafts = [each for each in self.drafts if stays(each.signature.name, each.signature.database)]
        self.metadata = [each for each in self.metadata if stays(each.name, each.database)]

    def _hashes(self) -> dict[str, bytes]:
        """Sorted rows, a section for each scope and algorithm, and the names, each once."""
        names: dict[str, int] = {}
        sections = {}
        for (scope, algorithm), rows in self.rows.items():
            packed = [
                mapped.pack_row(digest, size, names.setdefault(name, len(names)), number)
                for digest, size, name, number in rows
            ]
            sections[f"{scope}:{algorithm}"] = b"".join(sorted(packed))
        sections["names"] = mapped.pack_blobs([name.encode("utf-8", "replace") for name in names])
        return sections

    def _rules(self) -> bytes:
        """The YARA rules, compiled; a rule that does not compile costs itself alone."""
        if not self.rules:
            return b""
        from fyke.files.signatures import yara  # noqa: PLC0415  most sites have none, and the library is large

        rules = yara.compile_rules([(each.name, each.data) for each in self.rules], self.tally)
        written = io.BytesIO()
        rules.serialize_into(written)
        return written.getvalue()


def _patterns(drafts: list[Draft]) -> tuple[bytes, dict[int, tuple[int, ...]], dict[str, bytes]]:
    """The signatures, those that are always looked at, and by target what is looked for with whom it belongs to."""
    always: dict[int, list[int]] = {}
    owners: dict[int, dict[tuple[bytes, bool], list[int]]] = {}
    for number, draft in enumerate(drafts):
        target = draft.signature.target
        if draft.triggers is None:
            always.setdefault(target, []).append(number)
        for trigger in draft.triggers or ():
            owners.setdefault(target, {}).setdefault(trigger, []).append(number)
    sections = {}
    for target, found in owners.items():
        expressions = [
            Expression(b"".join(b"\\x%02x" % byte for byte in literal), ONCE | (CASELESS if caseless else 0))
            for literal, caseless in found
        ]
        sections[f"patterns:{target}"] = bytes(hyperscan.dumpb(compile_patterns(expressions)))
        sections[f"owners:{target}"] = mapped.pack_blobs(
            [msgspec.msgpack.encode(numbers) for numbers in found.values()]
        )
    packed = mapped.pack_blobs([msgspec.msgpack.encode(draft.signature) for draft in drafts])
    return packed, {target: tuple(numbers) for target, numbers in always.items()}, sections
