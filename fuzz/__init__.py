"""One target a parser, its claim in the first line: `python -m fuzz.NAME --seconds 60`. Here is the loop of all."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence


def changed(chance: random.Random, seeds: Sequence[bytes], pieces: Sequence[bytes]) -> bytes:
    """A seed with some bytes changed, moved or doubled, with pieces put in, and cut at times."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((0, 1, 3, 12, 60))):
        at, what = chance.randrange(len(data) + 1), chance.random()
        if what < 0.3:
            data[at : at + 1] = bytes((chance.randrange(256),))
        elif what < 0.7:
            data[at : at + chance.choice((0, 1, 8))] = chance.choice(pieces) * chance.choice((1, 1, 1, 50))
        else:
            start = chance.randrange(len(data) + 1)
            data[at:at] = data[start : start + chance.randint(1, 400)]
    return bytes(data[: chance.randrange(len(data) + 1)] if chance.random() < 0.2 else data)


def run(attempt: Callable[[int], None], claim: str | None) -> None:
    """Make and check an input for one seed after another, until the time is up or one breaks the claim.

    `attempt` makes the input of a seed and raises where it breaks something; that seed is printed, and `--seed` makes
    the same input again. Leaves with 1 then.
    """
    options = argparse.ArgumentParser(description=claim)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--seed", type=int, help="only this input")
    chosen = options.parse_args()
    first = random.SystemRandom().randrange(1 << 32) if chosen.seed is None else chosen.seed
    until = time.monotonic() + chosen.seconds
    seed = first
    while seed == first or (chosen.seed is None and time.monotonic() < until):
        try:
            attempt(seed)
        except Exception as error:
            sys.exit(f"seed {seed}: {type(error).__name__}: {str(error)[:2_000]}")
        seed += 1
    print(f"{seed - first:,} inputs, nothing found")
