"""HTTP as the client that goes out speaks it: requests, answers as they come in, redirects, the address of a proxy."""

from __future__ import annotations

from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

import httptools

URL_CHARS = 2_000
PORTS = {"http": 80, "https": 443}

_PLAIN = "".join(map(chr, range(0x21, 0x7F)))


class Answer:
    """An answer as it comes in; what a strict parser calls."""

    def __init__(self) -> None:
        self.body: list[bytes] = []
        self.location, self.is_over, self.status = "", False, 0
        self._parser = httptools.HttpResponseParser(self)

    def feed(self, data: bytes) -> str:
        """Take more; why it is no answer, empty where it is."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            return f"broken answer: {str(error)[:100]}"
        return ""

    def on_header(self, name: bytes, value: bytes) -> None:
        """One field."""
        if name.lower() == b"location" and not self.location:
            self.location = value.decode("latin-1").strip()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self.status = self._parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        """More of the body."""
        self.body.append(body)

    def on_message_complete(self) -> None:
        """It is whole; one of 1xx is followed by the real one."""
        self.is_over = self.status >= 200 or self.status == 101


def proxy(text: str) -> tuple[str, int]:
    """Host and port of "http://host:port". Raises ValueError with a sentence."""
    parts = urlsplit(text)
    if parts.scheme != "http" or not parts.hostname or parts.port is None or parts.username is not None:
        raise ValueError(f"proxy {text!r}: takes http://host:port")
    return parts.hostname, parts.port


def request(parts: SplitResult, host: str, port: int, accept: str, agent: str) -> bytes:
    """The bytes of a GET (RFC 9112 3), with no field that is not needed."""
    path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    named = f"[{host}]" if ":" in host else host
    named = named if port == PORTS[parts.scheme] else f"{named}:{port}"
    return (
        f"GET {path} HTTP/1.1\r\nHost: {named}\r\nUser-Agent: {agent}\r\nAccept: {accept}\r\n"
        "Accept-Encoding: identity\r\nConnection: close\r\n\r\n"
    ).encode("ascii", "replace")


def joined(url: str, location: str) -> str:
    """Where a redirect leads, absolute, without a fragment; what is no address is refused when it is asked."""
    if not location:
        return ""
    try:
        told = quote(location.encode("latin-1"), safe=_PLAIN)  # RFC 3986 2.1: some leave letters as they are
        return urljoin(url, told[: URL_CHARS + 1]).partition("#")[0]
    except ValueError:
        return location[:URL_CHARS]
