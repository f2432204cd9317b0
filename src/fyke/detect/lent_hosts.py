"""Hosts that lend their name to anyone, by kind: read from `lent_hosts.txt`, asked by host and path."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from msgspec import Struct

SOURCE = Path(__file__).with_suffix(".txt")
LABELS = 5  # the longest entry has four; what stands before the fifth cannot change the answer


class LentHosts(Struct, frozen=True):
    """Kinds by host, and for hosts that lend only a part of themselves by the start of a path."""

    kinds: dict[str, str]
    paths: dict[str, tuple[tuple[str, str], ...]]

    def kind(self, host: str, path: str = "") -> str:
        """The kind of a host ("shortener", "form", ...), or an empty string."""
        rest = host if host.count(".") < LABELS else ".".join(host.rsplit(".", LABELS)[1:])
        while "." in rest:
            found = self.kinds.get(rest)
            if found is not None:
                return found
            for start, kind in self.paths.get(rest, ()):
                if path.startswith(start):
                    return kind
            rest = rest[rest.index(".") + 1 :]
        return ""


@cache
def lent_hosts() -> LentHosts:
    """The shipped list, read once (a thousand lines in less than a millisecond)."""
    return read(SOURCE.read_text("utf-8"))


def read(text: str) -> LentHosts:
    """A list from its text. Raises ValueError with the line for what is neither kind, host nor comment."""
    kinds: dict[str, str] = {}
    paths: dict[str, list[tuple[str, str]]] = {}
    kind = ""
    for number, line in enumerate(text.splitlines(), 1):
        entry = line.strip()
        if not entry or entry[0] == "#":
            continue
        if entry[0] == "[":
            kind = entry.strip("[]")
            continue
        host, slash, path = entry.partition("/")
        if not kind or "." not in host or " " in entry:
            raise ValueError(f"line {number}: {entry!r} is no host of a [kind]")
        if slash:
            paths.setdefault(host, []).append(("/" + path, kind))
        else:
            kinds[host] = kind
    return LentHosts(kinds, {host: tuple(starts) for host, starts in paths.items()})
