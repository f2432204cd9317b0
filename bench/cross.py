"""The base model on mail of sources that it was not trained on: each pack left out in turn, rules alone beside both.

`python -m bench.cross --write` puts the tables into the model card, docs/reference/base-model.md. The pack of newer
phishing is never trained on; its wanted mail is that of two other packs, both left out when it is measured.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from msgspec import Struct

from bench import packs
from bench.pages import written
from fyke.config import Config, Learn
from fyke.engine import Engine
from fyke.house import build
from fyke.judge import Policy
from fyke.learn import base
from fyke.learn.measure import Quality, quality
from fyke.learn.model import Learned, Model
from fyke.model import Envelope
from fyke.teacher import whole
from train.base import EVERY, Example, examples, train

CARD = Path(__file__).parent.parent / "docs" / "reference" / "base-model.md"
MARK = "bench/cross.py"

NEVER_TRAINED = "phishing_pot_to2024"  # its terms do not allow it
ITS_HAM = ("list_linux_api", "modern_mixed")  # wanted mail of its years


class Row(Struct, frozen=True):
    """What is measured on one pack by a base model that was trained without it."""

    pack: str
    rules: Quality
    both: Quality


class Mail(Struct, frozen=True):
    """All that is learned from and measured, read once."""

    learned_from: list[Example]
    there: list[Example]


_mail: list[Mail] = []  # the forked parent's: it is too much to send


@cache
def _engine() -> Engine:
    return build(Config(learn=Learn(base=False)))


def measured(sample: packs.Sample) -> Example:
    """A message as it came: of some packs only the text is trained on, but measured is the mail."""
    studied = _engine().study(Envelope(), sample.read())
    unwanted = sample.kind in packs.UNWANTED
    return Example(studied.message.digest, studied.features, studied.rules_bits, unwanted, sample.pack, ())


def mail(corpora: Path, jobs: int) -> list[Example]:
    """What is measured: all packs, of the big ones every so manieth message as in training."""
    names = [*EVERY, NEVER_TRAINED]
    taken = [each for name in names for each in list(packs.samples(corpora, name))[:: EVERY.get(name, 1)]]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(measured, taken, chunksize=64))


def row(pack: str) -> Row:
    """Train without the pack, and measure on it."""
    learned_from, there, policy = _mail[0].learned_from, _mail[0].there, _engine().policy
    sources = (pack, *ITS_HAM) if pack == NEVER_TRAINED else (pack,)
    model = Model(base=base.unpack(train([each for each in learned_from if each.source not in sources])))
    here = [each for each in there if each.source == pack or (each.source in sources and not each.spam)]
    rules = [(each.rules_bits, each.spam) for each in here]
    both = [(with_base(model, each, policy), each.spam) for each in here]
    line = policy.rules.thresholds.unwanted
    return Row(pack, quality(rules, line), quality(both, line))


def with_base(model: Model, each: Example, policy: Policy) -> float:
    """The bits of a verdict of the rules and the base model, within its cap."""
    return whole(each.rules_bits, Learned(model.weigh(each.features).base, 0.0, 0.0), policy)


def _pct(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def _cells(found: Quality) -> list[str]:
    auc = "" if found.one_minus_auc_pct is None else f"{found.one_minus_auc_pct:.2f}"
    line = found.at_line
    flagged = f"{line.false_positives} of {found.ham:,}" if found.ham else ""
    return [auc, *(_pct(at.recall) for at in found.at_rates), _pct(line.recall), flagged]


def page(rows: Sequence[Row], learned_from: Sequence[Example], model: bytes) -> Iterator[str]:
    """The measured part of the model card."""
    counts = Counter((each.source, each.spam) for each in learned_from)
    yield "| trained on | wanted | unwanted |\n|---|---|---|\n"
    for name in EVERY:
        yield f"| {name} | {counts[name, False]:,} | {counts[name, True]:,} |\n"
    yield f"| all | {sum(not each.spam for each in learned_from):,} | {sum(each.spam for each in learned_from):,} |\n\n"
    yield f"Size: {len(model):,} bytes. Digest (sha256): `{base.unpack(model).digest}`.\n\n"
    yield "| pack | | (1-AUC)% | recall at 0.1 % | recall at 0.5 % | found at the line | wanted mail flagged |\n"
    yield "|---|---|---|---|---|---|---|\n"
    for each in rows:
        yield f"| {each.pack} | rules | {' | '.join(_cells(each.rules))} |\n"
        yield f"| | with base | {' | '.join(_cells(each.both))} |\n"


def main() -> None:
    """Print the tables; with --write into the model card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, default=packs.default())
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true", help=f"put the tables into {CARD.name}")
    parser.add_argument("--every", type=int, default=1, help="train and measure on every Nth message only, to try it")
    parser.add_argument("pack", nargs="*", help="only these packs")
    asked = parser.parse_args()
    missing = [name for name in (*EVERY, NEVER_TRAINED) if packs.unpack(asked.corpora, name) is None]
    if missing or (asked.write and (asked.every > 1 or asked.pack)):
        sys.exit(f"no pack {', '.join(missing)} in {asked.corpora}" if missing else "--write needs all of the mail")
    learned_from = examples(asked.corpora, EVERY, asked.jobs)[:: asked.every]
    _mail[:] = [Mail(learned_from, mail(asked.corpora, asked.jobs)[:: asked.every])]
    names = asked.pack or [*EVERY, NEVER_TRAINED]
    with multiprocessing.get_context("fork").Pool(asked.jobs) as pool:
        rows = pool.map(row, names, chunksize=1)
    part = "".join(page(rows, learned_from, train(learned_from)))
    print(part, end="")
    if asked.write:
        CARD.write_text(written(CARD.read_text(), part, MARK))


if __name__ == "__main__":
    main()
