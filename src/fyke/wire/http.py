"""HTTP/1.1 and 1.0 (RFC 9112), server side: bytes in, whole requests out; what to send back as bytes. No socket here.

A connection is IDLE until a request begins, in BODY until it is whole, ANSWERING until `send`, and then IDLE again or
DONE. Requests behind an unanswered one wait: one is open at a time. Heads are parsed by llhttp (httptools), strictly:
whatever two readers could read as two different requests is refused (two lengths, a length beside chunks, bare line
feeds, odd codings). Bodies are ours, since a parser that reads on cannot be stopped between two requests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum, auto
from http import HTTPStatus
from typing import Final

import httptools
from msgspec import Struct

from fyke.wire.http_body import Body, RemoteProtocolError

HEAD_BYTES: Final = 262_144  # of a request line and its fields: rspamd's clients send a field for each recipient
_LINE_BYTES: Final = 256  # in which a first line is looked at before its head is whole
_VERSIONS: Final = {"1.0": True, "1.1": True}
_UNSAFE: Final = re.compile(r"[^\t\x20-\x7e]")  # in a field that we send
_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}

Fields = tuple[tuple[str, str], ...]


class LocalProtocolError(Exception):
    """We said what may not be said now."""


class State(Enum):
    """What may come next."""

    IDLE = auto()  # a request
    BODY = auto()  # more of its body
    ANSWERING = auto()  # our answer
    DONE = auto()  # nothing: the connection is to be closed


class Begun(Struct, frozen=True, gc=False):
    """The head of a request has come and its body has not, or not wholly."""

    method: str
    target: str
    expects: bool  # the client waits for `go_on` before it sends the body (RFC 9110 10.1.1)


class Request(Struct, frozen=True):
    """A whole request."""

    method: str
    target: str  # as sent: path and query
    fields: Fields  # names in lower case, in the order sent; bytes that are no UTF-8 are U+FFFD
    body: bytes = b""
    version: str = "1.1"

    def field(self, name: str, default: str = "") -> str:
        """The first field of that name (lower case)."""
        return next((value for key, value in self.fields if key == name), default)


class Ended(Struct, frozen=True, gc=False):
    """The client hung up between two requests."""


class Response(Struct, frozen=True):
    """An answer."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    fields: Fields = ()
    reason: str = ""  # instead of the usual phrase


Event = Begun | Request | Ended


class _Head:
    """What llhttp tells of a head."""

    __slots__ = ("fields", "is_whole", "target")

    def __init__(self) -> None:
        self.target = b""
        self.fields: list[tuple[str, str]] = []
        self.is_whole = False

    def on_url(self, url: bytes) -> None:
        self.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.fields.append((name.decode("latin-1").lower(), value.decode("utf-8", "replace").strip()))

    def on_headers_complete(self) -> None:
        self.is_whole = True


