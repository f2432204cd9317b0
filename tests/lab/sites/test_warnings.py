"""Warninglists: what is everybody's, by the packaged list and an analyst's own."""

import pytest

from fyke.lab.sites.warnings import Warnings
from tests import cheap


def test_the_packaged_list_knows_what_half_the_world_has():
    """By kind; and kinds that join nobody by nature."""
    is_common = Warnings()
    assert is_common("ns", "kim.ns.cloudflare.com")
    assert is_common("mx", "aspmx.l.google.com")
    assert is_common("registrar", "whoever")
    assert not is_common("ns", "ns1.gang.net")
    assert not is_common("ip", "192.0.2.1")
    assert not is_common("ip", "no address")


def test_an_analysts_lines_count():
    """A domain with all below it, an address, a network of either version, one value; comments are nothing."""
    is_common = Warnings([
        "Common.net # everybody", "", "# nothing", "198.51.100.0/24", "203.0.113.9", "2001:db8::/32", "phone:+15550100",
    ])  # fmt: skip
    assert is_common("ns", "ns1.common.net")
    assert is_common("email", "anybody@common.net")
    assert is_common("ip", "198.51.100.77")
    assert is_common("ip", "203.0.113.9")
    assert is_common("ip", "2001:db8:5::1")
    assert is_common("phone", "+15550100")
    assert not is_common("ip", "198.51.101.1")
    assert not is_common("ip", "2001:db9::1")
    assert not is_common("ns", "uncommon.net")


@pytest.mark.parametrize("line", ["nonsense", "two words.com x", "nokind:value", "1.2.3.0/99", "a.com/b", "\0.com"])
def test_nonsense_is_told(line):
    """A list that is half read would be worse."""
    with pytest.raises(ValueError, match="is no domain"):
        Warnings([line])


def test_many_networks_cost_little():
    """A hundred thousand of them, a hundred thousand questions."""
    lines = [f"10.{at >> 8 & 255}.{at & 255}.0/24" for at in range(65_536)]
    is_common = Warnings(lines)
    assert cheap.seconds(lambda: [is_common("ip", f"11.0.{at & 255}.1") for at in range(50_000)], 1.0) < 3.0
