"""Who a client of SMTP or LMTP is, by its connection, by its own word and by that of a mail server we trust."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from fyke.model.envelope import Envelope
from fyke.wire.smtp_words import plain_address

TLS = frozenset(("ESMTPS", "ESMTPSA", "UTF8SMTPS", "UTF8SMTPSA", "LMTPS", "LMTPSA"))  # RFC 3848, RFC 6531 4.3


class Caller:
    """What is known of it, as XFORWARD names it; of the sender of the mail under way where that is another."""

    def __init__(self, client_ip: str, *, is_lmtp: bool) -> None:
        self._words = ("LMTP", "LMTP") if is_lmtp else ("SMTP", "ESMTP")
        address = f"IPV6:{client_ip}" if ":" in client_ip else client_ip
        self._own = {"NAME": "", "ADDR": address, "PROTO": self._words[0], "SOURCE": "REMOTE"}
        self._other: dict[str, str] = {}
        self.is_tls = False

    def greets(self, name: str, *, is_extended: bool) -> None:
        """EHLO or HELO."""
        self._own |= {"HELO": name, "PROTO": self._words[is_extended]}

    def becomes(self, attributes: dict[str, str]) -> None:
        """XCLIENT: it stands for another from here on."""
        self._own |= attributes
        self._other = {}

    def brings(self, attributes: dict[str, str]) -> None:
        """XFORWARD: the next mail is from another."""
        self._other |= attributes

    def is_done(self) -> None:
        """The mail is over, or is none."""
        self._other = {}

    @property
    def forwarded(self) -> dict[str, str]:
        """What the next hop is told by XFORWARD."""
        return self._other or self._own

    def envelope(self, mail_from: str, recipients: Iterable[str], at: datetime) -> Envelope:
        """The envelope of its mail."""
        said = self.forwarded
        is_tls = self.is_tls and not self._other
        return Envelope(
            client_ip=plain_address(said.get("ADDR", "")),
            client_name=said.get("NAME", ""),
            helo=said.get("HELO", ""),
            mail_from=mail_from,
            rcpt_to=tuple(recipients),
            tls=is_tls or said.get("PROTO", "").upper() in TLS,
            login=said.get("LOGIN", ""),
            received_at=at,
            queue_id=said.get("IDENT", ""),
        )
