"""All links of a message, from HTML and from text, each with how it was shown and where it leads in the end."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from urllib.parse import urljoin

from msgspec import Struct

from fyke.mail import redirectors, tokens, urls
from fyke.mail.html import Anchor
from fyke.mail.tokens import Tokens
from fyke.mail.urls import Url
from fyke.model import Defect, Html, Link, Text

LINKS = 2_000  # distinct links kept of a message; a digest of a busy list has about 500
CHARS = 500_000  # of all URLs of a message together; 500 links of a newsletter that counts clicks have 250,000
TEXT_CHARS = 500  # of what is shown as a link's text; longer is a paragraph that somebody forgot to close
JOINED_CHARS = 200_000  # of links beside a page's base, and of the base each time: 1,000 links of usual length
KNOWN = 2_048  # URLs remembered between messages: footers and campaigns repeat themselves
KNOWN_CHARS = 300  # of such a URL; longer ones name their recipient and do not come again
SRCSET = 20  # sizes of one image
TEXTS = 20  # texts over one URL that are looked at for a host
SHOWN_WORDS = 12  # of a link's text that are looked at for a host

ODDITIES: dict[str, str] = {
    **urls.ODDITIES,
    "nested-url": "a second address stands inside the first; whether the site goes there is a guess",
}

_NONE = Tokens()
_WHOLE = frozenset(("text", "bare", "defanged"))  # kinds of tokens that are links
_WITHOUT_SCHEME = frozenset(("bare", "defanged"))
_SKIPPED = ("#", "cid:", "mid:", "CID:", "about:")  # places inside the message
_LOADED = frozenset(("image", "style", "srcset"))  # sources whose data: URLs are pictures inside the message
_STYLE_URL = re.compile(r"url\(\s{0,9}['\"]?([^'\")\s]{1,4000})", re.IGNORECASE)
_IN_SCRIPT = re.compile(r"https?:(?://|\\/\\/)[^\s'\"<>()]{3,2000}", re.IGNORECASE)


class LinkReading(Struct, frozen=True):
    """The links of a message, what else the same pass over its text found, and what was left out."""

    links: tuple[Link, ...]
    visible: Tokens = Tokens()
    hidden: Tokens = Tokens()
    defects: tuple[Defect, ...] = ()


class _Seen(Struct, gc=False):
    """How often a link was met, and the first text over it."""

    text: str
    shown_host: str
    count: int = 1


_Key = tuple[str, str, bool]  # URL as written, source, hidden


def read(text: Text, anchors: Sequence[Anchor], html: Html, subject: str = "") -> LinkReading:
    """Read all links of a message: of its HTML in the order of the page, then of its text. Never raises."""
    visible = tokens.find(text.visible)
    hidden = tokens.find(text.hidden) if text.hidden else _NONE
    plain = tokens.find(text.plain) if text.plain else _NONE
    header = tokens.find(subject) if "." in subject else _NONE
    seen: dict[_Key, _Seen] = {}
    dropped = _add_anchors(seen, anchors, html.base) if anchors else 0
    shown = _words_of(anchors) if anchors and visible.found else ()
    dropped += _add_tokens(seen, visible, "", is_hidden=False, known=shown)
    if hidden.found:
        dropped += _add_tokens(seen, hidden, "", is_hidden=True, known=shown)
    if header.found:
        dropped += _add_tokens(seen, header, "header", is_hidden=False, known=())
    if plain.found:
        dropped += _add_tokens(seen, plain, "plain", is_hidden=False, known={url for url, _, _ in seen})
    links = _read_all(seen)
    dropped += len(seen) - len(links)
    is_cut = visible.cut or hidden.cut or plain.cut or header.cut
    return LinkReading(links, visible, hidden, _defects(dropped, is_cut=is_cut) if dropped or is_cut else ())


def leading(found: Iterable[tuple[str, str]]) -> tuple[Link, ...]:
    """Links that stand elsewhere than in the message's text: each as written, and its source ("qr", "pdf", ...)."""
    return _read_all({(url, source, False): _Seen("", "") for url, source in found})


def _add_anchors(seen: dict[_Key, _Seen], anchors: Sequence[Anchor], base: str) -> int:
    """Count the links of the HTML. Returns how many stood behind the first `LINKS` and were dropped."""
    dropped = 0
    room = JOINED_CHARS
    for anchor in anchors:
        written, source, text = anchor.url, anchor.source, anchor.text
        if not written or written.startswith(_SKIPPED) or (source in _LOADED and written.startswith("data:")):
            continue
        if source in {"srcset", "style"}:
            for url in _parts(written, source):
                dropped += _count(seen, (url, source, anchor.hidden), "")
            continue
        if base and ":" not in written[:12] and room > 0:
            room -= len(base) + len(written)
            written = _joined(base, written)
        dropped += _count(seen, (written, source, anchor.hidden), text)
    return dropped


