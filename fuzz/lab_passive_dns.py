"""Any lines of passive DNS are facts or sentences with file and line: nothing else, and soon.

Honest input is cut, doubled and changed. Run it as `python -m fuzz.lab_passive_dns --seconds 60`; a failure
prints the seed that made it.
"""

from __future__ import annotations

import io
import random
import time

from fuzz import changed, run
from fyke.lab.sites import dns
from fyke.model.fact import Fact

SECONDS, SECONDS_PER_MB = 0.3, 10.0  # a generous bound
SEEDS = (
    b'{"rrname":"www.pills.com.","rrtype":"A","rdata":["192.0.2.1","2001:db8::1"],"time_first":1767225600,"time_last":"2026-01-02T00:00:00Z"}\n'
    * 3,
    b'{"rrname":"pills.com","rrtype":"SOA","rdata":"ns1.a.net. x.a.net. 1 2 3 4 5","time_first":1,"time_last":2}',
)
PIECES = (
    b"[", b"{", b"}", b"]", b'"', b"\n", b"null", b"1e999", b"-1", b"9" * 400, b'"rdata":', b'"A"', b'"MX"',
    b'"CNAME"', b"\xff",
    b"\\ud800", b".", b"xn--", b"0001-01-01T00:00+14:00",
)  # fmt: skip


def check(data: bytes) -> None:
    """Raise where a claim of the first line does not hold."""
    started = time.process_time()
    for told in dns.passive(io.BytesIO(data), "f"):
        assert isinstance(told, Fact) or told.startswith("f:"), told
    taken = time.process_time() - started
    assert taken < SECONDS + SECONDS_PER_MB * len(data) / 1e6, f"{taken:.2f} s for {len(data)} bytes"


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(changed(random.Random(seed), SEEDS, PIECES))  # noqa: S311  chance, not secrets


if __name__ == "__main__":
    run(attempt, __doc__)
