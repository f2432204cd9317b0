"""Registration data as facts: RDAP domain objects (RFC 9083) in files, `DOMAIN.json` or `DOMAIN@2026-01-05.json`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from fyke.lab.sites.base import UNREADABLE, VALUE_CHARS, Read, moment, received, site
from fyke.model.fact import Fact

OBJECT_BYTES = 1 << 20  # of one answer; registries send some 10 kB
ENTITIES = 50
DEPTH = 4  # of entities in entities

# What stands where a name was taken out (RFC 9537 and older habits).
REDACTED = re.compile(
    r"redacted|privacy|not disclosed|withheld|data protected|gdpr|proxy|whoisguard|domains by|n/a|statutory masking",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[^\w@+]+")


def domain(raw: bytes, name: str, at: datetime) -> Read:
    """What a domain object tells. `name` is the file's, `at` when it was got where the object does not say."""
    if len(raw) > OBJECT_BYTES:
        return Read(problem=f"{name}: longer than an answer may be")
    try:
        told = msgspec.json.decode(raw)
    except UNREADABLE as error:
        return Read(problem=f"{name}: {str(error)[:200]}")
    if not isinstance(told, dict):
        return Read(problem=f"{name}: not an RDAP object")
    about = site(_text(told.get("ldhName")) or _text(told.get("unicodeName")))
    if not about:
        return Read(problem=f"{name}: names no domain (ldhName)")
    entry = received("rdap", raw, name)
    events = {_text(each.get("eventAction")): moment(each.get("eventDate")) for each in _dicts(told.get("events"))}
    at = events.get("last update of RDAP database") or at
    facts = [
        Fact(about, kind, value[:VALUE_CHARS], at, at, f"rdap:{name}", entry.digest)
        for kind, value in dict.fromkeys(_facts(told, events))
        if value
    ]
    return Read(tuple(facts), (entry,))


def _facts(told: dict[str, Any], events: dict[str, datetime | None]) -> Iterator[tuple[str, str]]:
    if (born := events.get("registration")) is not None:
        yield "registered_at", born.isoformat(timespec="seconds")
    for server in _dicts(told.get("nameservers")):
        yield "ns", _text(server.get("ldhName")).rstrip(".").lower()
    for roles, card in _entities(told, DEPTH):
        if "registrar" in roles:
            yield "registrar", _folded(card.get("fn") or card.get("org") or "")
        elif "registrant" in roles:
            yield from _registrant(card)


def _registrant(card: dict[str, str]) -> Iterator[tuple[str, str]]:
    names = {"fn": "registrant", "org": "registrant_org", "email": "registrant_email", "adr": "registrant_address"}
    for key, kind in names.items():
        value = card.get(key, "")
        if value and not REDACTED.search(value):
            yield kind, value.lower() if key == "email" else _folded(value)
    if (number := re.sub(r"[^\d+]", "", card.get("tel", ""))) and len(number) > 6:
        yield "registrant_phone", number


def _entities(told: dict[str, Any], depth: int) -> Iterator[tuple[list[str], dict[str, str]]]:
    for entity in _dicts(told.get("entities"))[:ENTITIES]:
        roles = entity.get("roles")
        yield [_text(role) for role in roles[:20]] if isinstance(roles, list) else [], _card(entity.get("vcardArray"))
        if depth:
            yield from _entities(entity, depth - 1)


def _card(card: Any) -> dict[str, str]:
    """The first value of each property of a jCard (RFC 7095), addresses joined."""
    found: dict[str, str] = {}
    lines = card[1] if isinstance(card, list) and len(card) == 2 and isinstance(card[1], list) else []
    for line in lines[:100]:
        if not isinstance(line, list) or len(line) < 4 or not isinstance(line[0], str):
            continue
        value = line[3]
        if isinstance(value, list):
            value = " ".join(part for part in _flat(value) if isinstance(part, str) and part)
        if line[0] == "adr" and not _text(value) and isinstance(line[1], dict):
            value = line[1].get("label", "")
        if isinstance(value, str) and value.strip():
            found.setdefault(line[0], value.removeprefix("tel:").strip())
    return found


def _flat(values: list[Any]) -> Iterator[Any]:
    for value in values[:20]:
        if isinstance(value, list):
            yield from value[:20]
        else:
            yield value


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value[:1_000] if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _folded(text: str) -> str:
    """Lower case, one space between words, without punctuation."""
    return " ".join(_SIGNS.sub(" ", text.lower()).split())
