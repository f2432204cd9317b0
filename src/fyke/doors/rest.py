"""A plain REST API: judge a mail or a file, take a label, tell what there is (`/v1/openapi.json`).

The client itself sees to what is refused or set aside, so nothing is put into quarantine here. Errors are problems in
JSON (RFC 9457), and where it is fyke that failed a 503: to be tried again, never a verdict.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import parse_qs

import msgspec

from fyke.doors.base import Line
from fyke.doors.http import HttpDoor, RefusedError, is_secret
from fyke.doors.openapi import document
from fyke.doors.rest_forms import (
    PREFIX,
    RECIPIENTS,
    Answer,
    Labelling,
    Problem,
    RestTerms,
    Submission,
    Taught,
    envelope,
    is_aware,
)
from fyke.model.gate import Gate, Handled
from fyke.model.record import encode, record
from fyke.wire.http import Request, Response, phrase

Form = TypeVar("Form", Submission, Labelling)
Given = TypeVar("Given")
Read = TypeVar("Read")
OPEN = ("/healthy", "/ready")  # without the token: who watches over services has none
NAME_CHARS = 1_000


class Rest(HttpDoor):
    """Speaks JSON over HTTP."""

    protocol = "rest"

    def __init__(
        self,
        gate: Gate,
        terms: RestTerms | None = None,
        tell: Callable[[str], None] = lambda _said: None,
        bits: Mapping[str, int] | None = None,
    ) -> None:
        """`bits`: what the policy gives symbols, in hundredths; without it they weigh what they declare."""
        self._own = RestTerms() if terms is None else terms
        super().__init__(gate, self._own, tell)
        self._bits = bits or {}
        self._document = encode(document())
        self._paths: dict[str, tuple[str, Callable[[Request], Awaitable[Response]]]] = {
            "/v1/scan": ("POST", self._scan),
            "/v1/files": ("POST", self._file),
            "/v1/labels": ("POST", self._label),
            "/v1/openapi.json": ("GET", self._described),
        }

    async def answer(self, line: Line, request: Request) -> Response:
        """The answer to a request. May raise `RefusedError`."""
        del line
        path = request.target.partition("?")[0]
        if path not in OPEN:
            self._must_know(request)
        if (page := await self.page(path)) is not None:
            return page
        if path not in self._paths:
            raise RefusedError(404, f"there is nothing at {path[:100]}; see /v1/openapi.json")
        method, ask = self._paths[path]
        if request.method != method and (method, request.method) != ("GET", "HEAD"):
            raise RefusedError(405, f"{path} takes {method}")
        return await ask(request)

    def trouble(self, status: int, why: str) -> Response:
        """A problem as RFC 9457 tells it."""
        problem = Problem(title=phrase(status), status=status, detail=why)
        fields = {401: (("WWW-Authenticate", "Bearer"),), 503: (("Retry-After", "60"),)}.get(status, ())
        return Response(status, encode(problem), "application/problem+json", fields)

    def broken(self, _request: Request) -> Response:
        """We failed: to be tried again."""
        return self.trouble(503, "it could not be judged now: try again later")

    def _must_know(self, request: Request) -> None:
        kind, _, said = request.field("authorization").partition(" ")
        if self._own.token and not (kind.lower() == "bearer" and is_secret(said.strip(), self._own.token)):
            raise RefusedError(401, "a token is needed: Authorization: Bearer ...")

    async def _scan(self, request: Request) -> Response:
        if _kind(request) == "application/json":
            form = self._form(request, Submission)
            raw, given = _decoded(form.raw), form.envelope
        else:
            raw, given = self.body(request), _checked(envelope, _given(request))
        if given.received_at is None:
            given = msgspec.structs.replace(given, received_at=datetime.now(UTC))
        if not is_aware(given.received_at):
            raise RefusedError(400, "received_at has no time zone")
        handled = await self.gate.handle(given, raw, keeps=False)
        self.counts.mails += 1
        return Response(200, encode(self._told(handled)))

    async def _file(self, request: Request) -> Response:
        name = _given(request).get("name", [""])[0][:NAME_CHARS]
        return Response(200, encode(record(name, await self.gate.look(name, self.body(request)), self._bits)))

    async def _label(self, request: Request) -> Response:
        if _kind(request) == "application/json":
            form = self._form(request, Labelling)
            raw = _decoded(form.raw)
        else:
            given = _given(request)
            label, account = given.get("label", [""])[0], given.get("account", [""])[0]
            told = {"raw": "", "label": None if label == "forget" else label, "account": account}
            form, raw = _checked(_as_labelling, told), self.body(request)
        if not raw:
            raise RefusedError(400, "there is no mail")
        is_new = await self.gate.learn(raw, form.account.lower(), form.label)
        return Response(200, encode(Taught(is_new)))

    async def _described(self, _request: Request) -> Response:
        return Response(200, self._document)

    def _told(self, handled: Handled) -> Answer:
        return Answer(
            action=handled.action,
            scan=record("", handled.scan, self._bits),
            fates=handled.fates,
            edits=handled.edits,
            reply=handled.reply,
            case=handled.case,
        )

    def _form(self, request: Request, form: type[Form]) -> Form:
        body = self.body(request)
        return _checked(lambda _body: msgspec.json.decode(_body, type=form), body)


def _checked(read: Callable[[Given], Read], given: Given) -> Read:
    try:
        return read(given)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError(400, str(error)) from None


def _as_labelling(told: dict[str, str | None]) -> Labelling:
    return msgspec.convert(told, Labelling)


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError(400, "raw is no Base64") from None


def _kind(request: Request) -> str:
    return request.field("content-type").partition(";")[0].strip().lower()


def _given(request: Request) -> dict[str, list[str]]:
    """What query and fields say, by names as the query has them; the query first."""
    try:
        given = parse_qs(request.target.partition("?")[2], max_num_fields=RECIPIENTS, errors="replace")
    except ValueError:
        raise RefusedError(400, "a query of too many fields") from None
    by_fields: dict[str, list[str]] = {}
    for name, value in request.fields:
        if name.startswith(PREFIX):
            by_fields.setdefault(name[len(PREFIX) :].replace("-", "_"), []).append(value)
    return by_fields | given
