"""What doors over HTTP share: one request after another, each with its limits and its answer, and three pages for all.

`/healthy` says that the worker lives, `/ready` that its gate can do its work, `/metrics` what it counts.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from fyke.doors.base import Door, GoneError, Line, Terms
from fyke.doors.figures import metrics
from fyke.model.gate import Gate
from fyke.wire import openmetrics
from fyke.wire.http import Begun, Connection, Request, Response, State, listed
from fyke.wire.http_body import RemoteProtocolError
from fyke.wire.packed import PackedError, TooLargeError, opened, pack

PACKS_FROM_BYTES: Final = 1_024  # of an answer: less is not worth the work


class HttpTerms(Terms, frozen=True):
    """What a client may take."""

    idle_s: float = 75.0  # between two requests, or without a byte of one
    request_s: float = 120.0  # a request from its first byte to its last


class RefusedError(Exception):
    """The request is not carried out; `status` and the text say why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class HttpDoor(Door):
    """Speaks HTTP; what is asked and answered is its heirs' business."""

    server = "fyke"

    def __init__(
        self, gate: Gate, terms: HttpTerms | None = None, tell: Callable[[str], None] = lambda _said: None
    ) -> None:
        self._terms = HttpTerms() if terms is None else terms
        super().__init__(gate, self._terms, tell)

    async def answer(self, line: Line, request: Request) -> Response | bytes:
        """The answer to a request; bytes are one that is no HTTP, and the last. May raise `RefusedError`."""
        raise NotImplementedError

    def trouble(self, status: int, why: str) -> Response:
        """How this protocol says that a request failed."""
        raise NotImplementedError

    def broken(self, _request: Request) -> Response | bytes:
        """How this protocol says that we failed, so that the client tries again later."""
        return self.trouble(500, "try again later")

    @staticmethod
    def rewrite(line: bytes) -> bytes:
        """The request line of HTTP for one that is none, where the protocol has such."""
        return line

    async def talk(self, line: Line) -> None:
        """One request after another, until either side has had enough."""
        connection = Connection(body_bytes=self.terms.message_bytes, server=self.server, rewrite=self.rewrite)
        try:
            while (request := await self._heard(line, connection)) is not None:
                said = await self._answered(line, request)
                is_last = line.is_ending
                await line.send(
                    connection.send_bare(said) if isinstance(said, bytes) else connection.send(said, closes=is_last)
                )
                line.is_busy = False
                if connection.state is State.DONE:
                    return
        except RemoteProtocolError as error:
            self.counts.errors += 1
            await line.send(connection.send_error(self.trouble(error.status, str(error))))
            line.is_busy = False
            await line.drain()

    async def refuse(self, line: Line) -> None:
        """Too many connections."""
        await line.send(
            Connection(body_bytes=0, server=self.server).send_error(self.trouble(503, "too many connections"))
        )

    async def _heard(self, line: Line, connection: Connection) -> Request | None:
        """The next request; None where the client is done. Raises `RemoteProtocolError`, `GoneError`."""
        until: float | None = None
        while True:
            while (event := connection.next_event()) is None:
                data = await self._read(line, connection, until)
                connection.receive(data)
                until = until or asyncio.get_running_loop().time() + self._terms.request_s
            if isinstance(event, Request):
                line.is_busy = True
                return event
            if not isinstance(event, Begun):
                return None
            line.is_busy = True
            if event.expects:
                await line.send(connection.go_on())

    async def _read(self, line: Line, connection: Connection, until: float | None) -> bytes:
        if until is None:
            return await line.read()
        try:
            async with asyncio.timeout_at(until):
                return await line.read()
        except (TimeoutError, GoneError) as error:
            with suppress(GoneError):
                await line.send(connection.send_error(self.trouble(408, "too slow")))
            raise GoneError(str(error) or "a request took too long") from None

    async def _answered(self, line: Line, request: Request) -> Response | bytes:
        try:
            response = await self.answer(line, request)
        except RefusedError as error:
            self.counts.errors += 1
            return self.trouble(error.status, str(error))
        except Exception as error:
            self.counts.faults += 1
            self.tell(f"{self.protocol}: {type(error).__name__}: {error}")
            return self.broken(request)
        return packed(request, response) if isinstance(response, Response) else response

    async def page(self, path: str) -> Response | None:
        """The pages that all doors over HTTP have; None for another."""
        if path == "/healthy":
            return Response(200, b"healthy\n", "text/plain")
        if path == "/ready":
            if why := await self.gate.trouble():
                return Response(503, f"not ready: {why}\n".encode("utf-8", "replace"), "text/plain")
            return Response(200, b"ready\n", "text/plain")
        if path == "/metrics":
            return Response(200, metrics(await self.gate.figures()), openmetrics.CONTENT_TYPE)
        return None

    def body(self, request: Request, coding: str = "") -> bytes:
        """The body of a request, opened where it was packed. Raises `RefusedError`."""
        coding = (coding or request.field("content-encoding")).lower()
        if not coding or coding == "identity":
            return request.body
        try:
            return opened(coding, request.body, self.terms.message_bytes)
        except TooLargeError as error:
            raise RefusedError(413, f"opened, {error}") from None
        except PackedError as error:
            raise RefusedError(415 if "not known" in str(error) else 400, f"{coding[:40]}: {error}") from None


def packed(request: Request, response: Response) -> Response:
    """The answer as small as the client takes it."""
    if len(response.body) < PACKS_FROM_BYTES or any(name == "Compression" for name, _ in response.fields):
        return response
    takes = listed(value for name, value in request.fields if name == "accept-encoding")
    accepted = {coding.partition(";")[0].strip().lower() for coding in takes if not coding.endswith(("q=0", "q=0.0"))}
    coding = next((each for each in ("zstd", "gzip") if each in accepted), "")
    if not coding:
        return response
    fields = (*response.fields, ("Content-Encoding", coding), ("Vary", "Accept-Encoding"))
    return Response(response.status, pack(coding, response.body), response.content_type, fields, response.reason)


def is_secret(said: str, secret: str) -> bool:
    """Whether it is the secret, told in the same time whatever it is."""
    return hmac.compare_digest(said.encode("utf-8", "replace"), secret.encode())


def is_local(line: Line) -> bool:
    """Whether the client is on this machine."""
    return line.client_ip in ("", "::1") or line.client_ip.startswith("127.")
