"""Any image of a disk, cabinet or set-up program, however broken, is read or `Broken`: nothing else, and soon.

Samples of the tests are cut, doubled and changed. Run it as `python -m fuzz.containers --seconds 60` (or with the
checkout on the path); a failure prints the seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
import time

from fuzz import run
from fyke.files import disks, installers
from fyke.files.base import Broken, Content, Unpacker
from fyke.files.budget import Budget, Meter
from fyke.files.identify import identify
from fyke.files.programs.upx import Upx
from tests.files.builders import disks as disk_samples
from tests.files.builders import installers as installer_samples

FILES = {"a.exe": installer_samples.program(), "b.txt": b"hello " * 900, "c": installer_samples.noise(9_000)}
MAKERS = (*disk_samples.ALL.values(), *installer_samples.ALL.values())
TENANTS = tuple(tenant for tenant in (*disks.TENANTS, *installers.TENANTS, Upx()) if isinstance(tenant, Unpacker))
BUDGET = Budget(time=1.0)
SECONDS = 4.0  # a generous bound for one sample: the budget, and one step after it


def grow(chance: random.Random, samples: list[bytes]) -> tuple[bytes, str]:
    """A sample with bytes changed, cut or doubled, most of all where it is not zero; and its kind."""
    sample = chance.choice(samples)
    raw = bytearray(sample)
    busy = [at for at in range(0, len(raw), 64) if any(raw[at : at + 64])]
    for _ in range(chance.choice((1, 2, 5, 40))):
        at = min(len(raw) - 1, chance.choice(busy) + chance.randrange(64))
        raw[at : at + 1] = chance.choice((b"\xff", b"\0", b"\x80", bytes([chance.randrange(256)])))
    if chance.random() < 0.3:
        raw = raw[: chance.randrange(len(raw))]
    if chance.random() < 0.1:
        at = chance.randrange(len(raw) + 1)
        raw[at:at] = raw[max(0, at - 512) : at]
    return bytes(raw), identify(sample)


def check(raw: bytes, kind: str) -> None:
    """Raise where a claim of the first line does not hold."""
    started = time.process_time()
    for tenant in TENANTS:
        if kind in tenant.kinds:
            try:
                for _ in tenant.open(Content(raw, "a", kind), Meter(BUDGET)):
                    pass
            except Broken:
                pass
    taken = time.process_time() - started
    assert taken < SECONDS, f"{taken:.2f} s"


SAMPLES = [make(FILES) for make in MAKERS]
SAMPLES += [installer_samples.autoit("a", b"x" * 500), installer_samples.autoit("a", b"x" * 500, new=False)]
SAMPLES += [installer_samples.upx(b"text" * 300, method=method) for method in ("lzma", "b", "d", "e")]


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(*grow(random.Random(seed), SAMPLES))  # noqa: S311  chance, not secrets


if __name__ == "__main__":
    run(attempt, __doc__)
