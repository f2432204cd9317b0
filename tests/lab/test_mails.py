"""Mails as facts of sites: from the first such mail to the last, few rows for many mails."""

from datetime import UTC, datetime

from fyke.lab import mails
from fyke.lab.campaigns.members import Member


def mail(name, at, *sites, unwanted=True, begun=""):
    return Member(id=name, at=float(at), sites=sites, unwanted=unwanted, begun=begun)


def rows(found):
    return [(each.about, each.kind, each.value, each.seen_from.timestamp(), each.seen_to.timestamp()) for each in found]


def test_many_mails_are_one_fact_with_its_span():
    """Of a site and a campaign; and how they were judged."""
    given = [mail("b", 300, "www.pills.com"), mail("a", 100, "pills.com"), mail("c", 200, "pills.com", unwanted=None)]
    assert rows(mails.facts(given, {"a": "c-1", "b": "c-1"}, "trap")) == [
        ("site:pills.com", "campaign", "c-1", 100.0, 300.0),
        ("site:pills.com", "verdict", "unsure", 200.0, 200.0),
        ("site:pills.com", "verdict", "unwanted", 100.0, 300.0),
    ]


def test_order_does_not_count():
    """The same facts whoever came first."""
    given = [mail(str(at), at % 7, "pills.com", "watches.net", unwanted=at % 3 == 0) for at in range(50)]
    of = {str(at): f"c-{at % 4}" for at in range(50)}
    assert mails.facts(given, of, "trap") == mails.facts(given[::-1], of, "trap")


def test_what_is_no_site_is_none():
    """Hosts in a house, addresses, suffixes."""
    assert mails.facts([mail("a", 1, "localhost", "10.0.0.1", "co.uk", "")], {"a": "c-1"}, "t") == []


def test_times_beyond_all_reason():
    """Before the epoch, after the year 9999: kept within what is possible."""
    found = mails.facts([mail("a", -5e12, "pills.com"), mail("b", 5e17, "pills.com")], {}, "t")
    assert all(datetime(1970, 1, 1, tzinfo=UTC) <= each.seen_from <= each.seen_to for each in found)


def test_loose_mails_come_some_at_a_time(monkeypatch):
    """With the campaign that they were counted to; the same facts as of all together."""
    monkeypatch.setattr(mails, "TOGETHER", 3)
    loose = mails.Loose("trap")
    for at in range(8):
        loose.add(mail(str(at), at, "pills.com", begun="c-9"))
    found = loose.facts()
    assert {(each.kind, each.value) for each in found} == {("campaign", "c-9"), ("verdict", "unwanted")}
    assert (min(each.seen_from for each in found).timestamp(), max(each.seen_to for each in found).timestamp()) == (
        0,
        7,
    )
    assert loose.facts() == found
