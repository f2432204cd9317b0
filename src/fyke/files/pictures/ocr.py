"""Text in pictures, where it is wanted: costs a second of CPU a picture, and a package that is not installed by itself.

`pip install rapidocr onnxruntime`; then `Eye(ocr=Ocr())`. Without the package it says so when it is made.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fyke.files.budget import Meter

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 200  # pixels of the shorter side: less is an icon or a signature's logo
NEEDS_S = 2.0  # of the time that must be left: one picture takes 1.7 s


def _first() -> Any:
    """A picture with some strokes, so that all parts of the model are asked."""
    import numpy as np  # noqa: PLC0415
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415

    picture = Image.new("RGB", (400, 120), "white")
    ImageDraw.Draw(picture).text((20, 30), "Hello 123", fill="black", font=ImageFont.load_default(40))
    return np.asarray(picture)


class Ocr:
    """One model, loaded when it is first asked."""

    def __init__(self, threads: int = 1) -> None:
        """Raises ImportError where the package is not installed."""
        import rapidocr  # noqa: PLC0415

        self._make = rapidocr.RapidOCR
        self._threads = threads
        self._model: Any = None  # its type is the package's, which may not be there

    def warm(self) -> None:
        """Load the model, unless that is done: a closed process can open no file later."""
        if self._model is None:
            threads = {"EngineConfig.onnxruntime.intra_op_num_threads": self._threads}
            self._model = self._make(params={**threads, "Global.log_level": "error"})
            with suppress(Exception):  # a picture without text; what it needs is loaded by the first one
                self._model(_first())

    def read(self, picture: Image, meter: Meter) -> str:
        """The lines of text in a picture; nothing where it is small or the time is short."""
        if min(picture.size) < SIDE:
            return ""
        if meter.left_s < NEEDS_S:
            meter.cut("time", "text in a picture")
            return ""
        import numpy as np  # noqa: PLC0415

        self.warm()
        found = self._model(np.asarray(picture.convert("RGB")))
        return "\n".join(str(line) for line in (found.txts or ()))
