"""The header block as a whole (RFC 5322 3.6): what is there twice, empty, in the wrong place, or without its maker."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Reads
from fyke.model import Finding, Mail, Message, Symbol

FROM_BROKEN = Symbol(
    "FROM_BROKEN", "Its From line is none, or names several senders so that the true one is overlooked", "headers", 2.3,
)  # fmt: skip
FROM_UNSPACED = Symbol(
    "FROM_UNSPACED", "Its From line is put together by a script: no space before the address", "headers", 1.8
)
HEADER_REPEATED = Symbol("HEADER_REPEATED", "A header that a message has once is there several times", "headers", 1.7)
HEADER_EMPTY = Symbol("HEADER_EMPTY", "A header is there, but empty: a template was not filled in", "headers", 1.2)
PRIORITY_HIGH = Symbol("PRIORITY_HIGH", "The sender marked it as urgent", "headers", 1.0)
PRIORITY_NO_PROGRAM = Symbol(
    "PRIORITY_NO_PROGRAM", "It has a mail program's mark of priority, but no mail program's name", "headers", 2.1,
)  # fmt: skip

# RFC 5322 3.6: these occur at most once. Cc is left out: some mailing lists add a second one.
_ONCE = frozenset({
    "from", "subject", "to", "date", "message-id", "reply-to", "mime-version", "content-type", "sender", "in-reply-to",
})  # fmt: skip
_FILLED = frozenset({"from", "to", "reply-to", "message-id", "date", "x-mailer", "sender", "mime-version"})
_WATCHED = tuple(_ONCE | _FILLED)


class Headers(Detector):
    """Is the header block one that a mail program and honest servers wrote?"""

    name = "headers"
    symbols = (
        FROM_BROKEN, FROM_UNSPACED, HEADER_REPEATED, HEADER_EMPTY, PRIORITY_HIGH, PRIORITY_NO_PROGRAM,
    )  # fmt: skip
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """Each kind of oddity once."""
        message = mail.message
        index = message.index
        if not message.sender.domain or (len(message.senders) > 1 and _is_crowd(message)):
            yield Finding(FROM_BROKEN, message.first("from")[:200])
        elif _is_unspaced(index["from"][0].raw):
            yield Finding(FROM_UNSPACED, index["from"][0].value[:200])
        repeated: list[str] = []
        empty: list[str] = []
        for key in _WATCHED:
            fields = index.get(key)
            if fields is not None:
                if len(fields) > 1 and key in _ONCE:
                    repeated.append(key)
                if not fields[0].raw and key in _FILLED:
                    empty.append(key)
        if repeated:
            yield Finding(HEADER_REPEATED, ", ".join(sorted(repeated)))
        if empty:
            yield Finding(HEADER_EMPTY, ", ".join(sorted(empty)))
        if "x-priority" in index or "importance" in index:
            yield from _priority(message)


def _is_crowd(message: Message) -> bool:
    """Whether several senders have no secretary (RFC 5322 3.6.2 asks for Sender), or one of them has no address."""
    return "sender" not in message.index or not all(sender.domain for sender in message.senders)


def _is_unspaced(raw: str) -> bool:
    """Whether a name runs into the address, or a quoted name begins with a space."""
    at = raw.rfind("<")
    return (at > 0 and raw[at - 1] not in ' \t"<>,;:)') or raw.startswith('" ')


def _priority(message: Message) -> Look:
    index = message.index
    given = message.first("x-priority")
    if given[:1] in {"1", "2"} or message.first("importance").lower() == "high":
        yield Finding(PRIORITY_HIGH, given[:20] or "Importance: high")
    if given and "x-mailer" not in index and "user-agent" not in index:
        yield Finding(PRIORITY_NO_PROGRAM, given[:20])
