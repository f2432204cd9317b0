"""The mails of a world through a server, by SMTP (RFC 5321), one after another and no faster than is asked."""

from __future__ import annotations

import re
import smtplib
import time
from collections.abc import Callable

from msgspec import Struct

from fyke.drill.mails import Sent

TOLD = 5  # refusals that are kept in words
TIMEOUT_S = 60.0
_FROM = re.compile(rb"^From:.*<([^<>\n]+)>", re.MULTILINE)
_TO = re.compile(rb"^To:.*<([^<>\n]+)>", re.MULTILINE)


class Posted(Struct):
    """What the server said."""

    taken: int = 0
    refused: int = 0
    told: list[str] = []  # the first refusals, a sentence each


class Post:
    """A connection that mails go through; opened at once. Raises OSError (smtplib's errors are such too)."""

    def __init__(
        self,
        host: str,
        port: int,
        rate: float = 0.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`rate`: mails a second at most; 0: as fast as the server takes them."""
        self._place, self._rate, self._clock, self._sleep = (host, port), rate, clock, sleep
        self._server = self._opened()
        self._started = clock()
        self.posted = Posted()

    def put(self, sent: Sent) -> None:
        """Send one, waiting for its turn. A refusal is counted; of a connection that was lost one more is made."""
        if self._rate:
            due = self._started + (self.posted.taken + self.posted.refused) / self._rate
            self._sleep(max(0.0, due - self._clock()))
        try:
            self._send(sent)
        except smtplib.SMTPServerDisconnected:
            self._server = self._opened()
            self._send(sent)

    def close(self) -> None:
        """Say goodbye."""
        try:
            self._server.quit()
        except OSError:
            self._server.close()

    def _opened(self) -> smtplib.SMTP:
        return smtplib.SMTP(*self._place, local_hostname="drill.example", timeout=TIMEOUT_S)

    def _send(self, sent: Sent) -> None:
        sender, recipient = (found[1].decode() if (found := part.search(sent.raw)) else "" for part in (_FROM, _TO))
        self._server.ehlo_or_helo_if_needed()
        options = ["BODY=8BITMIME"] if self._server.has_extn("8bitmime") else []
        try:
            self._server.sendmail(sender, [recipient], sent.raw.replace(b"\n", b"\r\n"), options)
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPRecipientsRefused as error:
            self._refused(sent, *next(iter(error.recipients.values())))
        except smtplib.SMTPResponseException as error:
            self._refused(sent, error.smtp_code, error.smtp_error)
        else:
            self.posted.taken += 1

    def _refused(self, sent: Sent, code: int, text: bytes | str) -> None:
        self.posted.refused += 1
        said = text.decode(errors="replace") if isinstance(text, bytes) else text
        if len(self.posted.told) < TOLD:
            self.posted.told.append(f"{sent.message_id}: the server said {code} {said}")
