"""Any fields of a client of rspamd are an envelope, a reply has a line for each fact, and packed bodies are bounded.

Run it as `python -m fuzz.wire_rspamd --seconds 60`; a failure prints the seed that made it, and `--seed` makes it
again.
"""

from __future__ import annotations

import random

import msgspec

from fuzz import run
from fyke.wire.packed import PackedError, opened, pack
from fyke.wire.rspamd import RECIPIENTS, Reply, SymbolTold, asked, legacy_text, message_id, modern, older

MOST = 5_000
NAMES = ("ip", "helo", "from", "rcpt", "flags", "shm", "shm-offset", "file", "compression", "tls-cipher", "url-format")
PIECES = (
    "<", ">", ",", '"', "\\", "a@b", "<a@b>", " ", "[", "]", "\r\n", "\0", "9", "-1", "\ufffd", "\u2028", "\ud800",
    "body_block", "x" * 300, "\u0661", ":",
)  # fmt: skip
HEADS = (b"Message-ID: <a@b>\r\n", b"message-id:", b"\r\n", b"\n\n", b"X: y\n", b"\xff", b"x" * 70_000)


def text(chance: random.Random) -> str:
    """Some words."""
    return "".join(chance.choice(PIECES) for _ in range(chance.choice((0, 1, 3, 9, 300))))


def check_fields(chance: random.Random) -> None:
    """An envelope comes of them."""
    told = asked(tuple((chance.choice(NAMES), text(chance)) for _ in range(chance.choice((0, 3, 30)))))
    assert len(told.rcpts) <= RECIPIENTS
    assert all(told.rcpts), "a recipient without a name"
    assert told.shm_offset >= 0
    assert told.shm_length >= 0
    raw = b"".join(chance.choice(HEADS) for _ in range(chance.choice((0, 1, 3, 9))))
    assert len(message_id(raw)) <= 998
    line = chance.choice((b"CHECK RSPAMC/1.3", b"PING RSPAMC/1.2", raw[:99]))
    assert modern(line) == line or b" HTTP/1.0\r\n" in modern(line)


def check_reply(chance: random.Random) -> None:
    """Its lines are as many as it has things to say."""
    symbols = {f"S{n}": SymbolTold(f"S{n}", chance.uniform(-9, 9), 1.0, text(chance), [text(chance)]) for n in range(3)}
    reply = Reply(False, 1.0, 15.0, "no action", {}, symbols, {"smtp_message": text(chance)}, 0.1, [], [], text(chance))
    assert legacy_text(reply).count(b"\n") == 3 + 3 + 1 + 1 + 1, "a text breaks its line"
    clean = msgspec.structs.replace(reply, symbols={}, messages={}, message_id="")
    assert msgspec.json.decode(msgspec.json.encode(older(clean)))["default"]["action"] == "no action"


def check_packed(chance: random.Random) -> None:
    """Not more than the limit comes out."""
    coding = chance.choice(("zstd", "gzip"))
    packed = bytearray(pack(coding, chance.choice((b"", b"The minutes.\r\n" * 99, bytes(100_000)))))
    packed *= chance.choice((1, 1, 2))
    for _ in range(chance.choice((0, 1, 9))):
        packed[chance.randrange(len(packed))] = chance.randrange(256)
    try:
        assert len(opened(coding, bytes(packed[: chance.choice((None, 5))]), MOST)) <= MOST
    except PackedError:
        return


def attempt(seed: int) -> None:
    """Make the inputs of a seed, and check them."""
    chance = random.Random(seed)  # noqa: S311  chance, not secrets
    check_fields(chance)
    check_reply(chance)
    check_packed(chance)


if __name__ == "__main__":
    run(attempt, __doc__)
