"""The world before anything is written: who owns which sites, what each rents and pays with, and the traps.

A gang has cells; a cell runs shops as one operator and has habits of its own, more careful or less. What gangs rent,
buy, copy or plant is shared on purpose: it is what linking must not be taken in by.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from msgspec import Struct

from fyke.drill.knobs import Knobs
from fyke.drill.words import FIRST, GOODS, LANGUAGES, LAST, STEMS, STREETS, TAILS, TOWNS

FREEMAIL = ("freemail.example", "webpost.example", "quickbox.example")


class Site(Struct):
    """One site."""

    name: str
    owner: str  # cell, or the honest owner
    network: str  # cell's name; empty: honest
    operation: str
    role: str  # "shop", "honest", "shortener"
    goods: str
    born: datetime
    dies: datetime
    registrar: str
    registrant: dict[str, str]  # RDAP's fields; empty: behind a proxy
    ns: tuple[str, ...]
    ips: tuple[str, ...]
    issued: datetime
    issuer: str
    key: str
    kit: int
    skin: int
    text: int  # which words the page has
    merchant: str = ""
    processor: str = ""
    phone: str = ""
    email: str = ""
    company: str = ""
    address: str = ""
    analytics: str = ""
    leads_to: str = ""
    traps: tuple[str, ...] = ()


class Cell(Struct):
    """One operator: a network of shops."""

    name: str
    gang: str
    goods: str
    care: float  # 0 shares all, 1 shares next to nothing
    languages: tuple[str, ...]
    sites: list[Site]
    affiliates: tuple[str, ...]
    botnets: tuple[int, ...]
    templates: tuple[int, ...]


class World(Struct):
    """All of it."""

    knobs: Knobs
    cells: list[Cell]
    honest: list[Site]
    pairs: list[tuple[str, str, str]]  # trap, and two sites that it must not join
    shorteners: list[Site] = []  # that gangs and honest people use alike

    @property
    def sites(self) -> list[Site]:
        """All sites."""
        return [*(site for cell in self.cells for site in cell.sites), *self.honest, *self.shorteners]


class Supply(Struct):
    """What is for rent and for sale."""

    registrars: tuple[str, ...]
    commons: tuple[tuple[str, ...], ...]  # name servers of large operators
    bulletproof: tuple[tuple[str, ...], ...]  # addresses of hosts that ask nothing
    hosts: tuple[tuple[str, ...], ...]  # of ordinary hosts
    cdn: tuple[str, ...]
    flux: tuple[str, ...]
    processors: tuple[str, ...]
    issuers: tuple[str, ...]


def made(knobs: Knobs) -> World:
    """The world of these knobs."""
    return _Maker(knobs).made()


class _Maker:
    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs
        self._random = random.Random(f"{knobs.seed} world")
        self._names: set[str] = set()
        self._phones = 0
        chance = self._random
        self._supply = Supply(
            registrars=tuple(f"{chance.choice(LAST)} Names {at}" for at in range(12)),
            commons=tuple(
                tuple(f"ns{n}.{stem}dns.example" for n in (1, 2))
                for stem in ("wide", "common", "open", "plain", "easy")
            ),
            bulletproof=tuple(tuple(f"198.18.{net}.{at}" for at in range(10, 22)) for net in (3, 5, 7)),
            hosts=tuple(tuple(f"198.19.{net}.{at}" for at in range(10, 90)) for net in range(1, 25)),
            cdn=tuple(f"203.0.113.{at}" for at in range(1, 9)),
            flux=tuple(f"198.18.{net}.{at}" for net in range(100, 130) for at in range(1, 6)),
            processors=tuple(f"pay{stem}.example" for stem in ("swift", "globe", "link", "bridge", "ocean")),
            issuers=("CN=Free Trust R1", "CN=Common Trust E2", "CN=Solid Root CA"),
        )

    def made(self) -> World:
        knobs = self._knobs
        cells = self._case() if knobs.case else [cell for at in range(knobs.gangs) for cell in self._gang(at)]
        honest = [self._honest(at) for at in range(knobs.honest_sites)]
        world = World(knobs, cells, honest, [])
        if not knobs.case:
            self._traps(world)
        self._compromised(world)
        world.shorteners = [self._shortener(at) for at in range(2 if self._knobs.shortened else 0)]
        _pairs(world)
        return world

    def _gang(self, at: int) -> list[Cell]:
        """A gang of one to three cells, which share an owner's things as wholes only here and there."""
        chance = self._random
        count = chance.choice((1, 1, 2, 2, 3))
        total = max(4 * count, round(self._knobs.sites * chance.uniform(0.5, 1.6)))
        owner = self._identity(f"gang{at:02}")
        own_goods = chance.sample(GOODS, chance.choice((1, 1, 2)))
        own = chance.sample(("merchant", "company", "email"), chance.choice((1, 1, 2)))
        common = {kind: kind in own for kind in ("merchant", "company", "email")}
        return [
            self._cell(f"gang{at:02}", number, own_goods[number % len(own_goods)], total // count, owner, common)
            for number in range(count)
        ]

    def _identity(self, seed: str) -> dict[str, str]:
        """Who somebody says they are."""
        chance = self._random
        first, last = chance.choice(FIRST), chance.choice(LAST)
        self._phones += 1
        number = f"+1555{self._phones % 1_000:03}01{chance.randrange(100):02}"
        return {
            "fn": f"{first} {last}",
            "email": f"{first}.{last}.{chance.randrange(10_000)}@{chance.choice(FREEMAIL)}".lower(),
            "tel": number,
            "org": f"{chance.choice(LAST)} {chance.choice(('Trading', 'Services', 'Media', 'Export', 'Holdings'))} Ltd",
            "adr": f"{chance.randrange(1, 200)} {chance.choice(STREETS)}, {chance.choice(TOWNS)}",
            "box": f"PO Box {chance.randrange(1_000, 99_999)}, {chance.choice(TOWNS)}",
            "seed": seed,
        }

    def _cell(
        self, gang: str, number: int, goods: str, count: int, owner: dict[str, str], common: dict[str, bool]
    ) -> Cell:
        chance, supply = self._random, self._supply
        name = f"{gang}-{number}"
        care = chance.choice((0.1, 0.25, 0.4, 0.55))
        own = self._identity(name)
        merchants = [f"{chance.randrange(10**6, 10**7)}" for _ in range(chance.choice((1, 1, 2)))]
        if common["merchant"]:
            merchants = [f"9{int(owner['tel'][-7:]) % 10**6:06}"]
        shared = {
            "company": owner["org"] if common["company"] else own["org"],
            "box": owner["box"] if common["company"] else own["box"],
            "email": owner["email"] if common["email"] else own["email"],
            "analytics": f"UA-{chance.randrange(10**6, 10**7)}-1",
            "processor": chance.choice(supply.processors),
        }
        phones = [self._identity(name)["tel"] for _ in range(chance.choice((1, 2)))]
        keys = [f"{chance.getrandbits(256):064x}" for _ in range(2)]
        ns = (
            tuple(f"ns{at}.{self._name('honest')}" for at in (1, 2))
            if chance.random() < 0.6
            else chance.choice(supply.commons)
        )
        pool = chance.choice((*supply.bulletproof, *(chance.choice(supply.hosts)[:6] for _ in range(3)), supply.flux))
        kit, skin = chance.randrange(6), chance.randrange(10_000)
        cell = Cell(
            name, gang, goods, care, ("en", *chance.sample(LANGUAGES[1:4], chance.randrange(3))), [],
            tuple(f"{gang}aff{n}" for n in range(chance.randrange(1, 5))),
            tuple(chance.sample(range(5), chance.choice((1, 1, 2)))),
            tuple(chance.randrange(1_000_000) for _ in range(chance.choice((2, 3, 4)))),
        )  # fmt: skip
        registrars = chance.sample(supply.registrars, 2)
        shifts = self._knobs.shifts
        for shift in range(shifts):
            born = self._moment(shift / shifts) + timedelta(hours=chance.uniform(0, 40))
            registrar, issuer = chance.choice(registrars), chance.choice(supply.issuers)
            issued = born + timedelta(hours=chance.uniform(1, 9))
            for at in range(count * (shift + 1) // shifts - count * shift // shifts):
                kept = [chance.random() > care for _ in range(9)]
                cell.sites.append(
                    Site(
                        name=self._name(goods), owner=name, network=name, operation=gang, role="shop", goods=goods,
                        born=born + timedelta(seconds=at * chance.uniform(8, 50)),
                        dies=self._moment((shift + 1.2) / shifts),
                        registrar=registrar,
                        registrant={} if chance.random() < 0.75 or not kept[0] else {**own, "email": shared["email"]},
                        ns=ns if kept[1] else chance.choice(supply.commons),
                        ips=tuple(chance.sample(pool, 2)) if kept[2] else (chance.choice(chance.choice(supply.hosts)),),
                        issued=issued + timedelta(seconds=at * 17) if kept[3] else _later(chance, born),
                        issuer=issuer,
                        key=chance.choice([*keys, f"{chance.getrandbits(256):064x}"]) if kept[3] else _key(chance),
                        kit=kit, skin=skin, text=skin if kept[4] else chance.randrange(10_000),
                        merchant=chance.choice(merchants) if chance.random() < 0.9 else "",
                        processor=shared["processor"],
                        phone=chance.choice(phones) if kept[5] else "",
                        email=shared["email"] if kept[6] and chance.random() < 0.5 else "",
                        company=shared["company"] if kept[7] else "",
                        address=shared["box"] if kept[7] else "",
                        analytics=shared["analytics"] if kept[8] and chance.random() < 0.5 else "",
                    )
                )  # fmt: skip
        return cell

    def _case(self) -> list[Cell]:
        """Two cells of one gang behind one PO box; and a decoy on the same host, with the same kit."""
        chance, supply = self._random, self._supply
        owner = self._identity("case")
        common = {"merchant": True, "company": False, "email": False}
        count = self._knobs.sites // 2
        cells = [self._cell("ring", at, goods, count, owner, common) for at, goods in enumerate(("pills", "software"))]
        cells.append(self._cell("decoy", 0, "pills", count, self._identity("decoy"), dict.fromkeys(common, False)))
        host, kit = chance.choice(supply.bulletproof), 3
        companies = [self._identity(f"company{at}")["org"] for at in range(2)]
        for at, cell in enumerate(cells):
            for site in cell.sites:
                site.ips = tuple(chance.sample(host, 2))
                site.kit = kit
                if cell.gang == "ring":
                    site.company, site.address = companies[at], owner["box"]
                site.registrar = supply.registrars[(int(site.born.timestamp()) // 86_400 + at) % 3]
        return cells

    def _honest(self, at: int) -> Site:
        chance, supply = self._random, self._supply
        who = self._identity(f"honest{at}")
        host = chance.choice(supply.hosts)
        on_cdn = chance.random() < 0.3
        born = self._knobs.begins - timedelta(days=chance.uniform(30, 3_000))
        return Site(
            name=self._name("honest"), owner=f"honest{at}", network="", operation="", role="honest", goods="honest",
            born=born, dies=self._moment(1.2), registrar=self._zipf(supply.registrars),
            registrant={} if chance.random() < 0.6 else {**who, "org": who["org"] + f" {at}"},
            ns=chance.choice(supply.commons), ips=(chance.choice(supply.cdn if on_cdn else host),),
            issued=born + timedelta(days=chance.uniform(0, 25)), issuer=chance.choice(supply.issuers),
            key=f"{chance.getrandbits(256):064x}", kit=10 + chance.randrange(3), skin=at + 100_000, text=at + 100_000,
            merchant=f"{chance.randrange(10**7, 10**8)}" if chance.random() < 0.5 else "",
            processor=chance.choice(("paypal.com", "stripe.com", *supply.processors)),
            phone=who["tel"], email="", company=who["org"] + f" {at}", address=who["adr"],
            analytics=f"UA-{chance.randrange(10**7, 10**8)}-1" if chance.random() < 0.4 else "",
            traps=("cdn",) if on_cdn else (),
        )  # fmt: skip

    def _shortener(self, at: int) -> Site:
        """A service that leads wherever its users want."""
        site = self._honest(self._knobs.honest_sites + at)
        site.role, site.owner, site.traps = "shortener", f"shortener{at}", ("shortener",)
        return site

    def _traps(self, world: World) -> None:
        """Copycats, false flags, and shops behind the CDN."""
        chance, cells = self._random, world.cells
        for cell in cells:
            other = chance.choice([each for each in cells if each.gang != cell.gang] or [cell])
            if other is cell:
                continue
            victim = chance.choice(other.sites)
            dice = chance.random()
            if dice < 0.2:
                for site in chance.sample(cell.sites, len(cell.sites) // 2):
                    site.kit, site.skin, site.text = victim.kit, victim.skin, victim.text
                    site.traps = (*site.traps, f"copycat:{victim.name}")
            elif dice < 0.4:
                for site in chance.sample(cell.sites, max(2, len(cell.sites) // 4)):
                    if victim.analytics:
                        site.analytics = victim.analytics
                    elif victim.phone:
                        site.phone = victim.phone
                    site.traps = (*site.traps, f"false flag:{victim.name}")
            for site in cell.sites:
                if chance.random() < 0.1:
                    site.ips = (chance.choice(self._supply.cdn),)
                    site.traps = (*site.traps, "cdn")

    def _compromised(self, world: World) -> None:
        """Honest sites that lead to a shop for a while."""
        chance = self._random
        for site in chance.sample(world.honest, len(world.honest) // 50):
            cell = chance.choice(world.cells)
            site.leads_to = chance.choice(cell.sites).name
            site.traps = (*site.traps, f"compromised:{site.leads_to}")

    def _zipf(self, values: tuple[str, ...]) -> str:
        return self._random.choices(values, [1 / (at + 1) for at in range(len(values))])[0]

    def _moment(self, part: float) -> datetime:
        return self._knobs.begins + timedelta(weeks=self._knobs.weeks * part)

    def _name(self, goods: str) -> str:
        chance = self._random
        while True:
            name = chance.choice(STEMS[goods]) + chance.choice(("", "-", "")) + chance.choice(STEMS[goods] + TAILS)
            name += chance.choice(TAILS) if chance.random() < 0.3 else ""
            name += str(chance.randrange(1, 1_000)) if chance.random() < 0.7 else ""
            domain = f"{name}.{chance.choice(('example', 'example', 'test'))}"
            if domain not in self._names:
                self._names.add(domain)
                return domain


def _key(chance: random.Random) -> str:
    return f"{chance.getrandbits(256):064x}"


def _later(chance: random.Random, born: datetime) -> datetime:
    return born + timedelta(days=chance.uniform(1, 20))


def _pairs(world: World, most: int = 200) -> None:
    """Pairs of sites of different owners that share a trap's thing: some of each kind."""
    chance = random.Random(f"{world.knobs.seed} pairs")
    by_thing: dict[tuple[str, str], list[Site]] = {}
    for site in world.sites:
        for ip in site.ips:
            kind = "cdn" if ip.startswith("203.0.113.") else "flux" if ip >= "198.18.1" and ip < "198.18.13" else "host"
            by_thing.setdefault((kind, ip), []).append(site)
        by_thing.setdefault(("kit", str(site.kit)), []).append(site)
        by_thing.setdefault(("registrar", site.registrar), []).append(site)
        by_thing.setdefault(("name server", site.ns[0]), []).append(site)
        if site.registrant:
            by_thing.setdefault(("freemail", site.registrant["email"].partition("@")[2]), []).append(site)
        else:
            by_thing.setdefault(("privacy proxy", ""), []).append(site)
        for trap in site.traps:
            kind, colon, name = trap.partition(":")
            if colon:
                world.pairs.append((kind, site.name, name))
    shops = [each for cell in world.cells for each in cell.sites]
    by_thing |= {("shortener", site.name): [site, *shops] for site in world.shorteners}
    for (kind, _), sites in sorted(by_thing.items()):
        for _ in range(most // 20):
            one, other = chance.choice(sites), chance.choice(sites)
            if one.owner != other.owner and one.operation != (other.operation or "-"):
                world.pairs.append((kind, one.name, other.name))
