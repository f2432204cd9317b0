"""Mail handed to the mail server's submission address: whole or not at all; nothing is said of it that is not known."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping, Sequence

from msgspec import Struct

from fyke.doors.nexthop import HopError, NextHop, Patience, where
from fyke.wire.smtp_words import Parameter

Reply = tuple[int, str]
PATIENCE = Patience(connect_s=15.0, greeting_s=60.0, command_s=60.0, data_s=60.0, block_s=60.0, done_s=300.0)


class UnsureError(Exception):
    """The server had the whole mail and did not say what became of it."""


class Submission(Struct, frozen=True):
    """Where mail is handed over, and as whom."""

    address: str  # host:port or unix:/path
    name: str = "localhost"  # said in EHLO
    user: str = ""
    password: str = ""
    tls: bool = False  # STARTTLS is wanted; with a login it is required in any case


def submit(to: Submission, mail_from: str, recipients: Sequence[str], raw: bytes) -> Mapping[str, Reply]:
    """Hand one mail over; a reply for each recipient. Raises OSError where it was not taken, else `UnsureError`."""
    return asyncio.run(_submitted(to, mail_from, recipients, raw))


async def _submitted(to: Submission, mail_from: str, recipients: Sequence[str], raw: bytes) -> Mapping[str, Reply]:
    try:
        hop = await NextHop.open(where(to.address), to.name, patience=PATIENCE)
        try:
            return await _talked(hop, to, mail_from, recipients, raw)
        finally:
            if hop.is_open:
                await hop.quit()
            else:
                hop.abort()
    except HopError as error:
        if error.is_unsure:
            raise UnsureError(str(error)) from None
        raise OSError(str(error)) from None
    except ValueError as error:
        raise OSError(str(error)) from None


async def _talked(
    hop: NextHop, to: Submission, mail_from: str, recipients: Sequence[str], raw: bytes
) -> Mapping[str, Reply]:
    if to.tls or to.user:
        await hop.start_tls(ssl.create_default_context(), where(to.address).host, to.name)
    if to.user:
        await hop.log_in(to.user, to.password)
    raw = _lines(raw)
    first = await hop.mail(mail_from, _parameters(hop.features, mail_from, recipients, raw))
    if not first.is_yes:
        return dict.fromkeys(recipients, (first.code, first.text))
    replies: dict[str, Reply] = {}
    for recipient in recipients:
        said = await hop.recipient(recipient)
        replies[recipient] = (said.code, said.text)
    taken = [recipient for recipient, (code, _) in replies.items() if code // 100 == 2]
    if taken:
        last = (await hop.content(raw))[-1]
        replies |= dict.fromkeys(taken, (last.code, last.text))
    return replies


def _parameters(
    features: Mapping[str, str], mail_from: str, recipients: Sequence[str], raw: bytes
) -> tuple[Parameter, ...]:
    """What is to be said of the mail, where the server knows the word for it."""
    said = []
    if "SIZE" in features:
        said.append(Parameter("SIZE", str(len(raw))))
    if "8BITMIME" in features and not raw.isascii():
        said.append(Parameter("BODY", "8BITMIME"))
    if "SMTPUTF8" in features and not all(address.isascii() for address in (mail_from, *recipients)):
        said.append(Parameter("SMTPUTF8"))
    return tuple(said)


def _lines(raw: bytes) -> bytes:
    """The mail with whole line ends (RFC 5321 2.3.8)."""
    told = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    return told if told.endswith(b"\r\n") else told + b"\r\n"
