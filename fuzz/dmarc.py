"""Any record and any answer is taken without error, in few questions, to a policy that there is; nothing breaks out.

That is: whatever is written into Authentication-Results stays one value of it, and whatever stands in one is read.
Inputs are grown from pieces that mean something here. Run it as `python -m fuzz.dmarc --seconds 60`; a failure prints
the seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
import time

from fuzz import run
from fyke.detect.auth.dmarc import IDENTIFIERS, evaluate
from fyke.detect.auth.dmarc_record import POLICIES, read
from fyke.detect.auth.results import Told, fold
from fyke.detect.auth.results import read as read_field
from fyke.model import UNKNOWN, Records
from fyke.model.auth import AuthResult, Identifier

SECONDS = 0.5  # for an input of at most `CHARS`
CHARS = 20_000
QUESTIONS = 80  # of one mail: a walk for the author, one for each of five others, one whether the name is there

PIECES = (
    "v=DMARC1", "v=dmarc1", ";", "; ", "=", "p=", "sp=", "np=", "reject", "quarantine", "none", "psd=y", "psd=n",
    "psd=u",
    "t=y", "adkim=s", "aspf=r", "rua=mailto:a@example.com", "ruf=", "fo=1:d:s", "pct=0", ",", "!", "10m", " ", "\t",
    "\0",
    "\r\n", "\u0430", "\ud800", "(", ")", "\\", '"', "/1", "spf=pass", "dkim", "reason=", "header.d=", "example.com",
    "mx.example.net", "none",
)  # fmt: skip
NAMES = (
    "example.com",
    "a.example.com",
    "b.example.com",
    "a.b.c.d.e.f.g.h.example.com",
    "com",
    "example.net",
    "",
    "..",
    "x y",
)


def check(data: str, chance: random.Random) -> None:
    """Raise AssertionError where the invariant does not hold for the input."""
    begin = time.process_time()
    record = read("example.com", data)
    assert record.p in POLICIES
    assert record.psd in ("y", "n", "u")
    _check_result(data, chance)
    results = [Told("spf", "fail", data[:500], (("smtp.mailfrom", data),)), Told("dmarc", "pass")]
    field = fold("mx.example.net", results)
    assert "\r\n\r\n" not in field
    again = read_field(field.replace("\r\n", ""))
    assert [(each.method, each.result) for each in again.results] == [("spf", "fail"), ("dmarc", "pass")], field
    read_field(data)
    assert time.process_time() - begin < SECONDS, "slow"


def _check_result(data: str, chance: random.Random) -> None:
    """The result of a mail whose every answer is drawn by lot."""
    kinds = tuple(AuthResult)
    identifiers = [
        Identifier(chance.choice(("spf", "dkim")), chance.choice(NAMES), chance.choice(kinds))
        for _ in range(chance.randint(0, 30))
    ]
    asking, asked = evaluate([chance.choice(NAMES)], identifiers), 0
    answers = (UNKNOWN, Records(exists=False), Records(), Records((data,)), Records((data, "v=DMARC1; p=reject")))
    try:
        next(asking)
        while True:
            asked += 1
            asking.send(chance.choice(answers))
    except StopIteration as end:
        result = end.value
    assert asked <= QUESTIONS, asked
    assert result.policy in POLICIES
    assert POLICIES.index(result.disposition) <= POLICIES.index(result.policy)
    assert len(result.aligned) <= IDENTIFIERS
    if result.result is AuthResult.PASS:
        assert any(each.holds and each.identifier.result is AuthResult.PASS for each in result.aligned)


def grow(seed: int) -> str:
    """An input out of pieces that mean something, some of them repeated."""
    chance = random.Random(seed)  # noqa: S311 - the same input for the same seed is what is wanted
    pieces = chance.choices(PIECES, k=chance.randint(1, 30))
    if chance.random() < 0.5:
        pieces[:0] = ["v=DMARC1", ";"]
    if chance.random() < 0.1:
        pieces *= chance.randint(2, 300)
    return "".join(pieces)[:CHARS]


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(grow(seed), random.Random(seed))  # noqa: S311  chance, not secrets


if __name__ == "__main__":
    run(attempt, __doc__)
