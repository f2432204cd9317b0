"""One HTML source: what a reader sees, what is hidden and how, what is quoted, facts, and where it leads.

turbohtml parses as browsers do, in C. Whatever it makes of a hostile source, a reading comes back: an exception leads
to a plain removal of tags and a defect.
"""

from __future__ import annotations

import re
from html import unescape

from msgspec import Struct
from msgspec.structs import replace
from turbohtml import Element

from fyke.mail.anchors import Anchor, gather
from fyke.mail.hidden import Concealed
from fyke.mail.markup import facts
from fyke.mail.page import Page
from fyke.mail.quote import find_quotes, take_quotes
from fyke.mail.sheet import read_sheet
from fyke.model import Defect, Html

__all__ = ["Anchor", "HtmlReading", "read_html"]

SIZE_CHARS = 2_000_000  # of one source: Gmail shows 102 kB, but pictures may stand in it as text
TAGS = 30_000  # of one source, closing ones and comments among them: the most in real mail is near 6,000

# turbohtml's text keeps the first of these inside a line, where every mail program begins a new one; of a list it drops
# what stands outside items; and it pads table columns and indents quotations, so that a little HTML makes much text.
_BLOCKS = frozenset((
    "center", "form", "fieldset", "legend", "caption", "option", "dir", "marquee", "listing", "dialog", "ul", "ol",
    "menu", "table", "td", "th", "blockquote",
))  # fmt: skip


class HtmlReading(Struct, frozen=True):
    """What one HTML source says and shows."""

    visible: str
    current: str  # `visible` without what stands in quoting elements
    quoted: str
    hidden: str
    hidden_by: frozenset[str]
    html: Html
    anchors: tuple[Anchor, ...]
    defects: tuple[Defect, ...]


def read_html(source: str, *, is_forward: bool = False) -> HtmlReading:
    """Read one HTML source; never raises. In a forwarded message, quoting elements are what it says."""
    defects: list[Defect] = []
    size = len(source)
    source = _cut(source, defects)
    try:
        return _read(source, size, defects, is_forward=is_forward)
    except Exception as error:  # whatever a hostile source does to the parser, the mail must be read
        defects.append(Defect("html-failed", type(error).__name__))
        return _stripped(source, size, defects)


def _cut(source: str, defects: list[Defect]) -> str:
    """As much of the source as is read."""
    size = len(source)
    if size > SIZE_CHARS:
        defects.append(Defect("html-cut", f"{size} characters"))
        source = source[:SIZE_CHARS]
    if size > 3 * TAGS and source.count("<") > TAGS:
        defects.append(Defect("html-cut", f"{source.count('<')} tags"))
        source = source[: -len(source.split("<", TAGS)[-1]) - 1]
    return source


def _read(source: str, size: int, defects: list[Defect], *, is_forward: bool) -> HtmlReading:
    page = Page(source)
    counted = facts(page)
    concealed = Concealed(page, read_sheet("\n".join(style.text for style in page.all("style"))))
    concealed.take()
    pieces = [piece for piece, _ in concealed.pieces]
    gathered = gather(page, pieces, concealed.links)
    gathered.add(counted.refresh, "refresh")
    quotes = [] if is_forward else find_quotes(page)
    _lay_out(page, pieces)
    concealed.read_pieces()
    visible = page.document.to_text()
    quoted = take_quotes(quotes)
    if concealed.cut:
        defects.append(Defect("html-styles-cut"))
    if gathered.is_full:
        defects.append(Defect("html-links-cut", f"{len(gathered.anchors)} kept"))
    return HtmlReading(
        visible=visible,
        current=page.document.to_text() if quoted else visible,
        quoted=quoted,
        hidden="\n".join(concealed.texts),
        hidden_by=frozenset(concealed.hows),
        html=replace(counted, size_chars=size, images=tuple(gathered.images)),
        anchors=tuple(gathered.anchors),
        defects=tuple(defects),
    )


def _lay_out(page: Page, pieces: list[Element]) -> None:
    """Make of the elements that turbohtml's text does not render as mail programs do such as it does."""
    for name in _BLOCKS & page.names:
        for element in page.all(name):
            element.tag = "div"
        for piece in pieces:
            for element in (*piece.find_all(name), *([piece] if piece.tag == name else ())):
                element.tag = "div"


def _stripped(source: str, size: int, defects: list[Defect]) -> HtmlReading:
    """The text between the tags, all taken as shown; linear whatever the source."""
    for name in ("script", "style"):
        source = _without(source, name)
    pieces = source.split("<")
    text = pieces[0] + " ".join(piece.partition(">")[2] for piece in pieces[1:])
    text = unescape(text)
    return HtmlReading(text, text, "", "", frozenset(), Html(size_chars=size, broken=True), (), tuple(defects))


def _without(source: str, name: str) -> str:
    """The source without the elements of a name and all in them."""
    kept, *rest = re.split(f"<{name}\\b", source, flags=re.IGNORECASE)
    for piece in rest:
        ended = re.split(f"</{name}[^<>]{{0,99}}>", piece, maxsplit=1, flags=re.IGNORECASE)
        kept += ended[1] if len(ended) > 1 else ""
    return kept
