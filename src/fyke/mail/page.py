"""A parsed HTML document with what is asked of it again and again: its elements, tag names, styles, and telling words.

Most of what could be looked for is not there. One pass of hyperscan over the source says so, and saves the looking.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from operator import attrgetter

import turbohtml
from turbohtml import Document, Element

from fyke.mail.css import PLAIN, STYLE_CHARS, Style, read_style
from fyke.mail.patterns import CASELESS, ONCE, Expression, Patterns, load

STYLES = 2_000  # different style attributes of one source that are read: the most in real mail is near 300
HANDLERS = 20  # different event handlers of one source


class Sign(IntEnum):
    """A word in the source without which something cannot be in the document."""

    HIDDEN = 0
    BACKGROUND = 1
    GROUND_COLOUR = 2
    MORE_LINKS = 3
    HANDLER = 4
    STYLE_URL = 5
    COMMENT = 6
    QUOTE = 7


_SIGNS = {
    Sign.HIDDEN: rb"\bhidden\b",
    Sign.BACKGROUND: rb"background\s{0,9}=",
    Sign.GROUND_COLOUR: rb"bgcolor\s{0,9}=",
    Sign.MORE_LINKS: rb"(?:srcset|formaction)\s{0,9}=",
    Sign.HANDLER: rb"[\s\"'/]on[a-z]{3,20}\s{0,9}=",
    Sign.STYLE_URL: rb"url\(",
    Sign.COMMENT: rb"<!--",
    Sign.QUOTE: rb"(?:_quote|blockquote|moz-cite)",
}


_TAG = attrgetter("tag")


@lru_cache(maxsize=1)
def _patterns() -> Patterns:
    return load([Expression(_SIGNS[sign], CASELESS | ONCE) for sign in Sign])


@lru_cache(maxsize=1)
def _handler_patterns() -> Patterns:
    return load([Expression(_SIGNS[Sign.HANDLER], CASELESS)])


class Page:
    """One document. It is the owner's to change; what is remembered here is the state before."""

    __slots__ = ("cut", "document", "elements", "names", "signs", "source", "styles", "tags")

    def __init__(self, source: str) -> None:
        """Parse. Whatever turbohtml raises goes through."""
        self.source = source
        self.cut = False  # not all styles were read
        self.document: Document = turbohtml.parse(source, positions=False)
        self.elements: list[Element] = self.document.select("*")
        self.tags = list(map(_TAG, self.elements))
        self.names = frozenset(self.tags)
        self.signs = {match.index for match in _patterns().scan(source.encode("utf-8", "replace"))}
        self.styles: dict[Element, Style] = {}  # of elements whose own style says something, in document order
        known: dict[str, Style] = {}
        for element in self.document.select("[style]"):
            block = element.attr("style") or ""
            style = known.get(block)
            if style is None:
                self.cut = self.cut or len(known) >= STYLES
                style = known[block] = PLAIN if self.cut else read_style(block[:STYLE_CHARS])
            if style is not PLAIN:
                self.styles[element] = style

    def all(self, tag: str) -> list[Element]:
        """The elements of a tag that are in the document still, in its order."""
        return self.document.find_all(tag) if tag in self.names else []

    def having(self, attribute: str, sign: Sign) -> list[Element]:
        """The elements with an attribute, which a sign must announce."""
        return self.document.select(f"[{attribute}]") if sign in self.signs else []

    def handlers(self) -> list[str]:
        """The names of event handler attributes that may be in the document, at most `HANDLERS`."""
        if Sign.HANDLER not in self.signs:
            return []
        data = self.source.encode("utf-8", "replace")
        names: dict[str, None] = {}
        for match in _handler_patterns().scan(data):
            name = data[max(0, match.end - 40) : match.end - 1].rstrip()
            start = max(name.rfind(mark) for mark in (b" ", b"\n", b"\t", b'"', b"'", b"/", b"\r", b"\f")) + 1
            names[name[start:].decode("ascii", "replace").lower()] = None
        return [name for name in names if name.isascii() and name.isalpha()][:HANDLERS]
