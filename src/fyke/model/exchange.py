"""What was said over the wire when facts of a site were fetched: one request and what came back, byte for byte."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Exchange(Struct, frozen=True):
    """One request over HTTP. What went wrong is told in `trouble`; what came before is kept all the same."""

    url: str
    at: datetime
    sent: bytes = b""
    came: bytes = b""  # as it came: status line, fields, body with its chunks
    status: int = 0  # 0: no answer
    location: str = ""  # where a redirect leads, absolute
    body: bytes = b""  # without its chunks
    address: str = ""  # whom it was asked of
    certificate: bytes = b""  # of the server, DER; empty without TLS
    cut: str = ""  # "length" or "time" where the answer is longer than what is here (WARC-Truncated)
    trouble: str = ""


class Resolved(Struct, frozen=True):
    """One answer of the DNS. What went wrong is told in `trouble`."""

    name: str
    type: str
    at: datetime
    values: tuple[str, ...] = ()  # see `fyke.model.query.Dns`
    exists: bool = True
    server: str = ""
    wire: bytes = b""  # the message as it came
    trouble: str = ""
