"""Candidates in plain text, found in one pass: URLs, hosts, addresses, phone numbers, wallets, postal places.

hyperscan says where something may be; Python looks there alone. Text that holds nothing of the kind costs one scan.
"""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct

from fyke.mail import domains, patterns
from fyke.mail.patterns import CASELESS, Expression

TEXT_BYTES = 1_000_000  # as much as `fyke.mail.html` reads

_SCHEME, _WWW, _DOT, _DEFANG, _AT = range(5)
_EXPRESSIONS = (
    Expression(rb":[/\\]{2}[^\s]", CASELESS),
    Expression(rb"\bwww\d?\.[a-z0-9\x80-\xff]", CASELESS),
    Expression(rb"[a-z0-9]\.[a-z]{2}", CASELESS),
    Expression(rb"[\[({]\.[\])}]|[\[({ ]dot[\])} ]|\[:\]//|[\[({]:[/\\]{2}", CASELESS),
    Expression(rb"[a-z0-9]@[a-z0-9\[]", CASELESS),
)
_BODY = re.compile(rb"[^\s<>\"\x00-\x20\x7f]{1,4000}")
_SPACES = bytes(c if c > 0x20 and c not in b"<>\"'()[]{}|,;*\x7f" else 0x20 for c in range(256))
_BEFORE = re.compile(rb"[A-Za-z][A-Za-z0-9+.*\[\]-]{1,20}\Z")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9_-]{0,62})\.){1,20}([a-z][a-z0-9-]{1,62})(?=[/:?#.]|\Z)", re.IGNORECASE)
_EMAIL = re.compile(
    r"[A-Za-z0-9._%+=/&'-]{1,64}@((?:[a-z0-9][a-z0-9_-]{0,62}\.){1,20}[a-z][a-z0-9-]{1,62})", re.IGNORECASE
)


class Token(Struct, frozen=True, gc=False):
    """One thing found: its kind ("text", "bare", "defanged", "email"), and its value, refanged."""

    kind: str
    value: str


class Tokens(Struct, frozen=True):
    """All that was found, in order; `cut` says that the text held more candidates than are looked at."""

    found: tuple[Token, ...] = ()
    cut: bool = False


def find(text: str) -> Tokens:
    """Find the candidates in a text."""
    data = text.encode("utf-8", "replace")[:TEXT_BYTES]
    matches = _patterns().scan(data)
    if not matches:
        return Tokens()
    flat = data.translate(_SPACES)
    found: list[Token] = []
    done = 0
    for match in matches:
        if match.end <= done:
            continue
        start = flat.rfind(b" ", done, match.end) + 1 or done
        if match.index == _SCHEME:
            body = _BODY.match(data, match.end - 1)
            before = _BEFORE.search(data[max(done, match.end - 24) : match.end - 4])
            if body and before:
                done = body.end()
                found.append(
                    Token(
                        "text",
                        (before[0] + data[match.end - 4 : done]).decode("utf-8", "replace").rstrip(".,;:!?)]}'*"),
                    )
                )
            continue
        stop = flat.find(b" ", match.end)
        done = stop if stop >= 0 else len(data)
        word = data[start:done][:4000].decode("utf-8", "replace").rstrip(".,;:!?")
        email = _EMAIL.search(word)
        if email:
            found.append(Token("email", email[0]))
            continue
        host = _HOST.match(word)
        if host and domains.is_known_tld(host[1].lower()):
            found.append(Token("bare", word))
    return Tokens(tuple(found), len(matches) >= patterns.MATCHES)


@cache
def _patterns() -> patterns.Patterns:
    """The compiled candidates."""
    return patterns.load(_EXPRESSIONS)
