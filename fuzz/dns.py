"""Any bytes that come back for a question are a `Reply`, `Malformed` or `Foreign`: nothing else, and soon.

Honest messages are cut, doubled and changed. Run it as `python -m fuzz.dns --seconds 60` (or with the checkout on the
path); a failure prints the seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
import struct
import time

from bench.nameserver import plain, reply
from fuzz import run
from fyke.wire.dns import TYPES, Foreign, Malformed, message, question, read

HERE = b"\xc0\x0c"
SECONDS, SECONDS_PER_MB = 0.05, 10.0  # a generous bound: a pointer and a record of a few bytes are some microseconds
QUESTIONS = {kind: question("a.example.org", kind) for kind in TYPES}
PIECES = (
    HERE, b"\xc0\x1d", b"\xc0\xff", b"\0", b"\1x", b"\x3f" + b"x" * 63, b"\xff" * 8, b"\x80",
    *(HERE + struct.pack("!HHIH", number, 1, 60, size) for number in TYPES.values() for size in (0, 4, 300)),
)  # fmt: skip


def grow(chance: random.Random) -> tuple[bytes, bytes]:
    """What came, and the question."""
    kind = chance.choice(list(TYPES))
    sent = QUESTIONS[kind]
    query = message(7, sent)
    raw = bytearray(plain(query)[0] if chance.random() < 0.5 else reply(query, authority=0))
    raw += b"".join(chance.choice(PIECES) for _ in range(chance.choice((0, 3, 30, 3_000))))
    raw[6:12] = chance.choice((raw[6:12], b"\xff" * 6, b"\0\x02\0\x02\0\x01"))
    for _ in range(chance.choice((0, 1, 5, 40))):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(raw[: chance.choice((len(raw), chance.randrange(len(raw) + 1)))][:65_535]), sent


def check(raw: bytes, sent: bytes) -> None:
    """Raise where a claim of the first line does not hold."""
    started = time.process_time()
    try:
        said = read(raw, sent)
    except (Malformed, Foreign):
        said = None
    taken = time.process_time() - started
    assert taken < SECONDS + SECONDS_PER_MB * len(raw) / 1e6, f"{taken:.2f} s for {len(raw)} bytes"
    assert said is None or sum(map(len, said.values)) <= 255 * 4 * max(1, len(raw)), "more than was sent"


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(*grow(random.Random(seed)))  # noqa: S311  chance, not secrets


if __name__ == "__main__":
    run(attempt, __doc__)
