"""Train the models of the package, base and categories, from the packs whose terms allow it.

The same packs give the same bytes: each is read whole, in the order of the messages' digests, so no order of files
matters. The rules judge each message first, and the model learns what they do not say. What is learned is halved: it
is old beside new mail.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from msgspec import Struct

from bench import packs
from fyke.config import Config, Learn
from fyke.engine import Engine
from fyke.house import build
from fyke.learn import base, categories
from fyke.learn.features import Family, Features
from fyke.learn.model import LN2, Learner, Model
from fyke.learn.opinion import Opinion
from fyke.mail import parse
from fyke.model import Envelope

# Of big packs of one kind only every so manieth message is taken, that one source's habits do not rule.
EVERY = {"spamassassin": 1, "csdmc2010": 1, "modern_mixed": 1, "nazario_early": 1, "enron_ham": 3, "list_linux_api": 3}
BODY_ONLY = ("enron_ham",)  # its terms: no addresses, no headers
PASSES = 3
MODESTY = 0.5  # share of what was learned that is kept, measured by leaving one source out at a time


class Example(Struct, frozen=True):
    """One labelled message as the model sees it."""

    digest: str
    features: Features
    rules_bits: float
    spam: bool
    source: str
    categories: tuple[str, ...]  # that the lexicons name


@cache
def _engine() -> Engine:
    """The rules alone: no model of before may teach the one that is made."""
    engine = build(Config(learn=Learn(base=False)))
    engine.opinion = Opinion(Model(base=base.empty()), categories.empty())
    return engine


def example(sample: packs.Sample) -> Example:
    """A message of a pack, read, judged by the rules alone, and hashed."""
    raw = sample.read()
    if sample.pack in BODY_ONLY:
        raw = b"Content-Type: text/plain; charset=utf-8\n\n" + parse(raw).text.visible.encode()
    studied = _engine().study(Envelope(), raw)
    features = _body_alone(studied.features) if sample.pack in BODY_ONLY else studied.features
    unwanted = sample.kind in packs.UNWANTED
    trades = studied.categories if unwanted else ()
    return Example(studied.message.digest, features, studied.rules_bits, unwanted, sample.pack, trades)


def _body_alone(features: Features) -> Features:
    """Without the families that tell of headers: their absence would betray the pack."""
    end = features.ends[Family.GRAMS]
    return Features(features.codes[:end], tuple(min(each, end) for each in features.ends))


def examples(corpora: Path, names: Iterable[str], jobs: int) -> list[Example]:
    """All messages of the packs, in the order of their digests; a message that comes twice is taken once."""
    taken = [sample for name in names for sample in list(packs.samples(corpora, name))[:: EVERY[name]]]
    with ProcessPoolExecutor(jobs) as pool:
        found = {each.digest: each for each in pool.map(example, taken, chunksize=64)}
    return sorted(found.values(), key=lambda each: each.digest)


def train(learned_from: Sequence[Example]) -> bytes:
    """The bytes of a base model."""
    with tempfile.TemporaryDirectory() as folder:
        learner = Learner(Path(folder) / "table", base.empty())
        for _ in range(PASSES):
            for number, each in enumerate(learned_from, 1):
                learner.learn(number, each.features, spam=each.spam, rules_bits=each.rules_bits)
        weights, squares = learner.known()
    return base.pack(weights / LN2 * MODESTY, squares)


def train_categories(learned_from: Sequence[Example]) -> bytes:
    """The bytes of the model of categories. Unwanted mail of which no lexicon names the trade is left out."""
    told = [(each.features, each.categories) for each in learned_from if each.categories or not each.spam]
    return categories.pack(categories.fit(told, PASSES))


def main() -> None:
    """Write both models and say what they were made of."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, default=packs.default())
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "-o", "--out", type=Path, default=base.PACKAGED.parent, help="folder of base.bin, categories.bin"
    )
    asked = parser.parse_args()
    missing = [name for name in EVERY if packs.unpack(asked.corpora, name) is None]
    if missing:
        sys.exit(f"no pack {', '.join(missing)} in {asked.corpora}: the base model would be another one")
    learned_from = examples(asked.corpora, EVERY, asked.jobs)
    made = {base.PACKAGED.name: train(learned_from), categories.PACKAGED.name: train_categories(learned_from)}
    for name in EVERY:
        spam = [each.spam for each in learned_from if each.source == name]
        print(f"{name}: {len(spam) - sum(spam)} wanted, {sum(spam)} unwanted")
    for name, data in made.items():
        (asked.out / name).write_bytes(data)
        print(f"{name}: {len(data):,} bytes, sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()
