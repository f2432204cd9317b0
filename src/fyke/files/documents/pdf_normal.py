"""A PDF as qpdf sees it: how many pages, what opens it, and the same file written anew in plain order.

pikepdf is native code: this runs in a worker that may fall.
"""

from __future__ import annotations

import io
import time
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from fyke.files.base import Broken

if TYPE_CHECKING:
    from pikepdf import Pdf

WORDS = 30  # that are tried: each costs milliseconds by design of the newer encryption
NORMAL_BYTES = 64 << 20  # of the file written anew
LOOK_WRITES = 4_096  # between two looks at the clock: qpdf writes word by word, some millions a second
FLATE_BYTES = 48 << 20  # of one stream that qpdf inflates: as `pdf_body.PACKED_BYTES`
_CATALOG_SIGNS = ("OpenAction", "AA", "Collection")
_NAME_TREES = {"JavaScript": "JavaScript", "EmbeddedFiles": "EF"}  # and the sign that stands in what they hold


class Seen(Struct):
    """What qpdf made of a file."""

    pages: int = 0
    is_locked: bool = False  # encrypted, and no word opened it
    is_encrypted: bool = False
    word: str = ""  # that opened it; empty where none is needed
    signs: frozenset[str] = frozenset()  # what the catalog says the file does
    normal: bytes = b""  # the file written anew, where that was asked for
    refused: str = ""  # why qpdf does not read it


class _Full(Exception):  # noqa: N818
    """The copy is larger than is kept, or takes too long."""


class _Copy(io.BytesIO):
    """A file in memory that takes so much, for so long, and no more."""

    def __init__(self, left_s: float) -> None:
        super().__init__()
        self._until = time.process_time() + left_s
        self._writes = 0

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        """Write, or say that it is full."""
        self._writes += 1
        if self.tell() + len(data) > NORMAL_BYTES or (
            self._writes % LOOK_WRITES == 0 and time.process_time() > self._until
        ):
            raise _Full
        return super().write(data)


@cache  # qpdf's limits are those of the process: they are set once
def _limit() -> None:
    import pikepdf  # noqa: PLC0415  native, and rare in mail

    pikepdf.settings.set_qpdf_limits(
        parser_max_nesting=100,
        doc_max_warnings=200,
        max_stream_filters=8,
        flate_max_memory=FLATE_BYTES,
        png_max_memory=FLATE_BYTES,
        tiff_max_memory=FLATE_BYTES,
        run_length_max_memory=FLATE_BYTES,
    )


def seen_by_qpdf(data: bytes, words: tuple[str, ...]) -> Seen:
    """Open the file, with each word in turn where it is encrypted."""
    return _with(data, words, left_s=0.0, decode=False)


def rewritten(data: bytes, word: str, left_s: float, *, decode: bool) -> bytes:
    """The file written anew: decrypted, no object streams; `decode` takes the packing off all streams too.

    Raises `Broken` where qpdf cannot, or not in `left_s` seconds.
    """
    seen = _with(data, (word,), left_s=left_s, decode=decode)
    if seen.refused or not seen.normal:
        raise Broken(seen.refused or "a PDF cannot be opened")
    return seen.normal


def _with(data: bytes, words: tuple[str, ...], *, left_s: float, decode: bool) -> Seen:
    import pikepdf  # noqa: PLC0415

    _limit()
    for word in ("", *words[:WORDS]):
        try:
            pdf = pikepdf.open(io.BytesIO(data), password=word)
        except pikepdf.PasswordError:
            continue
        except Exception as error:  # qpdf's words for what is wrong; a limit of its own; rubbish in the trailer
            return Seen(refused=f"qpdf: {error}"[:150])
        with pdf:
            return _seen(pdf, word, left_s=left_s, decode=decode)
    return Seen(is_locked=True, is_encrypted=True)


def _seen(pdf: Pdf, word: str, *, left_s: float, decode: bool) -> Seen:
    from pikepdf import ObjectStreamMode, StreamDecodeLevel  # noqa: PLC0415

    found = Seen(is_encrypted=pdf.is_encrypted, word=word)
    try:
        found.pages = len(pdf.pages)
        root = pdf.Root
        signs = {sign for sign in _CATALOG_SIGNS if f"/{sign}" in root}
        names = root.get("/Names")
        if names is not None:
            signs |= {sign for tree, sign in _NAME_TREES.items() if f"/{tree}" in names}
        found.signs = frozenset(signs)
        if left_s:
            copy = _Copy(left_s)
            level = StreamDecodeLevel.generalized if decode else StreamDecodeLevel.none
            pdf.save(
                copy,
                encryption=False,
                object_stream_mode=ObjectStreamMode.disable,
                stream_decode_level=level,
                compress_streams=False,
                static_id=True,
            )
            found.normal = copy.getvalue()
    except Exception as error:  # a page tree in a circle, a catalog that is none, a copy that grows too large
        found.refused = f"qpdf: {type(error).__name__} {error}"[:150]
    return found
