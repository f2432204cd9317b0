"""The mark on released mail: true on that mail for that recipient, for some days; on nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fyke.desk.released import NAME, is_released, marked, released_to
from fyke.store.folder.keys import Keys

KEYS = Keys({"0a0a0a0a": b"k" * 32})
AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ANN = "Ann@example.org"
MAIL = b"From: a@example.com\r\nSubject: gold\r\n\r\nbody\r\n"


def test_a_true_mark():
    """It holds for its recipient, in either case, and after the mail server put its own lines above."""
    mail = marked(MAIL, "ab12", ANN, AT, KEYS)
    assert mail.endswith(MAIL)
    assert is_released(mail, [ANN.lower()], KEYS, AT)
    assert is_released(b"Received: from x\r\n by y\r\n" + mail, [ANN], KEYS, AT + timedelta(days=6))


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_line_ends_may_change(end):
    """Mail programs do so."""
    mail = marked(MAIL.replace(b"\r\n", end), "ab12", ANN, AT, KEYS)
    for other in (b"\n", b"\r\n"):
        assert is_released(mail.replace(b"\r\n", b"\n").replace(b"\n", other), [ANN], KEYS, AT)


def test_what_is_not_ours():
    """Another body, another recipient, another key, another time; no recipient at all."""
    mail = marked(MAIL, "ab12", ANN, AT, KEYS)
    assert not is_released(mail.replace(b"body", b"spam"), [ANN], KEYS, AT)
    assert not is_released(mail, [ANN, "bob@example.org"], KEYS, AT)
    assert not is_released(mail.replace(b"Ann", b"bob").replace(b"ann", b"bob"), ["bob@example.org"], KEYS, AT)
    assert not is_released(mail, [ANN], Keys({"0a0a0a0a": b"x" * 32}), AT)
    assert not is_released(mail, [ANN], Keys({"0b0b0b0b": b"k" * 32}), AT)
    assert not is_released(mail, [ANN], KEYS, AT + timedelta(days=8))
    assert not is_released(mail, [ANN], KEYS, AT - timedelta(days=1))
    assert not is_released(mail, [], KEYS, AT)
    assert not is_released(MAIL, [ANN], KEYS, AT)


def test_marks_that_were_there_are_taken_away():
    """Folded ones too; lines beside them stay."""
    forged = f"{NAME}: 1; case=aa;\r\n\tto=x\r\n{NAME.upper()} : y\r\n".encode() + MAIL
    mail = marked(forged, "ab12", ANN, AT, KEYS)
    assert mail.lower().count(NAME.lower().encode()) == 1
    assert mail.endswith(MAIL)


@given(st.binary(max_size=300), st.text(max_size=30))
def test_any_mail_any_recipient(raw, recipient):
    """Whatever is marked is known again; whatever is not, is not."""
    assume(raw[:1] not in (b" ", b"\t"))  # it would go on the line above, whatever that is: no mail begins so
    assert released_to(marked(raw, "ab", recipient or "x", AT, KEYS), KEYS, AT) == {(recipient or "x").lower()}
    assert not released_to(f"{NAME}: ".encode() + raw, KEYS, AT)
