"""A number of 64 bits that stays near the same when a picture is scaled, packed anew or recoloured a little.

The difference hash: the picture in nine by eight fields, each bit says whether a field is brighter than its right one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fyke.model import Observable

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 48  # pixels of the shorter side: icons look all alike
LEAST_BITS = 6  # of either sort: a blank page or a plain ramp says nothing


def difference_hash(picture: Image) -> int:
    """The hash of grey pixels."""
    import numpy as np  # noqa: PLC0415  workers start without it
    from PIL import Image  # noqa: PLC0415

    fields = np.asarray(picture.resize((9, 8), Image.Resampling.BOX), dtype=np.int16)
    bits = (fields[:, :-1] > fields[:, 1:]).flatten()
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def distance(one: int, other: int) -> int:
    """How many bits differ: up to 10 of 64 it is likely the same picture."""
    return (one ^ other).bit_count()


def observed(picture: Image) -> Observable | None:
    """The hash as a thing seen, where the picture has anything to tell it by."""
    if min(picture.size) < SIDE:
        return None
    value = difference_hash(picture)
    if not LEAST_BITS <= value.bit_count() <= 64 - LEAST_BITS:
        return None
    return Observable("picture_hash", f"{value:016x}", "attachment")
