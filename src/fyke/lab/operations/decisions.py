"""A person's word on conclusions: which sites belong together or apart, what is confirmed, and what it is called.

Words are about sites, so they hold through every rebuild. A later word on the same sites outranks an earlier one.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from fyke.model.gang import Decision

VERBS = ("join", "part", "confirm", "reject", "name")


class Word(Struct, frozen=True):
    """What holds now."""

    together: tuple[tuple[frozenset[str], frozenset[str]], ...]
    apart: tuple[tuple[frozenset[str], frozenset[str]], ...]
    confirmed: tuple[frozenset[str], ...]
    rejected: tuple[frozenset[str], ...]  # operations that are none: their networks stand alone
    names: tuple[tuple[frozenset[str], str], ...]


def standing(decisions: Sequence[Decision]) -> Word:
    """What holds after all that was said, in that order."""
    pairs: dict[frozenset[frozenset[str]], str] = {}
    verdicts: dict[frozenset[str], str] = {}
    names: dict[frozenset[str], str] = {}
    for decision in decisions:
        left, right = frozenset(decision.left), frozenset(decision.right)
        if decision.verb in ("join", "part"):
            key = frozenset((left, right))
            pairs.pop(key, None)
            pairs[key] = decision.verb
        elif decision.verb in ("confirm", "reject"):
            verdicts[left] = decision.verb
        elif decision.verb == "name":
            names[left] = decision.text
    return Word(
        together=tuple(_two(key) for key, verb in pairs.items() if verb == "join"),
        apart=tuple(_two(key) for key, verb in pairs.items() if verb == "part"),
        confirmed=tuple(sites for sites, verb in verdicts.items() if verb == "confirm"),
        rejected=tuple(sites for sites, verb in verdicts.items() if verb == "reject"),
        names=tuple((sites, name) for sites, name in names.items() if name),
    )


def barred(word: Word, most: int = 200_000) -> list[tuple[str, str]]:
    """Pairs of sites that never come into one network; so many at most, which is told by `ValueError`."""
    if sum(len(one) * len(other) for one, other in word.apart) > most:
        raise ValueError(f"more than {most:,} pairs of sites are to be kept apart")
    return [(a, b) for one, other in word.apart for a in sorted(one) for b in sorted(other) if a != b]


def meant(said: frozenset[str], sites: frozenset[str]) -> bool:
    """Whether a word about these sites is about that group: most of what it named is in it."""
    return 2 * len(said & sites) > len(said)


def _two(key: frozenset[frozenset[str]]) -> tuple[frozenset[str], frozenset[str]]:
    one, *other = sorted(key, key=sorted)
    return one, other[0] if other else one
