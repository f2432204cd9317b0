"""Agreement of our parser with the standard library's `email` on real mail, and why the two differ where they do.

The reference is the old, fast policy (compat32) with the decoding that its users write. A disagreement is put into the
first class that explains it; what none explains is "not understood", and is a bug of ours until somebody looked.
Left out: parts of the types message/*, which the library takes apart, and one server's own encoded blob.
"""

from __future__ import annotations

import argparse
import email
import email.errors
import email.header
import email.message
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from msgspec import Struct

from bench import packs
from fyke.mail import parse
from fyke.mail.bodies import is_shown
from fyke.mail.charset import decode
from fyke.mail.defects import Notes
from fyke.model import Message, Part

ASPECTS = ("headers", "text", "html", "files")
OPAQUE = "x-microsoft-antispam-message-info"
LOST = "not understood"

# Defects that explain why two parsers see other headers, or other parts.
BLOCK = ("header-cut", "header-junk", "separator-missing", "headers-none", "headers-cut", "blank-first", "bom", "nul",
    "cr-alone", "header-name", "mbox-line")  # fmt: skip
TREE = ("boundary-guessed", "boundary-unused", "boundary-missing", "parts-after-close", "boundary-near",
    "mime-unclosed", "mime-depth", "mime-parts", "encoding-on-multipart", "parameter-open", "content-type",
    *BLOCK)  # fmt: skip
SIGNS = ("charset-unknown", "charset-lies", "charset-utf7", "nul")


class Leaf(Struct, frozen=True):
    """A part without parts, as one of the two parsers sees it."""

    kind: str  # "text", "html" or "files"
    name: str
    content: bytes
    text: str = ""
    charset: str = ""
    encoding: str = ""
    is_unopened: bool = False  # a multipart whose parts were not found


class View(Struct, frozen=True):
    """A message as one of the two parsers sees it."""

    names: list[str]
    values: list[str]
    leaves: list[Leaf]

    def of(self, kind: str) -> list[Leaf]:
        """The leaves of one kind."""
        return [leaf for leaf in self.leaves if leaf.kind == kind]


def ours(message: Message) -> View:
    """The message as our parser sees it."""
    return View(
        [header.key for header in message.headers],
        ["" if header.key.startswith(OPAQUE) else header.value for header in message.headers],
        [_our_leaf(part) for part in _our_leaves(message.root)],
    )


def _our_leaves(root: Part) -> Iterator[Part]:
    stack = [root]
    while stack:
        part = stack.pop()
        if part.content_type.startswith("message/"):
            continue
        if not part.children:
            yield part
        stack.extend(reversed(part.children))


def _our_leaf(part: Part) -> Leaf:
    kind = _kind(part.content_type, part.disposition, part.filename)
    text = "" if kind == "files" else decode(part.content, part.charset, Notes(), html=kind == "html")
    return Leaf(kind, part.filename, part.content, text, part.charset, part.encoding)


def theirs(raw: bytes) -> View:
    """The message as the standard library sees it."""
    message = email.message_from_bytes(raw)
    return View(
        [name.lower() for name in message],
        ["" if name.lower().startswith(OPAQUE) else _their_value(value) for name, value in message.items()],
        [_their_leaf(part) for part in _their_leaves(message)],
    )


def _their_value(value: object) -> str:
    """A header value as the library's users decode it."""
    try:
        return str(email.header.make_header(email.header.decode_header(str(value))))
    except (LookupError, ValueError, email.errors.HeaderParseError):
        return str(value)


def _their_leaves(message: email.message.Message) -> Iterator[email.message.Message]:
    stack = [message]
    while stack:
        part = stack.pop()
        if part.get_content_type().startswith("message/"):
            continue
        if part.is_multipart():
            stack.extend(reversed(cast("list[email.message.Message]", part.get_payload())))
        else:
            yield part


def _their_leaf(part: email.message.Message) -> Leaf:
    name = part.get_filename() or ""
    kind = _kind(part.get_content_type(), part.get_content_disposition() or "", name)
    content = part.get_payload(decode=True)
    content = content if isinstance(content, bytes) else b""
    charset = str(part.get_content_charset() or "")
    try:
        text = content.decode(charset or "ascii", "replace")
    except (LookupError, ValueError):
        text = content.decode("ascii", "replace")
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    text = "" if kind == "files" else text
    return Leaf(kind, _their_value(name), content, text, charset, encoding, part.get_content_maintype() == "multipart")


def _kind(content_type: str, disposition: str, name: str) -> str:
    if disposition == "attachment" or name or not is_shown(content_type):
        return "files"
    return "html" if content_type == "text/html" else "text"


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _mask(text: str) -> str:
    """ASCII alone, without what stands for bytes that cannot be shown: those depend on the charset."""
    return re.sub(r"\\ufffd|[^!-~]+|\?", "", text)


def _same(one: str, other: str) -> bool:
    return one == other or one.split() == other.split()


def _noted(message: Message, kinds: Sequence[str]) -> str:
    """The first of the kinds of defects that the message has."""
    return next((kind for kind in kinds if any(defect.kind.startswith(kind) for defect in message.defects)), "")


