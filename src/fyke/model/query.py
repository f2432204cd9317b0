"""Questions that detectors ask of the world outside the message. What nobody answered is `UNKNOWN`, never "no"."""

from __future__ import annotations

from enum import Enum
from typing import Generic, TypeVar

from msgspec import Struct

A = TypeVar("A")


class Unknown(Enum):
    """The one value of an answer that did not come: offline, timed out, or over a limit."""

    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        return False


UNKNOWN = Unknown.UNKNOWN


class Query(Struct, Generic[A], frozen=True):
    """A question whose answer is an `A`. Equal questions are asked once per mail."""
