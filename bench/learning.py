"""How well the learner learns: on SpamAssassin's public corpus, beside peers that learn and other update rules.

The corpus is made by `python -m bench.manifest` (which says where it is to be had). The base model of the package has
seen this corpus, so it may not be used here: where a base stands in the table it was trained on the other packs alone.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Struct

from bench import corrections, manifest, packs, taught
from bench.runs import RUNS, Filter, Fyke, Other, Read, Rules, engine, measured, policy, read_all
from bench.updates import RULES, Rule
from fyke.learn import base as base_of
from fyke.learn.base import Base
from fyke.learn.measure import Quality
from train.base import EVERY, examples, train

PACK = "spamassassin"  # what the corpus is called among the packs
COST_MAILS, COST_ROUNDS = 400, 7


class Figure(Struct, frozen=True):
    """How well one filter did in one run."""

    filter: str
    run: str
    quality: Quality
    note: str = ""


class Cost(Struct, frozen=True):
    """CPU ms a message: the median over messages of the least of some rounds."""

    learn_ms: float
    weigh_ms: float


class Report(Struct, frozen=True):
    """All that was measured."""

    messages: int
    figures: list[Figure]
    rules: list[Figure]
    corrections: list[corrections.Effect]
    cost: Cost


class _At(Struct):
    """What the forked measure; set before they are."""

    mails: Sequence[Read]
    base: Base | None


_at: list[_At] = []


def forms() -> dict[str, Callable[[Path], Filter]]:
    """fyke in its forms, by name; each begins in a folder of its own."""
    base = _at[0].base
    found: dict[str, Callable[[Path], Filter]] = {
        "rules alone": lambda _: Rules(),
        "learned alone": lambda folder: Fyke(folder, with_rules=False),
        "rules + learned": Fyke,
    }
    if base is not None:
        found["rules + learned + base"] = lambda folder: Fyke(folder, base)
    return found


def others() -> dict[str, Callable[[Path], Filter]]:
    """The update rules that are compared, each with the rules of fyke; the first is the product's."""
    found: dict[str, Callable[[Path], Filter]] = {
        "the product": Fyke,
        "the product, never looks again": partial(Fyke, looks_again=False),
    }
    for rule in RULES:
        found[rule.name] = partial(_other, rule)
    return found


def _other(rule: type[Rule], _: Path) -> Filter:
    return Other(rule())


def _measure(task: tuple[str, str]) -> Figure:
    name, run = task
    with tempfile.TemporaryDirectory() as folder:
        fresh = (forms() | others())[name]
        return Figure(name, run, measured(run, lambda: fresh(Path(folder)), _at[0].mails))


def measure_all(names: Iterable[str], jobs: int) -> list[Figure]:
    """Each filter in each run."""
    tasks = [(name, run) for name in names for run in RUNS]
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        return pool.map(_measure, tasks, chunksize=1)


def base_without(mails: Sequence[Read], corpora: Path, jobs: int) -> Base | None:
    """A base model from the other packs, and from no message that is in the corpus too."""
    names = [name for name in EVERY if name != PACK]
    missing = [name for name in names if packs.unpack(corpora, name) is None]
    if missing:
        print(f"no base: no pack {', '.join(missing)} in {corpora}", file=sys.stderr)
        return None
    seen = {mail.digest for mail in mails}
    return base_of.unpack(train([each for each in examples(corpora, names, jobs) if each.digest not in seen]))


