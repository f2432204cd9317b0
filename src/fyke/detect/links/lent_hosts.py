"""Hosts that lend their name to anyone, by kind: read from `lent_hosts.txt`, asked by host and path."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from fyke.detect.facts.linked import hosts, within
from fyke.model import Message

SOURCE = Path(__file__).with_suffix(".txt")
LABELS = 5  # the longest entry has four; what stands before the fifth cannot change the answer


class LentHosts:
    """Kinds by host, and for hosts that lend only a part of themselves by the start of a path."""

    def __init__(self, kinds: dict[str, str], paths: dict[str, tuple[tuple[str, str], ...]]) -> None:
        self.kinds = kinds
        self.paths = paths
        self._entry = lru_cache(maxsize=8192)(self._find)  # hosts repeat from mail to mail

    def kind(self, host: str, path: str = "") -> str:
        """The kind of a host ("shortener", "form", ...), or an empty string."""
        kind, starts = self._entry(host)
        if starts:
            for start, part in starts:
                if path.startswith(start):
                    return part
        return kind

    def _find(self, host: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What the list says of a host: its kind, and the kinds of its paths."""
        rest = host if host.count(".") < LABELS else ".".join(host.rsplit(".", LABELS)[1:])
        starts: tuple[tuple[str, str], ...] = ()
        while "." in rest:
            starts += self.paths.get(rest, ())
            kind = self.kinds.get(rest)
            if kind is not None:
                return kind, starts
            rest = rest[rest.index(".") + 1 :]
        return "", starts


def lent_to_strangers(message: Message, lent: LentHosts) -> Iterator[tuple[str, str]]:
    """Each lent host that a link leads to, with its kind, but for the sender's own."""
    sender = message.sender.domain
    for host, link in hosts(message).items():
        kind = lent.kind(host, link.path)
        if kind and not (sender and within(sender, link.domain)):
            yield host, kind


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
