"""Two honest ways to measure something that learns: it is always asked about a message before it is told.

`online` is the protocol of the TREC spam track: mail in the order of its delivery, each message scored and then learned
at once. `cross` learns from all sources but one and is asked about that one: what is learned of a collection, and not
of spam, does not help there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from msgspec import Struct

Item = TypeVar("Item")
Item_contra = TypeVar("Item_contra", contravariant=True)


class Learns(Protocol[Item_contra]):
    """Something that scores items and learns from labels."""

    def score(self, item: Item_contra) -> float:
        """Log2 odds that the item is unwanted, in bits."""

    def learn(self, item: Item_contra, spam: bool) -> None:
        """Take a label."""


class Turn(Struct, frozen=True):
    """One message of a stream: where it stands in the caller's list, what it is, and where it is from."""

    at: int
    is_spam: bool
    source: str
    when: float | None  # seconds since 1970 at which it came; None where nobody knows


def in_order(turns: Sequence[Turn]) -> list[Turn]:
    """By time of delivery; the undated last, in the order in which they were given."""
    return sorted(turns, key=lambda each: (each.when is None, each.when or 0.0))


def online(turns: Sequence[Turn], item: Callable[[int], Item], learner: Learns[Item]) -> Iterator[tuple[Turn, float]]:
    """Each message with the bits that it had just before its label was told."""
    for each in in_order(turns):
        mail = item(each.at)
        bits = learner.score(mail)
        learner.learn(mail, each.is_spam)
        yield each, bits


def cross(
    turns: Sequence[Turn], item: Callable[[int], Item], fresh: Callable[[], Learns[Item]]
) -> Iterator[tuple[Turn, float]]:
    """Each message with the bits from a learner that was told of all other sources and never of this one."""
    ordered = in_order(turns)
    for source in sorted({each.source for each in turns}):
        learner = fresh()
        for each in ordered:
            if each.source != source:
                learner.learn(item(each.at), each.is_spam)
        for each in ordered:
            if each.source == source:
                yield each, learner.score(item(each.at))
