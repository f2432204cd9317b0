"""A small world of mail with known campaigns, for measuring how they are found. It is hard on purpose.

Each gang has its template, its program, its paths and its shifting domains; each mail has a share of its words
exchanged. Copycats take another's text and put their own links in; honest senders write letters to many, and to one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from msgspec import Struct

SYLLABLES = [one + two for one in "bdfklmnprstvz" for two in "aeiou"]
GLUE = "the of and to in for is on with you that this are be or as at your from it we our will an by not have".split()
GOODS = ("pills", "watches", "software", "dating")
NAMES = "anna boris carla david elena frank greta hans irene jonas karla leo maria nina oscar paula rita".split()


class Made(Struct, frozen=True):
    """A mail and the campaign that it is of; empty for a mail of its own."""

    raw: bytes
    campaign: str
    at: datetime
    client: str = ""


class Program(Struct, frozen=True):
    """How a botnet, or a mail program, writes its header."""

    fields: tuple[str, ...]
    mailer: str
    form: str
    html: bool


class Template(Struct, frozen=True):
    """What a campaign's mails are made from."""

    name: str
    words: tuple[str, ...]
    subject: tuple[str, ...]
    programs: tuple[Program, ...]
    paths: tuple[str, ...]
    domains: tuple[str, ...]
    shell: str
    churn: float
    size: int


