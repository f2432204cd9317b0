"""A second world of mail with known campaigns, made by other means than the first: sentences with choices in them.

Each sentence has slots with synonyms; sentences are left out and change places; mails are plain, HTML, or both, with
pictures and hidden words of their own; links have many forms; texts are in three languages. Copycats, platforms that
write receipts for many shops, and people who answer each other stand between.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from msgspec import Struct

from bench.campaign_world import Made

LETTERS = {"en": "etaoinshrdlu", "de": "enisratdhulcg", "fr": "esaitnrulodcm"}
ENDINGS = {"en": ("ing", "ed", "tion", "er", "ly", ""), "de": ("en", "ung", "lich", "er", "keit", ""),
           "fr": ("er", "ment", "tion", "eur", "ait", "")}  # fmt: skip
GLUE = {"en": "the a of to your and for with this our is".split(), "de": "der die und mit von das sie ist auf".split(),
        "fr": "le la de et pour avec vous votre est une".split()}  # fmt: skip
LINKS = (
    "https://{host}/{fix}?u={hex}", "http://{word}.{host}/{fix}/{num}", "https://{host}/r/?to={b64}",
    "http://{host}/{num}/{fix}.html", "https://{host}/#{hex}", "https://{fix}-{num}.{host}/",
)  # fmt: skip
MAILERS = ("", "PHPMailer 6.1", "Sendmate 4", "iMail 16.0", "MassPost 2.2")
SKIPPED = 0.12  # of the sentences, in each mail
SYNONYMS = 4


class Text(Struct, frozen=True):
    """Sentences of slots; the first of a slot's words is what it usually says."""

    language: str
    sentences: tuple[tuple[tuple[str, ...], ...], ...]
    subject: tuple[tuple[str, ...], ...]


class Sender(Struct, frozen=True):
    """Who sends, and how."""

    text: Text
    hosts: tuple[str, ...]
    link: str
    fixed: str
    mailer: str
    shells: tuple[str, ...]
    greets: bool


