"""Any RDAP answer is facts of one site, or a short sentence: nothing else, and soon.

Honest input is cut, doubled and changed. Run it as `python -m fuzz.lab_rdap --seconds 60`; a failure
prints the seed that made it.
"""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

from fuzz import changed, run
from fyke.lab.sites import rdap
from tests.lab.sites.servers import rdap as made

SECONDS, SECONDS_PER_MB = 0.3, 10.0  # a generous bound
AT = datetime(2026, 3, 1, tzinfo=UTC)
SEEDS = (
    made("pills.com"),
    b'{"ldhName":"pills.com","entities":[{"roles":["registrant"],"vcardArray":["vcard",[["adr",{},"text",[""]]]]}]}',
)
PIECES = (
    b"[",
    b"{",
    b"}",
    b"]",
    b'"',
    b"null",
    b"5",
    b"{}",
    b"[]",
    b'"entities":[',
    b'"roles":',
    b'"fn"',
    b"\xff",
    b"\\ud800",
    b"1e999",
)


def check(data: bytes) -> None:
    """Raise where a claim of the first line does not hold."""
    started = time.process_time()
    told = rdap.domain(data, "f", AT)
    assert len({fact.about for fact in told.facts}) <= 1
    assert bool(told.received) != bool(told.problem)
    assert len(told.problem) < 400
    taken = time.process_time() - started
    assert taken < SECONDS + SECONDS_PER_MB * len(data) / 1e6, f"{taken:.2f} s for {len(data)} bytes"


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(changed(random.Random(seed), SEEDS, PIECES))  # noqa: S311  chance, not secrets


if __name__ == "__main__":
    run(attempt, __doc__)
