"""A door for whoever asks rspamd over HTTP: rspamc, Haraka, Exim, LDA scripts; both its workers in one place.

The client itself sees to what is refused, so nothing is put into quarantine here. A mail that could not be judged is a
"soft reject", never a pass. `/symbols` with a mail is a check of before, without one the list of all symbols.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from fyke import __version__
from fyke.doors import local_file
from fyke.doors.base import Line
from fyke.doors.http import HttpDoor, RefusedError, is_local, is_secret
from fyke.doors.rspamd_pages import Pages
from fyke.doors.rspamd_reply import RspamdTerms, later, reply, skipped
from fyke.model.envelope import Envelope
from fyke.model.finding import Label, Symbol
from fyke.model.gate import Gate
from fyke.model.record import encode
from fyke.wire.http import Request, Response
from fyke.wire.packed import pack
from fyke.wire.rspamd import LEGACY, Asked, Reply, asked, legacy_text, message_id, modern, older

CHECKS = {"/checkv2": True, "/check": False, "/scan": False, "/symbols": False, "/process": False}  # the newer reply?
LEARNS = {"/learnspam": Label.SPAM, "/learnham": Label.HAM}
FUZZY = ("/fuzzyadd", "/fuzzydel", "/fuzzydelhash")
CHANGES = ("/saveactions", "/savesymbols", "/savemap", "/statreset", "/errors", "/history", "/historyreset")
ACCOUNT_CHARS = 320  # of a user: an address at most
MSGPACK = "application/msgpack"
LATER = "try again later"


class Rspamd(HttpDoor):
    """Speaks rspamd's protocol."""

    protocol = "rspamd"

    def __init__(
        self,
        gate: Gate,
        terms: RspamdTerms | None = None,
        tell: Callable[[str], None] = lambda _said: None,
        symbols: Iterable[Symbol] = (),
        bits: Mapping[str, int] | None = None,
    ) -> None:
        """`symbols` are all that can be found, `bits` what the policy gives them in hundredths, where it does."""
        self._own = RspamdTerms() if terms is None else terms
        super().__init__(gate, self._own, tell)
        self._pages = Pages(gate, self._own, tuple(symbols), bits or {}, f"fyke {__version__}")
        self._ask: dict[str, Callable[[], Awaitable[Any]]] = {
            "/stat": self._pages.stat,
            "/auth": self._pages.auth,
            "/symbols": self._pages.symbols,
            "/actions": self._pages.actions,
            "/counters": self._pages.counters,
        }

    rewrite = staticmethod(modern)

    async def answer(self, line: Line, request: Request) -> Response | bytes:
        """The answer to a request. May raise `RefusedError`."""
        path = request.target.partition("?")[0].rstrip("/").lower()
        legacy = request.field(LEGACY)
        if path == "/ping":
            return b"RSPAMD/1.3 0 PONG\r\n\r\n" if legacy else Response(200, b"pong\r\n", "text/plain")
        told = asked(request.fields)
        if path in CHECKS and (path != "/symbols" or await self._has_mail(request, told)):
            return await self._checked(line, request, told, is_newer=CHECKS[path])
        if (page := await self.page(path)) is not None:
            return page
        if path in LEARNS:
            return await self._learned(line, request, told, LEARNS[path])
        if path in self._ask:
            self._must_know(line, told)
            return _written(request, await self._ask[path]())
        if path in FUZZY:
            raise RefusedError(501, "fyke keeps no fuzzy hashes: use /learnspam and /learnham")
        if path in CHANGES:
            raise RefusedError(501, "this is fyke: its policy and its log are not changed or read this way")
        raise RefusedError(404, "invalid command")

    def trouble(self, status: int, why: str) -> Response:
        """An error, in the status line and as JSON."""
        return Response(status, encode({"error": why, "error_domain": "protocol-error"}), reason=why)

    def broken(self, request: Request) -> Response | bytes:
        """A mail is deferred; what else failed is an error."""
        path = request.target.partition("?")[0].rstrip("/").lower()
        if path not in CHECKS:
            return self.trouble(500, LATER)
        return _told(request, later(LATER), is_newer=CHECKS[path])

    async def _has_mail(self, request: Request, told: Asked) -> bool:
        return bool(request.body or told.path or told.shm)

    async def _checked(self, line: Line, request: Request, told: Asked, *, is_newer: bool) -> Response | bytes:
        if "skip" in told.flags:
            return _told(request, skipped(), is_newer=is_newer)
        raw = await self._mail(line, request, told)
        handled = await self.gate.handle(_envelope(told), raw, keeps=False)
        self.counts.mails += 1
        answer = reply(handled, self._own, told, message_id(raw))
        response = _told(request, answer, is_newer=is_newer)
        if told.compression == "zstd" and isinstance(response, Response):
            fields = (*response.fields, ("Compression", "zstd"))
            return Response(response.status, pack("zstd", response.body), response.content_type, fields)
        return response

    async def _learned(self, line: Line, request: Request, told: Asked, label: Label) -> Response:
        self._must_know(line, told)
        raw = await self._mail(line, request, told)
        if not raw:
            raise RefusedError(400, "Empty body is not permitted")
        account = (told.user or told.deliver_to)[:ACCOUNT_CHARS].lower()
        if await self.gate.learn(raw, account, label):
            return Response(200, b'{"success":true}')
        why = f"<{message_id(raw)}> has been already learned as {label.value}, ignore it"
        return Response(208, encode({"error": why}), reason=why)

    def _must_know(self, line: Line, told: Asked) -> None:
        """This machine may learn and see figures; others need the password. Raises `RefusedError`."""
        if is_local(line) or (self._own.password and is_secret(told.password, self._own.password)):
            return
        raise RefusedError(403, "Unauthorized")

    async def _mail(self, line: Line, request: Request, told: Asked) -> bytes:
        """The mail that came, or that is named. Raises `RefusedError`."""
        path = f"{local_file.SHARED_MEMORY}/{told.shm.lstrip('/')}" if told.shm else told.path
        if not path:
            return self.body(request, told.compression)
        if line.client_ip or not self._own.folders:
            raise RefusedError(403, "mails are sent here, not named")
        limit = self.terms.message_bytes
        where = (told.shm_offset, told.shm_length) if told.shm else (0, 0)
        try:
            return await asyncio.to_thread(local_file.read, path, self._own.folders, limit, *where)
        except local_file.LocalFileError as error:
            raise RefusedError(403, f"Invalid file: {error}") from None


def _envelope(told: Asked) -> Envelope:
    try:
        ip = str(ipaddress.ip_address(told.ip)) if told.ip else ""
    except ValueError:
        ip = ""
    rcpts = told.rcpts or ((told.deliver_to,) if told.deliver_to else ())
    return Envelope(
        client_ip=ip,
        client_name=told.hostname,
        helo=told.helo,
        mail_from=told.sender,
        rcpt_to=rcpts,
        tls=told.is_tls,
        login=told.user,
        received_at=datetime.fromtimestamp(time.time(), UTC),
        queue_id=told.queue_id,
    )


def _told(request: Request, answer: Reply, *, is_newer: bool) -> Response | bytes:
    if request.field(LEGACY):
        return legacy_text(answer)
    return _written(request, answer if is_newer else older(answer))


def _written(request: Request, answer: Any) -> Response:
    if MSGPACK in request.field("accept"):
        return Response(200, encode(answer, msgspec.msgpack.encode), MSGPACK)
    return Response(200, encode(answer))
