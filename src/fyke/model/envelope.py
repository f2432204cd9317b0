"""What the connection said of a mail, before and beside the message itself (RFC 5321)."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Envelope(Struct, frozen=True):
    """Who connected, and for whom the mail is. Empty strings mean "not known" (a file, say)."""

    client_ip: str = ""
    # The name that the client's address resolves to and back; "unknown" where the server looked and there is none.
    client_name: str = ""
    helo: str = ""
    mail_from: str = ""
    rcpt_to: tuple[str, ...] = ()
    tls: bool = False
    login: str = ""  # the user who sent it, where the connection was authenticated
    received_at: datetime | None = None  # always aware; None where nobody knows
    queue_id: str = ""  # by which the mail server calls the mail in its own log
