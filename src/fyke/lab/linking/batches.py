"""Times as marks: names registered, or certificates issued, by one house within minutes of each other.

Of a house that does a thousand a day, some always fall together. So a batch carries how many of it are to be expected
by coincidence, from the pace of that house.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

GAP_S = 900.0  # between two of one batch: scripts take seconds each, people with many tabs minutes
LEAST_SPAN_S = 7 * 86_400.0  # a house seen for less is taken to have worked so long
MOST_S = 6 * 3_600.0  # a batch ends after so long: a busy house would else be one batch

Batch = tuple[str, str, list[str], float]  # kind of mark, value, sites, how many come together by chance


def batches(by_kind: Mapping[str, Sequence[tuple[str, str]]]) -> Iterable[Batch]:
    """Batches of registrations and of certificates, from facts by kind as (site, value)."""
    registrar = dict(by_kind.get("registrar", ()))
    registered = [
        (registrar.get(site, ""), at, site)
        for site, at in _timed(by_kind.get("registered_at", ()))
        if site in registrar
    ]
    yield from _batches("registered", registered)
    issued = []
    for site, value in by_kind.get("certificate_issued", ()):
        house, bar, text = value.rpartition("|")
        if bar and (at := _seconds(text)) is not None:
            issued.append((house, at, site))
    yield from _batches("issued", issued)


def _batches(kind: str, events: Iterable[tuple[str, float, str]]) -> Iterable[Batch]:
    houses: dict[str, list[tuple[float, str]]] = {}
    for house, at, site in events:
        houses.setdefault(house, []).append((at, site))
    for house, held in sorted(houses.items()):
        held.sort()
        span_s = max(held[-1][0] - held[0][0], LEAST_SPAN_S)
        for group in _grouped(held):
            sites = sorted({site for _, site in group})
            if len(sites) < 2:
                continue
            width_s = group[-1][0] - group[0][0] + 2 * GAP_S
            chance = (len(held) - len(sites)) * width_s / span_s
            begin = datetime.fromtimestamp(group[0][0], UTC)
            yield kind, f"{house} {_text(begin)}", sites, chance


def _grouped(held: Sequence[tuple[float, str]]) -> Iterable[list[tuple[float, str]]]:
    group: list[tuple[float, str]] = []
    for at, site in held:
        if group and (at - group[-1][0] > GAP_S or at - group[0][0] > MOST_S):
            yield group
            group = []
        group.append((at, site))
    if group:
        yield group


def _timed(facts: Iterable[tuple[str, str]]) -> Iterable[tuple[str, float]]:
    for site, text in facts:
        if (at := _seconds(text)) is not None:
            yield site, at


def _seconds(text: str) -> float | None:
    """The moment; none for a day without a time, which says nothing of minutes."""
    if "T" not in text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo is not None else None


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
