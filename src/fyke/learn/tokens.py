"""What a message is, beside its words, as short tokens: sender, links, structure, headers that programs write.

No token knows the receiver or the corpus (To, Received, List-Id, verdict headers of other filters): a model that
sees them learns whose mail it was trained on, and fails on everybody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import lru_cache
from itertools import islice

from fyke.mail.domains import registered
from fyke.model import Finding, Link, Message

# What follows is cut so that no message can make many tokens: beyond the first few they say the same again.
LINKS = 40
PARTS = 10
PATH_WORDS = 6
PATH_CHARS = 100
NAME_WORDS = 6
TOKEN_CHARS = 40
FINDINGS = 1_000  # several times what all detectors find in the worst of mails

# Headers that programs of senders write; which of them a message has tells how it was made.
TELLING_HEADERS = frozenset(
    """auto-submitted bcc cc content-class content-disposition content-language content-transfer-encoding content-type
    date disposition-notification-to errors-to feedback-id importance in-reply-to list-help list-unsubscribe
    list-unsubscribe-post message-id mime-version organization precedence references reply-to sender subject
    thread-index thread-topic user-agent x-accept-language x-mailer x-mimeole x-msmail-priority x-originating-ip
    x-priority x-sender""".split()
)

_HAS = {key: f"has:{key}" for key in TELLING_HEADERS}

_WORD = re.compile(r"\w+")
_PATH_WORD = re.compile(r"[a-z]{3,20}")
_DIGITS = re.compile(r"\d+")
_LOWERS = re.compile(r"[a-z]+")
_UPPERS = re.compile(r"[A-Z]+")

_KEPT = 1_024  # names, hosts and parts whose tokens are kept: those of one mail come again in the next of its kind


def of_sender(message: Message) -> list[str]:
    """Who it says it is from: words of the name, the domain, the form of the local part."""
    sender = message.sender
    domain = registered(sender.domain) or sender.domain
    found = [
        *_words(sender.name[:120], "name"),
        f"from:{domain[:TOKEN_CHARS]}",
        f"zone:{domain.rpartition('.')[2][:TOKEN_CHARS]}",
        f"local:{_DIGITS.sub('9', sender.local[:TOKEN_CHARS].lower())}",
        f"id:{_form(message.message_id.partition('@')[0][:60])}",
    ]
    if message.reply_to and message.reply_to[0].domain != sender.domain:
        found.append("reply-elsewhere")
    return found


def of_links(links: Iterable[Link]) -> list[str]:
    """Where links lead: host, domain, zone, words and shape of the path."""
    found: list[str] = []
    count = 0
    for link in links:
        if not link.host:
            continue
        count += 1
        if count > LINKS:
            break
        host, domain = link.target_host or link.host, link.target_domain or link.domain
        found += _of_host(host[-TOKEN_CHARS:], domain[-TOKEN_CHARS:])
        path = link.path[:PATH_CHARS]
        found += _of_path(path + link.query[: PATH_CHARS - len(path)])
    found.append(f"links:{min(count.bit_length(), 6)}")
    return found


def of_structure(message: Message) -> list[str]:
    """How it was made: telling headers, mailer, MIME tree, charsets, size, language, zone of its clock."""
    found = [_HAS[key] for key in message.index if key in _HAS]
    for key in ("x-mailer", "user-agent"):
        if key in message.index:
            found += _words(message.first(key)[:80], "mailer")
    root = message.root
    parts = list(islice(root.walk(), PARTS)) if root.children else [root]
    types = [part.content_type[:TOKEN_CHARS] for part in parts]
    found.append(f"tree:{' '.join(types)}")  # enough to tell one program's mail from another's
    for part, content_type in zip(parts, types, strict=True):
        found.append(f"part:{content_type}|{part.charset[:20]}|{part.encoding[:20]}")
        if part.filename:
            found.append(f"file:{part.filename.rpartition('.')[2][:8].lower()}")
    date, text = message.date, message.text
    found += (
        _of_clock(date.tzinfo) if date else "clock:none",
        f"lang:{text.language}",
        f"size:{len(text.visible).bit_length()}",
    )
    return found


def of_findings(findings: Iterable[Finding], message: Message) -> list[str]:
    """The symbols that detectors found, and what was odd about the bytes."""
    found = [f"symbol:{finding.symbol.name}" for finding in islice(findings, FINDINGS)]
    found += [f"defect:{defect.kind}" for defect in message.defects]
    return found


@lru_cache(_KEPT)
def _words(text: str, kind: str) -> tuple[str, ...]:
    """The first words of a text, each as a token of its kind."""
    return tuple([f"{kind}:{word[:TOKEN_CHARS]}" for word in _WORD.findall(text.lower())[:NAME_WORDS]])


@lru_cache(_KEPT)
def _of_host(host: str, domain: str) -> tuple[str, ...]:
    return f"host:{host}", f"site:{domain}", f"tld:{domain.rpartition('.')[2]}"


@lru_cache(_KEPT)
def _of_path(path: str) -> tuple[str, ...]:
    """The first words of a path, and how long it is."""
    path = path.lower()
    words = [f"path:{word}" for word in _PATH_WORD.findall(path)[:PATH_WORDS]]
    return (*words, f"deep:{min(len(path) // 10, 8)}")


@lru_cache(_KEPT)
def _of_clock(zone: tzinfo | None) -> str:
    return f"clock:{datetime(2000, 1, 1, tzinfo=zone).strftime('%z')}"


def _form(text: str) -> str:
    """A text with each run of digits, capitals or small letters as one sign: the form without the content."""
    return _LOWERS.sub("a", _UPPERS.sub("A", _DIGITS.sub("9", text)))
