"""A DMARC record from its text (RFC 9989 4.7 and 4.8). What is wrong in it is ignored; it never raises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from fyke.model.auth import DmarcRecord

RECORD_CHARS = 10_000  # of a record: real ones have a hundred
KNOWN = 1_000  # records remembered: of few hundred senders comes most mail
TAGS = 100  # of a record: there are eleven
URIS = 20  # of one tag; nobody sends more reports
POLICIES = ("none", "quarantine", "reject")  # from mild to strict

_VERSION = re.compile(r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)")  # the value alone counts capitals: %s"DMARC1"
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{0,30}:[^\s,!]+")
_VALUES = {
    "p": POLICIES,
    "sp": POLICIES,
    "np": POLICIES,
    "adkim": ("r", "s"),
    "aspf": ("r", "s"),
    "psd": ("y", "n", "u"),
    "t": ("y", "n"),
}
_LISTS = ("rua", "ruf")
_FO = frozenset(("0", "1", "d", "s"))


def is_dmarc(text: str) -> bool:
    """Whether a TXT record is one of DMARC: its first tag is the version, and it is ours."""
    return _VERSION.match(text[:RECORD_CHARS]) is not None


def the_one(texts: Iterable[str]) -> tuple[str, ...]:
    """The DMARC records among TXT records: one is a policy, several are void (RFC 9989 4.10, step 2)."""
    return tuple(text for text in texts if is_dmarc(text))


def read(domain: str, text: str) -> DmarcRecord:
    """The record that stands at `_dmarc.` and the domain."""
    return _read(domain, text[:RECORD_CHARS])


@lru_cache(maxsize=KNOWN)
def _read(domain: str, text: str) -> DmarcRecord:
    tags, ignored = _tags(text)
    good: dict[str, str] = {}
    for name, values in _VALUES.items():
        value = tags.get(name, "").lower()
        if value in values:
            good[name] = value
        elif name in tags:
            ignored.append(f"{name}={tags[name][:40]}")
    rua, ruf = (_uris(tags.get(name, "")) for name in _LISTS)
    has_wrong_policy = any(name in tags and name not in good for name in ("p", "sp", "np"))
    policies = {} if has_wrong_policy else {name: good.get(name, "") for name in ("sp", "np")}
    return DmarcRecord(
        domain=domain,
        text=text,
        p="none" if has_wrong_policy else good.get("p", "none"),
        adkim=good.get("adkim", "r"),
        aspf=good.get("aspf", "r"),
        psd=good.get("psd", "u"),
        is_testing=good.get("t") == "y",
        rua=rua,
        ruf=ruf,
        fo=_options(tags.get("fo", "0")),
        ignored=tuple(ignored),
        is_usable=not has_wrong_policy or bool(rua),  # RFC 9989 4.10.1
        **policies,
    )


def _tags(text: str) -> tuple[Mapping[str, str], list[str]]:
    """The known tags, the first of each name; and what was passed over."""
    tags: dict[str, str] = {}
    ignored: list[str] = []
    for item in text.split(";", TAGS)[1:TAGS]:
        name, equals, value = item.partition("=")
        name, value = name.strip(" \t").lower(), value.strip(" \t")
        if not item.strip():
            continue
        if not equals or name not in _KNOWN or name in tags:
            ignored.append(item.strip()[:40])
            continue
        tags[name] = value
    return tags, ignored


_KNOWN = frozenset((*_VALUES, *_LISTS, "fo"))


def _uris(text: str) -> tuple[str, ...]:
    """The addresses of reports that are addresses; a size behind "!" is of older records, and is ignored."""
    items = (item.strip(" \t").partition("!")[0] for item in text.split(",", URIS)[:URIS])
    return tuple(item for item in items if _URI.fullmatch(item))


def _options(text: str) -> str:
    options = [option.strip(" \t").lower() for option in text[:20].split(":")]
    return ":".join(options) if all(option in _FO for option in options) else "0"


def asked_for(record: DmarcRecord, domain: str, exists: bool | None) -> str:
    """The policy that a record has for a domain (RFC 9989 4.10.1). Where nobody knows whether it exists, the milder."""
    if domain == record.domain:
        return record.p
    below = record.sp or record.p
    missing = record.np or below
    if exists is None:
        return min(below, missing, key=POLICIES.index)
    return below if exists else missing


def milder(policy: str) -> str:
    """One step down: what is done for a domain that is only testing (RFC 9989 A.6)."""
    return POLICIES[max(POLICIES.index(policy) - 1, 0)]
