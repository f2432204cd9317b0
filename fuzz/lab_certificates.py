"""Any certificates, in PEM or in lines, are facts or sentences that say where: nothing else, and soon.

Honest input is cut, doubled and changed. Run it as `python -m fuzz.lab_certificates --seconds 60`; a failure
prints the seed that made it.
"""

from __future__ import annotations

import base64
import random
import time

from fuzz import changed, run
from fyke.lab.sites import certificates
from fyke.model.fact import Fact
from tests.lab.sites.hostile import certificate

SECONDS, SECONDS_PER_MB = 0.5, 20.0  # a generous bound
PEM = certificate("pills.com", "watches.net")
DER = base64.b64decode(b"".join(PEM.splitlines()[1:-1]))
SEEDS = (PEM, PEM + PEM, DER, DER, DER, b'{"name":"pills.com","not_before":"2026-01-01","key":"aa"}\n')
PIECES = (
    b"-----BEGIN CERTIFICATE-----\n", b"-----END CERTIFICATE-----\n", b"-----", b"\n", b"A", b"=", b"\x30\x82",
    b"\x80", b"\xff" * 9, b"\0", b"\x06\x03\x55\x1d\x11", b'"names":[', b'"pem":"', b"{", b"[", b"]",
)  # fmt: skip


def check(data: bytes) -> None:
    """Raise where a claim of the first line does not hold."""
    started = time.process_time()
    wrapped = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(data) + b"-----END CERTIFICATE-----\n"
    for told in (*certificates.pem(data, "f"), *certificates.pem(wrapped, "f"), *certificates.lines([data], "f")):
        assert isinstance(told, Fact) or told.startswith("f:"), told
    taken = time.process_time() - started
    assert taken < SECONDS + SECONDS_PER_MB * len(data) / 1e6, f"{taken:.2f} s for {len(data)} bytes"


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(changed(random.Random(seed), SEEDS, PIECES))  # noqa: S311  chance, not secrets


if __name__ == "__main__":
    run(attempt, __doc__)
