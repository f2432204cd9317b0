"""The text bodies of a message as one reading: what is seen, hidden, current, quoted, and its normal form."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from fyke.mail.fold import fold, joined, words_of
from fyke.mail.html import Anchor, HtmlReading, read_html
from fyke.mail.invisible import take_invisible
from fyke.mail.language import language_of, scripts_of
from fyke.mail.markup import together
from fyke.mail.quote import is_forward, is_reply, says_anything, split_quoted
from fyke.model import Defect, Html, Text

SOURCES_CHARS = 3_000_000  # of all HTML sources of a message
TEXT_CHARS = 1_000_000  # of all plain bodies of a message: a thick book
FOLDED_CHARS = 200_000  # of current, and of quoted text that is folded: a hundred pages
SHORT = 20  # words that may be too few to tell a language by
HIDDEN_CHARS = 200_000  # of hidden text that is kept


class TextReading(Struct, frozen=True):
    """The text of a message and the facts of its HTML."""

    text: Text
    html: Html
    anchors: tuple[Anchor, ...]
    defects: tuple[Defect, ...]


class _Said(Struct):
    """Text on its way: what is shown, and how it divides."""

    visible: str
    current: str
    quoted: str = ""


def read_text(html: Sequence[str], plain: Sequence[str], subject: str) -> TextReading:
    """Read the decoded text/html and text/plain bodies of a message, in order; never raises."""
    defects: list[Defect] = []
    forward = is_forward(subject)
    written = _joined(plain, defects)
    if not html:
        text = _text(_Said(written, written), subject, defects, forward=forward)
        return TextReading(text, Html(), (), tuple(defects))
    readings = _readings(html, defects, forward=forward)
    text = _text(_shown(readings), subject, defects, plain=written, readings=readings, forward=forward)
    if len(readings) == 1:
        return TextReading(text, readings[0].html, readings[0].anchors, tuple(defects))
    anchors = tuple(anchor for reading in readings for anchor in reading.anchors)
    return TextReading(text, together([reading.html for reading in readings]), anchors, tuple(defects))


def _joined(plain: Sequence[str], defects: list[Defect]) -> str:
    """The plain bodies as one."""
    text = plain[0] if len(plain) == 1 else "\n".join(plain)
    if len(text) > TEXT_CHARS:
        defects.append(Defect("text-cut", f"{len(text)} characters"))
        text = text[:TEXT_CHARS]
    return text


def _readings(html: Sequence[str], defects: list[Defect], *, forward: bool) -> list[HtmlReading]:
    """Each HTML source read, as long as there is room."""
    readings: list[HtmlReading] = []
    left = SOURCES_CHARS
    for source in html:
        if left <= 0:
            defects.append(Defect("html-cut", f"{len(html) - len(readings)} bodies not read"))
            break
        reading = read_html(source, is_forward=forward)
        left -= len(source)
        readings.append(reading)
        defects.extend(reading.defects)
    return readings


def _shown(readings: list[HtmlReading]) -> _Said:
    """What the HTML sources show, one below the other."""
    visible = "\n".join([reading.visible for reading in readings])
    quoted = "\n".join([reading.quoted for reading in readings if reading.quoted])
    current = "\n".join([reading.current for reading in readings]) if quoted else visible
    if quoted and not says_anything(current):
        return _Said(visible, visible)
    return _Said(visible, current, quoted)


def _text(
    said: _Said,
    subject: str,
    defects: list[Defect],
    *,
    plain: str = "",
    readings: Sequence[HtmlReading] = (),
    forward: bool,
) -> Text:
    visible, invisible_chars, bidi_chars = take_invisible(said.visible)
    current = take_invisible(said.current)[0] if said.quoted else visible
    current, below = split_quoted(current, forward=forward, reply=is_reply(subject))
    quoted = f"{take_invisible(said.quoted)[0]}\n{below}" if said.quoted else below
    if max(len(current), len(quoted)) > FOLDED_CHARS:
        defects.append(Defect("text-cut", f"{len(visible)} characters"))
    words = words_of(current[:FOLDED_CHARS])
    quoted_words = words_of(quoted[:FOLDED_CHARS]) if quoted else []
    scripts = scripts_of(visible)
    hidden = [reading.hidden for reading in readings if reading.hidden]
    return Text(
        visible=visible,
        plain=plain,
        current=current,
        quoted=quoted,
        hidden="\n".join(hidden)[:HIDDEN_CHARS] if hidden else "",
        hidden_by=tuple(sorted({how for reading in readings for how in reading.hidden_by})) if readings else (),
        invisible_chars=invisible_chars,
        bidi_chars=bidi_chars,
        language=language_of(words if len(words) > SHORT or not quoted else quoted_words, scripts),
        scripts=scripts,
        folded=b"%b\n%b\n%b" % (fold(subject), joined(words), joined(quoted_words)),
    )
