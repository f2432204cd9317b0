"""A folder of what is known of sites: `dns/`, `rdap/`, `certificates/`, `pages/`, `warnings/`, each part optional.

Every file is read once: what the chain of custody has already is passed over. What cannot be read is told, and the rest
is read all the same.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from fyke.lab.custody import Received
from fyke.lab.sites import certificates, dns, rdap, warc
from fyke.lab.sites.base import Read, content, moment, received, written
from fyke.lab.sites.page import Captured, page
from fyke.lab.sites.warnings import Warnings
from fyke.model.fact import Fact

CHUNK = 20_000  # facts of one file that are told at a time

# Whether something of that digest was received before; of a page, with where from as well.
Known = Callable[..., bool]


def read(world: Path, is_known: Known) -> Iterator[Read]:
    """All that is new in the folder."""
    for path in sorted(world.glob("dns/*")):
        if path.suffix in (".jsonl", ".json", ".cof"):
            yield from _file(path, "dns", is_known, _passive)
        elif path.suffix == ".zone":
            yield from _file(path, "dns", is_known, _zone)
        else:
            yield from _other(path)
    for path in sorted(world.glob("rdap/*")):
        yield from _rdap(path, is_known) if path.suffix == ".json" else _other(path)
    for path in sorted(world.glob("certificates/*")):
        if path.suffix in (".pem", ".crt"):
            yield from _file(path, "certificate", is_known, _pem)
        elif path.suffix == ".jsonl":
            yield from _file(path, "certificate", is_known, _certificates)
        else:
            yield from _other(path)
    yield from _pages(world / "pages", is_known)


def warnings(world: Path | None) -> Warnings:
    """The packaged list and the folder's own. Raises ValueError with file and line, OSError."""
    found = Warnings()
    for path in sorted(world.glob("warnings/*.txt")) if world is not None else ():
        for number, line in enumerate(path.read_text("utf-8", "replace").split("\n"), 1):
            try:
                found.add(line)
            except ValueError as error:
                raise ValueError(f"{path}:{number}: {error}") from None
    return found


def _file(
    path: Path, kind: str, is_known: Known, reader: Callable[[Path, bytes], Iterator[Fact | str]]
) -> Iterator[Read]:
    raw = content(path)
    if isinstance(raw, str):
        yield Read(problem=raw)
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
    yield Read(tuple(facts), (Received(kind, digest, len(raw), str(path), raw),))


def _evident(fact: Fact, digest: str) -> Fact:
    return Fact(fact.about, fact.kind, fact.value, fact.seen_from, fact.seen_to, fact.source, digest)


def _passive(path: Path, raw: bytes) -> Iterator[Fact | str]:
    return dns.passive(io.BytesIO(raw), path.name)


def _zone(path: Path, raw: bytes) -> Iterator[Fact | str]:
    return dns.zone(raw.decode("utf-8", "replace"), path.name, written(path))


def _pem(path: Path, raw: bytes) -> Iterator[Fact | str]:
    return certificates.pem(raw, path.name)


def _certificates(path: Path, raw: bytes) -> Iterator[Fact | str]:
    return certificates.lines(io.BytesIO(raw), path.name)


def _rdap(path: Path, is_known: Known) -> Iterator[Read]:
    raw = content(path, rdap.OBJECT_BYTES)
    if isinstance(raw, str):
        yield Read(problem=raw)
    elif not is_known(sha256(raw).hexdigest()):
        at = moment(path.stem.partition("@")[2]) or written(path)
        found = rdap.domain(raw, path.name, at)
        yield found if found.received else Read(problem=found.problem, received=(received("rdap", raw, path.name),))


def _pages(folder: Path, is_known: Known) -> Iterator[Read]:
    for path in sorted([*folder.glob("*.warc"), *folder.glob("*.warc.gz")]):
        try:
            for captured in warc.captures(path) if path.is_file() else (f"{path}: no file",):
                yield from _page(captured, is_known)
        except (OSError, warc.BrokenWarcError) as error:
            yield Read(problem=str(error))
    for captured in warc.folder(folder):
        yield from _page(captured, is_known)
    for path in sorted(folder.glob("*")):
        if not path.is_dir() and not path.name.endswith((".warc", ".warc.gz")):
            yield from _other(path)


def _page(captured: Captured | str, is_known: Known) -> Iterator[Read]:
    """A capture that is new: the same bytes from elsewhere are another site's, or another day's."""
    if isinstance(captured, str):
        yield Read(problem=captured)
    elif not is_known(sha256(captured.raw or captured.body).hexdigest(), captured.source):
        yield page(captured)


def _other(path: Path) -> Iterator[Read]:
    if not path.name.startswith("."):
        yield Read(problem=f"{path}: not a kind of file that is read here")
