"""All mails to campaigns: found anew each time, in whatever order they came, under the ids that they had."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
import numpy as np
from msgspec import Struct

from fyke.lab.campaigns.accounts import accounts
from fyke.lab.campaigns.clusters import Bands, Labels, clusters, here
from fyke.lab.campaigns.joining import brought_together
from fyke.lab.campaigns.members import Rows, Spool
from fyke.lab.campaigns.parting import coherent, parted
from fyke.lab.names import named
from fyke.model.campaign import Campaign
from fyke.model.gang import Alias

LEAST = 2  # mails of a campaign: one alone is none


class Found(Struct, frozen=True):
    """What a pass found."""

    campaigns: tuple[Campaign, ...]  # the largest first
    of: dict[str, str]  # the campaign of each mail, by its id; a mail of its own is not in it
    aliases: tuple[Alias, ...]  # what became of ids since the pass before


def partition(rows: Rows, bands: Bands = here) -> Labels:
    """Of each row the number of its campaign: its first row. Rows are sorted by id, without two of the same."""
    if not len(rows):
        return np.empty(0, np.int64)
    return brought_together(rows, coherent(rows, parted(rows, clusters(rows, bands)), bands))


def conclude(
    spool: Spool,
    before: Mapping[str, str],
    at: datetime,
    earlier: Sequence[Alias] = (),
    *,
    least: int = LEAST,
    bands: Bands = here,
) -> Found:
    """The campaigns of all mails of a spool. `before`: the campaign of each mail, as the pass before found it."""
    rows = spool.rows()
    ids, first = np.unique(rows["id"], return_index=True)  # a mail that came twice is one
    ordered = rows[first]
    labels = partition(ordered, bands)
    counts = np.bincount(labels, minlength=len(labels)) if len(labels) else labels
    members = [each.ljust(16, b"\0").hex() for each in ids.tolist()]
    groups: dict[int, list[str]] = defaultdict(list)
    for member, label in zip(members, labels.tolist(), strict=True):
        if counts[label] >= least:
            groups[label].append(member)
    names, aliases = named("c-", [frozenset(each) for each in groups.values()], _grouped(before), at)
    of = {member: name for name, group in zip(names, groups.values(), strict=True) for member in group}
    told = _told(spool, of, [*earlier, *aliases])
    return Found(tuple(sorted(told, key=lambda each: (-each.mails, each.id))), of, tuple(aliases))


def _grouped(before: Mapping[str, str]) -> dict[str, frozenset[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for member, name in before.items():
        found[name].append(member)
    return {name: frozenset(each) for name, each in found.items()}


def _told(spool: Spool, of: Mapping[str, str], aliases: Sequence[Alias]) -> list[Campaign]:
    seen: set[str] = set()
    labels = []
    for member in spool.members():
        labels.append("" if member.id in seen else of.get(member.id, ""))
        seen.add(member.id)
    known_as: dict[str, dict[str, None]] = defaultdict(dict)
    for alias in aliases:
        known_as[alias.new][alias.old] = None
    return [
        msgspec.structs.replace(account.told(name), aliases=tuple(known_as.get(name, {})))
        for name, account in accounts(spool.members(), labels).items()
    ]
