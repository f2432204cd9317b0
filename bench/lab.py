"""How well sites are linked, in worlds with known truth: by seed, worst and mean, with what each family is worth.

    python -m bench.lab                              ten small worlds
    python -m bench.lab --size medium --seeds 3      three larger ones
    python -m bench.lab --known 10                   where one honest site in ten is known to be honest

Facts of sites only, and one campaign a network: how mail finds its campaign is measured by `bench.campaigns`.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from fyke.drill.knobs import SIZES
from fyke.drill.world import World, made
from fyke.drill.write import write
from fyke.lab.linking.link import Linked, link
from fyke.lab.linking.marks import FAMILIES, Row, gathered
from fyke.lab.linking.told import sites_of
from fyke.lab.operations.join import grouped, joints
from fyke.lab.sites import world as worlds
from fyke.model.fact import FAMILY

BINS = 10
POISONED = 0.05  # share of a gang's sites that bear another's ids
STRAY = 2  # sites of a gang in another's operation that are no merge yet
PLANTED = ("analytics", "phone", "merchant", "po_box", "email")


class Case(Struct, frozen=True):
    """A world as rows of facts, and its truth."""

    rows: tuple[Row, ...]
    honest: tuple[str, ...]
    network: Mapping[str, str]  # by site; its own name where nobody's
    operation: Mapping[str, str]
    gangs: tuple[str, ...]  # sites of gangs
    born: Mapping[str, float]
    traps: tuple[tuple[str, str, str], ...]


class Score(Struct, frozen=True):
    """Shares from 0 to 1."""

    networks: tuple[float, float]  # B-cubed precision and recall over the gangs' sites
    operations: tuple[float, float]
    accused: int  # honest sites in a network of others
    traps: Mapping[str, tuple[int, int]]  # by trap: pairs joined, of all


def case(seed: int, size: str) -> Case:
    """The world of that seed."""
    world: World = made(replace(SIZES[size], seed=seed, mails=0, honest_mails=0))
    with tempfile.TemporaryDirectory() as folder:
        write(world, Path(folder) / "world")
        reads = worlds.read(Path(folder) / "world", lambda _digest: False)
        facts = [fact for read in reads for fact in read.facts]
    rows = [(f.about[5:], f.kind, f.value, f.seen_from.timestamp(), f.seen_to.timestamp()) for f in facts]
    rows += [
        (site.name, "campaign", f"{site.network}-t0", site.born.timestamp(), site.dies.timestamp())
        for site in world.sites
        if site.role == "shop"
    ]
    return Case(
        rows=tuple(rows),
        honest=tuple(site.name for site in world.honest),
        network={site.name: site.network or site.name for site in world.sites},
        operation={site.name: site.operation or site.name for site in world.sites},
        gangs=tuple(site.name for site in world.sites if site.network),
        born={site.name: site.born.timestamp() for site in world.sites},
        traps=tuple(world.pairs),
    )


def linked(found: Case, rows: Iterable[Row], known: int = 100) -> Linked:
    """Networks from these rows, where so many of a hundred honest sites are known."""
    honest = [site for at, site in enumerate(found.honest) if at % 100 < known]
    return link(gathered(rows), honest)


def labels_of(result: Linked) -> tuple[dict[str, int], dict[str, int]]:
    """By site its network, and its operation."""
    networks = dict(zip(result.marks.sites, result.labels.tolist(), strict=True))
    root = grouped(
        [label for label, _ in sites_of(result.labels, result.marks.sites)], joints(result, result.labels).joints
    )
    return networks, {site: root.get(label, label) for site, label in networks.items()}


def score(found: Case, networks: Mapping[str, int], operations: Mapping[str, int]) -> Score:
    """Hold what was found against the truth."""
    sizes = Counter(networks.values())
    traps: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for trap, one, other in found.traps:
        traps[trap][1] += 1
        traps[trap][0] += one in networks and networks.get(one) == networks.get(other)
    return Score(
        b_cubed(networks, found.network, found.gangs),
        b_cubed(operations, found.operation, found.gangs),
        sum(sizes[networks[site]] > 1 for site in found.honest if site in networks),
        {trap: (bad, count) for trap, (bad, count) in sorted(traps.items())},
    )


def b_cubed(labels: Mapping[str, int], truth: Mapping[str, str], items: Sequence[str]) -> tuple[float, float]:
    """Precision and recall, mean over the items that are labelled."""
    by_label: dict[int, set[str]] = defaultdict(set)
    by_truth: dict[str, set[str]] = defaultdict(set)
    for site, label in labels.items():
        by_label[label].add(site)
        by_truth[truth.get(site, site)].add(site)
    shared = [(by_label[labels[site]], by_truth[truth[site]]) for site in items if site in labels]
    precision = float(np.mean([len(one & other) / len(one) for one, other in shared]))
    return precision, float(np.mean([len(one & other) / len(other) for one, other in shared]))


def calibration(found: Case, result: Linked) -> float:
    """Expected difference between how sure a pair of sites is and how often such pairs are one operation's."""
    sure = 1 / (1 + np.exp2(-result.pairs.bits.astype(np.float64)))
    sites = result.marks.sites
    same = np.array(
        [
            found.operation.get(sites[one], sites[one]) == found.operation.get(sites[other], sites[other])
            for one, other in zip(result.pairs.left.tolist(), result.pairs.right.tolist(), strict=True)
        ]
    )
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    return float(
        sum(abs(sure[bins == at].mean() - same[bins == at].mean()) * (bins == at).mean() for at in set(bins.tolist()))
    )


