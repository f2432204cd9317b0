"""Any text is folded and unfolded: no exception but `Broken`, in proportion to its size, to no more than its budget.

Texts are grown from pieces that have a meaning here, some of them many times. Run it as
`python -m fuzz.scripts --seconds 60`; a failure prints the seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import base64
import random
import time

from fuzz import run
from fyke.files.analyst import Analyst
from fyke.files.scripts import TENANTS
from fyke.model import Analyse

PIECES = r"""
"a" 'b' " ' + & , ; ( ) [ ] { } = . \ \x41 \u0042 %u0043 %41 ` ^ %a% %a:~0,2% %a:b=c% set~a=%a% x=" $x= var~x= .split(
.join( .reverse() .replace( /x/g StrReverse( Replace( Chr( ChrW(&H41) String.fromCharCode( 65,66,67 [char]65 [char[]](
-join -f {0}{1} atob( unescape( eval( iex powershell~-enc WScript.Shell MSXML2.XMLHTTP http://example.test/a #@~^
DgAAAA== ==^#~@ \ko$K6 <script> </script> <script~language=vbs> 0x4d,0x5a TVqQAAMAAAAEAAAA 4d5a9000 DeflateStream
"""
WORDS = [piece.replace("~", " ") for piece in PIECES.split()] + [" ", "\n", "\r\n", "\0", "é", " _\n"]
NAMES = ("a.js", "a.vbs", "a.ps1", "a.bat", "a.hta", "a.wsf", "a.py", "a.reg", "a.php", "a.jse")
ANALYST = Analyst(TENANTS)
SECONDS = 8.0  # the budget's five, and what scanners do after


def grow(chance: random.Random) -> tuple[str, bytes]:
    """A script of random pieces."""
    kinds = chance.sample(WORDS, chance.randint(1, 15))
    text = "".join(chance.choice(kinds) * chance.choice((1, 1, 1, 2, 9, 600)) for _ in range(chance.randint(1, 90)))
    if chance.random() < 0.2:
        text = f"x='{base64.b64encode(text.encode()).decode()}'; iex"
    data = text.encode(chance.choice(("utf-8", "utf-8", "utf-16")))
    return chance.choice(NAMES), data[: chance.choice((300, 5_000, 600_000))]


def check(name: str, data: bytes) -> None:
    """Raise AssertionError where a claim of the first line does not hold."""
    started = time.process_time()
    analysis = ANALYST.analyse(Analyse("", name, content=data))
    taken = time.process_time() - started
    assert not analysis.faults, analysis.faults
    assert taken < SECONDS, f"{taken:.2f} s"


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(*grow(random.Random(seed)))  # noqa: S311  chance, not secrets


if __name__ == "__main__":
    run(attempt, __doc__)
