"""What a reader sees on the first pages of a PDF: text, codes in pictures, and how much of a page one link covers.

pypdfium2 is native code: this runs in a worker that may fall.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from fyke.files.base import Broken, Said
from fyke.files.budget import Meter
from fyke.files.documents import pdf_symbols as symbols
from fyke.files.pictures.qr import read_codes, told
from fyke.model import Finding, Lead, Reading

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

PAGES = 3  # looked at: lures have one or two
TEXT_CHARS = 20_000  # of all these pages
LINKS = 200  # link annotations of one page
WORDS = 150  # on a page with more, a code drawn in lines is not looked for; a picture is
SIDE = 1_200  # pixels of a page rendered for codes: 28 ms
OBJECTS = 3_000  # on a page that is rendered; a map with more takes seconds
PICTURE_PT = 40.0  # the shorter side of a picture that may hold a code, in points: 14 mm
NEEDS_S = 0.5  # of the time that must be left for a page

LURE_WORDS = 60  # on a page that is a picture
LURE_SHARE = 0.2  # of the page that its link covers
BECKON_WORDS = 160
_BECKONS = re.compile(
    r"\b(?:"
    r"(?:view|open|access|download|review|read|see|get|retrieve|unlock|sign)\s{1,3}"
    r"(?:(?:the|your|this|secure|shared|full|pdf|complete|attached|encrypted|invoice)\s{1,3}){0,3}"
    r"(?:document|file|message|invoice|pdf|statement|attachment|here|online|fax|voicemail|payment)s?"
    r"|click (?:here|below|on the|the button)"
    r"|(?:secured?|protected|encrypted|shared) (?:document|file|message|pdf)"
    r"|sign in to (?:view|continue|access)|scan (?:the|this) (?:qr|code)"
    r"|dokument (?:anzeigen|öffnen|ansehen)|hier klicken|ver documento|descargar"
    r"|voir le document|cliquez ici|clique aqui"
    r")\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s<>\"'{}|\\^`\x00-\x1f]{4,2000}", re.IGNORECASE)
_URI_CHARS = 2_000
_PICTURE = 3  # FPDF_PAGEOBJ_IMAGE


class Sheet(Struct):
    """One page."""

    text: str
    words: int
    share: float  # of the page that its links to addresses cover
    picture: float  # of the page that its pictures cover
    urls: list[str]


def read_pages(data: bytes, word: str, meter: Meter) -> Iterator[Said]:
    """The text of the first pages, the codes on them, and whether the file is a lure. Raises `Broken`."""
    import pypdfium2  # noqa: PLC0415  native, 40 ms to import

    try:
        document = pypdfium2.PdfDocument(data, password=word or None)
    except pypdfium2.PdfiumError as error:
        raise Broken(f"pdfium: {error}"[:150]) from None
    sheets: list[Sheet] = []
    room = TEXT_CHARS
    try:
        count = len(document)
        for index in range(min(count, PAGES)):
            if meter.left_s < NEEDS_S:
                meter.cut("time", "pages of a PDF")
                break
            page = document[index]
            sheet = _sheet(page, room)
            room -= len(sheet.text)
            sheets.append(sheet)
            yield from _codes(page, sheet)
            page.close()
        yield from _told(sheets, count)
    except pypdfium2.PdfiumError as error:
        raise Broken(f"pdfium: {error}"[:150]) from None
    finally:
        document.close()


def _told(sheets: list[Sheet], count: int) -> Iterator[Said]:
    """The text and the addresses in it; whether the pages are there for one link."""
    text = "\n".join(sheet.text for sheet in sheets).strip()
    if text:
        yield Reading(text, "pdf")
        for url in dict.fromkeys(match[0] for match in _ADDRESS.finditer(text)):
            yield Lead(url.rstrip(".,;:)]"), "pdf")
    if not sheets or count > 2:
        return
    first = sheets[0]
    hosts = {url.split("/")[2].lower() for sheet in sheets for url in sheet.urls if url.count("/") > 1}
    if len(hosts) != 1:
        return
    if first.words <= LURE_WORDS and first.picture >= LURE_SHARE and first.share >= LURE_SHARE:
        yield Finding(
            symbols.LURE, f"{first.words} words, a link over {first.share:.0%} of the page: {first.urls[0]}"[:200]
        )
    elif first.words <= BECKON_WORDS and first.urls and (beckons := _BECKONS.search(first.text[:3_000])):
        yield Finding(symbols.BECKONS, f"{beckons[0]}: {first.urls[0]}"[:200])


def _sheet(page: PdfPage, room: int) -> Sheet:
    """The text and the shares of one page."""
    words = page.get_textpage()
    text = words.get_text_range(0, min(words.count_chars(), max(0, room))) if words.count_chars() > 0 else ""
    words.close()
    width, height = page.get_size()
    area = max(1.0, width * height)
    covered, urls = _links(page)
    shown = 0.0
    for index, part in enumerate(page.get_objects(filter=(_PICTURE,), max_depth=3)):
        if index >= OBJECTS:
            break
        left, bottom, right, top = part.get_bounds()
        if min(right - left, top - bottom) >= PICTURE_PT:
            shown += (right - left) * (top - bottom)
    return Sheet(text.replace("\0", ""), len(text.split()), min(1.0, covered / area), min(1.0, shown / area), urls)


def _links(page: PdfPage) -> tuple[float, list[str]]:
    """How many square points the links to addresses cover, and the addresses."""
    import ctypes  # noqa: PLC0415

    import pypdfium2.raw as pdfium  # noqa: PLC0415

    covered, urls = 0.0, []
    place, link, rect = ctypes.c_int(0), pdfium.FPDF_LINK(), pdfium.FS_RECTF()
    for _ in range(LINKS):
        if not pdfium.FPDFLink_Enumerate(page.raw, place, link):
            break
        action = pdfium.FPDFLink_GetAction(link)
        if not action or pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
            continue
        if pdfium.FPDFLink_GetAnnotRect(link, rect):
            covered += abs(rect.right - rect.left) * abs(rect.top - rect.bottom)
        buffer = ctypes.create_string_buffer(_URI_CHARS)
        document = page.pdf.raw if page.pdf is not None else None
        size = pdfium.FPDFAction_GetURIPath(document, action, buffer, _URI_CHARS)
        if 0 < size <= _URI_CHARS:
            urls.append(buffer.value.decode("utf-8", "replace"))
    return covered, urls


def _codes(page: PdfPage, sheet: Sheet) -> Iterator[Said]:
    """The codes on a page, where it has a picture or little text."""
    if sheet.words > WORDS and not sheet.picture:
        return
    for index, _ in enumerate(page.get_objects(max_depth=2)):
        if index >= OBJECTS:
            return
    width, height = page.get_size()
    scale = min(SIDE / max(width, height, 1.0), 2.0)
    if min(width, height) * scale < 8:
        return
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    pixels = bitmap.to_numpy()
    yield from told(read_codes(pixels.reshape(pixels.shape[0], pixels.shape[1])))
    bitmap.close()
