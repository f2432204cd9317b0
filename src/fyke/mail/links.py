"""All links of a message, from HTML and from text, each with how it was shown and where it leads in the end."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from fyke.mail import tokens, urls
from fyke.mail.html import Anchor
from fyke.model import Defect, Html, Link, Text

LINKS = 2_000  # distinct links kept of a message; a digest of a busy list has about 500

ODDITIES = ("unreadable",)


class LinkReading(Struct, frozen=True):
    """The links of a message, what else the same pass over its text found, and what was left out."""

    links: tuple[Link, ...]
    visible: tokens.Tokens = tokens.Tokens()
    hidden: tokens.Tokens = tokens.Tokens()
    defects: tuple[Defect, ...] = ()


def collect(text: Text, anchors: Sequence[Anchor], html: Html) -> tuple[Link, ...]:
    """The links alone: see `read`."""
    return read(text, anchors, html).links


def read(text: Text, anchors: Sequence[Anchor], html: Html) -> LinkReading:
    """Read all links of a message's text and HTML. Never raises."""
    visible, hidden = tokens.find(text.visible), tokens.find(text.hidden)
    seen: dict[tuple[str, str, bool], list[str | int]] = {}
    for anchor in anchors:
        _add(seen, anchor.url, anchor.source, anchor.hidden, anchor.text)
    for found, is_hidden in ((visible, False), (hidden, True)):
        for token in found.found:
            if token.kind != "email":
                _add(seen, token.value, token.kind, is_hidden, "")
    links = []
    for (written, source, is_hidden), (shown, count) in seen.items():
        url = urls.read(written)
        if not url.scheme:
            continue
        links.append(Link(
            url=url.written, source=source, scheme=url.scheme, host=url.host, domain=url.domain, path=url.path,
            query=url.query, userinfo=url.userinfo, port=url.port, text=str(shown), hidden=is_hidden, count=int(count),
            target=url.written, target_host=url.host, target_domain=url.domain, oddities=url.oddities,
        ))  # fmt: skip
    return LinkReading(tuple(links[:LINKS]), visible, hidden)


def _add(seen: dict[tuple[str, str, bool], list[str | int]], url: str, source: str, hidden: bool, text: str) -> None:
    """Count a link."""
    entry = seen.get((url, source, hidden))
    if entry is None:
        seen[(url, source, hidden)] = [text, 1]
    else:
        entry[1] = int(entry[1]) + 1
