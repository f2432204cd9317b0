"""Any bytes that begin like an archive or a packed file are looked at without a fault, within the time given.

Inputs are well-made archives with bytes changed, cut, doubled. Run it as `python -m fuzz.archives --seconds 60`; a
failure prints the seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import tarfile
import time

from fuzz import run
from fyke.files.analyst import Analyst
from fyke.files.archives import TENANTS
from fyke.model import Analyse
from tests.files.builders import zips

SECONDS = 6.0  # the budget of one file is 5
TEXT = b"The minutes of Monday are in the usual place.\n" * 50


def samples() -> list[bytes]:
    """One well-made archive of each kind."""
    entries = [zips.Entry(f"{method}.txt", TEXT, method=method) for method in (0, 1, 2, 6, 8, 9, 12, 14, 93, 95)]
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.PAX_FORMAT) as made:
        for name in ("a" * 150, "b.js"):
            info = tarfile.TarInfo(name)
            info.size = len(TEXT)
            made.addfile(info, io.BytesIO(TEXT))
    return [
        zips.build(entries),
        zips.build([zips.crypto_locked("a.exe", TEXT, "pw"), zips.aes_locked("b.txt", TEXT, "pw")]),
        zips.overlapped(30, 5_000),
        tar.getvalue(),
        gzip.compress(tar.getvalue()),
        bz2.compress(TEXT),
        lzma.compress(TEXT),
        lzma.compress(TEXT, lzma.FORMAT_ALONE),
        b"\x1f\x9d\x90" + TEXT,
        b"SZDD\x88\xf0\x27\x33Ae" + len(TEXT).to_bytes(4, "little") + TEXT,
        b"KWAJ\x88\xf0\x27\xd1\2\0\x0e\0\0\0" + TEXT,
        b"070701" + b"00000001000081a4" + b"0" * 78 + TEXT,
        b"!<arch>\n" + b"a/" + b" " * 46 + b"100       `\n" + TEXT,
    ]


SAMPLES = samples()
ANALYST = Analyst(TENANTS)


def check(data: bytes) -> None:
    """Raise AssertionError where the invariant does not hold for the input."""
    begin = time.process_time()
    analysis = ANALYST.analyse(Analyse(str(len(data)), "a", words=("wrong", "pw"), content=data))
    assert not analysis.faults, analysis.faults
    assert sum(file.size_bytes for file in analysis.root.walk()) <= ANALYST.budget.total + len(data)
    assert time.process_time() - begin < SECONDS, "slow"


def grow(seed: int) -> bytes:
    """A well-made archive with some of its bytes changed."""
    chance = random.Random(seed)  # noqa: S311 - the same input for the same seed is what is wanted
    data = bytearray(chance.choice(SAMPLES))
    for _ in range(chance.randint(0, 6)):
        at = chance.randrange(len(data))
        deed = chance.randrange(5)
        if deed == 0:
            data[at] = chance.randrange(256)
        elif deed == 1:
            data[at : at + 4] = chance.choice((b"\xff" * 4, bytes(4), b"\0\0\0\x80", b"PK\3\4", b"PK\1\2", b"PK\5\6"))
        elif deed == 2:
            del data[at : at + chance.randint(1, 40)]
        elif deed == 3:
            data[at:at] = data[max(0, at - 200) : at]
        else:
            data += chance.choice(SAMPLES)[: chance.randint(1, 2_000)]
        data = data or bytearray(b"PK")
    return bytes(data)


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(grow(seed))


if __name__ == "__main__":
    run(attempt, __doc__)
