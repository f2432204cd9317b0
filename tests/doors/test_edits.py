"""Edits of a header: the fields that are named, and not a byte beside."""

from fyke.doors.edits import apply
from fyke.model.gate import Change, Edit

RAW = b"Received: one\r\n two\r\nX-A: 1\r\nSubject: old\r\nx-a: 2\r\n\r\nX-A: body\r\n"


def test_nothing_changes_nothing():
    """Byte for byte."""
    assert apply(RAW, ()) == RAW
    assert apply(b"", ()) == b""


def test_fields_are_counted_before_any_edit():
    """So the second is the second, whatever happens to the first."""
    edits = [Edit(Change.REMOVE, "X-A", index=1), Edit(Change.REMOVE, "X-A", index=2)]
    assert apply(RAW, edits) == b"Received: one\r\n two\r\nSubject: old\r\n\r\nX-A: body\r\n"


def test_a_field_is_replaced_in_its_place_and_added_on_top():
    """With the line ends that the mail has."""
    edits = [Edit(Change.REPLACE, "Subject", "new"), Edit(Change.ADD, "X-Fyke", "ham")]
    assert apply(RAW, edits).startswith(b"X-Fyke: ham\r\nReceived: one\r\n two\r\nX-A: 1\r\nSubject: new\r\n")
    assert apply(b"A: b\n\nx\n", [Edit(Change.ADD, "X-Fyke", "ham")]) == b"X-Fyke: ham\nA: b\n\nx\n"


def test_a_value_makes_no_field_of_its_own():
    """Whatever a stranger wrote into what is quoted."""
    raw = apply(RAW, [Edit(Change.ADD, "X-Fyke", "a\r\nBcc: x\r\n\r\nbody\nTo: y\rCc: z")])
    names = [line.partition(b":")[0] for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n") if line[:1] not in b" \t"]
    assert names == [b"X-Fyke", b"Received", b"X-A", b"Subject", b"x-a"]


def test_long_values_are_folded():
    """No line is longer than mail allows."""
    raw = apply(RAW, [Edit(Change.ADD, "X-Fyke", "word " * 1_000), Edit(Change.ADD, "X-Long", "x" * 5_000)])
    assert max(map(len, raw.split(b"\r\n"))) <= 998
