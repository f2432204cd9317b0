"""The one client that goes out to strangers' web servers: for evidence, on somebody's word, and with limits on all.

It resolves a name itself, refuses addresses that are not public, and connects to the very address that it checked, on
each redirect anew. It sends no cookie, no referrer and no login, runs no script, and loads nothing that a page names.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from fyke.lookup.outbound_http import PORTS, URL_CHARS, Answer, joined, request
from fyke.lookup.outbound_names import Names, Network, refusal
from fyke.model.exchange import Exchange

ADDRESSES = 4  # of a host that are tried
CHUNK_BYTES = 64 << 10
HEAD_BYTES = 64 << 10  # of an answer


class Terms(Struct, frozen=True):
    """What it may do."""

    agent: str
    allowed: tuple[Network, ...] = ()  # that are not public and may be asked all the same
    ports: frozenset[int] = frozenset((80, 443, 8080, 8443))
    proxy: tuple[str, int] | None = None  # host and port of one that takes CONNECT
    timeout_s: float = 20.0  # of one answer, all of it
    most_bytes: int = 4 << 20  # of one answer
    redirects: int = 5
    pause_s: float = 1.0  # between two requests to one host
    requests: int = 2_000  # in all
    ca: str = ""  # a file of certificates; empty: the system's


class RefusedError(Exception):
    """What it does not do: a sentence."""


class Client:
    """One connection at a time, each for one request. Not for several threads."""

    def __init__(
        self, terms: Terms, names: Names, clock: Callable[[], datetime], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._terms, self._names, self._clock, self._sleep = terms, names, clock, sleep
        self._left = terms.requests
        self._last: dict[str, float] = {}

    def get(self, url: str, accept: str = "*/*", *, verify: bool = False) -> tuple[Exchange, ...]:
        """The answer and the redirects before it, oldest first; never raises: trouble is told on the last.

        `verify`: whether the server must show a certificate that somebody vouches for. A gang's need not: what it shows
        is what is wanted.
        """
        found: list[Exchange] = []
        seen: set[str] = set()
        while True:
            exchange = self._once(url, accept, verify=verify)
            found.append(exchange)
            seen.add(url)
            url = exchange.location
            if not url:
                return tuple(found)
            why = (
                "leads in a circle"
                if url in seen
                else "leads on too often"
                if len(seen) > self._terms.redirects
                else ""
            )
            if why:
                found[-1] = replace(exchange, trouble=f"{exchange.url[:200]}: {why}")
                return tuple(found)

    def _once(self, url: str, accept: str, *, verify: bool) -> Exchange:
        empty = Exchange(url, self._clock())
        try:
            parts, host, port = self._target(url)
            sent = request(parts, host, port, accept, self._terms.agent)
            return self._asked(empty, (parts.scheme, host, port), sent, verify=verify)
        except (RefusedError, OSError, ValueError) as error:
            said = (error.strerror or type(error).__name__) if isinstance(error, OSError) else error
            return replace(empty, trouble=f"{url[:200]}: {said}")

    def _target(self, url: str) -> tuple[SplitResult, str, int]:
        if len(url) > URL_CHARS or not url.isascii() or any(sign <= " " or sign == "\x7f" for sign in url):
            raise RefusedError("no address of a page")
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
        if parts.scheme not in PORTS or not host:
            raise RefusedError("neither http nor https")
        if parts.username is not None or parts.password is not None:
            raise RefusedError("names a login")
        port = parts.port or PORTS[parts.scheme]
        if port not in self._terms.ports:
            raise RefusedError(f"port {port} is none of fetch.ports")
        return parts, host, port

    def _asked(self, empty: Exchange, where: tuple[str, str, int], sent: bytes, *, verify: bool) -> Exchange:
        scheme, host, port = where
        addresses = self._checked(host)
        self._wait(host)
        until = time.monotonic() + self._terms.timeout_s
        stream, address = self._connected(addresses, port, until)
        certificate = b""
        with stream:
            if scheme == "https":
                stream.settimeout(_left(until))
                stream = self._context(verify=verify).wrap_socket(stream, server_hostname=host)
                certificate = stream.getpeercert(binary_form=True) or b""
            known = replace(empty, sent=sent, address=address, certificate=certificate)
            with stream:
                try:
                    stream.settimeout(_left(until))
                    stream.sendall(sent)
                    return self._read(known, stream, until)
                except OSError as error:
                    return replace(known, trouble=f"{empty.url[:200]}: {error.strerror or type(error).__name__}")

    def _checked(self, host: str) -> list[str]:
        """Addresses of a host that may be connected to. Raises `RefusedError`."""
        try:
            found = [str(ipaddress.ip_address(host))]
        except ValueError:
            found = list(dict.fromkeys(self._names.addresses(host)))
        if not found:
            raise RefusedError(f"{host} has no address")
        refused = {address: refusal(address, self._terms.allowed) for address in found}
        if not (good := [address for address, why in refused.items() if not why]):
            raise RefusedError(
                f"{next(iter(refused.values()))}; fetch.allow names networks that may be asked all the same"
            )
        return good[:ADDRESSES]

    def _wait(self, host: str) -> None:
        if self._left <= 0:
            raise RefusedError(f"more than {self._terms.requests:,} requests (fetch.requests)")
        self._left -= 1
        now = time.monotonic()
        due = self._last.get(host, -1e9) + self._terms.pause_s
        if due > now:
            self._sleep(due - now)
        self._last[host] = max(due, now)

    def _connected(self, addresses: list[str], port: int, until: float) -> tuple[socket.socket, str]:
        last: OSError = TimeoutError("no time left")
        for address in addresses:
            try:
                if self._terms.proxy is not None:
                    return self._through(self._terms.proxy, address, port, until), f"{address}:{port}"
                return socket.create_connection((address, port), _left(until)), f"{address}:{port}"
            except OSError as error:
                last = error
        raise last

    def _through(self, proxy: tuple[str, int], address: str, port: int, until: float) -> socket.socket:
        """A tunnel to the address that was checked: a name would be looked up anew by the proxy (RFC 9110 9.3.6)."""
        stream = socket.create_connection(proxy, _left(until))
        try:
            target = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
            stream.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
            head = b""
            while b"\r\n\r\n" not in head and len(head) < HEAD_BYTES:
                stream.settimeout(_left(until))
                more = stream.recv(1)  # what follows is the server's
                if not more:
                    break
                head += more
            if head.split(b" ", 2)[1:2] != [b"200"]:
                raise ConnectionRefusedError(0, f"the proxy answers {head[:60].decode('latin-1')!r}")
        except BaseException:
            stream.close()
            raise
        return stream

    def _context(self, *, verify: bool) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._terms.ca or None)
        context.set_alpn_protocols(["http/1.1"])
        if not verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            context.set_ciphers("DEFAULT:@SECLEVEL=0")  # old servers are evidence too
        return context

    def _read(self, known: Exchange, stream: socket.socket, until: float) -> Exchange:
        answer, came, cut, trouble = Answer(), bytearray(), "", ""
        while not answer.is_over:
            try:
                stream.settimeout(_left(until))
                more = stream.recv(CHUNK_BYTES)
            except TimeoutError:
                cut, trouble = "time", f"{known.url[:200]}: more than {self._terms.timeout_s:g} s"
                break
            except OSError as error:
                trouble = f"{known.url[:200]}: {error.strerror or type(error).__name__}"
                break
            more = more[: self._terms.most_bytes - len(came)]
            came += more
            if not more:
                if len(came) >= self._terms.most_bytes:
                    cut, trouble = "length", f"{known.url[:200]}: more than {self._terms.most_bytes >> 20} MiB"
                break
            if why := answer.feed(more):
                trouble = f"{known.url[:200]}: {why}"
                break
        if not came and not trouble:
            trouble = f"{known.url[:200]}: no answer"
        there = answer.location if 300 <= answer.status < 400 else ""
        return replace(
            known,
            came=bytes(came),
            status=answer.status,
            location=joined(known.url, there),
            body=b"".join(answer.body),
            cut=cut,
            trouble=trouble,
        )


def _left(until: float) -> float:
    if (left := until - time.monotonic()) <= 0:
        raise TimeoutError("no time left")
    return left
