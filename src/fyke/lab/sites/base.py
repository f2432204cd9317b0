"""What all readers of the lab share: where facts come from, what could not be read, and limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from fyke.lab.custody import Received
from fyke.mail import domains
from fyke.model.fact import Fact

VALUE_CHARS = 500  # of a fact: what is longer is no name, number or address
FILE_BYTES = 256 << 20  # of one file; a longer one is told and passed over
PROBLEMS = 1_000  # sentences kept; the rest are counted


class Read(Struct, frozen=True):
    """What one thing gave: its facts, what is entered into the chain of custody, and what went wrong."""

    facts: tuple[Fact, ...] = ()
    received: tuple[Received, ...] = ()
    problem: str = ""


def site(host: str) -> str:
    """What a host is a part of: "site:" and its registered domain; empty for what is no public name."""
    host = host.strip().rstrip(".").lower()
    if not host or len(host) > 253 or domains.is_ip(host):
        return ""
    name = domains.registered(domains.to_ascii(host))
    return f"site:{name}" if name and "." in name and not domains.is_public_suffix(name) else ""


def received(kind: str, raw: bytes, source: str) -> Received:
    """The entry of these bytes."""
    return Received(kind, sha256(raw).hexdigest(), len(raw), source)


def moment(value: object) -> datetime | None:
    """A time as such files have it: seconds since the epoch, or ISO 8601, in UTC where it says nothing."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str):
            if value.isdigit() and len(value) > 8:
                return datetime.fromtimestamp(int(value), UTC)
            found = datetime.fromisoformat(value.strip())
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def content(path: Path) -> Iterator[bytes]:
    """The whole of a file, once; nothing of one that is too long. Raises OSError."""
    if path.stat().st_size <= FILE_BYTES:
        yield path.read_bytes()
