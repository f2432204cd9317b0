"""What a message is, beside its words, as short tokens: sender, links, structure, headers that programs write.

No token knows the receiver or the corpus (To, Received, List-Id, verdict headers of other filters): a model that
sees them learns whose mail it was trained on, and fails on everybody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from fyke.mail.domains import registered
from fyke.model import Finding, Link, Message, Part

# What follows is cut so that no message can make many tokens: beyond the first few they say the same again.
LINKS = 40
PARTS = 10
PATH_WORDS = 6
NAME_WORDS = 6
TOKEN_CHARS = 40

# Headers that programs of senders write; which of them a message has tells how it was made.
TELLING_HEADERS = frozenset(
    """auto-submitted bcc cc content-class content-disposition content-language content-transfer-encoding content-type
    date disposition-notification-to errors-to feedback-id importance in-reply-to list-help list-unsubscribe
    list-unsubscribe-post message-id mime-version organization precedence references reply-to sender subject
    thread-index thread-topic user-agent x-accept-language x-mailer x-mimeole x-msmail-priority x-originating-ip
    x-priority x-sender""".split()
)

_WORD = re.compile(r"\w+")
_PATH_WORD = re.compile(r"[a-z]{3,20}")
_DIGITS = re.compile(r"\d+")
_LOWERS = re.compile(r"[a-z]+")
_UPPERS = re.compile(r"[A-Z]+")


def of_sender(message: Message) -> Iterator[str]:
    """Who it says it is from: words of the name, the domain, the form of the local part."""
    sender = message.sender
    for word in _WORD.findall(sender.name[:120].lower())[:NAME_WORDS]:
        yield f"name:{word[:TOKEN_CHARS]}"
    domain = registered(sender.domain) or sender.domain
    yield f"from:{domain[:TOKEN_CHARS]}"
    yield f"zone:{domain.rpartition('.')[2][:TOKEN_CHARS]}"
    yield f"local:{_DIGITS.sub('9', sender.local[:TOKEN_CHARS].lower())}"
    yield f"id:{_form(message.message_id.partition('@')[0][:60])}"
    if message.reply_to and message.reply_to[0].domain != sender.domain:
        yield "reply-elsewhere"


def of_links(links: Iterable[Link]) -> Iterator[str]:
    """Where links lead: host, domain, zone, words and shape of the path."""
    count = 0
    for link in links:
        if not link.host:
            continue
        count += 1
        if count > LINKS:
            break
        host, domain = link.target_host or link.host, link.target_domain or link.domain
        yield f"host:{host[-TOKEN_CHARS:]}"
        yield f"site:{domain[-TOKEN_CHARS:]}"
        yield f"tld:{domain.rpartition('.')[2][-TOKEN_CHARS:]}"
        path = (link.path + link.query)[:100].lower()
        for word in _PATH_WORD.findall(path)[:PATH_WORDS]:
            yield f"path:{word}"
        yield f"deep:{min(len(path) // 10, 8)}"
    yield f"links:{min(count.bit_length(), 6)}"


def of_structure(message: Message) -> Iterator[str]:
    """How it was made: telling headers, mailer, MIME tree, charsets, size, language, zone of its clock."""
    for key in message.index.keys() & TELLING_HEADERS:
        yield f"has:{key}"
    for key in ("x-mailer", "user-agent"):
        for word in _WORD.findall(message.first(key)[:80].lower())[:NAME_WORDS]:
            yield f"mailer:{word[:TOKEN_CHARS]}"
    yield f"tree:{_shape(message.root)}"
    for part in islice(message.root.walk(), PARTS):
        yield f"part:{part.content_type[:TOKEN_CHARS]}|{part.charset[:20]}|{part.encoding[:20]}"
        if part.filename:
            yield f"file:{part.filename.rpartition('.')[2][:8].lower()}"
    date = message.date
    yield f"clock:{date.strftime('%z') if date else 'none'}"
    yield f"lang:{message.text.language}"
    yield f"size:{len(message.text.visible).bit_length()}"


def of_findings(findings: Iterable[Finding], message: Message) -> Iterator[str]:
    """The symbols that detectors found, and what was odd about the bytes."""
    for finding in findings:
        yield f"symbol:{finding.symbol.name}"
    for defect in message.defects:
        yield f"defect:{defect.kind}"


def _shape(root: Part) -> str:
    """The content types of the first few parts, in order; enough to tell one program's mail from another's."""
    return " ".join(part.content_type[:TOKEN_CHARS] for part, _ in zip(root.walk(), range(PARTS), strict=False))


def _form(text: str) -> str:
    """A text with each run of digits, capitals or small letters as one sign: the form without the content."""
    return _LOWERS.sub("a", _UPPERS.sub("A", _DIGITS.sub("9", text)))
