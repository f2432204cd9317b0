"""Any bytes give a Message, no part of the parser fails on them, and the cost is in proportion to their number.

Run as it is, it mutates seed messages from a seeded random generator until the time is over; with atheris installed,
`--atheris` lets coverage lead. What breaks the invariant is written to `out/fuzz/` and printed with its seed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from fyke.mail import parse
from fyke.mail.defects import KINDS
from fyke.mail.limits import PARTS

ROOT = Path(__file__).parent.parent
SECONDS_FREE = 0.5  # of CPU for a message of any size ...
SECONDS_PER_MB = 0.5  # ... and for each megabyte of it; generous, for a busy machine
SEED_BYTES = 100_000  # a longer seed makes the loop slow and finds no more
TOKENS = (
    b"\n", b"\r\n", b"\r", b"\n\n", b"\0", b" ", b"\t", b'"', b"=", b"?=", b"=?utf-8?q?", b"=?x?b?", b"--", b"<", b">",
    b"@", b";", b",", b"(", b")", b"[", b"\\", b"%", b"'", b"*0*=", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\xff\xfe",
    b"+ADw-",
    b"Content-Type: ", b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: quoted-printable\n",
    b"Content-Disposition: attachment\n", b"multipart/mixed; boundary=", b"message/rfc822", b"text/html",
    b"charset=utf-16", b"From: ", b"Received: from ", b"Date: ", b"begin 644 x\n", b"http://", b"<a href=", b"<style>",
    b"&#x", b"xn--",
)  # fmt: skip


def check(raw: bytes) -> None:
    """Raise AssertionError where the invariant does not hold."""
    started = time.process_time()
    message = parse(raw)
    elapsed = time.process_time() - started
    failed = [defect.detail for defect in message.defects if defect.kind == "parser-failed"]
    assert not failed, f"a part of the parser failed: {failed}"
    unknown = {defect.kind for defect in message.defects} - KINDS.keys()
    assert not unknown, f"unknown kinds of defects: {unknown}"
    assert sum(1 for _ in message.root.walk()) <= PARTS + 1, "more parts than the limit"
    assert elapsed < SECONDS_FREE + SECONDS_PER_MB * len(raw) / 1e6, f"{elapsed:.2f} s for {len(raw)} bytes"


def seeds() -> list[bytes]:
    """Our own torture messages, and those of the packs where they are unpacked."""
    paths = sorted((ROOT / "tests" / "golden" / "parse").glob("*.eml"))
    packs = Path(os.environ.get("FYKE_CORPORA", ROOT.parent / "shared" / "corpora"))
    paths += sorted((packs / "torture").glob("**/*.eml"))
    return [raw for path in paths if len(raw := path.read_bytes()) <= SEED_BYTES] or [b"From: a\n\nb"]


def _place(raw: bytes, chance: random.Random) -> int:
    return chance.randrange(len(raw) + 1)


def _flip(raw: bytes, chance: random.Random, _other: bytes) -> bytes:
    at = _place(raw, chance)
    return raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]


def _cut(raw: bytes, chance: random.Random, _other: bytes) -> bytes:
    first, last = sorted((_place(raw, chance), _place(raw, chance)))
    return raw[:first] + raw[last:]


def _repeat(raw: bytes, chance: random.Random, _other: bytes) -> bytes:
    first = _place(raw, chance)
    piece = raw[first : first + chance.randrange(1, 200)]
    return raw[:first] + piece * chance.choice((2, 3, 100)) + raw[first:]


def _insert(raw: bytes, chance: random.Random, _other: bytes) -> bytes:
    at = _place(raw, chance)
    return raw[:at] + chance.choice(TOKENS) * chance.choice((1, 1, 1, 2, 500)) + raw[at:]


def _splice(raw: bytes, chance: random.Random, other: bytes) -> bytes:
    return raw[: _place(raw, chance)] + other[_place(other, chance) :]


def _returns(raw: bytes, chance: random.Random, _other: bytes) -> bytes:
    return raw.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n", b"\n ")))


MUTATIONS: tuple[Callable[[bytes, random.Random, bytes], bytes], ...] = (
    _flip, _cut, _repeat, _insert, _insert, _splice, _returns,
)  # fmt: skip


def mutate(raw: bytes, chance: random.Random, pool: list[bytes]) -> bytes:
    """A message with one to six things wrong that were right before."""
    for _ in range(chance.randrange(1, 7)):
        raw = chance.choice(MUTATIONS)(raw, chance, chance.choice(pool))[: 4 * SEED_BYTES]
    return raw


def loop(seconds: float, seed: int) -> int:
    """Mutate and check until the time is over; 1 where the invariant broke."""
    pool = seeds()
    until = time.monotonic() + seconds
    count = 0
    while time.monotonic() < until:
        raw = mutate(pool[count % len(pool)], random.Random(seed + count), pool)  # noqa: S311  no secret
        try:
            check(raw)
        except Exception as error:
            path = ROOT / "out" / "fuzz" / f"parse-{hashlib.sha256(raw).hexdigest()[:16]}.eml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
            print(f"seed {seed + count}: {type(error).__name__}: {error}; written to {path}")
            return 1
        count += 1
    print(f"{count:,} messages of {len(pool):,} seeds from seed {seed} on: the invariant held")
    return 0


def main() -> int:
    """Choose between the loop and atheris."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--seed", type=int, default=0, help="the first of the random generator's seeds")
    options.add_argument("--atheris", action="store_true", help="let coverage lead; needs atheris")
    chosen, rest = options.parse_known_args()
    if not chosen.atheris:
        return loop(chosen.seconds, chosen.seed)
    import atheris  # noqa: PLC0415  not everybody has it

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], f"-max_total_time={chosen.seconds:.0f}", *rest], check)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
