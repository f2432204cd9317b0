"""Mail of the journal for the lab: what was judged at the doors is taken as it was judged, once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fyke import house
from fyke.cli.lab_mail import campaigns_and_facts
from fyke.cli.progress import on_stderr
from fyke.config import Config
from fyke.lab.campaigns.members import Spool, member
from fyke.lab.custody import Received
from fyke.lab.mails import Loose
from fyke.lab.round import Lab
from fyke.lab.sites.base import Read
from fyke.store.journal import Entry

SOURCE = "journal"


def read_journal(config: Config, lab: Lab) -> None:
    """Take all mail of the journal that is new to the lab. Raises `Problem`, `StoreError`."""
    if not house.journal_folder(config).is_dir():
        return
    journal = house.journal(config)
    try:
        with Spool(lab.folder / "campaigns") as spool:
            before = spool.count
            loose = Loose(SOURCE)
            received = tuple(_received(_told(journal.between()), lab, spool, loose))
            if received:
                found = campaigns_and_facts(config, spool, SOURCE, before, lab.engine.bands)
                lab.take([Read(received=received), Read(facts=(*found, *loose.facts()))])
    finally:
        journal.close()


def _told(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The same, with a bar."""
    bar = on_stderr(0)
    try:
        for number, entry in enumerate(entries, 1):
            bar.tell(number, 0)
            yield entry
    finally:
        bar.hide()


def _received(entries: Iterable[Entry], lab: Lab, spool: Spool, loose: Loose) -> Iterator[Received]:
    """One for each message that is new; what is told of it goes to the spool."""
    new = set[str]()
    for entry in entries:
        scan = entry.scan
        if scan.digest in new or lab.is_known(scan.digest):
            continue
        new.add(scan.digest)
        found = member(scan)
        (spool.add if found.sketch is not None else loose.add)(found)
        yield Received("mail", scan.digest, scan.size_bytes, f"{SOURCE}:{entry.case or scan.id}")
