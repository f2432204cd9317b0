"""`fyke why`: two sites of one owner together with the evidence in bits, two of others apart."""

import json

import pytest

from tests.cli.labs import shops


def test_why_two_sites_are_together(fyke, world):
    """The shares of each link add up to its bits; families are left out in turn; a sentence says it."""
    operation = json.loads(fyke("gangs", "--json").out.splitlines()[0])
    found = json.loads(fyke("gangs", operation["id"], "--json").out)["members"][0]["sites"]
    ran = fyke("why", found[0], found[-1], "--json")
    assert ran.code == 0
    shown = json.loads(ran.out)
    assert shown["together"]
    for link in shown["path"]:
        assert sum(share["bits"] for share in link["shares"]) == pytest.approx(link["bits"], abs=0.1)
    assert shown["survival"]
    text = fyke("why", found[0], found[-1]).out
    assert found[0] in text
    assert "Without one family of evidence" in text


def test_why_two_sites_are_apart(fyke, world):
    """1, and no chain."""
    first, second = [each[0] for each in shops(world).values()][:2]
    ran = fyke("why", first, second, "--json")
    assert ran.code == 1
    assert not json.loads(ran.out)["path"]


def test_a_site_that_nobody_knows(fyke, world):
    """2, by name."""
    ran = fyke("why", "nobody.example", "nothing.example")
    assert ran.code == 2
    assert "nobody.example" in ran.err
