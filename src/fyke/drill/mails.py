"""The mail of a world, in the order of time: campaigns through botnets, and what honest people write."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from msgspec import Struct

from fyke.drill.knobs import Knobs
from fyke.drill.text import Template, expanded
from fyke.drill.ways import Ways
from fyke.drill.words import DICTIONARY, FIRST, LAST
from fyke.drill.world import Cell, Site, World

TRAPS = tuple(f"{first.lower()}.{last.lower()}" for first, last in zip(FIRST, LAST, strict=False))
# How a botnet's program writes: its Message-ID, its mailer, the order of its fields.
BOTNETS = (
    ("{h12}${h8}${ip}@{host}", "Microsoft Outlook Express 6.00.2900.2180", "mfdts"),
    ("{d14}.{d5}@{host}", "The Bat! (v3.0) Professional", "fstdm"),
    ("{h8}-{h4}-{h4}@{host}", "", "dmfts"),
    ("{d10}{h6}@{host}", "Thunderbird 2.0.0.23", "tfmsd"),
    ("{h32}@{host}", "PHPMailer 5.2.1", "mdfst"),
)
NAMES = {"m": "Message-ID", "f": "From", "d": "Date", "t": "To", "s": "Subject"}


class Sent(Struct, frozen=True):
    """One mail, and the truth of it."""

    at: datetime
    raw: bytes
    message_id: str
    campaign: str  # empty: honest
    template: str = ""
    botnet: str = ""
    gang: str = ""
    goods: str = ""


def mails(world: World) -> Iterator[Sent]:
    """All mails in the order of time, one at a time."""
    knobs = world.knobs
    chance = random.Random(f"{knobs.seed} mails")
    total = knobs.mails + knobs.honest_mails
    span = timedelta(weeks=knobs.weeks)
    ways = Ways(world)
    campaigns = _Campaigns(world, ways)
    spam = 0
    for at in range(total):
        moment = knobs.begins + span * ((at + chance.random()) / total)
        if spam * total < knobs.mails * (at + 1) and spam < knobs.mails and world.cells:
            spam += 1
            yield campaigns.mail(chance, moment, at)
        else:
            yield _honest(world, ways, chance, moment, at)


class _Campaigns:
    """Cells with their templates, by how much they send."""

    def __init__(self, world: World, ways: Ways) -> None:
        self._world, self._ways = world, ways
        chance = random.Random(f"{world.knobs.seed} campaigns")
        self._weights = [chance.uniform(0.3, 1.0) * len(cell.sites) for cell in world.cells]
        self._templates: dict[str, Template] = {}

    def mail(self, chance: random.Random, at: datetime, number: int) -> Sent:
        cell = chance.choices(self._world.cells, self._weights)[0]
        which = chance.randrange(len(cell.templates))
        language = cell.languages[which % len(cell.languages)]
        name = f"{cell.name}-t{which}"
        if name not in self._templates:
            self._templates[name] = Template(f"{self._world.knobs.seed} {cell.templates[which]}", cell.goods, language)
        template = self._templates[name]
        site = chance.choice([each for each in cell.sites if each.born <= at <= each.dies] or cell.sites)
        made = _Made(
            number,
            cell,
            site,
            template,
            name,
            cell.affiliates[(which + number) % len(cell.affiliates)],
            cell.botnets[which % len(cell.botnets)],
        )
        return _spam(made, chance, at, self._world.knobs, self._ways)


class _Made(Struct, frozen=True):
    """What one mail is made of."""

    number: int
    cell: Cell
    site: Site
    template: Template
    name: str
    affiliate: str
    botnet: int


def _spam(made: _Made, chance: random.Random, at: datetime, knobs: Knobs, ways: Ways) -> Sent:
    template, site, cell, number, name = made.template, made.site, made.cell, made.number, made.name
    form, mailer, order = BOTNETS[made.botnet]
    ip = f"198.18.{200 + made.botnet}.{chance.randrange(1, 255)}"
    host = f"{chance.choice(DICTIONARY['en'])}{chance.randrange(100)}.{chance.choice(('home', 'dsl', 'cable'))}.example"
    message_id = _numbered(form, chance, at, f"{ip}@{host}", number)
    subject, lines = template.copy(chance, knobs.churn, knobs.paraphrase)
    url = f"http://{site.name}" + template.path.format(n=chance.randrange(10**5), w=chance.choice(DICTIONARY["en"]))
    if made.affiliate and chance.random() < 0.8:
        url += f"{'&' if '?' in url else '?'}aff={made.affiliate}"
    url = ways.of(cell, url)
    trap = chance.choice(TRAPS)
    fields = {
        "m": f"<{message_id}>",
        "f": f"{_person(chance)} <{chance.choice(DICTIONARY['en'])}{chance.randrange(999)}@{host}>",
        "d": format_datetime(at),
        "t": f"<{trap}@trap.example>",
        "s": _encoded(subject),
    }
    head = [f"Received: from {host} ([{ip}]) by mx.trap.example with ESMTP id {number:x}; {format_datetime(at)}"]
    head += [f"{NAMES[each]}: {fields[each]}" for each in order]
    if mailer:
        head.append(f"X-Mailer: {mailer}")
    if template.greets:
        lines = [f"{trap.partition('.')[0].capitalize()},", *lines]
    call = expanded(template.call, chance)
    body = _html(lines, call, url) if template.is_html else "\n".join([*lines, f"{call}: {url}", ""])
    raw = _message(head, body, html=template.is_html)
    return Sent(at, raw, message_id, name, name, f"botnet{made.botnet}", cell.gang, cell.goods)


def _honest(world: World, ways: Ways, chance: random.Random, at: datetime, number: int) -> Sent:
    """A newsletter or a receipt of an honest site, or a mail from one person to another."""
    words = DICTIONARY["en"]
    trap = chance.choice(TRAPS)
    if world.honest and chance.random() < 0.7:
        site = chance.choice(world.honest)
        own = random.Random(f"{world.knobs.seed} {site.name}")
        subject = f"{' '.join(own.choice(words) for _ in range(2)).capitalize()} news {at:%B}"
        lines = [" ".join(chance.choice(words) for _ in range(12)).capitalize() + "." for _ in range(6)]
        lines.append(f"{site.company}, {site.address}")
        sender, host = f"{site.company} <news@{site.name}>", f"mail.{site.name}"
        url = ways.of_honest(f"https://{site.name}/news/{number}")
        extra = [f"List-Unsubscribe: <https://{site.name}/unsubscribe?u={number}>", "List-Id: news"]
        body, is_html = _html(lines, "Read more", url), True
    else:
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        subject = f"Re: {' '.join(chance.choice(words) for _ in range(3))}"
        lines = [
            f"Hi {trap.partition('.')[0].capitalize()},",
            " ".join(chance.choice(words) for _ in range(25)) + ".",
            name,
        ]
        host = "mail.webpost.example"
        sender, extra = (
            f"{name} <{name.lower().replace(' ', '.')}@webpost.example>",
            [f"In-Reply-To: <{number - 7}@trap.example>"],
        )
        body, is_html = "\n".join([*lines, ""]), False
    message_id, ip = f"{number}.{chance.getrandbits(40):x}@{host}", f"198.19.60.{chance.randrange(1, 255)}"
    head = [
        f"Received: from {host} ([{ip}]) by mx.trap.example with ESMTPS id {number:x}; {format_datetime(at)}",
        f"Date: {format_datetime(at)}",
        f"From: {sender}",
        f"To: <{trap}@trap.example>",
        f"Subject: {_encoded(subject)}",
        f"Message-ID: <{message_id}>",
        *extra,
    ]
    return Sent(at, _message(head, body, html=is_html), message_id, "")


def _message(head: list[str], body: str, *, html: bool) -> bytes:
    kind = "html" if html else "plain"
    text = [
        *head,
        "MIME-Version: 1.0",
        f"Content-Type: text/{kind}; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
    ]
    return ("\n".join(text) + "\n" + body).encode()


def _html(lines: list[str], call: str, url: str) -> str:
    told = "\n".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'<html><body>\n{told}\n<p><a href="{escape(url)}">{escape(call)}</a></p>\n</body></html>\n'


def _encoded(text: str) -> str:
    if text.isascii():
        return text
    import base64  # noqa: PLC0415

    return f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="


def _person(chance: random.Random) -> str:
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def _numbered(form: str, chance: random.Random, at: datetime, machine: str, number: int) -> str:
    """A Message-ID of the botnet's form; the number makes it the only one. `machine`: "address@host"."""
    told = form
    ip, _, host = machine.partition("@")
    for kind in ("h32", "h12", "h8", "h6", "h4"):
        while "{" + kind + "}" in told:
            size = int(kind[1:])
            told = told.replace("{" + kind + "}", f"{chance.getrandbits(4 * size):0{size}x}", 1)
    told = told.replace("{d14}", f"{at:%Y%m%d%H%M%S}").replace("{d10}", f"{int(at.timestamp())}")
    told = told.replace("{d5}", f"{chance.randrange(10**5):05}").replace("{ip}", ip.replace(".", ""))
    local, _, _ = told.partition("@")
    return f"{local}{number:x}@{host}"
