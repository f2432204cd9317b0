"""The second half of `fyke demo`: a made-up world of gangs, read by the lab, through to the map of one operation."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fyke import house
from fyke.cli.errors import Wrong
from fyke.cli.screen import Screen
from fyke.config import load
from fyke.store.cases import Conclusions

SEED = "9"  # of a world whose largest operation has two networks


def show(html: str) -> int:
    """Make the world, read it, list the gangs, say why two sites belong together, and draw the map."""
    from fyke.cli.main import main  # noqa: PLC0415  it loads the commands

    def run(*words: str) -> int:
        screen = Screen(sys.stdout)
        screen.line()
        screen.line(screen.style("$ fyke " + " ".join(words).replace(str(place), "…"), "dim"))
        sys.stdout.flush()
        return main(list(words))

    with tempfile.TemporaryDirectory(prefix="fyke-demo-") as folder, _site(Path(folder) / "site"):
        place = Path(folder)
        world = str(place / "world")
        codes = [run("drill", world, "--seed", SEED), run("lab", "run", world, "--offline"), run("gangs")]
        latest = _latest()
        pair = _pair(latest)
        codes += [run("why", *pair), run("lab", "graph", latest.operations[0].id, "--html", html)]
    return max(codes)


def _latest() -> Conclusions:
    cases = house.cases(load().config)
    try:
        latest = cases.latest()
    finally:
        cases.close()
    if latest is None or not latest.operations:
        raise Wrong("the demo's lab found nothing")
    return latest


def _pair(latest: Conclusions) -> tuple[str, str]:
    """Two sites of the first operation, of two networks where it has two."""
    inside = [each for each in latest.networks if each.id in latest.operations[0].networks]
    return inside[0].sites[0], inside[-1].sites[-1]


@contextmanager
def _site(folder: Path) -> Iterator[None]:
    """A site's folder for a while, so that the demo leaves nothing in the user's own."""
    before = os.environ.get("FYKE_SITE_FOLDER")
    os.environ["FYKE_SITE_FOLDER"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["FYKE_SITE_FOLDER"]
        else:
            os.environ["FYKE_SITE_FOLDER"] = before
