"""Any record, sender, HELO and answer makes an SPF result in bounded time and questions; every name asked can be asked.

Inputs are grown from pieces that mean something here. Run it as `python -m fuzz.spf --seconds 60`; a failure prints
the seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
import time

from fuzz import run
from fyke.detect.auth import names, spf
from fyke.detect.auth.spf_macro import EXPLANATION_CHARS, is_name
from fyke.model import UNKNOWN, Dns, Records, Unknown

SECONDS = 0.5  # for one evaluation with its answers
QUESTIONS = 123  # the record, ten terms with ten hosts each, the client's eleven, an explanation

TERMS = (
    " ", " ", "  ", "\t", "+", "-", "~", "?", "all", "-all", "a", "mx", "ptr", "include:", "exists:", "redirect=",
    "exp=", "ip4:", "ip6:", "x=", "/24", "//64", "/33", "/0", "/032", "%{d}", "%{d2}", "%{ir}", "%{l1r-}", "%{P}",
    "%{H}", "%{s}", "%{o9999999999}", "%{l.-+,/_=}", "%%", "%_", "%-", "%", "{", "}", ":", "=", ".", "..",
    "example.com",
    "a.example.net", "192.0.2.0", "2001:db8::", "::ffff:1.2.3.4", "999", "\x00", "\xff", "\x96", "xn--", "\u00e4",
    "museum",
)  # fmt: skip
VALUES = (
    "192.0.2.7", "2001:db8::7", "10 mx.example.com", "0 .", "10 ", "x", "", "1.2", "999.1.1.1", "\x00",
    "mx.example.com", "Mail.Example.NET.", "a..b", "\ud800", "\u00e4.example.com", "text of %{c} at %{t}", "%{p}",
)  # fmt: skip
SENDERS = ("", "<>", "@", "ann@example.com", "ann@", "\u00e4@example.com", "a@[192.0.2.7]", "a@b", "\ud800@example.com")
CLIENTS = ("192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7", "", "x", "fe80::1%eth0", "[192.0.2.7]")


def check(seed: int) -> None:
    """Raise AssertionError where the invariant does not hold for the input of a seed."""
    chance = random.Random(seed)  # noqa: S311 - the same input for the same seed is what is wanted
    begin = time.process_time()
    helo = chance.choice((*SENDERS, "mx.example.net", "[192.0.2.7]", "x" * 2_000))
    asking = spf.check(chance.choice(CLIENTS), chance.choice(SENDERS) or grow(chance), helo, "mx.example.test")
    asked = 0
    try:
        query = next(asking)
        while True:
            queries = query if isinstance(query, tuple) else (query,)
            asked += len(queries)
            assert asked <= QUESTIONS, "asks too much"
            assert all(is_name(each.name) for each in queries), queries
            told = tuple(answer(each, chance) for each in queries)
            query = asking.send(told if isinstance(query, tuple) else told[0])
    except StopIteration as end:
        result = end.value
    assert result.reason.isprintable(), result.reason
    assert len(result.reason) < 2_500, "a long reason"
    assert len(result.explanation) <= EXPLANATION_CHARS
    assert result.explanation == "" or result.explanation.isprintable()
    ip = names.read_ip(chance.choice(CLIENTS))
    if ip is not None:
        for other in (
            names.look_up_host(ip),
            names.look_up_helo(helo, ip),
            names.look_up_origin(ip, "o.test", "o6.test"),
        ):
            drive(other, chance)
    drive(names.look_up_mail_domain(grow(chance)), chance)
    assert time.process_time() - begin < SECONDS, "slow"


def drive(asking, chance: random.Random) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - any look-up
    """Answer a look-up at random until it is done."""
    try:
        query = next(asking)
        while True:
            told = tuple(answer(each, chance) for each in (query if isinstance(query, tuple) else (query,)))
            query = asking.send(told if isinstance(query, tuple) else told[0])
    except StopIteration:
        pass


def answer(query: Dns, chance: random.Random) -> Records | Unknown:
    """Something, mostly of the kind that was asked for."""
    dice = chance.random()
    if dice < 0.05:
        return UNKNOWN
    if dice < 0.15:
        return Records(exists=chance.random() < 0.5)
    if query.type == "TXT":
        return Records(tuple(f"v=spf1 {grow(chance)}" for _ in range(1 if dice < 0.95 else 2)))
    return Records(tuple(chance.choices(VALUES, k=chance.choice((1, 2, 5, 30)))))


def grow(chance: random.Random) -> str:
    """A text out of pieces that mean something, some of them repeated."""
    pieces = chance.choices(TERMS, k=chance.randint(1, 12))
    if chance.random() < 0.05:
        pieces *= chance.randint(2, 300)
    return "".join(pieces)


if __name__ == "__main__":
    run(check, __doc__)