class Connection:
    """One connection of a client.

    `rewrite` may turn a request line that is no HTTP (rspamd's older protocol) into one that is, or return it as it is.
    """

    def __init__(
        self,
        *,
        body_bytes: int,
        head_bytes: int = HEAD_BYTES,
        server: str = "fyke",
        rewrite: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self.state = State.IDLE
        self._body_bytes, self._head_bytes, self._rewrite = body_bytes, head_bytes, rewrite
        self._server = f"\r\nServer: {server}\r\n".encode()
        self._heard = bytearray()
        self._searched = 0  # bytes of `_heard` in which no head ends
        self._is_over = False
        self._keeps = True  # the connection, after this answer
        self._method, self._target, self._version = "", "", "1.1"
        self._fields: Fields = ()
        self._body = Body(self._heard, 0, body_bytes)
        self._is_told = False  # `Begun` was given

    def receive(self, data: bytes) -> None:
        """Take what came; nothing means that the other side hung up."""
        if data:
            self._heard += data
        else:
            self._is_over = True

    def next_event(self) -> Event | None:
        """What came; None where more must come first, or we must answer. Raises `RemoteProtocolError`."""
        if self.state is State.IDLE and not self._read_head():
            return self._at_the_end()
        if self.state is not State.BODY:
            return None
        if self._is_body_whole():
            self.state = State.ANSWERING
            return Request(self._method, self._target, self._fields, self._body.taken(), self._version)
        if self._is_over:
            raise self._failed(400, "hung up in the middle of a request")
        if self._is_told:
            return None
        self._is_told = True
        return Begun(self._method, self._target, self._expects())

    def go_on(self) -> bytes:
        """What to send so that the client sends its body. Raises `LocalProtocolError`."""
        if self.state is not State.BODY:
            raise LocalProtocolError(f"{self.state.name}: nothing is awaited")
        return b"HTTP/1.1 100 Continue\r\n\r\n"

    def send(self, response: Response, *, closes: bool = False) -> bytes:
        """What to send for the open request, or instead of hearing more of it. Raises `LocalProtocolError`."""
        if self.state is State.DONE:
            raise LocalProtocolError("the connection is done")
        keeps = self._keeps and not closes and self.state is State.ANSWERING
        head = self._head_of(response, keeps)
        has_body = self._method != "HEAD" and response.status >= 200 and response.status not in (204, 304)
        self._method = ""
        self.state = State.IDLE if keeps else State.DONE
        return head + response.body if has_body else head

    def send_error(self, response: Response) -> bytes:
        """What to send after a `RemoteProtocolError`, once. The connection stays done."""
        return self._head_of(response, keeps=False) + response.body

    def send_bare(self, data: bytes) -> bytes:
        """What to send where the answer is not HTTP; the connection is done. Raises `LocalProtocolError`."""
        if self.state is not State.ANSWERING:
            raise LocalProtocolError(f"{self.state.name}: nothing was asked")
        self.state = State.DONE
        return data

    def _head_of(self, response: Response, keeps: bool) -> bytes:
        reason = _UNSAFE.sub("?", response.reason)[:200] or _PHRASES.get(response.status, "")
        lines = [f"HTTP/1.1 {response.status} {reason}"]
        if not keeps:
            lines.append("Connection: close")
        elif self._version == "1.0":
            lines.append("Connection: keep-alive")
        if response.content_type:
            lines.append(f"Content-Type: {response.content_type}")
        lines += [f"{name}: {_UNSAFE.sub('?', value)}" for name, value in response.fields]
        if response.status != 204:
            lines.append(f"Content-Length: {len(response.body)}")
        return "\r\n".join(lines).encode() + self._server + b"\r\n"

    def _at_the_end(self) -> Ended | None:
        if not self._is_over or self.state is State.DONE:
            return None
        if self._heard:
            raise self._failed(400, "hung up in the middle of a request")
        self.state = State.DONE
        return Ended()

    def _read_head(self) -> bool:
        """Take a head off what was heard; whether there was a whole one."""
        heard = self._heard
        if heard.startswith((b"\r", b"\n")):  # RFC 9112 2.2: empty lines before a request are passed over
            heard[:] = heard.lstrip(b"\r\n")
            self._searched = 0
        end = heard.find(b"\r\n\r\n", max(self._searched - 3, 0), self._head_bytes)
        if end < 0:
            if len(heard) >= self._head_bytes:
                raise self._failed(431, f"the head is longer than {self._head_bytes} bytes")
            self._refuse_bare_line_feed()
            self._searched = len(heard)
            return False
        self._parse(bytes(heard[: end + 4]))
        del heard[: end + 4]
        self._searched = 0
        return True

    def _refuse_bare_line_feed(self) -> None:
        """The parser will refuse it; this says so before the client has waited for an answer in vain."""
        if self._searched < _LINE_BYTES and (at := self._heard.find(b"\n")) >= 0 and self._heard[at - 1] != 0x0D:
            raise self._failed(400, "a line that ends in a bare line feed")

    def _parse(self, head: bytes) -> None:
        if self._rewrite is not None and (end := head.find(b"\r\n")) and head[end - 8 : end - 3] != b"HTTP/":
            head = self._rewrite(head[:end]) + head[end:]
        told = _Head()
        parser = httptools.HttpRequestParser(told)
        try:
            parser.feed_data(head)
        except httptools.HttpParserUpgrade:  # RFC 9110 7.8: a server may pass over the wish
            pass
        except httptools.HttpParserError as error:
            raise self._failed(400, str(error)) from None
        self._version = parser.get_http_version()
        if not told.is_whole or self._version not in _VERSIONS:
            raise self._failed(505 if told.is_whole else 400, "no request of HTTP/1.0 or HTTP/1.1")
        self._method = parser.get_method().decode("latin-1")
        if self._method == "CONNECT":
            raise self._failed(405, "no tunnels here")
        self._target = told.target.decode("latin-1")
        self._fields = tuple(told.fields)
        words = {
            word.strip().lower() for name, value in self._fields if name == "connection" for word in value.split(",")
        }
        self._keeps = "keep-alive" in words if self._version == "1.0" else "close" not in words  # RFC 9112 9.3
        self._open_body()

    def _open_body(self) -> None:
        length, coding = self._header("content-length"), self._header("transfer-encoding")
        if coding and (coding.lower() != "chunked" or self._version == "1.0"):
            raise self._failed(501, "a transfer coding other than chunks")
        if self._header("expect").lower() not in ("", "100-continue"):
            raise self._failed(417, "what is expected is not known here")
        try:
            self._body = Body(self._heard, None if coding else int(length or 0), self._body_bytes)
        except RemoteProtocolError as error:
            raise self._failed(error.status, str(error)) from None
        self._is_told = False
        self.state = State.BODY

    def _header(self, name: str) -> str:
        return next((value for key, value in self._fields if key == name), "")

    def _expects(self) -> bool:
        return self._version == "1.1" and not self._body.size and bool(self._header("expect"))

    def _is_body_whole(self) -> bool:
        try:
            return self._body.read()
        except RemoteProtocolError as error:
            raise self._failed(error.status, str(error)) from None

    def _failed(self, status: int, why: str) -> RemoteProtocolError:
        self.state = State.DONE
        self._heard.clear()
        return RemoteProtocolError(status, why)


def listed(values: Iterable[str]) -> list[str]:
    """The members of a field that is a list, or of several such fields (RFC 9110 5.6.1)."""
    return [member for value in values for each in value.split(",") if (member := each.strip())]


def phrase(status: int) -> str:
    """The usual phrase of a status."""
    return _PHRASES.get(status, "")
