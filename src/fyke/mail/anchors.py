"""Where an HTML document leads and what it loads, as written; and the images that it shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

from msgspec import Struct
from turbohtml import Element

from fyke.mail.page import Page, Sign
from fyke.model import Image

ANCHORS = 2_000  # of one source: the most in real mail is near 600
IMAGES = 1_000  # of one source
URL_CHARS = 4_000  # as `Link.url` keeps; a data: URL is longer, and its start says what it is
LABEL_CHARS = 500  # of a link's text
NESTABLE = 200  # links of one source that may stand in each other and repeat each other's text
LABELS_CHARS = 2_000_000  # of all links' texts: links nested in tables repeat each other's


class Anchor(Struct, frozen=True, gc=False):
    """A place that the HTML leads to or loads from, as written (entities resolved)."""

    url: str
    source: str  # as `Link.source`: "href", "form", "image", "refresh", "script", "srcset", "style", or "frame"
    text: str = ""  # what the reader sees as the link's text
    hidden: bool = False  # the link is not shown, or its text is not


class Gathered:
    """What was gathered from a document and from the pieces taken out of it."""

    __slots__ = ("_labels_left", "anchors", "images")

    def __init__(self) -> None:
        self.anchors: list[Anchor] = []
        self.images: list[Image] = []
        self._labels_left = LABELS_CHARS

    @property
    def is_full(self) -> bool:
        """Whether something may have been left out."""
        return len(self.anchors) >= ANCHORS or len(self.images) >= IMAGES or self._labels_left <= 0

    def add(self, url: str | None, source: str, text: str = "", *, hidden: bool = False) -> None:
        """Keep an anchor if it says anything, and if there is room."""
        if url and len(self.anchors) < ANCHORS:
            self.anchors.append(Anchor(url[:URL_CHARS].strip(), source, text, hidden))

    def label(self, element: Element) -> str:
        """The text of a link on one line."""
        if self._labels_left <= 0:
            return ""
        text = element.to_text()
        self._labels_left -= len(text)
        return " ".join(text[: 2 * LABEL_CHARS].split())[:LABEL_CHARS]


def gather(page: Page, pieces: Iterable[Element], unseen: set[Element]) -> Gathered:
    """All anchors and the shown images. `pieces` were taken out of the page; the text of `unseen` links was."""
    gathered = Gathered()
    links = page.all("a")
    _leads(gathered, links, unseen)
    _leads(gathered, page.all("area"), unseen)
    _images(gathered, page, links)
    for piece in pieces:
        inner = piece.find_all("a")
        _leads(gathered, [*inner, piece] if piece.tag == "a" else inner, None)
        for image in [piece] if piece.tag == "img" else piece.find_all("img"):
            gathered.add(image.attr("src"), "image", hidden=True)
    for tag, attribute, source in _LOADS:
        if tag in page.names:
            for element in _everywhere(page, pieces, tag)[:ANCHORS]:
                gathered.add(element.attr(attribute), source)
    for element in page.having("background", Sign.BACKGROUND)[:ANCHORS]:
        gathered.add(element.attr("background"), "style")
    for element in page.having("formaction", Sign.MORE_LINKS)[:ANCHORS]:
        gathered.add(element.attr("formaction"), "form")
    for element in page.having("srcset", Sign.MORE_LINKS)[:ANCHORS]:
        for candidate in (element.attr("srcset") or "").split(", ", 20)[:20]:
            gathered.add(candidate.strip().partition(" ")[0], "srcset")
    if Sign.STYLE_URL in page.signs:
        _style_urls(gathered, page.source)
    return gathered


def _style_urls(gathered: Gathered, source: str) -> None:
    """What style sheets and styles load. Nobody writes `Url(`."""
    for word in ("url(", "URL("):
        at = source.find(word)
        for _ in range(ANCHORS):
            if at < 0:
                break
            match = _STYLE_URL.match(source, at + 4)
            if match:
                gathered.add(unescape(match[1]), "style")
            at = source.find(word, at + 4)


def _everywhere(page: Page, pieces: Iterable[Element], tag: str) -> list[Element]:
    """The elements of a tag in the page and in what was taken out of it."""
    found = page.all(tag)
    for piece in pieces:
        found.extend(piece.find_all(tag))
        if piece.tag == tag:
            found.append(piece)
    return found


_STYLE_URL = re.compile(r"\s{0,9}(?:['\"]|&quot;|&#39;)?([^'\"()\s<>]{1,4000})")


def _leads(gathered: Gathered, elements: list[Element], unseen: set[Element] | None) -> None:
    """Links that a reader follows. Where they are many, one in another has no text of its own: all is the outer's."""
    many = len(elements) > NESTABLE
    for element in elements[:ANCHORS]:
        url = element.attr("href") or element.attr("xlink:href")
        if url:
            hidden = unseen is None or element in unseen
            is_inner = many and element.parent is not None and element.parent.closest("a") is not None
            gathered.add(url, "href", "" if is_inner else gathered.label(element), hidden=hidden)


def _images(gathered: Gathered, page: Page, links: list[Element]) -> None:
    """Images that the document shows."""
    elements = page.all("img")[:IMAGES]
    if not elements:
        return
    for element in elements:
        attr = element.attr
        url = (attr("src") or "")[:URL_CHARS].strip()
        gathered.add(url, "image")
        width, height = _pixels(attr("width")), _pixels(attr("height"))
        style = page.styles.get(element)
        if style is not None:
            width = width if style.width < 0 else style.width
            height = height if style.height < 0 else style.height
        link = element.closest("a[href]") if links else None
        href = "" if link is None else (link.attr("href") or "")[:URL_CHARS].strip()
        gathered.images.append(Image(url, width, height, (attr("alt") or "")[:LABEL_CHARS], href))


_LOADS = (
    ("form", "action", "form"),
    ("script", "src", "script"),
    ("iframe", "src", "frame"),
    ("frame", "src", "frame"),
    ("object", "data", "frame"),
    ("embed", "src", "frame"),
    ("link", "href", "style"),
    ("image", "href", "image"),
)


def _pixels(value: str | None) -> int:
    """A size attribute in pixels: -1 where none is written, or a share of the window; 0 where it is no number."""
    if value is None:
        return -1
    if len(value) < 5 and value.isdecimal():
        return int(value)
    if "%" in value:
        return -1
    digits = _DIGITS.match(value)
    return min(100_000, int(digits[1])) if digits else 0


_DIGITS = re.compile(r"\s{0,9}(\d{1,9})")
