"""Any document of an Office program, however broken, is read or `Broken`: nothing else, and soon.

Samples of the tests are cut, doubled and changed. Run it as `python -m fuzz.office --seconds 60`; a failure prints the
seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
import time

from fuzz import run
from fyke.files.analyst import Analyst
from fyke.files.archives import TENANTS as ARCHIVES
from fyke.files.budget import Budget
from fyke.files.documents import TENANTS
from fyke.model import Analyse
from tests.files.builders import office

SECONDS = 5.0  # a generous bound for one sample: the budget, and one step after it
ANALYST = Analyst((*ARCHIVES, *TENANTS), Budget(time=1.0))
MACRO = 'Sub AutoOpen()\r\nx = "po" & Chr(119) & StrReverse("rehs")\r\nShell x, Replace("a", "a", "b")\r\nEnd Sub\r\n'
SAMPLES = (
    office.macro_doc(MACRO),
    office.macro_doc(MACRO, bytes(500) + b"\xb9\0\x0a\0ABCDEFGHIJ"),
    office.macro_sheet(
        office.call(110, "cmd"), office.call(111, "a"), b"\x1e\x41\0\x41\x6f\0", b"\x19\x04\x02\0" + bytes(9)
    ),
    office.compound({"WordDocument": bytes(600), "ObjectPool/_1/\1Ole10Native": office.native("a.exe", b"MZ" * 90)}),
    office.compound({"EncryptionInfo": b"\4\0\4\0\x40\0\0\0<keyData saltValue='A'/>", "EncryptedPackage": bytes(90)}),
    office.package({"word/_rels/a.rels": office.relation("oleObject", "http://example.org/a!")}),
    office.package({"xl/macrosheets/a.bin": b"\0\4\1\0\0\0\x08\x20" + bytes(32)}, "xl/workbook.xml"),
    b'ID;P\nO;E\nNN;NAuto_open;ER1C1\nC;X1;Y1;K0;EEXEC("calc")\n',
    b"a,b\n=cmd|'/C calc'!A0\n",
)


def grow(chance: random.Random) -> bytes:
    """A sample with bytes changed, cut or doubled."""
    raw = bytearray(chance.choice(SAMPLES))
    for _ in range(chance.choice((1, 2, 5, 40))):
        raw[chance.randrange(len(raw))] = chance.choice((0, 255, 128, chance.randrange(256)))
    if chance.random() < 0.2:
        raw = raw[: chance.randrange(len(raw)) + 1]
    if chance.random() < 0.2:
        at = chance.randrange(len(raw) + 1)
        raw[at:at] = raw[max(0, at - 512) : at] * chance.choice((1, 30))
    return bytes(raw)


def check(raw: bytes) -> None:
    """Raise where a claim of the first line does not hold."""
    started = time.process_time()
    analysis = ANALYST.analyse(Analyse("", "a.csv", "", ("word",), raw))
    assert not analysis.faults, analysis.faults
    assert time.process_time() - started < SECONDS


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(grow(random.Random(seed)))  # noqa: S311  chance, not secrets


if __name__ == "__main__":
    run(attempt, __doc__)
