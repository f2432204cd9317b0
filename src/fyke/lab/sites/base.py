"""What all readers of the lab share: where facts come from, what could not be read, and limits."""

from __future__ import annotations

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
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)  # no name was seen outside of these

UNREADABLE = (ValueError, RecursionError)  # what `msgspec.json.decode` raises for a stranger's bytes


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
    """The entry of these bytes, with them."""
    return Received(kind, sha256(raw).hexdigest(), len(raw), source, raw)


def moment(value: object) -> datetime | None:
    """A time as such files have it, in UTC: seconds since the epoch, or ISO 8601, of UTC where it names no zone.

    None for what is neither, and for what is before 1970 or after 2199.
    """
    try:
        found = _moment(value)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found is not None and FIRST <= found < LAST else None


def _moment(value: object) -> datetime | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text.isdigit() and len(text) > 8:
        return datetime.fromtimestamp(int(text), UTC)
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def content(path: Path, most: int = FILE_BYTES) -> bytes | str:
    """The whole of a file, or a sentence why not: it is longer, it is no file, it cannot be read."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return f"{path}: no file"
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        return f"{path}: {error.strerror}"
    return raw if len(raw) <= most else f"{path}: longer than {most >> 20} MiB; divide it"


def written(path: Path) -> datetime:
    """When a file was changed last, in whole seconds. Raises OSError."""
    return moment(int(path.stat().st_mtime)) or FIRST
