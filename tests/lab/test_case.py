"""The case of 2005 with invented names: one ring in three shifts behind one PO box, and a decoy on its host and kit."""

import csv
import json

import pytest

from tests.cli.conftest import fyke as command

__all__ = ["command"]

SIZES = ("--mails", "700", "--honest-mails", "150", "--honest-sites", "150")


@pytest.fixture
def case(command, tmp_path, monkeypatch):
    """The command, in the folder of a site whose lab has read the case, and the truth by site."""
    monkeypatch.setenv("FYKE_SITE_FOLDER", str(tmp_path / "site"))
    assert command("drill", tmp_path / "world", "--size", "case", "--seed", "11", *SIZES).code == 0
    assert command("lab", "run", tmp_path / "world", "--offline").code == 0
    with (tmp_path / "world" / "truth" / "sites.csv").open() as file:
        return command, {row["site"]: row for row in csv.DictReader(file)}


def test_the_ring_is_found_and_the_decoy_apart(case):
    """One operation has nearly all shops of the ring and none of anybody else; so has another one the decoy's."""
    fyke, truth = case
    shops = {}
    for site, row in truth.items():
        if row["role"] == "shop":
            shops.setdefault(row["operation"], set()).add(site)
    found = [json.loads(line) for line in fyke("gangs", "--json").out.splitlines()]
    sites = []
    for each in found:
        shown = json.loads(fyke("gangs", each["id"], "--json").out)
        sites.append({site for network in shown["members"] for site in network["sites"]})
    for gang in ("ring", "decoy"):
        best = max(sites, key=lambda each: len(each & shops[gang]))
        assert len(best & shops[gang]) >= 0.9 * len(shops[gang]), gang
        assert not best - shops[gang], gang
    assert len([each for each in sites if len(each) > 2]) == 2, "nobody else is accused"


def test_two_companies_on_one_po_box_are_explained(case):
    """`why` of a shop of each company names the box, and each link's reasons add up to its bits."""
    fyke, truth = case
    first, second = (
        next(site for site, row in sorted(truth.items()) if row["network"] == network)
        for network in ("ring-0", "ring-1")
    )
    ran = fyke("why", first, second, "--json")
    assert ran.code == 0
    shown = json.loads(ran.out)
    told = [share["why"] for link in shown["path"] for share in link["shares"]]
    told += [share["why"] for share in (shown["hypothesis"] or {"shares": ()})["shares"]]
    assert any("PO box" in why for why in told)
    for link in shown["path"]:
        assert sum(share["bits"] for share in link["shares"]) == pytest.approx(link["bits"], abs=0.1)
