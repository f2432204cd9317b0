"""A folder of what is known of sites: `dns/`, `rdap/`, `certificates/`, `pages/`, `warnings/`, each part optional.

Every file is read once: what the chain of custody has already is passed over. What cannot be read is told, and the rest
is read all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from fyke.lab.custody import Received
from fyke.lab.sites import certificates, dns, rdap, warc
from fyke.lab.sites.base import FILE_BYTES, Read, moment
from fyke.lab.sites.page import page
from fyke.lab.sites.warnings import Warnings
from fyke.model.fact import Fact

CHUNK = 20_000  # facts of one file that are told at a time

Known = Callable[[str], bool]  # whether something of that digest was received before


def read(world: Path, is_known: Known) -> Iterator[Read]:
    """All that is new in the folder."""
    for path in sorted(world.glob("dns/*")):
        if path.suffix in (".jsonl", ".json", ".cof"):
            yield from _file(path, "dns", is_known, _passive)
        elif path.suffix == ".zone":
            yield from _file(path, "dns", is_known, _zone)
    for path in sorted(world.glob("rdap/*.json")):
        yield from _rdap(path, is_known)
    for path in sorted(world.glob("certificates/*")):
        if path.suffix in (".pem", ".crt"):
            yield from _file(path, "certificate", is_known, _pem)
        elif path.suffix == ".jsonl":
            yield from _file(path, "certificate", is_known, _certificates)
    yield from _pages(world / "pages", is_known)


def warnings(world: Path | None) -> Warnings:
    """The packaged list and the folder's own. Raises ValueError with file and line, OSError."""
    lines: list[str] = []
    for path in sorted(world.glob("warnings/*.txt")) if world is not None else ():
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            try:
                Warnings([line])
            except ValueError as error:
                raise ValueError(f"{path}:{number}: {error}") from None
            lines.append(line)
    return Warnings(lines)


def _file(
    path: Path, kind: str, is_known: Known, reader: Callable[[Path, bytes], Iterator[Fact | str]]
) -> Iterator[Read]:
    try:
        if path.stat().st_size > FILE_BYTES:
            yield Read(problem=f"{path}: longer than {FILE_BYTES >> 20} MiB; divide it")
            return
        raw = path.read_bytes()
    except OSError as error:
        yield Read(problem=f"{path}: {error.strerror}")
        return
    digest = sha256(raw).hexdigest()
    if is_known(digest):
        return
    facts: list[Fact] = []
    for told in reader(path, raw):
        if isinstance(told, str):
            yield Read(problem=told)
            continue
        facts.append(_evident(told, digest))
        if len(facts) == CHUNK:
            yield Read(tuple(facts))
            facts = []
    yield Read(tuple(facts), (Received(kind, digest, len(raw), str(path)),))


def _evident(fact: Fact, digest: str) -> Fact:
    return Fact(fact.about, fact.kind, fact.value, fact.seen_from, fact.seen_to, fact.source, digest)


def _passive(path: Path, raw: bytes) -> Iterator[Fact | str]:
    return dns.passive(raw.splitlines(), path.name)


def _zone(path: Path, raw: bytes) -> Iterator[Fact | str]:
    return dns.zone(raw.decode("utf-8", "replace"), path.name, _written(path))


def _pem(path: Path, raw: bytes) -> Iterator[Fact | str]:
    return certificates.pem(raw, path.name)


def _certificates(path: Path, raw: bytes) -> Iterator[Fact | str]:
    return certificates.lines(raw.splitlines(), path.name)


def _rdap(path: Path, is_known: Known) -> Iterator[Read]:
    try:
        raw = path.read_bytes()[: rdap.OBJECT_BYTES + 1]
    except OSError as error:
        yield Read(problem=f"{path}: {error.strerror}")
        return
    if not is_known(sha256(raw).hexdigest()):
        at = moment(path.stem.partition("@")[2]) or _written(path)
        yield rdap.domain(raw, path.name, at)


def _pages(folder: Path, is_known: Known) -> Iterator[Read]:
    for path in sorted([*folder.glob("*.warc"), *folder.glob("*.warc.gz")]):
        try:
            for captured in warc.captures(path):
                if not is_known(sha256(captured.body).hexdigest()):
                    yield page(captured)
        except (OSError, warc.BrokenWarcError) as error:
            yield Read(problem=str(error))
    for captured in warc.folder(folder):
        if not is_known(sha256(captured.body).hexdigest()):
            yield page(captured)


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
