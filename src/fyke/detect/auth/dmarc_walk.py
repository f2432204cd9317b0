"""The walk up the tree of names (RFC 9989 4.10): whose policy holds for a domain, and which organization it is of.

No list of suffixes: what the domains themselves publish decides, in at most eight questions a walk.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from fyke.detect.auth.dmarc_record import asked_for, read, the_one
from fyke.detect.auth.keys import Asking
from fyke.mail.domains import to_ascii
from fyke.model.auth import DmarcRecord, DmarcStep
from fyke.model.query import UNKNOWN, Dns

LABELS = 7  # RFC 9989 4.10, step 4: what is left of a longer name after its own question; so eight questions at most
NAME_CHARS = 253  # RFC 1035 2.3.4
LABEL_CHARS = 63
PREFIX = "_dmarc."


class Walk(Struct, frozen=True):
    """What was found from a domain upwards."""

    start: str
    steps: tuple[DmarcStep, ...]
    records: tuple[DmarcRecord, ...]  # the longest name first
    is_whole: bool  # False: somebody did not answer, so what is above is not known

    @property
    def organization(self) -> str:
        """The Organizational Domain (RFC 9989 4.10.2); an empty string where it cannot be known."""
        for record in self.records:
            if record.psd == "n":
                return record.domain
            if record.psd == "y" and record.domain != self.start:
                return _below(self.start, record.domain)
        if not self.is_whole:
            return ""
        return self.records[-1].domain if self.records else self.start

    @property
    def policy(self) -> DmarcRecord | None:
        """The record that holds for the domain: its own, its organization's, or that of its public suffix."""
        if self.records and self.records[0].domain == self.start:
            return self.records[0]
        organization = self.organization
        own = next((record for record in self.records if record.domain == organization), None)
        return own or next((record for record in self.records if record.psd == "y"), None)


TEXT_CHARS = 1_000  # of a name as it is written, with space around it


def canonical(domain: str) -> str:
    """The name as it is asked, lower case and in A-labels; an empty string for what is no name of a host."""
    return _canonical(domain) if len(domain) <= TEXT_CHARS else ""


@lru_cache(maxsize=4096)  # most mail comes from few domains
def _canonical(domain: str) -> str:
    name = to_ascii(domain.strip().removesuffix("."))
    if not name or len(name) > NAME_CHARS - len(PREFIX):
        return ""
    labels = name.split(".")
    if any(not 0 < len(label) <= LABEL_CHARS or not _is_label(label) for label in labels) or labels[-1].isdigit():
        return ""
    return name


def _is_label(label: str) -> bool:
    return label.isascii() and label.replace("-", "").replace("_", "").isalnum()


@lru_cache(maxsize=2048)
def names(domain: str) -> tuple[str, ...]:
    """The names that a walk asks of, in its order (RFC 9989 4.10, steps 1, 3, 4 and 7)."""
    labels = domain.split(".")
    rest = labels[1:] if len(labels) <= LABELS else labels[-LABELS:]
    return (domain, *(".".join(rest[at:]) for at in range(len(rest))))


def walk(domain: str, *, only_policy: bool = False) -> Asking[Walk]:
    """Walk from a canonical domain up to its top; `only_policy` stops at a record of the domain's own."""
    steps: list[DmarcStep] = []
    records: list[DmarcRecord] = []
    for name in names(domain):
        answer = yield Dns(PREFIX + name, "TXT")
        if answer is UNKNOWN:
            steps.append(DmarcStep(PREFIX + name, "unknown"))
            return Walk(domain, tuple(steps), tuple(records), is_whole=False)
        found = the_one(answer.values)
        if len(found) != 1:
            steps.append(DmarcStep(PREFIX + name, "several" if found else "none", " | ".join(found)[:500]))
            continue
        record = read(name, found[0])
        records.append(record)
        steps.append(DmarcStep(PREFIX + name, "record", record.text[:500], record.psd))
        if record.psd != "u":
            break
        if only_policy and name == domain:
            return Walk(domain, tuple(steps), tuple(records), is_whole=False)
    return Walk(domain, tuple(steps), tuple(records), is_whole=True)


def policy_for(record: DmarcRecord, domain: str) -> Asking[str]:
    """What the record asks for a domain. Whether the domain exists is asked only where it makes a difference."""
    exists: bool | None = True
    if domain != record.domain and record.np and record.np != (record.sp or record.p):
        answer = yield Dns(domain, "A")  # RFC 9989 3.2.12 after RFC 8020: it does not exist where that is NXDOMAIN
        exists = None if answer is UNKNOWN else answer.exists
    return asked_for(record, domain, exists)


def _below(start: str, above: str) -> str:
    """The name one label below `above` on the way to `start`."""
    return ".".join(start.split(".")[-(above.count(".") + 2) :])
