"""Answers that a scan keeps: written as JSON and read again they are what they were."""

from datetime import UTC

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.model import UNKNOWN, Dns, Listed, Listing, Records
from fyke.model.known import Acquaintance, Seen, Tie
from fyke.model.query import public
from fyke.model.recorded import name_of, revived

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
RECORDS = st.builds(Records, st.lists(TEXT, max_size=3).map(tuple), st.booleans(), st.integers(0, 9_999), st.booleans())
LISTINGS = st.builds(Listing, st.lists(TEXT, max_size=3).map(tuple), st.lists(TEXT, max_size=3).map(tuple), TEXT)
TIES = st.builds(Tie, st.none() | st.datetimes(timezones=st.just(UTC)))
SEEN = st.builds(Acquaintance, st.none() | TIES, near=st.lists(TEXT, max_size=3).map(tuple))


@given(RECORDS | LISTINGS | SEEN | st.just(UNKNOWN))
def test_what_is_written_is_read(answer):
    """Of every kind, and what nobody answered stays unknown."""
    question = {Records: Dns("x.example", "A"), Listing: Listed("bl.test", "192.0.2.1"), Acquaintance: Seen("a", "b")}
    name = name_of(question.get(type(answer), Dns("x.example", "A")))
    assert revived(name, msgspec.json.decode(msgspec.json.encode(answer))) == answer
    assert revived(name, answer) == answer


@pytest.mark.parametrize("answer", ["x", 7, None, [], {"values": 3}, {"exists": "yes"}])
def test_what_is_no_answer_is_unknown(answer):
    """A damaged record is never "no"."""
    assert revived("Dns(name='x', type='A')", answer) is UNKNOWN
    assert revived("Made(up=1)", {}) is UNKNOWN


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("zen.spamhaus.org", "zen.spamhaus.org"),
        ("abc.zen.dq.spamhaus.net", "zen.dq.spamhaus.net"),
        ("q2w3e4r5t6y7u8i9o0p1q2w3.DBL.dq.spamhaus.net.", "dbl.dq.spamhaus.net"),
        ("k3y.combined.mail.abusix.zone", "combined.mail.abusix.zone"),
        ("multi.0123456789abcdef.bl.example", "multi.KEY.bl.example"),
        ("b.barracudacentral.org", "b.barracudacentral.org"),
    ],
)
def test_a_customers_key_is_not_kept(zone, shown):
    """Neither in the name of a question nor in what is printed of it."""
    assert public(zone) == shown
    assert f"zone='{shown}'" in name_of(Listed(zone, "192.0.2.1"))
    assert repr(Listed(zone, "192.0.2.1")) == name_of(Listed(zone, "192.0.2.1"))
