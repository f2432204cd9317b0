"""What we sign: everything that matters, closed against additions, in lines that servers take."""

from datetime import UTC, datetime, timedelta

import pytest

from fyke.detect.auth.dkim import verify
from fyke.model.auth import AuthResult
from fyke.seal.dkim import sign
from tests.detect.auth.driving import drive
from tests.detect.auth.signing import AT, MAIL, answers, key


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
@pytest.mark.parametrize("is_relaxed", [True, False])
def test_what_was_signed_holds(kind, is_relaxed):
    """Under either key, in either form, also of a message with line feeds alone."""
    for raw in (MAIL, MAIL.replace(b"\r\n", b"\n"), b"From: a@example.com\r\n\r\n", b"From: a"):
        field = sign(raw, key(kind), "example.com", "s", AT, is_relaxed_header=is_relaxed, is_relaxed_body=is_relaxed)
        (found,) = drive(verify(field + raw, AT), answers(kind))
        assert (found.result, found.unsigned) == (AuthResult.PASS, ())


def test_nobody_can_add_a_field_that_a_reader_is_shown():
    """The closed fields are named once more than they stand there."""
    field = sign(MAIL, key(), "example.com", "s", AT)
    for name in (b"From", b"Subject", b"To", b"Cc", b"Reply-To", b"Date"):
        (found,) = drive(verify(field + name + b": other\r\n" + MAIL, AT), answers())
        assert found.result is AuthResult.FAIL


def test_lines_are_short_and_times_are_told():
    """RFC 5322 2.1.1; t= and x= are those given."""
    end = AT + timedelta(days=7)
    field = sign(MAIL, key(), "example.com", "s", AT, expires_at=end)
    assert max(map(len, field.split(b"\r\n"))) <= 78
    (found,) = drive(verify(field + MAIL, AT), answers())
    assert (found.signed_at, found.expires_at) == (AT, end)
    (late,) = drive(verify(field + MAIL, datetime(2027, 1, 1, tzinfo=UTC)), answers())
    assert late.result is AuthResult.POLICY


def test_mail_without_from_is_not_signed():
    """No verifier would accept it."""
    with pytest.raises(ValueError, match="From"):
        sign(b"To: a\r\n\r\n", key(), "example.com", "s", AT)
