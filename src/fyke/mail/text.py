"""The text bodies of a message as one reading: what is seen, hidden, current, quoted, and its normal form."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from fyke.mail.fold import fold
from fyke.mail.html import Anchor, read_html
from fyke.model import Defect, Html, Text


class TextReading(Struct, frozen=True):
    """The text of a message and the facts of its HTML."""

    text: Text
    html: Html
    anchors: tuple[Anchor, ...]
    defects: tuple[Defect, ...]


def read_text(html: Sequence[str], plain: Sequence[str], subject: str) -> TextReading:
    """Read the decoded text/html and text/plain bodies of a message, in order; never raises."""
    readings = [read_html(source) for source in html]
    visible = "\n".join(reading.visible for reading in readings) if readings else "\n".join(plain)
    text = Text(
        visible=visible,
        plain="\n".join(plain) if readings else "",
        current=visible,
        folded=fold(subject) + b"\n" + fold(visible) + b"\n" + fold(""),
    )
    return TextReading(
        text,
        readings[0].html if readings else Html(),
        tuple(anchor for reading in readings for anchor in reading.anchors),
        tuple(defect for reading in readings for defect in reading.defects),
    )
