"""The knobs of a world, and sizes that set them."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct


class Knobs(Struct, frozen=True):
    """How a world is made. The same knobs make the same bytes."""

    seed: int = 1
    gangs: int = 6
    sites: int = 24  # of a gang, on average
    mails: int = 2_000  # that gangs send
    honest_mails: int = 600
    honest_sites: int = 200
    churn: float = 0.15  # share of the words of a template that each mail changes
    paraphrase: float = 0.0  # share of the lines of a template that each mail says in other words
    shortened: float = 0.0  # share of mails, honest ones too, whose link goes through a shortener
    hacked: float = 0.0  # share of a cell's mails that lead to an honest site which was broken into
    weeks: int = 6
    shifts: int = 3  # times that a gang moves to new names
    begins: datetime = datetime(2026, 1, 5, tzinfo=UTC)
    case: bool = False  # the case of 2005 with invented names, instead of chance


SIZES = {
    "small": Knobs(),
    "medium": Knobs(gangs=20, sites=40, mails=20_000, honest_mails=5_000, honest_sites=1_000),
    "large": Knobs(gangs=60, sites=80, mails=200_000, honest_mails=50_000, honest_sites=3_000, weeks=12, shifts=4),
    "case": Knobs(
        gangs=2, sites=48, mails=45_000, honest_mails=3_000, honest_sites=400, weeks=3, shifts=3, churn=0.2, case=True
    ),
}
