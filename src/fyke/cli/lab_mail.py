"""Mail for the lab: each is judged and sketched by one of several processes, and told of the sites that it links to."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from multiprocessing import get_context

from msgspec.structs import replace

from fyke import house
from fyke.cli import setup
from fyke.cli.mailbox import Mailbox, Slot, size_of
from fyke.cli.mbox import MESSAGE_BYTES
from fyke.cli.progress import on_stderr
from fyke.config import Config
from fyke.engine import Engine
from fyke.lab.campaigns.clusters import Bands
from fyke.lab.campaigns.conclude import conclude
from fyke.lab.campaigns.members import Member, Spool, member
from fyke.lab.custody import Received
from fyke.lab.mails import Loose, facts
from fyke.lab.round import Lab
from fyke.lab.sites.base import Read
from fyke.mail import parse
from fyke.mail.sketch import sketch
from fyke.model import Envelope
from fyke.model.fact import Fact
from fyke.store.blobs import Blobs

CHUNK = 32  # mails that a process takes at a time: some 60 ms of work
AHEAD = 8  # chunks on their way for each process

_ENGINE: list[Engine] = []  # of this process and of those forked off it
_KEEP: list[tuple[Blobs, Lab]] = []  # where mail is kept, likewise

Told = tuple[Received, Member | None, str]  # an empty reason, or why it could not be judged


def read_mail(args: argparse.Namespace, lab: Lab, paths: Sequence[str], jobs: int) -> list[str]:
    """Take all mail that is new; sentences about what could not be read."""
    mailbox = Mailbox(paths)
    settings = setup.settings(args)
    _ENGINE[:] = [setup.engine(settings)]
    _KEEP[:] = [(lab.evidence, lab)] if lab.evidence is not None and settings.config.lab.keep == "all" else []
    bar, done, problems = on_stderr(size_of(paths)), 0, list[str]()
    received: list[Received] = []
    source = ", ".join(paths)[:200]
    loose = Loose(source)
    with Spool(lab.folder / "campaigns") as spool:
        before = spool.count
        for entry, found, problem in _looked(mailbox, jobs):
            done += 1
            bar.tell(done, mailbox.size_bytes)
            if problem:
                problems.append(problem)
            if not entry.digest or lab.is_known(entry.digest):
                continue
            received.append(entry)
            if found is not None:
                (spool.add if found.sketch is not None else loose.add)(found)
        bar.hide()
        found_now = campaigns_and_facts(settings.config, spool, source, before, lab.engine.bands)
        lab.take([Read(received=tuple(received)), Read(facts=(*found_now, *loose.facts()))])
    return [*problems, *mailbox.problems]


def campaigns_and_facts(config: Config, spool: Spool, source: str, before: int, bands: Bands) -> list[Fact]:
    """Find the campaigns of all mail anew, keep them, and tell of the mail after the first `before`."""
    store = house.partition(config)
    try:
        found = conclude(spool, store.of(), datetime.now(UTC), store.aliases(), least=1, bands=bands)
        store.replace(found.campaigns, found.of, found.aliases)
    finally:
        store.close()
    return facts(spool.members(before), found.of, source)


def _looked(slots: Iterable[Slot], jobs: int) -> Iterator[Told]:
    """What is told of each mail, in order. A process that dies costs the mails that it had; they are told."""
    if jobs == 1:
        yield from (told for slot in slots for told in _look([slot]))
        return
    chunks = _chunks(slots)
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        waiting = [(chunk, pool.submit(_look, chunk)) for chunk in islice(chunks, jobs * AHEAD)]
        while waiting:
            chunk, future = waiting.pop(0)
            try:
                yield from future.result()
            except BrokenProcessPool:
                yield from (_lost(slot, "its process died") for slot in chunk)
                continue
            if (more := next(chunks, None)) is not None:
                waiting.append((more, pool.submit(_look, more)))


def _chunks(slots: Iterable[Slot]) -> Iterator[list[Slot]]:
    every = iter(slots)
    while chunk := list(islice(every, CHUNK)):
        yield chunk


def _look(slots: Sequence[Slot]) -> list[Told]:
    return [_one(slot) for slot in slots]


def _one(slot: Slot) -> Told:
    try:
        raw = slot.read()[:MESSAGE_BYTES]
    except OSError as error:
        return _lost(slot, error.strerror or str(error))
    entry = Received("mail", sha256(raw).hexdigest(), len(raw), slot.shown)
    for blobs, lab in _KEEP:
        if not lab.was_received(entry.digest):
            blobs.put(raw)
            entry = replace(entry, kept=True)
    try:
        scan = _ENGINE[0].scan(Envelope(), raw)
        return entry, member(scan, scan.sketch or sketch(parse(raw))), ""
    except Exception as error:
        return entry, None, f"{slot.shown}: could not be judged: {type(error).__name__}: {error}"


def _lost(slot: Slot, why: str) -> Told:
    return Received("mail", "", 0, slot.shown), None, f"{slot.shown}: {why}"
