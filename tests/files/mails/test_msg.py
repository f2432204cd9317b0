"""Outlook messages: bodies and attachments of the message, and of messages within it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.base import Broken, Content, Member
from fyke.files.budget import Budget, Meter
from fyke.files.mails.msg import Msg
from tests.files.builders.mails import message, storage
from tests.files.builders.office import compound
from tests.files.looking import holds, look, names, program

FILES = {"an invoice.exe": program(b"payload"), "read me.txt": b"hello " * 2_000}


def opened(data, budget=None):
    return {item.name: item.data for item in Msg().open(Content(data, "a", "msg"), Meter(budget or Budget()))}


def test_attachments_have_their_long_names():
    """In the small streams and in the large ones."""
    analysis = look(message(FILES), "a.msg")
    assert analysis.root.kind == "msg"
    assert {"an invoice.exe", "read me.txt", "body.txt"} <= set(names(analysis))
    assert all(holds(analysis, data) for data in FILES.values())
    assert not analysis.faults


def test_bodies_are_read_in_each_form():
    """Wide text as UTF-8, a page as it is, RTF unpacked."""
    found = opened(message({}, {"1000001F": "Grüße".encode("utf-16-le"), "10130102": b"<html>x</html>"}))
    assert found == {"body.txt": "Grüße".encode(), "body.html": b"<html>x</html>"}


def test_the_short_name_stands_in_for_the_long_one():
    """Old messages have names of eight letters, in one byte each; some have none."""
    short = {f"{storage(0)}/__substg1.0_37010102": b"data", f"{storage(0)}/__substg1.0_3707001E": b"INVOIC~1.EXE\0"}
    none = {f"{storage(1)}/__substg1.0_37010102": b"other"}
    found = opened(compound(short | none))
    assert found == {"INVOIC~1.EXE": b"data", "attachment": b"other"}


def test_a_message_within_a_message_is_read():
    """Forwarded as an attachment, it lies in a storage of its own (2.2.2.1)."""
    inner = f"{storage(0)}/__substg1.0_3701000D/{storage(0)}"
    found = opened(
        compound({f"{inner}/__substg1.0_37010102": FILES["an invoice.exe"],
                  f"{inner}/__substg1.0_3707001F": "deep.exe".encode("utf-16-le")})
    )  # fmt: skip
    assert found == {"deep.exe": FILES["an invoice.exe"]}


def test_limits_are_kept():
    """By their number, and by their size."""
    meter = Meter(Budget(count=1))
    meter.count = 1
    assert not list(Msg().open(Content(message(FILES), "a", "msg"), meter))
    assert meter.cuts[0].cap == "count"
    found = opened(message(FILES), Budget(size=1_000))
    assert max(map(len, found.values())) == 1_000


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_broken_message_is_broken_and_nothing_else(data):
    """Bits turned over, bytes of all ones, an end cut off."""
    raw = bytearray(message(FILES))
    for at in data.draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=12)):
        raw[at] = data.draw(st.sampled_from([0, 0xFF, 0x80, raw[at] ^ 1]))
    raw = raw[: data.draw(st.integers(512, len(raw)))]
    try:
        assert all(isinstance(item, Member) for item in Msg().open(Content(bytes(raw), "a", "msg"), Meter()))
    except Broken:
        pass


def test_a_table_that_bites_its_tail_ends():
    """Sectors that follow one another in a circle are read once."""
    raw = bytearray(message(FILES))
    first = int.from_bytes(raw[76:80], "little")  # the sector of the table: [MS-CFB] 2.2
    place = 512 * (first + 1)
    raw[place : place + 4 * first] = bytes(4 * first)
    assert not look(bytes(raw), "a.msg").faults
