"""`fyke sites`: listed by campaigns, one by family of evidence, as of a time, by network."""

import json

from tests.cli.labs import shops


def lines(ran):
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


def test_sites_are_listed_with_their_owners(fyke, world):
    """Most campaigns first; those of a network are the ones that `gangs` names."""
    found = lines(fyke("sites", "--json", "--least", "0"))
    counts = [line["campaigns"] for line in found]
    assert counts == sorted(counts, reverse=True)
    operation = json.loads(fyke("gangs", "--json").out.splitlines()[0])
    of_it = lines(fyke("sites", "--network", operation["id"], "--json"))
    assert len(of_it) == operation["sites"]
    assert {line["operation"] for line in of_it} == {operation["id"]}
    assert operation["id"] in fyke("sites", "--network", operation["id"]).out


def test_one_site_is_shown_by_family(fyke, world):
    """Each fact with when it was so, when that was recorded, and from where; a host of it is meant too."""
    site = next(iter(shops(world).values()))[0]
    shown = lines(fyke("sites", f"www.{site}", "--json"))[0]
    assert shown["site"] == site
    assert {"dns", "content"} <= {fact["family"] for fact in shown["facts"]}
    assert all(fact["seen_from"] <= fact["seen_to"] and fact["source"] for fact in shown["facts"])
    text = fyke("sites", site).out
    assert "\ndns" in text
    assert "recorded" in text


def test_the_past_is_as_it_was_known(fyke, world):
    """Before anything was recorded nothing is known."""
    site = next(iter(shops(world).values()))[0]
    assert fyke("sites", "--as-of", "now", site).code == 0
    ran = fyke("sites", "--as-of", "2001-01-01", site)
    assert ran.code == 2
    assert "nothing is known of it" in ran.err
    assert fyke("sites", "--as-of", "2001-01-01").code == 1


def test_mistakes_are_told(fyke, world):
    """The nearest site; a time that is none; a network that is none."""
    site = next(iter(shops(world).values()))[0]
    assert site in fyke("sites", site[1:]).err
    assert "no time such as" in fyke("sites", "--as-of", "soon").err
    assert "no such network" in fyke("sites", "--network", "n-1").err
