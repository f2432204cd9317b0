"""How mails lead to their sites."""

from urllib.parse import urlsplit

import pytest

from fyke.drill.ways import Ways
from tests.drill.worlds import sent, world

NONE = {"shortened": 0.0, "hacked": 0.0}


def test_shorteners_are_of_gangs_and_honest_people_alike():
    """Each gang's mails go through them in about the share that is asked, and so do newsletters."""
    made, mails = world(shortened=0.5, hacked=0.0, mails=600), sent(shortened=0.5, hacked=0.0, mails=600)
    short = {site.name for site in made.shorteners}
    assert len(short) == 2
    gangs = {each.gang for each in mails if each.gang and any(name in each.raw.decode() for name in short)}
    assert gangs == {cell.gang for cell in made.cells}
    through = [any(name in each.raw.decode() for name in short) for each in mails if each.campaign]
    assert sum(through) / len(through) == pytest.approx(0.5, abs=0.08)
    assert any(name in each.raw.decode() for each in mails if not each.campaign for name in short)


def test_a_site_that_was_broken_into_leads_to_the_shops_of_one_cell():
    """Its owner is honest, in the truth too."""
    made = world(honest_sites=200, hacked=1.0, shortened=0.0)
    ways = Ways(made)
    broken = [site for site in made.honest if site.leads_to]
    assert broken
    for cell in made.cells:
        own = {site.name for site in cell.sites}
        leads = {site.name for site in broken if site.leads_to in own}
        hosts = {urlsplit(ways.of(cell, "http://shop.example/")).hostname for _ in range(50)}
        assert hosts == (leads or {"shop.example"})
    assert all((site.role, site.network) == ("honest", "") for site in broken)
