"""Who comes again is known again: networks, and senders without what changes from mail to mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.desk.senders import folded, is_in, key, network, networks, one
from tests.cheap import seconds

BOB = "bob@example.org"


@pytest.mark.parametrize(
    ("ip", "around", "own"),
    [
        ("192.0.2.7", "192.0.2.0/24", "192.0.2.7"),
        ("2001:db8::7:1", "2001:db8::/64", "2001:db8::/64"),
        ("unknown", "", "unknown"),
        ("", "", ""),
    ],
)
def test_networks_of_clients(ip, around, own):
    assert network(ip) == around
    assert one(ip) == own


def test_own_networks():
    nets = networks(("10.0.0.0/8", "192.0.2.7", "fc00::/7"))
    assert is_in("10.9.9.9", nets)
    assert is_in("fd00::1", nets)
    assert is_in("192.0.2.7", nets)
    assert not is_in("192.0.2.8", nets)
    assert not is_in("", nets)
    with pytest.raises(ValueError, match="host bits"):
        networks(("10.0.0.1/8",))


@pytest.mark.parametrize(
    ("one_mail", "another"),
    [
        ("Ann@Example.NET", "ann@example.net"),
        ("prvs=0123456abc=ann@example.net", "ann@example.net"),
        ("prvs=ann/0123456abc@example.net", "prvs=ann/9999999999@example.net"),
        ("btv1==123==ann@example.net", "btv1==987==ann@example.net"),
        ("SRS0=HHH=TT=example.com=ann@example.net", "srs0+xyz=2A=example.com=ann@example.net"),
        ("SRS1=HHH=relay.example==HHH=TT=example.com=ann@example.net",
         "SRS1=abc=relay.example==xyz=UU=example.com=ann@example.net"),
        ("list-return-17-bob=example.org@lists.example", "list-return-99-bob=example.org@lists.example"),
        ("bounce+a1b2c3.4d5e6f-bob=example.org@m.example", "bounce+77aa88-bob=example.org@m.example"),
        ("010f018c2-aaaa-4bbb-000000@mail.example", "0222018d3-12cd-77ff-000000@mail.example"),
        ("bounce_20261123_7@news.example", "bounce_20261124_8@news.example"),
    ],
)  # fmt: skip
def test_what_changes_from_mail_to_mail_is_folded(one_mail, another):
    """VERP, SRS, BATV, and counting."""
    assert folded(one_mail, BOB) == folded(another, BOB)


@pytest.mark.parametrize(
    ("one_mail", "another"),
    [
        ("ann@example.net", "carl@example.net"),
        ("ann@example.net", "ann@example.com"),
        ("SRS0=HHH=TT=example.com=ann@example.net", "SRS0=HHH=TT=example.com=carl@example.net"),
        ("SRS0=HHH=TT=example.com=ann@example.net", "SRS0=HHH=TT=example.org=ann@example.net"),
        ("prvs=0123456abc=ann@example.net", "prvs=0123456abc=carl@example.net"),
        ("news-bounce@example.net", "shop-bounce@example.net"),
        ("", "ann@example.net"),
    ],
)
def test_who_is_another_stays_another(one_mail, another):
    assert folded(one_mail, BOB) != folded(another, BOB)


@given(st.text(max_size=400), st.text(max_size=100))
def test_any_text_is_folded_and_hashed(sender, recipient):
    """Within bounds, and always to the same."""
    assert len(folded(sender, recipient)) <= 1_000
    assert len(key(sender, recipient)) == 32


def test_time_is_linear():
    """Whoever writes long senders gains nothing."""
    assert seconds(lambda: folded("a1-" * 100_000 + "@example.net", BOB)) < 0.1


def test_keys_part_what_is_apart():
    assert key("a", "bc") != key("ab", "c")
    assert "example" not in key("ann@example.net")
