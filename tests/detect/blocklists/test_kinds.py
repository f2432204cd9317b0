"""What lists list, as findings: one a symbol, with all who say so."""

from fyke.detect.blocklists.kinds import LESS, OF_ADDRESSES, OF_DOMAINS, SOURCE, Evidence, listings, zones
from fyke.lookup.lists_known import KNOWN
from fyke.model import UNKNOWN, Listed, Listing


def test_lists_that_agree_do_not_add_up():
    """One finding with both names, as strong as the stronger."""
    evidence = Evidence()
    for weight, source in ((0.5, "bl.test"), (1.0, "other.test"), (0.5, "bl.test")):
        evidence.add(SOURCE, weight, "192.0.2.9", source)
    [finding] = evidence.findings()
    assert (finding.symbol, finding.weight) == (SOURCE, 1.0)
    assert finding.detail == "192.0.2.9: bl.test, 192.0.2.9: other.test"


def test_who_does_not_answer_says_nothing():
    """Nor who says that it is not listed."""
    asked = Listed("bl.test", "192.0.2.9")
    said = Listing(("listed",), ("127.0.0.2",), "bl.test")
    assert list(listings([(asked, UNKNOWN), (asked, Listing()), (asked, said)])) == [(asked, said)]


def test_every_kind_of_every_list_has_a_symbol():
    """Of each list that is known, but for what does not say why."""
    for row in KNOWN:
        known = OF_ADDRESSES if row.of == "addresses" else OF_DOMAINS
        assert {code.kind for code in row.codes if code.kind} <= set(known), row.zone
    assert set(LESS) < set(OF_DOMAINS)


def test_zones_are_asked_as_they_are_written():
    """Once, in lower case."""
    assert zones(["ZEN.example.", "zen.example", "b.example"]) == ("zen.example", "b.example")
