"""Mail as a file: its parts, read as fyke reads all mail (RFC 2045, 2046), and mailboxes of many."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fyke.files.base import Content, Item, Member, Unpacker
from fyke.files.budget import Meter
from fyke.mail import parse

MAILS = 200  # of one mailbox: as many as a person attaches
_FROM = re.compile(rb"^From [^\r\n]{1,300}\r?\n(?=[A-Za-z][A-Za-z0-9-]{1,60}:)", re.MULTILINE)


class Mime(Unpacker):
    """Which files does the mail hold?"""

    name = "mime"
    kinds = frozenset({"mail", "mbox"})

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield the messages of a mailbox, or the parts of one message."""
        if file.kind == "mbox":
            starts = [match.end() for match in _FROM.finditer(file.data)]
            if len(starts) > 1:
                yield from _messages(file.data, starts, meter)
                return
            file = Content(file.data[starts[0] :] if starts else file.data)
        yield from _parts(file.data, meter)


def _messages(data: bytes, starts: list[int], meter: Meter) -> Iterator[Item]:
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(data)], strict=True), 1):
        if number > MAILS:
            meter.cut("count", f"{len(starts) - MAILS:,} more messages")
            return
        if not meter.admits(f"message {number}", left=len(starts) - number):
            return
        yield Member(meter.took(data[start:end]), f"message {number}", "mailbox", kind="mail")


def _parts(data: bytes, meter: Meter) -> Iterator[Item]:
    for part in parse(data).root.walk():
        if part.children or not part.content:
            continue
        name = part.filename or f"part {part.path}"
        if not meter.admits(name):
            return
        yield Member(meter.took(part.content), name, "mail", declared=part.content_type)
