"""Any bytes give the facts of a program, a shortcut or an app, or `Broken`: no other exception, in a bounded time.

Files that our tests put together are changed and cut. Run it as `python -m fuzz.programs --seconds 60`; a failure
prints the seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
import time

from fuzz import run
from fyke.files.base import Broken, Content
from fyke.files.budget import Meter
from fyke.files.programs import pe
from fyke.files.programs.apk import AndroidApps
from fyke.files.programs.axml import read as read_axml
from fyke.files.programs.carried import EmbeddedPrograms
from fyke.files.programs.facts import WindowsPrograms
from fyke.files.programs.shortcuts import ShortcutOverlays, Shortcuts
from tests.files.builders.apk import app, manifest
from tests.files.builders.lnk import shortcut
from tests.files.builders.pe import program

SEEDS = {
    "pe": program(
        {"a.dll": ["B", "#3"], "c.dll": ["D"]}, exports=("E",), company="Example", signed="own", overlay=b"x"
    ),
    "lnk": shortcut(items=("C:\\", "x.exe"), local="C:\\x.exe", target="cmd.exe", arguments="/c y", machine="z"),
    "apk": app(("INTERNET",), ("BIND_ACCESSIBILITY_SERVICE",)),
    "axml": manifest([("manifest", {"package": "a.b"}), ("uses-permission", {"name": "c"})]),
}
SECONDS = 3.0  # for one file, on a machine that does other things too


def grow(chance: random.Random) -> tuple[str, bytes]:
    """A file of a random kind with some bytes, words or ends changed."""
    kind = chance.choice(sorted(SEEDS))
    data = bytearray(SEEDS[kind])
    for _ in range(chance.choice((0, 1, 3, 20))):
        at = chance.randrange(len(data))
        if chance.random() < 0.3:
            data[at : at + 4] = chance.choice(
                (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", at.to_bytes(4, "little"))
            )
        else:
            data[at] = chance.randrange(256)
    return kind, bytes(data[: chance.choice((len(data), len(data), chance.randint(0, len(data))))])


def check(kind: str, data: bytes) -> None:
    """Raise AssertionError where a claim of the first line does not hold."""
    started = time.process_time()
    file = Content(data, "a", kind)
    for ask in {
        "pe": (lambda: WindowsPrograms().look(file), lambda: EmbeddedPrograms().open(file, Meter())),
        "lnk": (lambda: Shortcuts().look(file), lambda: ShortcutOverlays().open(file, Meter())),
        "apk": (lambda: AndroidApps().look(file),),
        "axml": (lambda: read_axml(data).elements,),
    }[kind]:
        try:
            list(ask())
        except Broken:
            pass
    assert all(0 <= section.raw_size <= len(data) for section in pe.sections(data))
    taken = time.process_time() - started
    assert taken < SECONDS, f"{taken:.2f} s"


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(*grow(random.Random(seed)))  # noqa: S311  chance, not secrets


if __name__ == "__main__":
    run(attempt, __doc__)
