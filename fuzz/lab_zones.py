"""Any zone file is facts or sentences with file and line: nothing else, and soon.

Honest input is cut, doubled and changed. Run it as `python -m fuzz.lab_zones --seconds 60`; a failure
prints the seed that made it.
"""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

from fuzz import changed, run
from fyke.lab.sites import dns
from fyke.model.fact import Fact

SECONDS, SECONDS_PER_MB = 0.3, 10.0  # a generous bound
AT = datetime(2026, 3, 1, tzinfo=UTC)
SEEDS = (
    b"$ORIGIN pills.com.\n$TTL 1h\n@ IN SOA ns1 boss (1 2 3\n 4 5)\n  NS ns1.a.net.\n  MX 10 mail\n",
    b"www A 192.0.2.1 ; seen 2026-01-05\n",
    b'pills.com. 3600 IN TXT "a ; b ( c"\npills.com. AAAA 2001:db8::1\npills.com. CNAME other.net.\n',
)
PIECES = (
    b"(",
    b")",
    b'"',
    b";",
    b"\\",
    b"\n",
    b" ",
    b"\t",
    b"@",
    b"$ORIGIN",
    b"$INCLUDE x",
    b"; seen ",
    b"9999-99-99",
    b"1w2d",
    b"\xff",
)


def check(data: bytes) -> None:
    """Raise where a claim of the first line does not hold."""
    started = time.process_time()
    for told in dns.zone(data.decode("utf-8", "replace"), "f", AT):
        assert isinstance(told, Fact) or told.startswith("f:"), told
    taken = time.process_time() - started
    assert taken < SECONDS + SECONDS_PER_MB * len(data) / 1e6, f"{taken:.2f} s for {len(data)} bytes"


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(changed(random.Random(seed), SEEDS, PIECES))  # noqa: S311  chance, not secrets


if __name__ == "__main__":
    run(attempt, __doc__)
