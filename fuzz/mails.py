"""Any mail, TNEF, Outlook message, encoded text, RTF or OneNote file is looked into without a fault, and soon.

Samples of the tests are cut, doubled and changed. Run it as `python -m fuzz.mails --seconds 60`; a failure prints the
seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import hashlib
import random
import time

from fuzz import run
from fyke.files import mails
from fyke.files.analyst import Analyst
from fyke.files.budget import Budget
from fyke.files.documents.onenote import OneNote
from fyke.files.documents.rtf import Rtf
from fyke.model import Analyse
from tests.files.builders import mails as samples
from tests.files.builders.onenote import onenote
from tests.files.builders.rtf import ole1, package, rtf

DATA = b"The minutes of Monday.\n" * 40 + bytes(range(256))
FILES = {"a.txt": DATA, "b.bin": DATA[::-1]}
SEEDS = (
    samples.mail(list(FILES.items())), samples.uuencode(DATA), samples.yenc(DATA), samples.binhex(DATA),
    samples.tnef("a.txt", DATA, b"{\\rtf1 x}"), samples.message(FILES), onenote(list(FILES.items()), "See the file."),
    rtf([ole1("Package", package("a.txt", DATA)), ole1("Equation.3", DATA)], tricks=b"{\\*\\x}\\'41\\bin4 abcd"),
)  # fmt: skip
BUDGET = Budget(time=1.0)
SECONDS = 2.0  # a piece of work between two looks at the clock is added


def check(data: bytes, analyst: Analyst) -> None:
    """Raise AssertionError where the invariant does not hold for the input."""
    begin = time.process_time()
    analysis = analyst.analyse(Analyse(hashlib.sha256(data).hexdigest(), "a", content=data))
    assert not analysis.faults, analysis.faults
    assert time.process_time() - begin < SECONDS, "slow"


def grow(seed: int) -> bytes:
    """A sample with some bytes changed, moved or cut."""
    chance = random.Random(seed)  # noqa: S311 - the same input for the same seed is what is wanted
    data = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 12)):
        at, what = chance.randrange(len(data)), chance.random()
        if what < 0.5:
            data[at] = chance.choice((0, 0xFF, 0x80, ord("{"), ord("}"), ord("\\"), chance.randrange(256)))
        elif what < 0.75:
            data[at : at + chance.randint(1, 8)] = chance.choice((b"\xff" * 8, bytes(8), b"\x7f" * 4, b"\\bin99999999"))
        else:
            start = chance.randrange(len(data))
            data[at:at] = data[start : start + chance.randint(1, 600)]
    return bytes(data[: chance.randint(16, len(data))] if chance.random() < 0.3 else data)


ANALYST = Analyst((*mails.TENANTS, Rtf(), OneNote()), BUDGET)


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(grow(seed), ANALYST)


if __name__ == "__main__":
    run(attempt, __doc__)
