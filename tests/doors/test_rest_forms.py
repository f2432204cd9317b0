"""What the REST door takes: envelopes by a query, times with their zone."""

from datetime import UTC, datetime

import msgspec
import pytest

from fyke.doors.rest_forms import RECIPIENTS, Labelling, Submission, envelope, is_aware


def test_an_envelope_by_a_query():
    """By the names of its fields; recipients often, or many in one."""
    given = {"mail_from": ["a@b", "x"], "rcpt_to": ["c@d, e@f", "g@h", ""], "tls": ["true"], "client_ip": ["192.0.2.1"]}
    found = envelope(given)
    assert (found.mail_from, found.rcpt_to, found.tls, found.client_ip) == (
        "a@b",
        ("c@d", "e@f", "g@h"),
        True,
        "192.0.2.1",
    )
    assert envelope({}).rcpt_to == ()
    assert len(envelope({"rcpt_to": ["a@b," * (RECIPIENTS + 9)]}).rcpt_to) == RECIPIENTS
    assert envelope({"tls": ["no"]}).tls is False


@pytest.mark.parametrize("given", [{"received_at": ["yesterday"]}])
def test_what_is_no_envelope(given):
    """It is told which field."""
    with pytest.raises(msgspec.ValidationError):
        envelope(given)


def test_times_have_a_zone():
    """Else nobody knows when it was."""
    assert is_aware(None)
    assert is_aware(datetime(2026, 11, 23, tzinfo=UTC))
    assert not is_aware(datetime(2026, 11, 23))


@pytest.mark.parametrize(
    "text", [b"{}", b'{"raw":"eA==","x":1}', b'{"raw":1}', b'{"raw":"eA==","label":"eggs"}', b"[]"]
)
def test_forms_are_strict(text):
    """An unknown or missing field is a mistake of the client's."""
    for form in (Submission, Labelling):
        if form is Submission and b"label" in text:
            continue
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(text, type=form)
