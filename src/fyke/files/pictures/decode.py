"""A picture's bytes as grey pixels, small enough to look at. Pillow is native code: it runs in a worker that may fall.

Sizes are asked before anything is decoded; a JPEG is decoded small from the start.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fyke.files.base import Broken
from fyke.files.budget import Meter

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "ICO")  # Pillow's; its others are rare and less tried
PIXELS = 24_000_000  # of a picture that is decoded whole, at 4 bytes: 96 of a worker's 256 MiB
JPEG_PIXELS = 200_000_000  # of one that is decoded small: cameras of phones have that many
SIDE = 1_200  # of the pixels given: a code read of a screen or of paper needs some hundreds
FRAMES = 4  # of a moving picture, or of a fax: a code stands in all, or on a page of its own
LEAST = 21  # pixels of a side: the smallest code has 21 modules


def frames(data: bytes, meter: Meter) -> Iterator[Image]:
    """The first frames, grey, no side longer than `SIDE`. Raises `Broken` for what is no picture."""
    from PIL import Image  # noqa: PLC0415  60 ms to import

    with warnings.catch_warnings():  # Pillow warns of bombs; they are measured here
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                width, height = picture.size
                if width * height > (JPEG_PIXELS if picture.format == "JPEG" else PIXELS):
                    meter.cut("size", f"a picture of {width:,} by {height:,} pixels")
                    return
                if min(width, height) < LEAST:
                    return
                if picture.format == "JPEG":
                    picture.draft("L", (SIDE, SIDE))
                count = int(getattr(picture, "n_frames", 1))
                for index in range(min(count, FRAMES)):
                    if index and meter.is_over_time:
                        meter.cut("time", "frames of a picture")
                        return
                    if index:
                        picture.seek(index)
                    yield _grey(picture)
        except Image.DecompressionBombError:
            meter.cut("size", "a picture of more pixels than Pillow opens")
        except Exception as error:  # whatever broken pictures do to their decoders
            raise Broken(f"a picture that Pillow does not read: {type(error).__name__} {error}"[:150]) from None


def _grey(picture: Image) -> Image:
    """Grey, what is transparent on white, and not too large."""
    from PIL import Image  # noqa: PLC0415

    width, height = picture.size
    if max(width, height) > SIDE and picture.mode in {"1", "P", "PA"}:
        picture = picture.convert("RGBA" if "transparency" in picture.info or picture.mode == "PA" else "RGB")
    if max(width, height) > SIDE:
        scale = SIDE / max(width, height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        picture = picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        ground = Image.new("RGBA", clear.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(ground, clear)
    elif picture.mode.startswith(("I", "F")):  # 16 or 32 bits a pixel
        return picture.point(lambda value: value / 256).convert("L") if picture.mode != "F" else picture.convert("L")
    return picture.convert("L")
