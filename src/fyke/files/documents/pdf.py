"""PDF: an own look at all objects, qpdf's view of the same, and what the first pages show. ISO 32000-1.

The own look takes the files, scripts and links out. qpdf decrypts, and says where it sees more than we do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fyke.files.base import Broken, Content, Item, Locked, Said, Scanner, Unpacker
from fyke.files.budget import Meter
from fyke.files.documents import pdf_symbols as symbols
from fyke.files.documents.pdf_actions import SCRIPT_HOW, Actions
from fyke.files.documents.pdf_body import Body
from fyke.files.documents.pdf_normal import Seen, rewritten, seen_by_qpdf
from fyke.files.documents.pdf_pages import read_pages
from fyke.files.documents.pdf_scripts import judge
from fyke.files.pictures.qr import LINK
from fyke.model import File, Finding

# Kinds that no invoice, form or portfolio carries; macros and archives are looked at for themselves.
RUNNABLE = frozenset(
    {"pe", "dos", "lnk", "jar", "hta", "vbs", "wsf", "batch", "powershell", "msi", "iso", "vhd", "vhdx"}
)


class Pdf(Unpacker):
    """What does a PDF do, carry and show?"""

    name = "pdf"
    kinds = frozenset({"pdf"})
    symbols = (*symbols.ALL, LINK)

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield what is in it; raises `Broken` at the end where qpdf or PDFium does not read it."""
        start = max(0, file.data.find(b"%PDF", 0, 1_024))
        data = file.data[start:] if start else file.data
        body = Body(data)
        seen = seen_by_qpdf(data, file.words)
        if seen.is_locked:
            yield Locked("", "PDF")
        if seen.word:
            yield Finding(symbols.OPENED, seen.word)
        for name in body.disguised[:1]:
            yield Finding(symbols.DISGUISED, name)
        if body.cut:
            meter.cut("count", "objects of a PDF")
        if body.is_full:
            meter.cut("size", "object streams of a PDF")
        if (normal := _normal(data, body, seen, meter)) is not None:
            missed = seen.signs - body.signs
            if missed and not body.is_encrypted:
                yield Finding(symbols.DISAGREES, ", ".join(sorted(missed)))
            body = normal
        how = f"pdf, opened with {seen.word}" if seen.word else "pdf"
        yield from _done(data, body, seen, meter, how)
        if not seen.is_locked:
            yield from read_pages(data, seen.word, meter)
        if seen.refused:
            raise Broken(seen.refused)


def _normal(data: bytes, body: Body, seen: Seen, meter: Meter) -> Body | None:
    """The same file as qpdf writes it, where our look was not enough."""
    if seen.is_locked or seen.refused or not (body.is_encrypted or body.unread or seen.signs - body.signs):
        return None
    try:
        return Body(rewritten(data, seen.word, meter.left_s, decode=False))
    except Broken:
        return None


def _done(data: bytes, body: Body, seen: Seen, meter: Meter, how: str) -> Iterator[Item]:
    """What its actions do; once more with qpdf's unpacking, where a file in it is packed in a rare way."""
    if body.is_encrypted:  # still: no word opened it, and its strings say nothing
        return
    actions = Actions(body, meter, how)
    yield from actions.walk()
    scripts, opens = actions.scripts, actions.opens
    if actions.missed and not seen.refused:
        try:
            again = Actions(Body(rewritten(data, seen.word, meter.left_s, decode=True)), meter, how)
        except Broken:
            pass
        else:
            yield from again.walk()
            scripts, opens = [*scripts, *again.scripts], opens or again.opens
    yield from judge(scripts, opens=opens)


class Cargo(Scanner):
    """Does a PDF carry a program?"""

    name = "pdf_cargo"
    kinds = frozenset({"pdf"})
    symbols = (symbols.CARRIES_PROGRAM,)

    def look(self, file: Content) -> Iterable[Said]:
        """Look at the kinds of the files in it, one level deep: what is in archives is judged there."""
        for child in file.children:
            if child.kind in RUNNABLE and child.how != SCRIPT_HOW:
                yield Finding(symbols.CARRIES_PROGRAM, _what(child))


def _what(child: File) -> str:
    return f"{child.name[:150]} ({child.kind})"
