"""The traits of any mail are short and told the same twice; a name has one key in any case and order of its words.

Mails are grown from fields that matter here. Run it as `python -m fuzz.traits --seconds 60`; a failure prints the seed
that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
import time

from fuzz import run
from fyke.mail import parse
from fyke.mail.traits import ADDRESS_CHARS, NAME_CHARS, PROGRAM_CHARS, name_key, traits
from fyke.model.known import REFERENCES

SECONDS = 1.0
FIELDS = (
    b"From", b"From", b"Reply-To", b"Message-ID", b"In-Reply-To", b"References", b"X-Mailer", b"User-Agent",
    b"Auto-Submitted", b"Precedence", b"X-Autoreply", b"Sender", b"Subject",
)  # fmt: skip
WORDS = (
    b"Ann Example", b"<ann@example.net>", b"ann@example.net", b"\"a, b\" <c@d>", b",", b"<1@example.net>", b"<",
    b">", b"@", b"=?utf-8?q?J=C3=BCrgen?=", b"=?utf-8?b?0JDQvdC90LA=?=", "Анна Пример".encode(), "山田太郎".encode(),
    b"via", b"no", b"auto-replied; x", b"bulk", b"Thunderbird 9.1", b"\xff", b"\0", b"x" * 400, b"\r\n ", b"\n\t", b" ",
    b";", b"(", b")", "\u202e\u200b".encode(), b"xn--e1afmkfd", b"1/2",
)  # fmt: skip
NAMES = (
    "Ann",
    "Éva",
    "Анна",
    "O'Neil",
    "Lee",
    "山田",
    "太郎",
    "von",
    "der",
    "Example",
    "ＡＮＮ",
    "Müller-Lüdenscheidt",
)


def grow(chance: random.Random) -> bytes:
    """A mail."""
    lines = []
    for _ in range(chance.choice((1, 4, 12))):
        value = b" ".join(chance.choice(WORDS) for _ in range(chance.choice((0, 1, 3, 9, 400))))
        lines.append(chance.choice(FIELDS) + b": " + value + b"\r\n")
    return b"".join(lines) + b"\r\nThe minutes.\r\n"


def check(raw: bytes) -> None:
    """Raise where a claim of the first line does not hold."""
    begin = time.process_time()
    found = traits(parse(raw))
    assert found == traits(parse(raw)), "told in two ways"
    assert len(found.author) <= ADDRESS_CHARS
    assert len(found.reply_to) <= ADDRESS_CHARS
    assert len(found.name) <= NAME_CHARS
    assert len(found.program) <= PROGRAM_CHARS
    assert len(found.message_id) <= 250
    assert len(found.refers_to) <= REFERENCES
    assert found.author == found.author.lower()
    assert found.author != found.reply_to or not found.author, "a reply to the author is none to another"
    assert time.process_time() - begin < SECONDS, "slow"


def check_name(chance: random.Random) -> None:
    """The same person in another order and case."""
    words = [chance.choice(NAMES) for _ in range(chance.choice((1, 2, 3, 6)))]
    name, other = " ".join(words), " ".join(chance.sample(words, len(words)))
    assert name_key(name) == name_key(other) == name_key(f" {name.upper()} "), name


def attempt(seed: int) -> None:
    """Make the inputs of a seed, and check them."""
    chance = random.Random(seed)  # noqa: S311  chance, not secrets
    check(grow(chance))
    check_name(chance)


if __name__ == "__main__":
    run(attempt, __doc__)
