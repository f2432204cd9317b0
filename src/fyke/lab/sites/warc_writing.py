"""Exchanges as a WARC file (ISO 28500): each request and its answer, with when, of whom, and how it was cut."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC
from hashlib import sha256

from fyke.model.exchange import Exchange

_SPACE = uuid.UUID("6b6f3d3c-5f0a-5c35-9a53-9f6d8b8c1f2e")  # of the names of our records


def warc(exchanges: Iterable[Exchange]) -> bytes:
    """The file; the same exchanges are the same bytes. What had no answer is not in it."""
    return b"".join(_pair(exchange) for exchange in exchanges if exchange.came)


def _pair(exchange: Exchange) -> bytes:
    answer, request = _name(exchange, "response"), _name(exchange, "request")
    more = {"WARC-Truncated": exchange.cut} if exchange.cut else {}
    return _record(exchange, "response", answer, exchange.came, more) + _record(
        exchange, "request", request, exchange.sent, {"WARC-Concurrent-To": answer}
    )


def _name(exchange: Exchange, kind: str) -> str:
    told = f"{kind} {exchange.url} {exchange.at.isoformat()} {sha256(exchange.came).hexdigest()}"
    return f"<urn:uuid:{uuid.uuid5(_SPACE, told)}>"


def _record(exchange: Exchange, kind: str, name: str, block: bytes, more: dict[str, str]) -> bytes:
    address = exchange.address.rpartition(":")[0]
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": name,
        "WARC-Date": f"{exchange.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "WARC-Target-URI": exchange.url,
        **({"WARC-IP-Address": address} if address else {}),
        **more,
        "WARC-Block-Digest": f"sha256:{sha256(block).hexdigest()}",
        "Content-Type": f"application/http; msgtype={kind}",
        "Content-Length": str(len(block)),
    }
    head = "".join(f"{key}: {value}\r\n" for key, value in fields.items())
    return b"WARC/1.1\r\n" + head.encode("utf-8", "replace") + b"\r\n" + block + b"\r\n\r\n"
