"""How a mail leads to its site: straight, by a shortener that everybody uses, or by a site that was broken into."""

from __future__ import annotations

import random

from fyke.drill.world import Cell, Site, World

_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Ways:
    """The ways of a world. It has chance of its own: with its knobs at 0 the mails are as without it."""

    def __init__(self, world: World) -> None:
        self._chance = random.Random(f"{world.knobs.seed} ways")
        self._knobs, self._shorteners = world.knobs, world.shorteners
        self._broken: dict[str, list[Site]] = {}
        owner = {site.name: cell.name for cell in world.cells for site in cell.sites}
        for site in world.honest:
            if site.leads_to:
                self._broken.setdefault(owner[site.leads_to], []).append(site)

    def of(self, cell: Cell, url: str) -> str:
        """The address that stands in the mail for this one of the cell's site."""
        dice, broken = self._chance.random(), self._broken.get(cell.name)
        if dice < self._knobs.shortened and self._shorteners:
            return self._short()
        if broken and dice > 1 - self._knobs.hacked:
            place = self._chance.choice(("wp-content/uploads", "images", "old", "tmp"))
            return f"http://{self._chance.choice(broken).name}/{place}/{self._chance.getrandbits(24):06x}.html"
        return url

    def of_honest(self, url: str) -> str:
        """The same for what honest people send."""
        is_short = self._shorteners and self._chance.random() < self._knobs.shortened
        return self._short() if is_short else url

    def _short(self) -> str:
        site = self._chance.choice(self._shorteners)
        return f"https://{site.name}/{''.join(self._chance.choice(_LETTERS) for _ in range(7))}"
