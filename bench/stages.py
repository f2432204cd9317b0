"""Where the time of a mail goes: each stage of the engine and each detector, in microseconds a message.

Measured with a timer around each, after one round that fills the caches; the timers themselves cost about a tenth.
What a stage does within another one (a detector within the run of all) is counted in both.
"""

from __future__ import annotations

import argparse
import importlib
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from bench import packs
from fyke.detect.base import Detector, Look
from fyke.engine import Engine
from fyke.house import build, settle
from fyke.model import Envelope, Mail

# By module: functions that are looked up there each time they are called.
STAGES = {
    "fyke.engine": ("parse", "judge", "fate", "traits"),
    "fyke.mail.parse": ("read_structure", "read_text", "_find_links", "_observe"),
}
OPINION = ("read", "of", "trades")  # of what was learned: features, bits, categories

Spent = Counter[str]  # nanoseconds by name


def timed(name: str, call: Callable[..., Any], spent: Spent) -> Callable[..., Any]:
    """The same function, with its time counted."""

    def counting(*given: Any, **named: Any) -> Any:
        started = time.perf_counter_ns()
        try:
            return call(*given, **named)
        finally:
            spent[name] += time.perf_counter_ns() - started

    return counting


class Watched(Detector):
    """A detector with its time counted, from question to question."""

    def __init__(self, detector: Detector, spent: Spent) -> None:
        self._detector, self._spent = detector, spent
        self._as = f"detector {detector.name}"

    def look(self, mail: Mail) -> Look:
        """The same findings and questions."""
        look, answer = self._detector.look(mail), None
        while True:
            started = time.perf_counter_ns()
            try:
                item = look.send(answer)
            except StopIteration:
                return
            finally:
                self._spent[self._as] += time.perf_counter_ns() - started
            answer = yield item


def watch(engine: Engine) -> Spent:
    """Put timers into the engine and its modules."""
    spent: Spent = Counter()
    for where, names in STAGES.items():
        module: ModuleType = importlib.import_module(where)
        for name in names:
            setattr(
                module, name, timed(f"{where.removeprefix('fyke.')} {name.strip('_')}", getattr(module, name), spent)
            )
    for name in OPINION if engine.opinion is not None else ():
        setattr(engine.opinion, name, timed(f"opinion {name}", getattr(engine.opinion, name), spent))
    given = engine.roster.of
    watched = {detector: Watched(detector, spent) for detector in engine.detectors}
    engine.roster.of = lambda message: tuple(watched[each] for each in given(message))  # type: ignore[method-assign]
    return spent


def main() -> None:
    """Print the stages and detectors that take longest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, default=packs.default())
    parser.add_argument("--pack", default="spamassassin")
    parser.add_argument("--every", type=int, default=6, help="only every Nth message")
    parser.add_argument("--most", type=int, default=40, help="lines")
    arguments = parser.parse_args()
    raws = [sample.read() for sample in packs.samples(arguments.corpora, arguments.pack)][:: arguments.every]
    engine = build()
    settle()
    for raw in raws:
        engine.scan(Envelope(), raw)
    spent = watch(engine)
    scan = timed("all", engine.scan, spent)
    for raw in raws:
        scan(Envelope(), raw)
    for name, took in spent.most_common(arguments.most):
        print(f"{took / len(raws) / 1000:8.1f} us  {name}")


if __name__ == "__main__":
    main()
