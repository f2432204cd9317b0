"""Names that stay: a group keeps its id while most of it does, and an id that goes says where to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import count

from fyke.model.gang import Alias

Groups = Sequence[frozenset[str]]


def born(prefix: str, members: Iterable[str]) -> str:
    """The id of a new group: the prefix and ten hex digits of its smallest member's digest."""
    return prefix + sha256(min(members).encode("utf-8", "surrogatepass")).hexdigest()[:10]


def named(
    prefix: str, groups: Groups, before: Mapping[str, frozenset[str]], at: datetime
) -> tuple[list[str], list[Alias]]:
    """Ids of the groups, in their order, and what became of the ids before.

    An id goes to the group that has most of its members, and a group takes the id of which it has most; of two with as
    many, the smaller. The result is the same in whatever order groups come.
    """
    holder = {member: at for at, group in enumerate(groups) for member in group}
    overlaps: list[tuple[int, str, int]] = []
    for old, members in before.items():
        shared: dict[int, int] = {}
        for member in members:
            if (group := holder.get(member)) is not None:
                shared[group] = shared.get(group, 0) + 1
        overlaps += [(-many, old, group) for group, many in shared.items()]
    overlaps.sort(key=lambda each: (each[0], each[1], min(groups[each[2]])))
    ids: dict[int, str] = {}
    heirs: dict[str, int] = {}
    best: dict[str, int] = {}
    for _, old, group in overlaps:
        best.setdefault(old, group)
        if old not in heirs and group not in ids:
            ids[group], heirs[old] = old, group
    taken = set(before) | set(ids.values())
    for group in sorted(set(range(len(groups))) - ids.keys(), key=lambda number: min(groups[number])):
        ids[group] = _free(prefix, groups[group], taken)
        taken.add(ids[group])
    aliases = [_gone(old, ids, best, at) for old in sorted(before) if old not in heirs]
    for old, group in sorted(heirs.items()):
        others = {ids[holder[member]] for member in before[old] if member in holder} - {ids[group]}
        aliases += [Alias(old, other, "split off", at) for other in sorted(others)]
    return [ids[number] for number in range(len(groups))], aliases


def _free(prefix: str, members: frozenset[str], taken: set[str]) -> str:
    """A new id: that of the smallest member whose id nobody has."""
    for member in sorted(members):
        if (name := born(prefix, (member,))) not in taken:
            return name
    # All of them named a group once that lives on: such as one site that was split off the network that it named.
    again = (born(prefix, (f"{min(members)} {number}",)) for number in count(2))
    return next(name for name in again if name not in taken)


def _gone(old: str, ids: Mapping[int, str], best: Mapping[str, int], at: datetime) -> Alias:
    if old in best:
        return Alias(old, ids[best[old]], "merged", at)
    return Alias(old, "", "dissolved", at)
