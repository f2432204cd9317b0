"""`fyke gangs`: what is found is what the truth says, one is shown whole, and a person's word sticks."""

import json

from tests.cli.labs import shops


def gangs(fyke):
    return [json.loads(line) for line in fyke("gangs", "--json").out.splitlines()]


def sites(fyke, operation):
    shown = json.loads(fyke("gangs", operation, "--json").out)
    return {site for network in shown["members"] for site in network["sites"]}


def test_an_operation_is_of_one_gang(fyke, world):
    """No operation has shops of two; each is found by its id, a network, a site."""
    owner = {site: name for name, found in shops(world).items() for site in found}
    found = gangs(fyke)
    assert found
    for each in found:
        assert len({owner.get(site, site) for site in sites(fyke, each["id"])}) == 1
    one = found[0]
    assert sites(fyke, one["networks"][0]) == sites(fyke, min(sites(fyke, one["id"]))) == sites(fyke, one["id"])
    text = fyke("gangs", one["id"]).out
    assert one["id"] in text
    assert one["networks"][0] in text
    assert "100 % sure" not in text


def test_a_word_sticks_through_rebuilds(fyke, world):
    """Named and confirmed, it is so after all was concluded anew."""
    one = gangs(fyke)[0]["id"]
    assert fyke("gangs", "name", one, "Pill Row").code == 0
    assert fyke("gangs", "confirm", one, "--by", "ann").code == 0
    assert fyke("lab", "run").code == 0
    again = json.loads(fyke("gangs", "pill row", "--json").out)
    assert (again["id"], again["name"], again["confirmed"]) == (one, "Pill Row", True)
    assert "confirmed" in fyke("gangs", one).out


def test_sites_that_are_parted_stay_apart(fyke, world):
    """And those that are joined are together, whatever the evidence."""
    first, second = (sorted(sites(fyke, each["id"])) for each in gangs(fyke)[:2])
    assert fyke("gangs", "part", first[0], first[-1]).code == 0
    assert fyke("gangs", "join", second[0], first[-1]).code == 0
    assert fyke("lab", "run").code == 0
    assert fyke("why", first[0], first[-1]).code == 1
    assert fyke("why", second[0], first[-1]).code == 0


def test_mistakes_are_told(fyke, world):
    """An unknown name with the nearest, too few words, one set on both sides."""
    one = gangs(fyke)[0]["id"]
    assert one in fyke("gangs", one[:-1]).err
    assert fyke("gangs", one[:-1]).code == 2
    assert "takes two" in fyke("gangs", "join", one).err
    assert "both have" in fyke("gangs", "part", one, one).err
    assert "did you mean confirm" in fyke("gangs", "confrim", one).err


def test_before_the_first_round(fyke):
    """It says what to do."""
    ran = fyke("gangs")
    assert ran.code == 2
    assert "fyke lab run" in ran.err
