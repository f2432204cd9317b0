"""Pages of sites: a kit's skeleton with an owner's skin, the shop's words, whom to pay and how to reach it."""

from __future__ import annotations

import random
from html import escape

from fyke.drill.text import prose
from fyke.drill.world import Site

TAGS = ("div", "section", "article", "table", "ul", "span", "p", "h2", "header", "aside", "nav", "footer", "b", "small")


def page(site: Site, seed: int) -> str:
    """The front page."""
    kit = random.Random(f"{seed} kit {site.kit}")
    skin = random.Random(f"{seed} skin {site.skin}")
    name = site.name.partition(".")[0]
    assets = "".join(
        f'<link rel="stylesheet" href="/{kit.choice(("css", "style", "theme"))}/{kit.getrandbits(20):x}.css">'
        for _ in range(3)
    )
    counted = f"<script>ga('create', '{site.analytics}', 'auto');</script>" if site.analytics else ""
    leads = f'<meta http-equiv="refresh" content="0; url=http://{site.leads_to}/">' if site.leads_to else ""
    blocks = "".join([*(_block(kit, 3) for _ in range(kit.randrange(5, 9))), *(_block(skin, 2) for _ in range(2))])
    words = prose(f"{seed} text {site.text}", site.goods, 24)
    own = prose(f"{seed} own {site.name}", site.goods, 2)
    return (
        f"<!doctype html><html><head><title>{escape(name)}</title>{assets}{leads}"
        f'<meta name="generator" content="Kit {site.kit}.{kit.randrange(9)}">{counted}</head><body class="k{site.kit}">'
        f"{blocks}<main><p>{escape(words)}</p><p>{escape(own)}</p></main>{_form(site, kit)}{_contact(site)}"
        "</body></html>"
    )


def _block(chance: random.Random, depth: int) -> str:
    tag = chance.choice(TAGS)
    inner = "".join(_block(chance, depth - 1) for _ in range(chance.randrange(1, 4))) if depth else ""
    return f'<{tag} class="c{chance.randrange(99)}">{inner}</{tag}>'


def _form(site: Site, kit: random.Random) -> str:
    if not site.merchant:
        return ""
    names = kit.sample(("name", "street", "city", "zip", "country", "card", "cvv", "expires", "mail", "qty", "item"), 7)
    fields = "".join(f'<input name="{name}">' for name in names)
    hidden = f'<input type="hidden" name="merchant_id" value="{site.merchant}">'
    return f'<form method="post" action="https://{site.processor}/checkout">{hidden}{fields}</form>'


def _contact(site: Site) -> str:
    told = [f"Tel: {site.phone}" if site.phone else "", site.company, site.address]
    if site.email:
        told.append(f'<a href="mailto:{site.email}">{site.email}</a>')
    return "<address>" + "<br>".join(each for each in told if each) + "</address>"
