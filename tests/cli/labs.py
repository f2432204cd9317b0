"""A small made-up world that the lab has read, once for all tests of its commands."""

import os
import shutil

import pytest

from fyke.cli.main import main


@pytest.fixture(scope="session")
def read_world(tmp_path_factory):
    """The world, and the state folder of a site whose lab has read it."""
    place = tmp_path_factory.mktemp("lab")
    world, state = place / "world", place / "state"
    drill = [
        "drill",
        str(world),
        "--seed",
        "5",
        "--gangs",
        "3",
        "--mails",
        "240",
        "--honest-mails",
        "60",
        "--honest-sites",
        "60",
    ]
    assert main(drill) == 0
    before = os.environ.get("FYKE_SITE_FOLDER")
    os.environ["FYKE_SITE_FOLDER"] = str(state)
    try:
        assert main(["lab", "run", str(world), "--jobs", "1", "--offline"]) == 0
    finally:
        os.environ.pop("FYKE_SITE_FOLDER")
        if before is not None:
            os.environ["FYKE_SITE_FOLDER"] = before
    return world, state


@pytest.fixture
def world(read_world, tmp_path, monkeypatch):
    """The world's folder; the site's folder is a copy of the one whose lab has read it."""
    folder, state = read_world
    shutil.copytree(state, tmp_path / "site")
    monkeypatch.setenv("FYKE_SITE_FOLDER", str(tmp_path / "site"))
    return folder


def shops(world):
    """The sites of each operation of the truth."""
    found = {}
    lines = (world / "truth" / "sites.csv").read_text().splitlines()
    head = lines[0].split(",")
    for line in lines[1:]:
        row = dict(zip(head, line.split(","), strict=True))
        if row["operation"] and row["role"] == "shop":
            found.setdefault(row["operation"], []).append(row["site"])
    return found
