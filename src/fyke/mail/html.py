"""One HTML source: what a reader sees, what is hidden and how, facts, and where it leads."""

from __future__ import annotations

import turbohtml
from msgspec import Struct

from fyke.model import Defect, Html

SIZE_CHARS = 1_000_000  # a mail program stops rendering long before; a longer source is cut


class Anchor(Struct, frozen=True):
    """A place that the HTML leads to or loads from, as written (entities resolved, white space kept)."""

    url: str
    source: str  # as `Link.source`: "href", "form", "image", "refresh", "script", "srcset", "style"
    text: str = ""  # what the reader sees as the link's text
    hidden: bool = False


class HtmlReading(Struct, frozen=True):
    """What one HTML source says and shows."""

    visible: str
    hidden: str
    hidden_by: tuple[str, ...]
    quoted: str
    html: Html
    anchors: tuple[Anchor, ...]
    defects: tuple[Defect, ...]


def read_html(source: str) -> HtmlReading:
    """Read one HTML source; never raises."""
    document = turbohtml.parse(source[:SIZE_CHARS], positions=False)
    anchors = []
    for link in document.links():
        element = link.element
        if element.tag == "a":
            anchors.append(Anchor(link.url, "href", " ".join(element.text.split())))
        elif element.tag == "img":
            anchors.append(Anchor(link.url, "image"))
        elif element.tag == "form":
            anchors.append(Anchor(link.url, "form"))
    return HtmlReading(document.to_text(), "", (), "", Html(size_chars=len(source)), tuple(anchors), ())