def cost(mails: Sequence[Read]) -> Cost:
    """What a label and a question cost, in the middle of a stream of labels."""
    some = random.Random(1).sample(list(mails), min(COST_MAILS, len(mails)))
    learned, weighed = [], []
    for _ in range(COST_ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            product = Fyke(Path(folder))
            model = product.learner
            learned.append([_timed(partial(product.learn, mail)) for mail in some])
            weighed.append([_timed(partial(model.weigh, mail.features, "ann@example.org")) for mail in some])
    return Cost(_typical(learned), _typical(weighed))


def _timed(work: Callable[[], object]) -> float:
    started = time.process_time_ns()
    work()
    return (time.process_time_ns() - started) / 1e6


def _typical(rounds: Sequence[Sequence[float]]) -> float:
    return float(statistics.median(min(times) for times in zip(*rounds, strict=True)))


def show(title: str, figures: Sequence[Figure]) -> None:
    """A line a filter: for each run (1-AUC)%, recall at both rates, and lam% at the line."""
    print(
        f"\n{title:32}" + "".join(f" | {run + ': (1-AUC)%':>15} {'R@.1%':>5} {'R@.5%':>5} {'lam%':>5}" for run in RUNS)
    )
    by_key = {(figure.filter, figure.run): figure for figure in figures}
    for name in dict.fromkeys(figure.filter for figure in figures):
        cells = [_cells(by_key.get((name, run))) for run in RUNS]
        notes = ", ".join(f"{run}: {each.note}" for run in RUNS if (each := by_key.get((name, run))) and each.note)
        print(f"{name:32}{''.join(cells)}{'  ' + notes if notes else ''}")


def _cells(figure: Figure | None) -> str:
    if figure is None:
        return f" | {'':15} {'':5} {'':5} {'':5}"
    found = figure.quality
    recalls = " ".join(f"{100 * (at.recall or 0):5.1f}" for at in found.at_rates)
    return f" | {found.one_minus_auc_pct or 0:15.4f} {recalls} {found.at_line.lam_pct or 0:5.2f}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("out/spamassassin"), help="folder with manifest.tsv")
    parser.add_argument("--corpora", type=Path, default=packs.default(), help="folder of the packs, for the base")
    parser.add_argument("--base", type=Path, help="a base trained without this corpus, instead of training one")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, help="only every Nth message, to try it")
    parser.add_argument("--peer", action="append", choices=list(taught.PEERS), default=[], help="also this one; again")
    parser.add_argument(
        "--peer-seconds", type=float, default=1200, help="for one peer in one run; then it stops asking"
    )
    parser.add_argument("--json", type=Path, help="write everything to this file")
    asked = parser.parse_args()
    if not (asked.corpus / "manifest.tsv").is_file():
        sys.exit(f"no corpus in {asked.corpus}: see python -m bench.manifest --help")
    mails = read_all(manifest.read(asked.corpus)[:: asked.every], asked.jobs)
    base = base_of.unpack(asked.base.read_bytes()) if asked.base else base_without(mails, asked.corpora, asked.jobs)
    _at[:] = [_At(mails, base)]
    report = Report(
        messages=len(mails),
        figures=measure_all(forms(), asked.jobs),
        rules=measure_all(others(), asked.jobs),
        corrections=corrections.effects(mails, base or base_of.empty()),
        cost=cost(mails),
    )
    print(f"{len(mails)} messages; policy's line {policy().rules.thresholds.unwanted:g} bits; {len(engine().detectors)}"
          " detectors; base: trained without this corpus (the package's has seen it)")  # fmt: skip
    show("filter", report.figures)
    for name in asked.peer:
        peers = list(_peer(name, mails, asked.peer_seconds))
        report.figures.extend(peers)
        show("peer", peers)
    show("update rule (with the rules)", report.rules)
    corrections.show(report.corrections)
    print(f"\nCPU: learning a label {report.cost.learn_ms:.3f} ms, weighing {report.cost.weigh_ms:.3f} ms a message")
    if asked.json:
        asked.json.write_bytes(msgspec.json.format(msgspec.json.encode(report)))


def _peer(name: str, mails: Sequence[Read], most_s: float) -> Iterable[Figure]:
    for run, found, note in taught.measure(name, [mail.row for mail in mails], most_s):
        yield Figure(name, run, found, note)


if __name__ == "__main__":
    main()