def class_of_headers(message: Message, our: View, their: View) -> str:
    """Why the two see other headers."""
    if our.names != their.names:
        kind = _noted(message, BLOCK)
        return f"odd header block: {kind}" if kind else LOST
    for one, other in zip(our.values, their.values, strict=True):
        if _squeeze(one) != _squeeze(other):
            return _class_of_value(one, other) or (LOST if not _noted(message, ["header-cut"]) else "a field was cut")
    return LOST


def _class_of_value(our: str, their: str) -> str:
    if "=?" in their and "=?" not in our:
        return "broken encoded word, which only we decode"
    if "=?" in our:
        return "encoded word that only they decode"
    if _mask(our) == _mask(their):
        return "raw or mislabelled bytes in a header"
    return "encoded words between quotes" if _mask(our).replace('"', "") == _mask(their).replace('"', "") else ""


def class_of_leaves(message: Message, our: Sequence[Leaf], their: Sequence[Leaf], *, is_unopened: bool) -> str:
    """Why the two see other texts or files; `is_unopened` says that they left a multipart closed."""
    tree = _noted(message, TREE)
    if is_unopened and not tree:
        return "structure: a boundary that only we find"
    if len(our) == len(their):
        for one, other in zip(our, their, strict=True):
            if one.content.split() != other.content.split():
                return _class_of_bytes(message, one, other) or (f"structure: {tree}" if tree else LOST)
            if one.name != other.name:
                return "name encoded otherwise" if _mask(one.name) == _mask(other.name) else LOST
            if not _same(one.text, other.text):
                return _class_of_charset(message, one, other)
    return f"structure: {tree}" if tree else LOST


def _class_of_charset(message: Message, one: Leaf, other: Leaf) -> str:
    if not one.charset and not one.content.isascii():
        return "charset: none declared, bytes above 127"
    kind = _noted(message, SIGNS)
    if kind:
        return f"charset: {kind}"
    if "\ufffd" in other.text or "\ufffd" in one.text:
        return "charset: bytes that are not of it, replaced otherwise"
    if _mask(one.text) == _mask(other.text):
        return "charset: label read as browsers do (iso-8859-1 is windows-1252)"
    return LOST


def _class_of_bytes(message: Message, one: Leaf, other: Leaf) -> str:
    if one.encoding.startswith("base64") and _noted(message, ["base64"]):
        return "broken base64, read as decoders do"
    if one.encoding.startswith("quoted"):
        return "broken quoted-printable"
    if "uu" in one.encoding:
        return "uuencode"
    if other.content.startswith(one.content) and b"--" in other.content:
        return "text behind the boundary on its line"
    return ""


def compare(raw: bytes) -> dict[str, str]:
    """For each aspect in which the two parsers differ on a message, the class of the disagreement."""
    message = parse(raw)
    try:
        their = theirs(raw)
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        return dict.fromkeys(ASPECTS, f"they raise {type(error).__name__}")
    our = ours(message)
    found: dict[str, str] = {}
    if our.names != their.names or list(map(_squeeze, our.values)) != list(map(_squeeze, their.values)):
        found["headers"] = class_of_headers(message, our, their)
    for aspect in ASPECTS[1:]:
        one, other = our.of(aspect), their.of(aspect)
        if len(one) != len(other) or not all(map(_agree, one, other)):
            is_unopened = any(leaf.is_unopened for leaf in their.leaves)
            found[aspect] = class_of_leaves(message, one, other, is_unopened=is_unopened)
    return found


def _agree(one: Leaf, other: Leaf) -> bool:
    if one.kind == "files":
        return one.name == other.name and one.content == other.content
    return _same(one.text, other.text)


def show(title: str, rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns as wide as they need; the first row is their heading."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    print(f"\n{title}")
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def main() -> None:
    """Print the table of agreement, and that of the disagreements by class."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--corpora", type=Path, default=packs.default())
    options.add_argument("--every", type=int, default=1, help="only every n-th message")
    options.add_argument("--show", default="", help="print the paths of disagreements whose class contains this")
    chosen = options.parse_args()
    shares: list[tuple[str, ...]] = [("pack", "messages", *ASPECTS)]
    classes: Counter[tuple[str, str]] = Counter()
    for name in packs.names(chosen.corpora):
        wrong: Counter[str] = Counter()
        count = 0
        for sample in packs.samples(chosen.corpora, name):
            if sample.number % chosen.every:
                continue
            count += 1
            for aspect, kind in compare(sample.read()).items():
                wrong[aspect] += 1
                classes[aspect, kind] += 1
                if chosen.show and chosen.show in kind:
                    print(aspect, kind, sample.path)
        if count:
            shares.append((name, f"{count:,}", *(f"{100 - 100 * wrong[aspect] / count:.2f} %" for aspect in ASPECTS)))
    reasons: list[tuple[str, ...]] = [("aspect", "why they differ", "messages")]
    for (aspect, kind), number in sorted(classes.items(), key=lambda item: (ASPECTS.index(item[0][0]), -item[1])):
        reasons.append((aspect, kind, f"{number:,}"))
    show("Messages on which both parsers agree", shares)
    show("Disagreements by class", reasons)


if __name__ == "__main__":
    main()
