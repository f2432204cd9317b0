"""Any WARC file is captures, sentences, and an end or one kind of error that says where: nothing else, and soon.

Honest input is cut, doubled and changed. Run it as `python -m fuzz.lab_warc --seconds 60`; a failure
prints the seed that made it.
"""

from __future__ import annotations

import gzip
import io
import random
import time

from fuzz import changed, run
from fyke.lab.sites import warc
from fyke.lab.sites.page import Captured
from tests.lab.sites.hostile import HTML, PACKED, answer, record

SECONDS, SECONDS_PER_MB = 1.0, 10.0  # a generous bound
PLAIN = record(answer(HTML)) + record(HTML, kind="resource") + record(answer(PACKED, b"Content-Encoding: gzip"))
SEEDS = (PLAIN, PLAIN, gzip.compress(PLAIN), record(answer(b"3\r\nabc\r\n0\r\n\r\n", b"Transfer-Encoding: chunked")))
PIECES = (
    b"\r\n", b"WARC/1.0\r\n", b"Content-Length: ", b"9" * 30, b"-1", b"0", b"\x1f\x8b",
    b"\0", b"Content-Encoding: zstd\r\n",
    b"Transfer-Encoding: chunked\r\n", b"ffffffff\r\n", b"WARC-Date: x\r\n", b"http://", b"http://[::1", b"\xff",
)  # fmt: skip


def check(data: bytes) -> None:
    """Raise where a claim of the first line does not hold."""
    started = time.process_time()
    try:
        for told in warc.records(io.BytesIO(data), "f", len(data)):
            assert isinstance(told, Captured) or told.startswith("f: record "), told
            assert isinstance(told, str) or len(told.body) <= warc.RECORD_BYTES
    except warc.BrokenWarcError as error:
        if not str(error).startswith("f: "):
            raise AssertionError(f"{error} does not say where") from None
    taken = time.process_time() - started
    assert taken < SECONDS + SECONDS_PER_MB * len(data) / 1e6, f"{taken:.2f} s for {len(data)} bytes"


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(changed(random.Random(seed), SEEDS, PIECES))  # noqa: S311  chance, not secrets


if __name__ == "__main__":
    run(attempt, __doc__)
