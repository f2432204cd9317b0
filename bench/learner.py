"""What the learner costs a message: to read features, weigh and learn; by numpy, and by the kernel where there is one.

Of each message the cheapest of several passes counts: what else the machine does makes a pass dearer, never cheaper.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import TypeVar

from fyke.detect.runner import run
from fyke.engine import Engine
from fyke.house import build
from fyke.learn import kernel
from fyke.learn.features import CONSTANTS, Features, Reader
from fyke.learn.model import Learner, Model
from fyke.mail import parse
from fyke.model import Envelope, Finding, Mail, Message

PASSES = 9
MESSAGES = 300
ACCOUNT = "ann@example.org"

T = TypeVar("T")
Looked = tuple[Message, Sequence[Finding]]


def show(raws: Sequence[bytes]) -> None:
    """Print the mean cost of each step."""
    engine = build()
    looked = [_look(engine, raw) for raw in raws[:: max(len(raws) // MESSAGES, 1)]]
    print(f"\nthe learner, {len(looked)} messages, the cheapest of {PASSES} passes of each, in ms")
    print(f"{'':10} {'read':>8} {'weigh':>8} {'both':>8} {'learn for all':>14} {'for one':>8}")
    print(_line("numpy", looked, native=False))
    if kernel.loaded(CONSTANTS) is not None:
        print(_line("kernel", looked, native=True))
    else:
        print("kernel     not built: make kernel")


def _look(engine: Engine, raw: bytes) -> Looked:
    message = parse(raw)
    return message, run(engine.roster.of(message), Mail(Envelope(), message)).findings


def _line(name: str, looked: Sequence[Looked], *, native: bool) -> str:
    reader = Reader(native=native)
    features = [reader.read(*each) for each in looked]
    numbers = count(1)
    with tempfile.TemporaryDirectory() as folder:
        learner = Learner(Path(folder) / "learned")

        def teach(each: Features, account: str) -> None:
            number = next(numbers)
            learner.learn(number, each, spam=number % 2 == 0, account=account, rules_bits=1.0)

        of_all = _cheapest(lambda each: teach(each, ""), features)
        of_one = _cheapest(lambda each: teach(each, ACCOUNT), features)
        model = Model(learner.table, native=native)
        read = _cheapest(lambda each: reader.read(*each), looked)
        weigh = _cheapest(lambda each: model.weigh(each, ACCOUNT), features)
    return f"{name:10} {read:8.3f} {weigh:8.3f} {read + weigh:8.3f} {of_all:14.3f} {of_one:8.3f}"


def _cheapest(step: Callable[[T], object], each: Sequence[T]) -> float:
    """Mean ms of a step, each item at its cheapest."""
    best = [float("inf")] * len(each)
    for _ in range(PASSES):
        for number, item in enumerate(each):
            started = time.perf_counter()
            step(item)
            best[number] = min(best[number], time.perf_counter() - started)
    return statistics.mean(best) * 1000
