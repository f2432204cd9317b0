"""What of a message is compared with earlier mail of its author: name, number, program, and what it says it answers.

Made the same way for the question "who is this?" and for what is remembered, so that the two agree.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from fyke.mail.domains import registered, skeleton
from fyke.model import Message
from fyke.model.known import REFERENCES, Traits

NAME_CHARS = 100
ADDRESS_CHARS = 320  # RFC 3696 errata 1690: 64 + 1 + 255
FIELD_CHARS = 8_000  # of References: its end has the newest
PROGRAM_CHARS = 40
KEY_WORDS = 5  # of a person's name
KEY_LETTERS = 6  # fewer are the names of too many
_EAST = "\u3040"  # from here on, names are written without spaces

_ID = re.compile(r"<([^<>\s]{1,250})>")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PROGRAM = re.compile(r"[^\d/(\[;,]{1,60}")
_VIA = re.compile(r"\bvia\b|@")  # "Ann Example via Documents": a service's mail, and not Ann's
_MACHINES = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})


class _Remembered:
    """The traits of the message that was last looked at: the detector and the engine both ask."""

    def __init__(self) -> None:
        self._last: tuple[Message | None, Traits] = (None, Traits())

    def __call__(self, message: Message) -> Traits:
        """The traits of a message."""
        last = self._last
        if last[0] is not message:
            last = self._last = (message, _traits(message))
        return last[1]


traits = _Remembered()


def _traits(message: Message) -> Traits:
    senders = message.senders
    author = senders[0] if len(senders) == 1 and len(message.all("from")) == 1 else None
    address = author.address.lower()[:ADDRESS_CHARS] if author is not None and author.domain else ""
    domain = registered(author.domain) if author is not None else ""
    name = author.name[:NAME_CHARS] if author is not None else ""
    return Traits(
        author=address,
        domain=domain,
        look=look_of(domain),
        name=name,
        name_key=name_key(name),
        message_id=message.message_id[:250],
        refers_to=_refers_to(message),
        reply_to=_reply_to(message, address),
        host=registered(message.message_id[-255:].rpartition("@")[2].lower()),
        program=_program(message.first("x-mailer") or message.first("user-agent")),
        is_automatic=_is_automatic(message),
    )


def _reply_to(message: Message, author: str) -> str:
    others = (each.address.lower() for each in message.reply_to if each.domain)
    return next((other[:ADDRESS_CHARS] for other in others if other != author), "")


@lru_cache(maxsize=2048)  # most mail comes from few domains
def look_of(domain: str) -> str:
    """What a hasty reader sees of a registered domain's first label."""
    return skeleton(domain.partition(".")[0])


@lru_cache(maxsize=2048)  # and from few names
def name_key(name: str) -> str:
    """Equal for names that a reader takes for the same: in any case, order, accents and letters that look alike.

    Empty for what is no name of a person: one word, or too many, or an address.
    """
    if _VIA.search(name.lower()) is not None:
        return ""
    text = unicodedata.normalize("NFKC", name).casefold()
    words: list[str] = _WORD.findall(text)
    if len(words) == 1 and words[0][0] >= _EAST and len(words[0]) >= 3:
        return words[0][:NAME_CHARS]
    if not 2 <= len(words) <= KEY_WORDS or sum(map(len, words)) < KEY_LETTERS:
        return ""
    return " ".join(sorted(map(skeleton, words)))


@lru_cache(maxsize=1024)  # and from few programs
def _program(text: str) -> str:
    found = _PROGRAM.match(text.strip())
    return found[0].strip(" .-").lower()[:PROGRAM_CHARS] if found is not None else ""


def _refers_to(message: Message) -> tuple[str, ...]:
    index = message.index
    if "in-reply-to" not in index and "references" not in index:
        return ()
    found = _ID.findall(message.first("in-reply-to")[:FIELD_CHARS])
    found += reversed(_ID.findall(message.first("references")[-FIELD_CHARS:]))
    return tuple(dict.fromkeys(found))[:REFERENCES]


def _is_automatic(message: Message) -> bool:
    """Whether a machine sent it (RFC 3834 5): who gets such an answer has not been written to."""
    submitted = message.first("auto-submitted").partition(";")[0].strip().lower()
    if submitted not in ("", "no"):
        return True
    return message.first("precedence").strip().lower() in _MACHINES or bool(message.all("x-autoreply"))