def held_out(found: Case) -> tuple[float, float]:
    """Of sites born in the last quarter: the share in a network of older sites, and how often that is their own."""
    until = float(np.quantile([found.born[site] for site in found.gangs], 0.75))
    networks, _ = labels_of(linked(found, found.rows))
    older: dict[int, set[str]] = defaultdict(set)
    for site in found.gangs:
        if site in networks and found.born[site] <= until:
            older[networks[site]].add(found.network[site])
    new = [site for site in found.gangs if site in networks and found.born[site] > until]
    claimed = [site for site in new if older[networks[site]]]
    right = [site for site in claimed if older[networks[site]] == {found.network[site]}]
    return len(claimed) / max(len(new), 1), len(right) / max(len(claimed), 1)


def joined(found: Case, operations: Mapping[str, int]) -> int:
    """Pairs of gangs of which one operation holds several sites each: one that strayed is no gang that moved."""
    count: dict[int, Counter[str]] = defaultdict(Counter)
    for site in found.gangs:
        if site in operations:
            count[operations[site]][found.operation[site]] += 1
    held = (sum(sites > STRAY for sites in gangs.values()) for gangs in count.values())
    return sum(gangs * (gangs - 1) // 2 for gangs in held)


def poisoned(found: Case, seed: int) -> list[Row]:
    """The rows, and on some sites of each gang the ids of another."""
    dice = random.Random(seed)
    rows = list(found.rows)
    ids: dict[str, list[Row]] = defaultdict(list)
    sites: dict[str, list[str]] = defaultdict(list)
    for site in found.gangs:
        sites[found.operation[site]].append(site)
    for row in rows:
        if row[1] in PLANTED and row[0] in found.operation and found.operation[row[0]] in sites:
            ids[found.operation[row[0]]].append(row)
    gangs = sorted(ids)
    for gang in gangs:
        victim = dice.choice([other for other in gangs if other != gang])
        for site in dice.sample(sites[gang], max(1, round(POISONED * len(sites[gang])))):
            rows += [(site, *row[1:]) for row in dice.sample(ids[victim], min(4, len(ids[victim])))]
    return rows


def one(seed: int, size: str, known: int) -> tuple[Case, Score, float, float]:
    """A world's score, its calibration error and the seconds that linking took."""
    found = case(seed, size)
    started = time.process_time()
    result = linked(found, found.rows, known)
    networks, operations = labels_of(result)
    took_s = time.process_time() - started
    said = score(found, networks, operations)
    error = calibration(found, result)
    print(
        f"seed {seed:>3}  {len(networks):>5} sites  networks P {said.networks[0]:.3f} R {said.networks[1]:.3f}"
        f"  operations P {said.operations[0]:.3f} R {said.operations[1]:.3f}  honest accused {said.accused}"
        f"  calibration {error:.3f}  {took_s:.1f} s CPU",
        flush=True,
    )
    return found, said, error, took_s


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--seeds", type=int, default=10, help="worlds")
    parser.add_argument("--first", type=int, default=101, help="the first seed")
    parser.add_argument("--known", type=int, default=100, help="honest sites of a hundred that are known")
    args = parser.parse_args()
    found = [one(seed, args.size, args.known) for seed in range(args.first, args.first + args.seeds)]
    table = np.array([[*said.networks, *said.operations, error] for _, said, error, _ in found])
    names = ("networks P", "networks R", "operations P", "operations R", "calibration error")
    for at, name in enumerate(names):
        worst = table[:, at].max() if at == len(names) - 1 else table[:, at].min()
        print(f"{name:<20} mean {table[:, at].mean():.4f}  worst {worst:.4f}")
    traps: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for _, said, _, _ in found:
        for trap, (bad, count) in said.traps.items():
            traps[trap][0] += bad
            traps[trap][1] += count
    print("pairs of a trap joined: " + ", ".join(f"{trap} {bad}/{count}" for trap, (bad, count) in traps.items()))
    _invariants([each[0] for each in found], args.first)
    _ablation([each[0] for each in found[:3]])


def _invariants(cases: Sequence[Case], seed: int) -> None:
    claims = np.array([held_out(each) for each in cases])
    print(f"new sites claimed by a network of older ones: {claims[:, 0].mean():.3f}, rightly {claims[:, 1].mean():.3f}")
    changed = moved = 0
    strayed = list[float]()
    for each in cases:
        straight = labels_of(linked(each, each.rows))
        mixed = list(each.rows)
        random.Random(seed).shuffle(mixed)
        changed += labels_of(linked(each, mixed)) != straight
        _, operations = labels_of(linked(each, poisoned(each, seed)))
        strayed.append(1 - b_cubed(operations, each.operation, each.gangs)[0])
        moved += joined(each, operations) - joined(each, straight[1])
    print(f"worlds that another order of facts changes: {changed} of {len(cases)}")
    print(f"pairs of gangs that planted ids join: {moved}; precision lost: mean {np.mean(strayed):.4f}")


def _ablation(cases: Sequence[Case]) -> None:
    for family in FAMILIES:
        said = [
            score(each, *labels_of(linked(each, [row for row in each.rows if FAMILY.get(row[1]) != family])))
            for each in cases
        ]
        precision, recall = (np.mean([each.networks[at] for each in said]) for at in (0, 1))
        print(f"without {family:<13} networks P {precision:.3f} R {recall:.3f}")


if __name__ == "__main__":
    main()
