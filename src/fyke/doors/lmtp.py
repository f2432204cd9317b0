"""LMTP (RFC 2033): an answer for each recipient, as the mail fared with that one; passed on by LMTP or SMTP."""

from __future__ import annotations

from typing import ClassVar

from fyke.doors.smtp import Smtp


class Lmtp(Smtp):
    """LMTP, as Postfix's lmtp(8) speaks it, before Dovecot or before an SMTP server that takes the mail back."""

    protocol: ClassVar[str] = "lmtp"
    is_lmtp: ClassVar[bool] = True
