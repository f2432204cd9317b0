"""Any page is facts of its own site, few of each kind, none long: nothing else, and soon.

Honest input is cut, doubled and changed. Run it as `python -m fuzz.lab_pages --seconds 60`; a failure
prints the seed that made it.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import UTC, datetime

from fuzz import changed, run
from fyke.lab.sites.base import VALUE_CHARS
from fyke.lab.sites.page import EACH, Captured, page
from tests.lab.sites.hostile import HTML
from tests.lab.sites.servers import PAGE

SECONDS, SECONDS_PER_MB = 1.0, 20.0  # a generous bound
AT = datetime(2026, 3, 1, tzinfo=UTC)
CHARSETS = ("utf-8", "utf-16", "koi8-r", "hex", "utf-7", "iso-2022-jp", "punycode", "")
SEEDS = (PAGE, HTML, PAGE + HTML)
PIECES = (
    b"<div>", b"<form action=/pay>", b"<input name=merchant_id value=1>", b"<meta name=generator content='x",
    b"<title>", b"<", b">", b'"', b"'", b"<script src=", b"<!--", b"<a href=//x.com/?aff=1>", b"&#x110000;", b"\0",
    b"\xff", b"Aa Ltd ", b"+1 212 555 0100 ",
    b"<meta http-equiv=refresh content='0;url=//y.com'>", b"<template>", b"<svg>", b"<table>",
)  # fmt: skip


def check(data: bytes) -> None:
    """Raise where a claim of the first line does not hold."""
    started = time.process_time()
    told = page(Captured("pills.com", "/", data, AT, "f", CHARSETS[len(data) % len(CHARSETS)]))
    kinds = Counter(fact.kind for fact in told.facts)
    assert all(count <= EACH for count in kinds.values()), kinds
    assert all(fact.about == "site:pills.com" and 0 < len(fact.value) <= VALUE_CHARS for fact in told.facts)
    taken = time.process_time() - started
    assert taken < SECONDS + SECONDS_PER_MB * len(data) / 1e6, f"{taken:.2f} s for {len(data)} bytes"


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(changed(random.Random(seed), SEEDS, PIECES))  # noqa: S311  chance, not secrets


if __name__ == "__main__":
    run(attempt, __doc__)
