"""What a picture says to one who looks at it, or holds a phone to it: codes, likeness, and text where wanted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from fyke.files.base import Content, Item, Unpacker
from fyke.files.budget import Meter
from fyke.files.pictures.decode import frames
from fyke.files.pictures.likeness import observed
from fyke.files.pictures.ocr import Ocr
from fyke.files.pictures.qr import LINK, read_codes, told
from fyke.model import Reading


class Eye(Unpacker):
    """What does a picture say?"""

    name = "picture"
    kinds = frozenset({"png", "jpeg", "gif", "bmp", "tiff", "webp", "ico"})
    symbols = (LINK,)

    def __init__(self, ocr: Ocr | None = None) -> None:
        self._ocr = ocr

    def warm(self) -> None:
        """Load the readers of all formats, and the model of texts where that is wanted."""
        from PIL import Image  # noqa: PLC0415

        Image.init()
        if self._ocr is not None:
            self._ocr.warm()

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Look at the first frames for codes, at the first for the rest. Raises `Broken`."""
        if meter.is_over_time:
            meter.cut("time", "a picture")
            return
        known: set[str] = set()
        for index, frame in enumerate(islice(frames(file.data, meter), 4)):
            texts = [text for text in read_codes(frame) if text not in known]
            known.update(texts)
            yield from told(texts)
            if index == 0:
                if (likeness := observed(frame)) is not None:
                    yield likeness
                if self._ocr is not None and (text := self._ocr.read(frame, meter)):
                    yield Reading(text, "ocr")
