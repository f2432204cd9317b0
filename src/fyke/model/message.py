"""A message (RFC 5322, RFC 2045) as data: headers, a tree of parts, what a reader sees, and what was odd.

Made by `fyke.mail.parse` alone, from any bytes; nothing here parses or judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from fyke.model.link import Link
from fyke.model.observable import Observable


class Defect(Struct, frozen=True, gc=False):
    """Something about the bytes that a well-made message does not have. It is evidence, not an error."""

    kind: str  # a stable word, such as "base64-broken"; the list is `fyke.mail.defects.KINDS`
    detail: str = ""
    part: str = ""  # `Part.path`, empty for the message as a whole


class Header(Struct, frozen=True, gc=False):
    """One header field, in the order of the message."""

    name: str  # as written
    key: str  # lower case
    value: str  # unfolded, RFC 2047 words decoded, white space at the ends removed
    raw: str  # unfolded but not decoded; bytes above 127 are kept as latin-1 characters


class Address(Struct, frozen=True, gc=False):
    """One mailbox of an address header."""

    name: str  # display name, decoded; empty where there is none
    address: str  # addr-spec as written, without brackets
    local: str
    domain: str  # lower case, U-labels as A-labels where they convert; empty where there is no @


class Received(Struct, frozen=True, gc=False):
    """One hop of the trace (RFC 5321 4.4). Whoever wrote it may have lied."""

    helo: str = ""  # the name after `from`
    name: str = ""  # the resolved name in the comment
    ip: str = ""
    by: str = ""
    protocol: str = ""
    date: datetime | None = None


class Part(Struct, frozen=True):
    """One node of the MIME tree. A container has children and no content."""

    path: str  # as IMAP numbers parts: "1", "1.2"; the root of a message without parts is "1"
    content_type: str  # lower case, "type/subtype"
    charset: str  # as declared, lower case
    encoding: str  # content-transfer-encoding as declared, lower case
    disposition: str  # "", "inline", "attachment" or what was written, lower case
    filename: str
    content_id: str
    headers: tuple[Header, ...]
    content: bytes  # transfer-decoded
    size_bytes: int  # of the body before transfer-decoding
    children: tuple[Part, ...] = ()

    def walk(self) -> Iterator[Part]:
        """This part and all below it, depth first, without recursion."""
        return self._walk() if self.children else iter((self,))  # most mail is one part, and everybody asks

    def _walk(self) -> Iterator[Part]:
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.children))

    @property
    def is_attachment(self) -> bool:
        """Whether a mail program shows it as a file and not as text of the message."""
        return not self.children and (
            self.disposition == "attachment" or bool(self.filename) or not self.content_type.startswith("text/")
        )


class Image(Struct, frozen=True):
    """An image that the HTML shows. Sizes are as written, in pixels; 0 where none is written."""

    url: str
    width: int = -1  # -1: not written
    height: int = -1
    alt: str = ""
    link: str = ""  # href of the link around it


class Form(Struct, frozen=True):
    """A form in the HTML: where it sends what the reader types."""

    action: str
    method: str = "get"
    password: bool = False  # it has a password field
    fields: int = 0


class Html(Struct, frozen=True):
    """Facts of all HTML bodies of a message, counted once, for detectors to weigh."""

    size_chars: int = 0
    tags: int = 0
    depth: int = 0
    images: tuple[Image, ...] = ()
    forms: tuple[Form, ...] = ()
    scripts: tuple[str, ...] = ()  # inline scripts and handlers such as onclick, each cut to 4,000 characters
    script_srcs: tuple[str, ...] = ()
    iframes: int = 0
    title: str = ""
    refresh: str = ""  # target of a meta refresh
    base: str = ""
    comments_chars: int = 0
    styles_chars: int = 0
    largest_font_px: float = 0.0
    unknown_tags: int = 0  # elements whose name is no HTML element
    broken: bool = False  # closing tags that open nothing, attributes twice: markup no mail program writes
    skeleton: str = ""  # hash of the tag structure alone: same template, other words


class Text(Struct, frozen=True):
    """What the reader reads, apart from what was hidden from them and from what others wrote before."""

    visible: str = ""  # the alternative that a mail program shows; invisible characters removed
    plain: str = ""  # the text/plain alternative beside HTML; empty where the message has no HTML
    current: str = ""  # `visible` without the quoted thread
    quoted: str = ""
    hidden: str = ""  # in the HTML, but not shown
    # How: "display-none", "visibility", "opacity", "zero-size", "same-colour", "off-screen", "hidden-attribute" or
    # "template".
    hidden_by: tuple[str, ...] = ()
    invisible_chars: int = 0  # zero-width characters in the visible text that no script needs there
    bidi_chars: int = 0
    language: str = ""  # ISO 639-1; empty where too little text says
    scripts: tuple[str, ...] = ()  # Unicode scripts with at least 1 % of the letters, most frequent first
    folded: bytes = b""  # normal form for matching, see `fyke.mail.fold`: subject, newline, current, newline, quoted


class Message(Struct, frozen=True):
    """A parsed message. Never half: what could not be read is a `Defect`."""

    size_bytes: int
    digest: str  # sha256 of the raw bytes, hex
    headers: tuple[Header, ...]
    index: dict[str, tuple[Header, ...]]  # by key
    root: Part
    subject: str
    sender: Address  # of From; all fields empty where there is none
    senders: tuple[Address, ...]  # all of From
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]  # To and Cc
    return_path: str
    message_id: str
    date: datetime | None
    received: tuple[Received, ...]  # top (newest) first
    text: Text
    html: Html
    links: tuple[Link, ...]
    observables: tuple[Observable, ...]
    defects: tuple[Defect, ...]

    def first(self, key: str) -> str:
        """Decoded value of the first header of that (lower-case) key, or an empty string."""
        found = self.index.get(key)
        return found[0].value if found else ""

    def all(self, key: str) -> tuple[Header, ...]:
        """All headers of that (lower-case) key, in order."""
        return self.index.get(key, ())

    @property
    def attachments(self) -> list[Part]:
        """The parts that a mail program shows as files."""
        root = self.root
        if not root.children:
            return [root] if root.is_attachment else []
        return [part for part in root.walk() if part.is_attachment]
