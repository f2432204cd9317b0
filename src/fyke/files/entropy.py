"""How evenly the values of bytes are spread: text has 4 to 5 bits a byte, code 6, what is packed or encrypted 8."""

from __future__ import annotations

LOOKED_BYTES = 4 << 20  # the start says enough


def entropy(data: bytes) -> float:
    """Shannon's entropy of the bytes, in bits a byte."""
    import numpy as np  # noqa: PLC0415  not every file needs it

    if not data:
        return 0.0
    counts = np.bincount(np.frombuffer(data[:LOOKED_BYTES], dtype=np.uint8), minlength=256)
    shares = counts[counts > 0] / min(len(data), LOOKED_BYTES)
    return float(-(shares * np.log2(shares)).sum())
