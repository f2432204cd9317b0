"""Any bytes that begin like a 7z, RAR, ARJ, LHA or ACE archive are looked at without a fault, within the time given.

Archives of the tests' builders are changed at random. Run it as `python -m fuzz.packers --seconds 60`; a
failure prints the seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import hashlib
import random
import time

from fuzz import run
from fyke.files.analyst import Analyst
from fyke.files.archives import TENANTS
from fyke.files.budget import Budget
from fyke.model import Analyse
from tests.files.builders.olds import ace, arj, lha
from tests.files.builders.rars import rar3, rar5
from tests.files.builders.sevenzip import sevenzip

FILES = {"a.txt": b"The minutes of Monday.\n" * 40, "b.bin": bytes(range(256)) * 5}
SEEDS = (
    sevenzip(FILES), sevenzip(FILES, pack_names=True), sevenzip(FILES, word="word", lock_names=True),
    rar3(FILES), rar3(FILES, method=3), rar3(FILES, word="word", lock_names=True), rar5(FILES), rar5(FILES, method=3),
    rar5(FILES, word="word"), arj(FILES), arj(FILES, method=1), arj(FILES, method=4), lha(FILES),
    lha(FILES, method=b"lh5"), ace(FILES),
)  # fmt: skip
BUDGET = Budget(time=1.0)
SECONDS = 2.0  # a piece of work between two looks at the clock is added


def check(data: bytes) -> None:
    """Raise AssertionError where the invariant does not hold for the input."""
    begin = time.process_time()
    asked = Analyse(hashlib.sha256(data).hexdigest(), "a", words=("word",), content=data)
    analysis = Analyst(TENANTS, BUDGET).analyse(asked)
    assert not analysis.faults, analysis.faults
    assert time.process_time() - begin < SECONDS, "slow"


def grow(seed: int) -> bytes:
    """An archive with some bytes changed, moved or cut."""
    chance = random.Random(seed)  # noqa: S311 - the same input for the same seed is what is wanted
    data = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data))
        what = chance.random()
        if what < 0.6:
            data[at] = chance.randrange(256)
        elif what < 0.8:
            data[at : at + chance.randint(1, 8)] = chance.choice((b"\xff" * 8, bytes(8), b"\x7f" * 4))
        else:
            data[at:at] = chance.randbytes(chance.randint(1, 64))
    return bytes(data[: chance.randint(16, len(data))] if chance.random() < 0.3 else data)


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(grow(seed))


if __name__ == "__main__":
    run(attempt, __doc__)
