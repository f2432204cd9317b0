"""When a mail came, by what the recipient's side wrote: some habits of honest senders have a date."""

from __future__ import annotations

from fyke.model import Mail


def year(mail: Mail) -> int:
    """The year of receipt: by the envelope, else the newest hop, else the sender's word; 0 where nothing says."""
    at = mail.envelope.received_at
    if at is not None:
        return at.year
    for hop in mail.message.received:
        if hop.date is not None:
            return hop.date.year
    date = mail.message.date
    return 0 if date is None else date.year
