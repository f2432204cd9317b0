"""SMTP before the queue (`smtpd_proxy_filter` of Postfix) and after it (`content_filter`): take, judge, pass on.

No mail is answered 250 before the next hop has said so to all of it, or the gate has it in quarantine or was told to
drop it: a client that hears anything else still has its mail. A next hop that took a mail whose client is gone before
it hears so gets it twice (RFC 1047): so the last bytes go only while the client is there, and it is told at once. Give
the client more time for its answer than the next hop has (`smtpd_proxy_timeout`, `smtp_data_done_timeout`).
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar, Literal

from fyke.doors.base import Door, Line, Terms
from fyke.doors.nexthop import Patience, where
from fyke.doors.passing import Passage
from fyke.doors.smtp_talk import Talk
from fyke.model.gate import Gate


class PassTerms(Terms, frozen=True):
    """What a client may take, and where its mail goes on."""

    next_hop: str = "127.0.0.1:10026"  # host:port or unix:/path
    next_protocol: Literal["smtp", "lmtp"] = "smtp"
    name: str = ""  # by which we greet; empty: the machine's
    trusted: tuple[str, ...] = ("127.0.0.0/8", "::1/128")  # may tell of other clients; local sockets always
    line_ends: Literal["reject", "mend"] = "reject"  # a stranger's mail with lone CR or LF; trusted ones' are mended
    recipients: int = 1_000  # of a mail: Postfix's smtpd_recipient_limit; RFC 5321 4.5.3.1.8 wants 100
    errors: int = 20  # of a connection: Postfix's smtpd_hard_error_limit
    patience: Patience = Patience()


class Smtp(Door):
    """SMTP to the next hop, also by SMTP."""

    protocol: ClassVar[str] = "smtp"
    is_lmtp: ClassVar[bool] = False
    terms: PassTerms

    def __init__(
        self,
        gate: Gate,
        terms: PassTerms | None = None,
        tell: Callable[[str], None] = lambda _said: None,
        *,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """With `tls`, STARTTLS is offered. Raises `ValueError` for a next hop or network that is none."""
        terms = PassTerms() if terms is None else terms
        super().__init__(gate, terms, tell)
        self.terms, self.tls, self.clock = terms, tls, clock
        self.name = terms.name or socket.gethostname()
        self._next = where(terms.next_hop)
        self._trusted = tuple(ipaddress.ip_network(text) for text in terms.trusted)
        if terms.next_protocol == "lmtp" and not self.is_lmtp:
            raise ValueError("SMTP has one answer for all recipients, LMTP one for each: the next hop must speak SMTP")

    async def talk(self, line: Line) -> None:
        """Talk with one client."""
        is_lmtp = self.terms.next_protocol == "lmtp"
        passage = Passage(self._next, self.name, self.terms.patience, self._say, is_lmtp=is_lmtp)
        try:
            await Talk(self, line, passage).run()
        finally:
            await passage.end()

    async def refuse(self, line: Line) -> None:
        """Too many connections."""
        await line.send(b"421 4.7.0 %b too many connections, try again later\r\n" % self.name.encode())

    async def part(self, line: Line) -> None:
        """The server closes."""
        await line.send(b"421 4.3.2 %b is closing, try again later\r\n" % self.name.encode())

    def trusts(self, client_ip: str) -> bool:
        """Whether this client may tell of others: a mail server of the site."""
        if not client_ip:
            return True
        address = ipaddress.ip_address(client_ip)
        return any(address in network for network in self._trusted)

    def _say(self, said: str) -> None:
        self.tell(f"{self.protocol}: {said}")
