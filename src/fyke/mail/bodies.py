"""The texts of a message: which parts a mail program shows as text, decoded, in order."""

from __future__ import annotations

import re

from fyke.mail.charset import decode
from fyke.mail.defects import Notes
from fyke.mail.limits import SNIFF_BYTES, TEXT_BYTES, TEXTS, TEXTS_BYTES
from fyke.mail.mime import MESSAGES
from fyke.model import Part

# Data that happens to be text. All other text/* is shown, of whatever subtype (RFC 2046 4.1.4).
DATA = frozenset(
    "text/calendar text/csv text/css text/directory text/ecmascript text/javascript text/rfc822-headers text/rtf "
    "text/tab-separated-values text/vcard text/x-amp-html text/x-vcalendar text/x-vcard text/xml".split()
)

_UUENCODE = re.compile(rb"\nbegin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,200})\r?\n[!-`]")
_YENC = re.compile(rb"\n=ybegin [^\r\n]{0,200}name=([^\r\n]{0,200})")


class _Bodies:
    """The texts found so far."""

    __slots__ = ("count", "html", "left", "notes", "plain")

    def __init__(self, notes: Notes) -> None:
        self.html: list[str] = []
        self.plain: list[str] = []
        self.count = 0
        self.left = TEXTS_BYTES
        self.notes = notes

    def take(self, part: Part) -> None:
        """Decode one text part into its list."""
        notes, content = self.notes, part.content
        size = len(content)
        room = min(TEXT_BYTES, self.left)
        if self.count >= TEXTS or size > room:
            notes.add("text-cut", f"{size} bytes", part.path)
            content = content[:room] if self.count < TEXTS else b""
        self.count += 1
        self.left -= len(content)
        is_html = part.content_type == "text/html"
        text = decode(content, part.charset, notes, part.path, html=is_html)
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        if is_html:
            self.html.append(text)
            return
        self.plain.append(text)
        if b"begin" in content:
            _note_file("uuencode", _UUENCODE, content, notes, part.path)
            _note_file("yenc", _YENC, content, notes, part.path)


def is_shown(content_type: str) -> bool:
    """Whether a mail program shows a part of this type as text."""
    return content_type.startswith("text/") and content_type not in DATA


def read_bodies(root: Part, notes: Notes) -> tuple[list[str], list[str]]:
    """The HTML texts and the plain texts that a mail program shows, each in order."""
    bodies = _Bodies(notes)
    attached: Part | None = None
    stack = [root]
    while stack:
        part = stack.pop()
        if part.children:
            if part is root or part.content_type not in MESSAGES:  # a message inside is another's text
                stack.extend(reversed(part.children))
        elif not is_shown(part.content_type):
            continue
        elif part.disposition == "attachment" or (part.filename and part is not root):
            attached = attached or part
        else:
            bodies.take(part)
    if not bodies.count and attached is not None:
        notes.add("body-attached", attached.filename, attached.path)
        bodies.take(attached)
    return bodies.html, bodies.plain


def _note_file(kind: str, pattern: re.Pattern[bytes], content: bytes, notes: Notes, path: str) -> None:
    """Note an encoded file that stands in the text itself."""
    found = pattern.search(b"\n" + content[:SNIFF_BYTES])
    if found is not None:
        notes.add(kind, found[1].decode("latin-1"), path)
