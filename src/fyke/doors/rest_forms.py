"""What the REST door takes and gives, as types: the JSON, its description and its checks are made of these."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from fyke.doors.http import HttpTerms
from fyke.model.envelope import Envelope
from fyke.model.finding import Label
from fyke.model.gate import Edit
from fyke.model.record import Record
from fyke.model.verdict import Action, Fate

RECIPIENTS: Final = 10_000
PREFIX: Final = "x-fyke-"  # fields that say what a query could: X-Fyke-Mail-From and so on

Base64 = Annotated[str, Meta(description="bytes in Base64", extra_json_schema={"contentEncoding": "base64"})]


class RestTerms(HttpTerms, frozen=True):
    """What a client may take, and who is one."""

    token: str = ""  # that clients show (Authorization: Bearer ...); empty: whoever can connect may ask


class Submission(Struct, frozen=True, forbid_unknown_fields=True):
    """A mail to be judged."""

    raw: Base64
    envelope: Envelope = Envelope()


class Labelling(Struct, frozen=True, forbid_unknown_fields=True):
    """A person's word on a mail."""

    raw: Base64
    label: Annotated[Label | None, Meta(description="what it is; null: forget what was said")] = None
    account: Annotated[str, Meta(max_length=320, description="whose mail it is; empty: it holds for all")] = ""


class Taught(Struct, frozen=True):
    """What came of a label."""

    is_new: bool  # false: that was known already


class Answer(Struct, frozen=True):
    """What became of a mail. `action` holds for all recipients unless `fates` say otherwise."""

    action: Action
    scan: Record
    fates: tuple[Fate, ...] = ()
    edits: tuple[Edit, ...] = ()  # of the header of what is delivered
    reply: str = ""  # for the client that sent the mail, where it is refused or deferred
    case: str = ""  # by which people can ask about it


class Problem(Struct, frozen=True):
    """Why there is no answer (RFC 9457)."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"


def envelope(given: dict[str, list[str]]) -> Envelope:
    """The envelope that a query gives by the names of its fields; `rcpt_to` may come often."""
    told: dict[str, object] = {name: given[name][0] for name in Envelope.__struct_fields__ if given.get(name)}
    rcpts = [one for value in given.get("rcpt_to", ()) for each in value.split(",") if (one := each.strip())]
    told["rcpt_to"] = rcpts[:RECIPIENTS]
    told["tls"] = str(told.get("tls", "")).lower() in ("1", "true", "yes")
    return msgspec.convert(told, Envelope, str_keys=True, strict=False)


def is_aware(at: datetime | None) -> bool:
    """Whether a time is told with its zone, as an envelope's must be."""
    return at is None or at.tzinfo is not None
