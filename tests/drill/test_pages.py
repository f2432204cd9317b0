"""Pages: what the world says of a site can be read in it, and copies look alike."""

import re

from msgspec.structs import replace

from fyke.drill.pages import page
from tests.drill.worlds import world


def skeleton(text):
    """The tags of the kit's part."""
    return re.findall(r"<(\w+)", text.partition("<main>")[0])


def shops():
    return [site for cell in world().cells for site in cell.sites]


def test_the_page_says_what_the_world_says():
    """Merchant, processor, phone, company, address, address for mail, counter, and where a broken one leads."""
    for site in [*shops(), *world().honest]:
        text = page(site, 1)
        assert text == page(site, 1)
        for value in (site.phone, site.company, site.address, site.email, site.analytics, site.leads_to):
            assert value in text
        assert bool(site.merchant) == (f'value="{site.merchant}"' in text and f"https://{site.processor}/" in text)


def test_a_kit_is_a_skeleton_and_a_skin_is_an_owners():
    """Pages of one kit begin alike; those of another kit do not."""
    one = shops()[0]
    same, other_skin, other_kit = (
        skeleton(page(each, 1))
        for each in (replace(one, name="other.example"), replace(one, skin=one.skin + 1), replace(one, kit=one.kit + 1))
    )
    own = skeleton(page(one, 1))
    assert own == same
    assert own[:12] == other_skin[:12]
    assert own != other_skin
    assert own[:40] != other_kit[:40]


def test_what_a_site_is_called_cannot_break_its_page():
    """Names are escaped."""
    hostile = replace(shops()[0], name="<script>alert(1)</script>.example")
    assert "<script>alert" not in page(hostile, 1).partition("<body")[0].replace("<script>ga(", "")
