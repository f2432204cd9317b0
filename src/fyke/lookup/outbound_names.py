"""The DNS for what goes out: one question at a time, with the answer's bytes, and which addresses may be connected to.

Unlike `lookup.dns` it keeps nothing and is in no hurry: what it is told is evidence.
"""

from __future__ import annotations

import ipaddress
import secrets
import socket
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.structs import replace

from fyke.lookup.dns_servers import Address
from fyke.model.exchange import Resolved
from fyke.wire import dns as wire

TIMEOUT_S = 3.0
TRIES = 2  # of each server
ALIASES = 8  # followed from answer to answer

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_EMBEDDING = (
    ipaddress.ip_network("64:ff9b::/96"),
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("::/96"),
)


def refusal(address: str, allowed: Sequence[Network] = ()) -> str:
    """Why an address may not be connected to; empty where it may.

    Only what strangers can have is: nothing private, local, of a cloud's metadata service (169.254.169.254), reserved
    or for groups; and no IPv6 address that leads to such an IPv4 address (mapped, 6to4, Teredo, NAT64).
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return f"{address[:80]} is no address"
    if any(found in network for network in allowed):
        return ""
    for each in (found, *_within(found)):
        if not each.is_global or each.is_multicast or each.is_reserved or each.is_unspecified:
            return f"{address} is not public"
    return ""


def _within(found: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """IPv4 addresses that an IPv6 address leads to."""
    if isinstance(found, ipaddress.IPv4Address):
        return []
    inner = [each for each in (found.ipv4_mapped, found.sixtofour, *(found.teredo or ())) if each is not None]
    if any(found in network for network in _EMBEDDING):
        inner.append(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF))
    return inner


class Names:
    """Asks resolvers, one after another."""

    def __init__(self, servers: Sequence[Address], clock: Callable[[], datetime], timeout_s: float = TIMEOUT_S) -> None:
        self._servers, self._clock, self._timeout_s = servers, clock, timeout_s

    def ask(self, name: str, kind: str) -> Resolved:
        """What the DNS says of a name; never raises."""
        empty = Resolved(name, kind, self._clock())
        try:
            asked = wire.question(name.rstrip(".").lower(), kind)
        except (wire.Impossible, UnicodeEncodeError):
            return replace(empty, trouble="no zone can have this name")
        trouble = "no resolver answers"
        for server in tuple(self._servers) * TRIES:
            try:
                told = self._from(server, asked, empty)
            except (OSError, EOFError, wire.Malformed, wire.Foreign) as error:
                trouble = f"{server}: {error or type(error).__name__}"
                continue
            if not told.trouble:
                return told
            trouble = told.trouble
        return replace(empty, trouble=trouble)

    def addresses(self, host: str) -> list[str]:
        """All addresses of a host, IPv4 first; none where it has none or nobody answers."""
        found: list[str] = []
        for kind in ("A", "AAAA"):
            name = host
            for _ in range(ALIASES):
                told = self.ask(name, kind)
                found += told.values
                alias = () if told.values else self.ask(name, "CNAME").values
                if not alias:
                    break
                name = alias[0]
        return found

    def _from(self, server: Address, asked: bytes, empty: Resolved) -> Resolved:
        query = wire.message(secrets.randbits(16), asked)
        raw = self._over_udp(server, query, asked)
        reply = wire.read(raw, asked)
        if reply.is_truncated:
            raw = self._over_tcp(server, query)
            reply = wire.read(raw, asked)
        if reply.code not in (wire.NOERROR, wire.NXDOMAIN) or reply.is_truncated:
            return replace(empty, trouble=f"{server}: answers with code {reply.code}")
        return replace(
            empty,
            values=reply.values,
            exists=reply.code == wire.NOERROR,
            server=str(server),
            wire=raw,
            at=self._clock(),
        )

    def _over_udp(self, server: Address, query: bytes, asked: bytes) -> bytes:
        family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
        until = time.monotonic() + self._timeout_s
        with socket.socket(family, socket.SOCK_DGRAM) as port:
            port.connect((server.host, server.port))
            port.send(query)
            while (left_s := until - time.monotonic()) > 0:
                port.settimeout(left_s)
                raw = port.recv(65_535)
                try:
                    if raw[:2] == query[:2]:
                        wire.read(raw, asked)
                        return raw
                except wire.Foreign:
                    continue  # a forgery must not keep the answer away
        raise TimeoutError("does not answer in time")

    def _over_tcp(self, server: Address, query: bytes) -> bytes:
        until = time.monotonic() + self._timeout_s
        with socket.create_connection((server.host, server.port), self._timeout_s) as stream:
            stream.sendall(len(query).to_bytes(2, "big") + query)
            raw = b""
            while len(raw) < 2 or len(raw) < 2 + int.from_bytes(raw[:2], "big"):
                stream.settimeout(max(0.001, until - time.monotonic()))
                more = stream.recv(65_537)
                if not more:
                    raise EOFError("ends too early")
                raw += more
        return raw[2 : 2 + int.from_bytes(raw[:2], "big")]
