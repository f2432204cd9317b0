"""Any lines are signatures or are refused; any bytes are scanned with them in time, and nothing is raised.

Lines are grown from pieces that have a meaning in ClamAV's formats. Run it as `python -m fuzz.signatures --seconds 60`;
a failure prints the seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

from fuzz import run
from fyke.files.base import Content
from fyke.files.signatures import compiling
from fyke.files.signatures.database import Signatures

PIECES = """: ; , | & ( ) ! * ?? a? ?b {2} {1-9} {-7} {3-} [1-4] (61|62) (6162|63) !(6162|6364) (B) (L) (W)
616263 00 4d5a
0000 ff 0 1 2 7 EP+0 EOF-9 S0+1 SE0 SL+4 ,5 Target:1 Target:0 Engine:51-255 FileSize:1-9 0&1 0|1 0>1 0=0 (0|1)>1,2
/a+b/i
/(a|b)*c/ ::iw ::f 44d88612fea8a8f36de82e1278abb02f :5: CL_TYPE_ZIP Name # / = \u00e9""".split()
SUFFIXES = ("ndb", "ldb", "hdb", "hsb", "mdb", "db", "cdb", "fp", "txt", "ign2")
BYTES = (b"abc", b"MZ", b"\x7fELF", b"\0\0\0\0", b"<html>", b"<!--", b"PK\3\4", b"ab", bytes(range(256)), b"aaaa")
SECONDS = 5.0


def grow(chance: random.Random) -> tuple[dict[str, str], bytes]:
    """Databases, and a file."""
    databases = {}
    for suffix in chance.sample(SUFFIXES, 4):
        lines = []
        for _ in range(chance.randint(1, 12)):
            body = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 12)))
            head = {"ndb": f"N:{chance.choice('0137')}:*:", "ldb": f"N;Target:0;{chance.choice(('0', '0&1', '0>1'))};"}
            lines.append((head.get(suffix, "") if chance.random() < 0.8 else "") + body)
        databases[f"a.{suffix}"] = "\n".join(lines)
    data = b"".join(chance.choice(BYTES) * chance.choice((1, 1, 3, 5_000)) for _ in range(chance.randint(0, 20)))
    return databases, data


def check(databases: dict[str, str], data: bytes, kind: str) -> None:
    """Raise AssertionError where a claim of the first line does not hold."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = 0
        for file, text in databases.items():
            (folder / file).write_text(text)
            kept = [line.strip() for line in text.split("\n")]
            if not file.endswith("ign2"):
                lines += sum(bool(line) and not line.startswith("#") for line in kept)
        loaded = compiling.compile([folder], folder / "cache")
        assert loaded.signatures + sum(loaded.refused.values()) == lines, loaded
        signatures = Signatures.open(folder / "cache")
        started = time.process_time()
        signatures.hits(Content(data, kind=kind))
        taken = time.process_time() - started
        assert taken < SECONDS, f"{taken:.2f} s"


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    chance = random.Random(seed)  # noqa: S311  chance, not secrets
    databases, data = grow(chance)
    check(databases, data, chance.choice(("pe", "elf", "html", "text", "data", "zip")))


if __name__ == "__main__":
    run(attempt, __doc__)