def _count(seen: dict[_Key, _Seen], key: _Key, text: str) -> int:
    """Note a link, with the first text that names a host or, else, that there is. Returns 1 for one too many."""
    entry = seen.get(key)
    if entry is None:
        if len(seen) >= LINKS:
            return 1
        seen[key] = _Seen(text[:TEXT_CHARS], shown_host(text) if "." in text and key[1] == "href" else "")
        return 0
    entry.count += 1
    if text and not entry.shown_host and entry.count <= TEXTS:
        host = shown_host(text) if "." in text else ""
        if host or not entry.text:
            entry.text, entry.shown_host = text[:TEXT_CHARS], host
    return 0


def _parts(written: str, source: str) -> Iterator[str]:
    """The URLs of an image's sizes, or of a style."""
    if source == "style" and "(" in written:
        yield from _STYLE_URL.findall(written, 0, urls.URL_CHARS)
    elif source == "srcset" and " " in written.strip():
        for part in written.split(",", SRCSET)[:SRCSET]:
            words = part.split(None, 1)
            if words:
                yield words[0]
    else:
        yield written


def _joined(base: str, written: str) -> str:
    """A URL beside the page's base."""
    try:
        return urljoin(base[: urls.URL_CHARS], written[: urls.URL_CHARS])
    except ValueError:
        return written


def _words_of(anchors: Sequence[Anchor]) -> set[str]:
    """Words of link texts that may be URLs: they are shown, but a click goes elsewhere."""
    words: set[str] = set()
    for anchor in anchors[:LINKS]:
        if "." in anchor.text:
            words.update(word.strip(".,;:!?()<>[]'\"") for word in anchor.text[:TEXT_CHARS].split(None, SHOWN_WORDS))
    return words


def _add_tokens(seen: dict[_Key, _Seen], found: Tokens, source: str, *, is_hidden: bool, known: Collection[str]) -> int:
    """Count the links of a text that are not known already. Returns how many were too many."""
    dropped = 0
    for token in found.found:
        if token.kind in _WHOLE and token.value not in known:
            key = (token.value, source or token.kind, is_hidden)
            entry = seen.get(key)
            if entry is not None:
                entry.count += 1
            elif len(seen) < LINKS:
                seen[key] = _Seen("", "")
            else:
                dropped += 1
    return dropped


def _read_all(seen: dict[_Key, _Seen]) -> tuple[Link, ...]:
    """Read the links, as far as `CHARS` reach."""
    links: list[Link] = []
    left = CHARS
    for (written, source, is_hidden), entry in seen.items():
        left -= len(written)
        if left < 0:
            break
        url, goal = _resolve_known(written) if len(written) <= KNOWN_CHARS else _resolve(written)
        links.append(_link(url, goal, source, is_hidden, entry))
    return tuple(links)


def _resolve(written: str) -> tuple[Url, redirectors.Goal | None]:
    """A URL, and where it leads in the end."""
    url = urls.read(written)
    return url, redirectors.unwrap(url) if url.host else _goal_of_script(url, written)


_resolve_known = lru_cache(maxsize=KNOWN)(_resolve)


def _link(url: Url, goal: redirectors.Goal | None, source: str, is_hidden: bool, entry: _Seen) -> Link:
    """One link, whole."""
    end = goal.url if goal else url
    oddities = url.oddities
    if goal and redirectors.GENERIC in goal.by:
        oddities = (*oddities, "nested-url")
    # By place, in the order of `Link`: by name it takes four times as long, and this is done six times a message.
    return Link(
        url.written, source, url.scheme, url.host, url.domain, url.path, url.query, url.userinfo, url.port,
        entry.text, entry.shown_host, is_hidden, entry.count,
        end.written if goal else "", end.host, end.domain, len(goal.by) if goal else 0, oddities,
    )  # fmt: skip


def _goal_of_script(url: Url, written: str) -> redirectors.Goal | None:
    """Where a `javascript:` link sends the reader, where it says so in plain."""
    if url.scheme not in {"javascript", "vbscript"}:
        return None
    match = _IN_SCRIPT.search(written, 0, urls.URL_CHARS)
    if match is None:
        return None
    goal = urls.read(match[0].replace("\\/", "/"))
    return redirectors.Goal(goal, ("script",)) if goal.host else None


def shown_host(text: str) -> str:
    """The host that a link's text names to its reader; an empty string where it names none."""
    return _shown_known(text) if len(text) <= KNOWN_CHARS else _shown(text)


def _shown(text: str) -> str:
    for written in text[:TEXT_CHARS].split(None, SHOWN_WORDS)[:SHOWN_WORDS]:
        if "." not in written or "@" in written:
            continue
        word = written.strip(".,;:!?()<>[]'\"\u201c\u201d\u00ab\u00bb")
        if "://" in word[:9] or tokens.is_host(word):
            url = urls.read(word)
            if url.host and "unreadable" not in url.oddities:
                return url.host
    return ""


_shown_known = lru_cache(maxsize=KNOWN)(_shown)


def _defects(dropped: int, *, is_cut: bool) -> tuple[Defect, ...]:
    """What the limits left out."""
    defects: list[Defect] = []
    if dropped:
        defects.append(Defect("links-cut", f"{dropped} more links"))
    if is_cut:
        defects.append(Defect("text-cut", "more text, or more addresses in it, than is looked at for links"))
    return tuple(defects)