class World:
    """A world by its seed. Equal seeds and knobs make equal worlds."""

    def __init__(self, seed: int, *, churn: float = 0.25, campaigns: int = 40, copycats: float = 0.25) -> None:
        """`copycats` is the share of campaigns whose text is another's."""
        self.dice = random.Random(seed)
        dice = self.dice
        self.words = [self._word() for _ in range(6_000)]
        self.topics = {goods: dice.sample(self.words, 150) for goods in GOODS}
        self.programs = [self._program() for _ in range(8)]
        self.templates: list[Template] = []
        for number in range(campaigns):
            copied = dice.choice(self.templates) if self.templates and dice.random() < copycats else None
            self.templates.append(self._template(f"campaign-{number}", copied, churn))

    def _word(self) -> str:
        return "".join(self.dice.choice(SYLLABLES) for _ in range(self.dice.choice((2, 2, 3, 3, 4))))

    def _program(self) -> Program:
        dice = self.dice
        fields = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"]
        fields += dice.sample(
            ["Reply-To", "X-Priority", "X-Mailer", "Importance", "Organization", "X-MSMail-Priority"], 2
        )
        dice.shuffle(fields)
        form = dice.choice(("{hex8}.{hex8}@{domain}", "{digits}.{hex8}@mail.{domain}", "{hex8}${digits}@{name}"))
        return Program(tuple(fields), f"{self._word()} {dice.randint(1, 9)}.0", form, dice.random() < 0.5)

    def _text(self, topic: list[str], count: int) -> tuple[str, ...]:
        """Words as texts have them: glue, those of the trade, and any."""
        dice, found = self.dice, []
        for _ in range(count):
            kind = dice.random()
            found.append(dice.choice(GLUE) if kind < 0.35 else dice.choice(topic) if kind < 0.6 else self._frequent())
        return tuple(found)

    def _frequent(self) -> str:
        """Any word, some far more often than others."""
        return self.words[min(int(self.dice.paretovariate(0.6)) - 1, len(self.words) - 1) % len(self.words)]

    def _template(self, name: str, copied: Template | None, churn: float) -> Template:
        dice = self.dice
        topic = self.topics[dice.choice(GOODS)]
        words = self._text(topic, dice.randint(60, 220))
        subject = self._text(topic, dice.randint(4, 8))
        if copied is not None:
            words = tuple(word if dice.random() < 0.9 else dice.choice(topic) for word in copied.words)
            subject = copied.subject
        kind = dice.choice(
            ("/{w}/{d}", "/{w}.php?id={d}", "/{w}/{w}/{x}", "/?{w}={x}", "/{x}/{w}.html", "/~{w}/{d}.asp")
        )
        fixed = kind.replace("{w}", self._word(), 1).replace("{w}", self._word(), 1)
        return Template(
            name=name,
            words=words,
            subject=subject,
            programs=tuple(dice.sample(self.programs, dice.choice((1, 1, 2)))),
            paths=(fixed,),
            domains=tuple(f"{self._word()}{self._word()}.example" for _ in range(dice.randint(3, 8))),
            shell=dice.choice(("p", "div", "table")),
            churn=churn,
            size=int(20 * dice.paretovariate(0.9)),
        )

    def mails(self, most: int = 150) -> Iterator[Made]:
        """All mails, in no order."""
        start = datetime(2026, 6, 1, tzinfo=UTC)
        for template in self.templates:
            count = min(template.size, most)
            for number in range(count):
                yield self._mail(template, number / count, start)
        for number in range(len(self.templates) * 10):
            yield self._honest(number, start)
        for number in range(max(3, len(self.templates) // 8)):
            yield from self._letters(number, start)

    def _mail(self, template: Template, progress: float, start: datetime) -> Made:
        dice = self.dice
        words = [self.dice.choice(self.words) if dice.random() < template.churn else word for word in template.words]
        subject = [dice.choice(self.words) if dice.random() < template.churn else word for word in template.subject]
        domain = template.domains[min(int(progress * len(template.domains)), len(template.domains) - 1)]
        path = (
            template.paths[0].replace("{d}", str(dice.randint(1, 9_999))).replace("{x}", f"{dice.getrandbits(32):08x}")
        )
        at = start + timedelta(days=21 * progress, seconds=dice.randint(0, 40_000))
        program = dice.choice(template.programs)
        raw = self._raw(words, subject, f"http://www.{domain}{path}", (program, template.shell, at))
        return Made(raw, template.name, at, f"{dice.randint(1, 223)}.{dice.randint(0, 255)}.{dice.randint(0, 255)}.9")

    def _honest(self, number: int, start: datetime) -> Made:
        dice = self.dice
        words = self._text(dice.sample(self.words, 40), dice.randint(15, 200))
        at = start + timedelta(seconds=dice.randint(0, 21 * 86_400))
        link = f"https://{self._word()}.example/{self._word()}/{number}" if dice.random() < 0.5 else ""
        return Made(self._raw(words, words[:5], link, (dice.choice(self.programs), "p", at)), "", at, "192.0.2.7")

    def _letters(self, number: int, start: datetime) -> Iterator[Made]:
        """A letter of an honest firm to many, each time with other news."""
        dice = self.dice
        site, program, shell = f"{self._word()}-letter.example", dice.choice(self.programs), "table"
        foot = self._text(self.words[:200], 25)
        for issue in range(3):
            words = (*self._text(dice.sample(self.words, 60), 150), *foot)
            for _ in range(15):
                at = start + timedelta(days=7 * issue, seconds=dice.randint(0, 3_000))
                link = f"https://{site}/issue/{issue}/{dice.randint(1, 9999)}"
                raw = self._raw(words, words[:6], link, (program, shell, at))
                yield Made(raw, f"letter-{number}-{issue}", at, "198.51.100.3")

    def _raw(
        self, words: Sequence[str], subject: Sequence[str], link: str, how: tuple[Program, str, datetime]
    ) -> bytes:
        """The mail as its program writes it; `how` is the program, the element around a line, and the time."""
        dice, (program, shell, at) = self.dice, how
        to = f"{dice.choice(NAMES)}.{dice.choice(NAMES)}@our.example"
        lines = [" ".join(words[first : first + 12]) for first in range(0, len(words), 12)]
        lines.insert(0, f"Dear {to.partition('.')[0]},")
        text = "\n".join((*lines, link, ""))
        if program.html:
            rows = "".join(f"<{shell}>{line}</{shell}>" for line in lines)
            text = (
                f"<html><body>{rows}<a href='{link}'>{words[0]}</a></body></html>" if link else f"<html>{rows}</html>"
            )
        values = self._values(program, at) | {"To": to, "Subject": " ".join(subject)}
        head = "".join(f"{field}: {values[field]}\r\n" for field in program.fields)
        return (head + "\r\n" + text).encode()

    def _values(self, program: Program, at: datetime) -> dict[str, str]:
        dice, name = self.dice, self._word()
        number = program.form.replace("{digits}", str(dice.randint(10**13, 10**14 - 1)))
        number = number.replace("{domain}", f"{name}.example").replace("{name}", name)
        while "{hex8}" in number:
            number = number.replace("{hex8}", f"{dice.getrandbits(32):08x}", 1)
        return {
            "From": f"{name} <{name}@{name}.example>",
            "Reply-To": f"<{name}@{name}.example>",
            "Date": format_datetime(at),
            "Message-ID": f"<{number}>",
            "MIME-Version": "1.0",
            "Content-Type": f"text/{'html' if program.html else 'plain'}; charset=utf-8",
            "X-Priority": "3",
            "X-Mailer": program.mailer,
            "Importance": "normal",
            "Organization": name,
            "X-MSMail-Priority": "Normal",
        }
