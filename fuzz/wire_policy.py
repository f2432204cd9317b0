"""Any bytes that a client of the policy door sends are requests or one error, in memory that a request's limit bounds.

Honest requests are cut, doubled and changed. Run it as `python -m fuzz.wire_policy --seconds 60`; a failure prints the
seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
from itertools import pairwise

from fuzz import run
from fyke.wire.policy import REQUEST_BYTES, TEXT_BYTES, Connection, RemoteProtocolError, Request, State

PIECES = (
    b"request=smtpd_access_policy\n", b"protocol_state=RCPT\n", b"protocol_state=DATA\n", b"sender=\n", b"\n", b"\n\n",
    b"recipient=bob@example.org\n", b"client_address=192.0.2.7\n", b"instance=1.2.3\n", b"helo_name=\xff\n",
    b"=", b"\0",
    b"a" * 90 + b"=" + b"x" * 9_000 + b"\n", b"size=1\r\n", b"request=smtpd_access_policy\nqueue_id=1\n\n",
)  # fmt: skip


def grow(chance: random.Random) -> list[bytes]:
    """What came, in the pieces in which it came."""
    raw = bytearray(b"".join(chance.choice(PIECES) for _ in range(chance.choice((1, 3, 9, 300)))))
    if chance.random() < 0.5:
        raw[:0] = PIECES[-1] * chance.randrange(4)
    for _ in range(chance.choice((0, 0, 1, 9))):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    marks = sorted({0, len(raw), *(chance.randrange(len(raw)) for _ in range(chance.choice((0, 2, 50))))})
    return [bytes(raw[a:b]) for a, b in pairwise(marks)]


def check(pieces: list[bytes], chance: random.Random) -> None:
    """Raise where a claim of the first line does not hold."""
    connection = Connection()
    try:
        for piece in (*pieces, b""):
            connection.receive(piece)
            while isinstance(event := connection.next_event(), Request):
                assert sum(len(name) + len(value) for name, value in event.attributes.items()) <= 4 * REQUEST_BYTES
                text = "".join(map(chr, chance.choices(range(300), k=chance.choice((0, 5, 2_000)))))
                said = chance.choice((connection.defer, connection.reject))(text)
                assert said.startswith(b"action=")
                assert said.index(b"\n") == len(said) - 2 <= TEXT_BYTES + 8, said
    except RemoteProtocolError:
        assert connection.state is State.DONE
        assert connection.next_event() is None


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    chance = random.Random(seed)  # noqa: S311  chance, not secrets
    check(grow(chance), chance)


if __name__ == "__main__":
    run(attempt, __doc__)
