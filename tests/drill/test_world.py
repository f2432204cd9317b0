"""The world before anything is written: seeds, shifts, and every trap that linking must not be taken in by."""

from collections import defaultdict
from itertools import pairwise

import pytest

from fyke.drill.words import GOODS
from tests.drill.worlds import world

BIG = {"shortened": 0.05, "gangs": 30, "honest_sites": 400, "sites": 20}


def gangs_by(thing, **knobs):
    """The gangs that have each value of something."""
    found = defaultdict(set)
    for cell in world(**knobs).cells:
        for value in thing(cell):
            found[value].add(cell.gang)
    return found


def test_a_seed_is_a_world():
    """Equal knobs make equal worlds."""
    assert world.__wrapped__(seed=5) == world.__wrapped__(seed=5) != world.__wrapped__(seed=6)


def test_gangs_sell_the_four_goods_and_honest_sites_sell_none():
    """A cell sells one kind."""
    made = world(**BIG)
    assert {cell.goods for cell in made.cells} == set(GOODS)
    assert all({site.goods for site in cell.sites} == {cell.goods} for cell in made.cells)
    assert {site.goods for site in made.honest} == {"honest"}
    assert len(made.honest) == 400


@pytest.mark.parametrize("shifts", [1, 3, 5])
def test_gangs_move_to_new_names(shifts):
    """As often as the knob says: names of a shift are registered within two days, those of the next later."""
    for cell in world(shifts=shifts, weeks=10, sites=20).cells:
        days = sorted((site.born - world(shifts=shifts, weeks=10, sites=20).knobs.begins).days for site in cell.sites)
        gaps = [late - early for early, late in pairwise(days) if late - early > 5]
        assert len(gaps) == shifts - 1


def test_names_are_of_nobody():
    """All names are below top level domains that never belong to anybody (RFC 2606), and no two are equal."""
    names = [site.name for site in world(**BIG).sites]
    assert {name.rpartition(".")[2] for name in names} <= {"example", "test"}
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "thing"),
    [
        ("botnet", lambda cell: cell.botnets),
        ("kit", lambda cell: {site.kit for site in cell.sites}),
        ("CDN", lambda cell: {ip for site in cell.sites for ip in site.ips if ip.startswith("203.0.113.")}),
        ("registrar", lambda cell: {site.registrar for site in cell.sites}),
        ("name server", lambda cell: {name for site in cell.sites for name in site.ns}),
        ("payment processor", lambda cell: {site.processor for site in cell.sites}),
        (
            "freemail",
            lambda cell: {site.registrant["email"].partition("@")[2] for site in cell.sites if site.registrant},
        ),
        ("privacy proxy", lambda cell: {"proxy" for site in cell.sites if not site.registrant}),
    ],
)
def test_rivals_rent_and_buy_the_same(name, thing):
    """Something of the kind is several gangs'."""
    assert any(len(gangs) >= 2 for gangs in gangs_by(thing, **BIG).values()), name


@pytest.mark.parametrize(
    "kind",
    ["cdn", "copycat", "false flag", "compromised", "host", "kit", "registrar", "name server", "freemail",
     "privacy proxy", "shortener"],
)  # fmt: skip
def test_every_trap_has_pairs_that_must_not_be_joined(kind):
    """Of two owners, both in the world."""
    made = world(**BIG)
    owner = {site.name: site.owner for site in made.sites}
    pairs = [(one, other) for trap, one, other in made.pairs if trap == kind]
    assert pairs
    assert all(owner[one] != owner[other] for one, other in pairs)


def test_a_gang_shares_what_only_it_has():
    """A merchant, a company with its box, or an address: of most gangs with two cells some value is in both."""
    cells = defaultdict(list)
    for cell in world(**BIG).cells:
        cells[cell.gang].append(cell)
    shared = total = 0
    for several in cells.values():
        if len(several) > 1:
            own = [
                {value for site in cell.sites for value in (site.merchant, site.address, site.email) if value}
                for cell in several
            ]
            shared += bool(own[0] & own[1])
            total += 1
    assert shared / total > 0.8


def test_the_case():
    """One PO box behind two companies, three countries' registrars, hosts of all three cells alike, and no accident."""
    made = world(case=True, sites=48, weeks=3, shifts=3)
    ring = [site for cell in made.cells if cell.gang == "ring" for site in cell.sites]
    decoy = [site for cell in made.cells if cell.gang == "decoy" for site in cell.sites]
    assert len({site.address for site in ring}) == 1
    assert len({site.company for site in ring}) == 2
    assert len({site.registrar for site in ring}) == 3
    assert {site.kit for site in ring} == {site.kit for site in decoy}
    assert {ip for site in ring for ip in site.ips} & {ip for site in decoy for ip in site.ips}
    assert not {site.merchant for site in ring if site.merchant} & {site.merchant for site in decoy if site.merchant}
