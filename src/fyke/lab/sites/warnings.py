"""What everybody has in common and so joins nobody: a packaged list, and an analyst's own lists."""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from fyke.model.fact import KINDS

LISTED = Path(__file__).with_name("warnings.toml")
# Kinds whose values strangers share by nature: of a registrar, say, only a batch of registrations tells something.
COMMON = frozenset({"registrar", "registered_at", "certificate_issued", "dom", "text", "verdict", "asn"})


class Warnings:
    """Says of a kind and a value whether they are everybody's."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        """`lines`: an analyst's own: a domain, an address, a network, or kind:value. Raises ValueError for nonsense."""
        self._names = {kind: set(names) for kind, names in _packaged().items()}
        self._domains: set[str] = set()
        self._exact: set[tuple[str, str]] = set()
        self._networks: dict[tuple[int, int], set[int]] = {}  # by version and length: the bits that are the network's
        for line in lines:
            self.add(line)

    def __call__(self, kind: str, value: str) -> bool:
        """Whether it is."""
        if kind in COMMON or (kind, value) in self._exact:
            return True
        if kind == "email":
            local = value.partition("@")[0] + "@"
            return local in self._names.get(kind, ()) or self._is_below(value.partition("@")[2], self._domains)
        if kind == "ip":
            return self._is_within(value)
        host = value.partition(" ")[0]
        return self._is_below(host, self._names.get(kind, set())) or self._is_below(host, self._domains)

    def add(self, line: str) -> None:
        """One line more. Raises ValueError for nonsense."""
        text = line.partition("#")[0].strip().lower()
        kind, colon, value = text.partition(":")
        if not text:
            return
        if colon and kind in KINDS and value:
            self._exact.add((kind, value))
            return
        try:
            found = ipaddress.ip_network(text, strict=False)
            key = (found.version, found.max_prefixlen - found.prefixlen)
            self._networks.setdefault(key, set()).add(int(found.network_address) >> key[1])
        except ValueError:
            if "." not in text or set(text) & set(" /:@\0"):
                raise ValueError(f"{text!r} is no domain, address, network or kind:value") from None
            self._domains.add(text.strip("."))

    def _is_within(self, address: str) -> bool:
        if not self._networks:
            return False
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        number = int(found)
        return any(found.version == of and number >> bits in nets for (of, bits), nets in self._networks.items())

    @staticmethod
    def _is_below(host: str, names: set[str]) -> bool:
        return any(name in names for name in _upwards(host)) if names else False


def _upwards(host: str) -> Iterator[str]:
    """The name and those above it."""
    while host:
        yield host
        host = host.partition(".")[2]


@cache
def _packaged() -> dict[str, tuple[str, ...]]:
    told = tomllib.loads(LISTED.read_text("utf-8"))
    return {kind: tuple(name for names in lists.values() for name in names) for kind, lists in told.items()}