class Phrases:
    """A world by its seed, of the same use as `bench.campaign_world.World`."""

    def __init__(self, seed: int, *, churn: float = 0.25, campaigns: int = 40, copycats: float = 0.25) -> None:
        """`churn` is the share of slots that say another word than usual."""
        self.dice, self.churn = random.Random(f"phrases {seed}"), churn
        dice = self.dice
        self.words = {language: [self._word(language) for _ in range(4_000)] for language in LETTERS}
        self.senders: list[Sender] = []
        for _ in range(campaigns):
            copied = dice.choice(self.senders) if self.senders and dice.random() < copycats else None
            text = self._copied(copied.text) if copied else self._text(dice.choice(("en", "en", "de", "fr")))
            self.senders.append(self._sender(text))

    def mails(self, most: int = 150) -> Iterator[Made]:
        """All mails, in no order."""
        start = datetime(2026, 3, 2, tzinfo=UTC)
        for number, sender in enumerate(self.senders):
            count = min(most, int(15 * self.dice.paretovariate(0.8)))
            for at in range(count):
                yield self._mail(sender, f"phrases-{number}", start + timedelta(minutes=at * 30_000 / count))
        receipts = self._text("en")
        for number in range(len(self.senders) * 6):
            yield self._person(start + timedelta(minutes=number * 90))
        for number in range(max(3, len(self.senders) // 8)):
            shop = self._sender(Text("en", (*self._text("en").sentences, *receipts.sentences[:2]), receipts.subject))
            for at in range(self.dice.randint(5, 25)):
                yield self._mail(shop, f"shop-{number}", start + timedelta(hours=at), honest=True)

    def _word(self, language: str) -> str:
        dice = self.dice
        return "".join(dice.choices(LETTERS[language], k=dice.randint(3, 7))) + dice.choice(ENDINGS[language])

    def _slot(self, language: str) -> tuple[str, ...]:
        dice = self.dice
        if dice.random() < 0.35:
            return (dice.choice(GLUE[language]),)
        place = min(int(dice.paretovariate(0.5)), 3_999)
        return (self.words[language][place], *dice.sample(self.words[language], SYNONYMS))

    def _text(self, language: str) -> Text:
        dice = self.dice
        sentences = tuple(
            tuple(self._slot(language) for _ in range(dice.randint(7, 16))) for _ in range(dice.randint(6, 14))
        )
        return Text(language, sentences, tuple(self._slot(language) for _ in range(dice.randint(3, 7))))

    def _copied(self, text: Text) -> Text:
        """Another's text with a sentence in six written anew, and its own subject half of the times."""
        own = self._text(text.language)
        sentences = tuple(
            self.dice.choice(own.sentences) if self.dice.random() < 1 / 6 else each for each in text.sentences
        )
        return Text(text.language, sentences, own.subject if self.dice.random() < 0.5 else text.subject)

    def _sender(self, text: Text) -> Sender:
        dice = self.dice
        hosts = tuple(f"{self._word('en')}-{self._word('fr')}.example" for _ in range(dice.randint(2, 10)))
        shells = tuple(dice.sample(("plain", "div", "cells", "both"), dice.choice((1, 1, 2))))
        return Sender(
            text, hosts, dice.choice(LINKS), self._word("en"), dice.choice(MAILERS), shells, dice.random() < 0.6
        )

    def _said(self, slots: Sequence[tuple[str, ...]], churn: float) -> str:
        dice = self.dice
        return " ".join(
            dice.choice(slot[1:]) if len(slot) > 1 and dice.random() < churn else slot[0] for slot in slots
        ).capitalize()

    def _mail(self, sender: Sender, name: str, at: datetime, *, honest: bool = False) -> Made:
        dice, churn = self.dice, 0.05 if honest else self.churn
        kept = [each for each in sender.text.sentences if dice.random() > SKIPPED] or [sender.text.sentences[0]]
        middle = kept[1:-1]
        if dice.random() < 0.5:
            dice.shuffle(middle)
        lines = [self._said(each, churn) + "." for each in (*kept[:1], *middle, *kept[1:][-1:])]
        host = sender.hosts[0] if honest else dice.choice(sender.hosts)
        raw = self._raw(sender, (self._said(sender.text.subject, churn), lines), self._link(sender, host), at)
        return Made(raw, name, at, f"203.0.{dice.randrange(256)}.{dice.randrange(256)}")

    def _link(self, sender: Sender, host: str) -> str:
        dice = self.dice
        values = {"host": host, "fix": sender.fixed, "word": self._word("en"), "num": str(dice.randrange(10**6))}
        values["hex"] = f"{dice.getrandbits(48):012x}"
        values["b64"] = base64.urlsafe_b64encode(values["hex"].encode()).decode().rstrip("=")
        return sender.link.format_map(values)

    def _person(self, at: datetime) -> Made:
        """A letter of one to another."""
        text = self._text(self.dice.choice(tuple(LETTERS)))
        sender = Sender(text, (f"{self._word('de')}.example",), "https://{host}/", "", "iMail 16.0", ("plain",), True)
        lines = [self._said(each, 0.5) + "." for each in text.sentences[: self.dice.randint(1, 5)]]
        link = f"https://{sender.hosts[0]}/{self._word('en')}" if self.dice.random() < 0.3 else ""
        return Made(self._raw(sender, ("Re: " + self._said(text.subject, 0), lines), link, at), "", at, "192.0.2.9")

    def _raw(self, sender: Sender, told: tuple[str, list[str]], link: str, at: datetime) -> bytes:
        dice, (subject, lines) = self.dice, told
        shell, mail = dice.choice(sender.shells), EmailMessage()
        reader = f"{self._word('en')}@our.example"
        mail["Subject"], mail["To"], mail["Date"] = subject, reader, format_datetime(at)
        mail["From"] = f"{self._word('de')}@{dice.choice(sender.hosts)}"
        mail["Message-ID"] = f"<{dice.getrandbits(80):020x}@{self._word('en')}.example>"
        if sender.mailer:
            mail["X-Mailer"] = sender.mailer
        if sender.greets:
            lines = [f"{dice.choice(('Hello', 'Dear', 'Hi'))} {reader.partition('@')[0]},", *lines]
        plain = "\n\n".join([*lines, link, ""])
        if shell in {"plain", "both"}:
            mail.set_content(plain)
        if shell != "plain":
            tag = {"div": "div", "cells": "td", "both": "p"}[shell]
            hidden = f"<span style='display:none'>{self._word('en')} {self._word('fr')}</span>"
            page = "".join(f"<{tag}>{line}</{tag}>" for line in lines) + hidden
            page = f"<html><body>{page}<a href='{link}'>{self._word('en')}</a></body></html>"
            if shell == "both":
                mail.add_alternative(page, subtype="html")
            else:
                mail.set_content(page, subtype="html")
            if dice.random() < 0.3:
                mail.add_attachment(dice.randbytes(300), maintype="image", subtype="gif", filename="a.gif")
        return mail.as_bytes()
