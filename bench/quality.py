"""What is flagged in each mail pack, and which facts did it: the shipped rules, untrained, on other people's mail.

Messages with even numbers were read for ideas and used to estimate bits; those with odd numbers only measure.
`--half odd` (the default) is therefore the honest figure.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from bench import packs
from fyke.engine import Engine
from fyke.house import build
from fyke.model import UNWANTED, Envelope

# A pack without Received, or of one list only, says nothing about headers that it does not have; it still counts.
SMOOTHING = 0.5


class Row(Struct, frozen=True):
    """One message judged."""

    pack: str
    kind: str
    path: str
    label: str
    bits: float
    probability: float
    categories: tuple[str, ...]
    symbols: tuple[str, ...]

    @property
    def is_unwanted(self) -> bool:
        return self.label in UNWANTED


_engine: list[Engine] = []


def judge(sample: packs.Sample) -> Row:
    """One row; the engine is the forked parent's."""
    scan = _engine[0].scan(Envelope(), sample.read())
    verdict = scan.verdict
    symbols = tuple({finding.symbol.name for finding in verdict.findings})
    return Row(
        sample.pack, sample.kind, str(sample.path), verdict.label, verdict.bits, verdict.probability,
        verdict.categories, symbols,
    )  # fmt: skip


def rows(folder: Path, names: Iterable[str], half: str, every: int) -> list[Row]:
    """All rows of the packs, on all processors."""
    parity = {"even": (0,), "odd": (1,), "both": (0, 1)}[half]
    todo = [s for name in names for s in packs.samples(folder, name) if s.number % 2 in parity][::every]
    _engine[:] = [build()]
    with multiprocessing.get_context("fork").Pool() as pool:
        return list(pool.imap(judge, todo, chunksize=64))


def recall_at(pairs: list[tuple[float, bool]], false_positives: float) -> float:
    """The share of unwanted mail above a line that at most that share of wanted mail passes."""
    wanted = sorted((bits for bits, unwanted in pairs if not unwanted), reverse=True)
    unwanted = [bits for bits, is_unwanted in pairs if is_unwanted]
    if not wanted or not unwanted:
        return math.nan
    line = wanted[min(len(wanted) - 1, int(false_positives * len(wanted)))]
    return sum(bits > line for bits in unwanted) / len(unwanted)


def show_packs(judged: list[Row]) -> None:
    """One line a pack and folder."""
    print(f"{'pack':22} {'folder':8} {'mails':>6} {'unwanted':>9} {'unsure':>7}  labels")
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in judged:
        groups[row.pack, row.kind].append(row)
    for (pack, kind), group in groups.items():
        labels = Counter(row.label for row in group)
        flagged = sum(row.is_unwanted for row in group)
        said = " ".join(f"{label} {count}" for label, count in labels.most_common())
        unsure = labels["unsure"] / len(group)
        print(f"{pack:22} {kind:8} {len(group):6} {flagged / len(group):9.2%} {unsure:7.2%}  {said}")
    pairs = [(row.bits, row.kind in packs.UNWANTED) for row in judged if row.kind in packs.UNWANTED + packs.WANTED]
    for share in (0.001, 0.005, 0.01):
        print(f"all packs together: recall {recall_at(pairs, share):.1%} at {share:.1%} false positives")


def show_symbols(judged: list[Row]) -> None:
    """Each symbol: its bits, and how often it is in wanted and unwanted mail (a mean over packs, so none rules)."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in judged:
        if row.kind in packs.UNWANTED + packs.WANTED:
            groups[row.pack, row.kind].append(row)
    shares: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    for key, group in groups.items():
        hits = Counter(symbol for row in group for symbol in row.symbols)
        for symbol, count in hits.items():
            shares[symbol][key] = (count + SMOOTHING) / (len(group) + 2 * SMOOTHING)
    policy = _engine[0].policy
    keys = list(groups)
    print("symbol\tbits\testimate\t" + "\t".join(f"{pack[:10]}/{kind}" for pack, kind in keys))
    for symbol in sorted(policy.bits):
        found = shares[symbol]
        floor = {key: SMOOTHING / (len(groups[key]) + 2 * SMOOTHING) for key in keys}
        means = [
            sum(found.get(key, floor[key]) for key in keys if (key[1] in packs.UNWANTED) is side)
            / max(1, sum((key[1] in packs.UNWANTED) is side for key in keys))
            for side in (True, False)
        ]
        estimate = math.log2(means[0] / means[1]) if all(means) else math.nan
        cells = "\t".join(f"{found.get(key, 0):.2%}" for key in keys)
        print(f"{symbol}\t{policy.bits[symbol] / 100:g}\t{estimate:.2f}\t{cells}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, default=packs.default())
    parser.add_argument("--half", choices=["even", "odd", "both"], default="odd")
    parser.add_argument("--every", type=int, default=1, help="judge only every Nth message")
    parser.add_argument("--symbols", action="store_true", help="also the table of symbols, tab-separated")
    parser.add_argument("--mistakes", type=Path, help="write the paths of messages on the wrong side to this file")
    parser.add_argument("pack", nargs="*", help="only these packs")
    arguments = parser.parse_args()
    judged = rows(arguments.corpora, arguments.pack or packs.names(arguments.corpora), arguments.half, arguments.every)
    show_packs(judged)
    if arguments.symbols:
        show_symbols(judged)
    if arguments.mistakes:
        wrong = [row for row in judged if row.kind != "torture" and row.is_unwanted is not (row.kind in packs.UNWANTED)]
        arguments.mistakes.write_text("".join(f"{row.bits}\t{row.path}\t{' '.join(row.symbols)}\n" for row in wrong))


if __name__ == "__main__":
    main()
