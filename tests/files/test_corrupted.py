"""Whatever is done to a file that holds files, it is looked into: no fault of ours, and an end within the budget.

`FYKE_CORRUPTED=1000` tries that many variants of each sample instead of a few; a failure names the seed.
"""

import os
import random

import pytest

from fyke.files.budget import Budget
from tests import cheap
from tests.files.builders import table
from tests.files.looking import look

TRIES = int(os.environ.get("FYKE_CORRUPTED", "24"))
FIRST = int(os.environ.get("FYKE_CORRUPTED_SEED", "0"))
BUDGET = Budget(time=2.0)
SECONDS = 4.0  # the budget, and one step after it
BUSY_BYTES = 32


def cut(data, chance):
    return data[: chance.randrange(len(data))]


def flipped(data, chance):
    raw = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20))):
        raw[_place(data, chance)] ^= 1 << chance.randrange(8)
    return bytes(raw)


def spliced(data, chance):
    other = chance.choice(list(table.samples().values()))
    start, length = chance.randrange(len(other)), chance.choice((8, 64, 2_000))
    at = _place(data, chance)
    return data[:at] + other[start : start + length] + data[at + chance.choice((0, length)) :]


def widened(data, chance):
    """All ones, or other sizes that overflow, over what may be a length."""
    raw = bytearray(data)
    for _ in range(chance.choice((1, 1, 4))):
        at, run = _place(data, chance), chance.choice((1, 2, 4, 8))
        raw[at : at + run] = chance.choice((b"\xff" * run, bytes(run), b"\xff" * (run - 1) + b"\x7f", b"\x80" * run))
    return bytes(raw)


def doubled(data, chance):
    at = _place(data, chance)
    return data[:at] + data[max(0, at - chance.choice((4, 512, 4_096))) :]


DAMAGES = (cut, flipped, flipped, spliced, widened, widened, doubled)


def _place(data, chance):
    """A place where something stands: most of an image is zeros."""
    at = 0
    for _ in range(20):
        at = chance.randrange(len(data))
        if any(data[at : at + BUSY_BYTES]):
            break
    return at


@pytest.mark.parametrize("name", list(table.samples()))
def test_a_corrupted_file_is_looked_into_without_a_fault(name):
    """Cut, flipped, spliced with another, with lengths of all ones: no fault, and an end within the budget."""
    sample = table.samples()[name]
    for seed in range(FIRST, FIRST + TRIES):
        chance = random.Random(f"{name} {seed}")
        data = sample
        for _ in range(chance.choice((1, 1, 2))):
            data = chance.choice(DAMAGES)(data, chance) or b"\0"
        analysis = look(data, name, words=(table.WORD,), budget=BUDGET)
        assert not analysis.faults, (seed, analysis.faults)
        if analysis.elapsed_us > SECONDS * 1e6:
            again = cheap.seconds(lambda data=data: look(data, name, words=(table.WORD,), budget=BUDGET), SECONDS)
            assert again < SECONDS, seed


@pytest.mark.parametrize("name", list(table.samples()))
def test_a_sample_is_looked_into_without_a_fault(name):
    """What is whole is looked into too, and nothing of it is cut."""
    analysis = look(table.samples()[name], name, words=(table.WORD,))
    assert not analysis.faults
    assert not analysis.cuts
