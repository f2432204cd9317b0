"""The parts of an operation, each in its role: shops, those who send the mail, and those who supply several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fyke.lab.linking.link import Linked
from fyke.model.gang import Part, Role

SUPPLIES = frozenset({"hosting", "dns", "content", "certificate"})  # families of what is rented or sold to several
SENDERS = 50  # campaigns listed for an operation
SUPPLIERS = 20
NAMES = {"ip": "host", "asn": "network", "ns": "name server", "mx": "mail server", "skeleton": "kit", "kit": "kit"}


def parts(linked: Linked, operation_of: Mapping[int, str], shops: Mapping[str, Sequence[str]]) -> dict[str, list[Part]]:
    """By operation: its networks, the campaigns that send people there, the suppliers it shares with others.

    `operation_of`: by site number; `shops`: by operation, the ids of its networks.
    """
    told: dict[str, list[Part]] = {
        operation: [Part(Role.SHOP, network) for network in networks] for operation, networks in shops.items()
    }
    campaigns: dict[str, dict[str, int]] = {}
    supplied: list[tuple[int, str, str, dict[str, int]]] = []
    for at, mark in enumerate(linked.marks.marks):
        holders: dict[str, int] = {}
        for site in mark.holders.tolist():
            if (operation := operation_of.get(site)) is not None:
                holders[operation] = holders.get(operation, 0) + 1
        if mark.kind == "campaign":
            for operation, count in holders.items():
                campaigns.setdefault(operation, {})[mark.value] = count
        elif mark.family in SUPPLIES and len(holders) > 1 and linked.seen.rented[at]:
            supplied.append((len(holders), mark.kind, mark.key, holders))
    for operation, counts in campaigns.items():
        best = sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:SENDERS]
        told[operation] += [Part(Role.SENDER, name, f"sends people to {count} sites") for name, count in best]
    _suppliers(told, supplied)
    return told


def _suppliers(told: dict[str, list[Part]], supplied: Sequence[tuple[int, str, str, dict[str, int]]]) -> None:
    listed: dict[str, int] = {}
    for count, kind, key, holders in sorted(supplied, key=lambda each: (-each[0], each[2])):
        for operation, sites in sorted(holders.items()):
            if listed.get(operation, 0) < SUPPLIERS:
                listed[operation] = listed.get(operation, 0) + 1
                what = NAMES.get(kind, kind)
                detail = f"{what} of {sites} sites, and of {count - 1} other operations"
                told[operation].append(Part(Role.SUPPLIER, key, detail))
