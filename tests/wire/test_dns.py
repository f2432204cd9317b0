"""DNS messages: what resolvers send is read as another library reads it, and what enemies send does no harm."""

import os
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.nameserver import reply as answer
from fyke.wire.dns import (
    ALIASES,
    TYPES,
    Foreign,
    Impossible,
    Malformed,
    OtherCase,
    Reply,
    message,
    mixed,
    question,
    read,
)

HERE = b"\xc0\x0c"  # a pointer to the name of the question


def name(text):
    return question(text, "A")[:-4]


def record(kind, data, owner=HERE, ttl=300, group=1):
    return owner + struct.pack("!HHIH", TYPES.get(kind, kind), group, ttl, len(data)) + data


def soa(ttl=900, minimum=60):
    return record(
        "SOA", name("ns.example.org") + name("dns.example.org") + struct.pack("!5I", 7, 1, 2, 3, minimum), ttl=ttl
    )


def told(kind, *records, asked="a.example.org", **more):
    sent = question(asked, kind)
    return read(answer(message(77, sent), *records, **more), sent)


@pytest.mark.parametrize(
    ("kind", "data", "value"),
    [
        ("A", b"\xc0\0\2\1", "192.0.2.1"),
        ("AAAA", bytes.fromhex("20010db8000000000000000000000001"), "2001:db8::1"),
        ("TXT", b"\3v=s\4pf1 \2\xc3\xa4", "v=spf1 Ã¤"),
        ("TXT", b"", ""),
        ("TXT", b"\0\0\0", ""),
        ("MX", b"\0\x0a\2MX" + HERE, "10 mx.a.example.org"),
        ("MX", b"\0\0\0", "0 ."),
        ("PTR", name("Mail.Example.NET"), "mail.example.net"),
        ("NS", b"\3a.b\0", "a\\.b"),
        ("CNAME", b"\3\xff \\\0", "\\255\\032\\\\"),
    ],
)
def test_a_record_is_a_value(kind, data, value):
    """In the presentation that `Dns` promises."""
    assert told(kind, record(kind, data)) == Reply(0, values=(value,), ttl_s=300)


def test_an_alias_leads_to_the_values():
    """And the shortest time to live counts."""
    records = [
        record("CNAME", name("b.example.org"), ttl=20),
        record("A", b"\xc0\0\2\1", name("B.example.org"), 500),
        record("A", b"\xc0\0\2\2", name("b.example.org"), 400),
        record("A", b"\xc0\0\2\3", name("c.example.org"), 1),
    ]
    assert told("A", *records) == Reply(0, values=("192.0.2.1", "192.0.2.2"), ttl_s=20)
    assert told("CNAME", *records[:1]).values == ("b.example.org",)
    assert told("A", *records[:1]).alias == "b.example.org"
    assert told("A", records[0], soa(), authority=1) == Reply(0, ttl_s=20)


def test_that_there_is_none_is_kept_as_the_zone_says():
    """RFC 2308 5: the smaller of the SOA's time to live and its minimum."""
    assert told("A", soa(), authority=1) == Reply(0, ttl_s=60)
    assert told("A", soa(30), authority=1, flags=0x81A3) == Reply(3, ttl_s=30, secure=True)
    assert told("A") == Reply(0)
    assert told("A", flags=0x8182) == Reply(2)


def test_aliases_that_go_round_end():
    """Or are too many."""
    with pytest.raises(Malformed):
        told("A", record("CNAME", HERE))
    chain = [record("CNAME", name(f"n{n + 1}.example.org"), name(f"n{n}.example.org")) for n in range(ALIASES + 2)]
    with pytest.raises(Malformed):
        told("A", *chain, asked="n0.example.org")


def test_an_answer_to_another_question_is_foreign():
    """By name, type, or because it is no answer at all; the case counts where it was mixed."""
    sent = question("a.example.org", "A")
    query = message(1, sent)
    for other in (question("b.example.org", "A"), question("a.example.org", "TXT")):
        with pytest.raises(Foreign):
            read(answer(message(1, other)), sent)
    with pytest.raises(Foreign):
        read(query, sent)
    odd = mixed(sent, 0b1010)
    assert odd != sent
    assert odd.lower() == sent.lower()
    assert read(answer(message(1, odd)), odd, exact_case=True) == Reply(0)
    with pytest.raises(OtherCase):
        read(answer(query), odd, exact_case=True)


@pytest.mark.parametrize("text", ["a..b", ".a", "x" * 64 + ".org", ".".join(["x" * 50] * 6)])
def test_a_name_that_no_zone_can_have(text):
    """Is told from one that cannot be written."""
    with pytest.raises(Impossible):
        question(text, "A")
    with pytest.raises(UnicodeEncodeError):
        question("bücher.example", "A")


def test_a_truncated_answer_is_not_read():
    """It is asked for again, over TCP."""
    assert told("TXT", record("TXT", b"\1"), flags=0x8380) == Reply(0, is_truncated=True)


@pytest.mark.parametrize(
    "data",
    [
        record("PTR", b"\xc0\x2b"),  # to itself
        record("PTR", b"\xc0\xff"),  # forwards
        record("PTR", b"\xc0\x03"),  # into the header
        record("PTR", b"\x80a"),
        record("PTR", name("a.example") + b"x"),
        record("A", b"abc"),
        record("AAAA", b"abc"),
        record("TXT", b"\x09abc"),
        record("SOA", b"\0\0abc"),
        record("MX", b"\0"),
        record("A", b"abcd")[:-2],
        record("PTR", (b"\x3f" + b"x" * 63) * 4 + b"\0"),
    ],
)
def test_what_breaks_the_format_is_malformed(data):
    """And nothing else is raised."""
    kind = next(kind for kind, number in TYPES.items() if data[2:4] == struct.pack("!H", number))
    with pytest.raises(Malformed):
        told(kind, data)


def test_a_hostile_message_costs_little():
    """64 kB of pointers over pointers, of empty strings, of long names: linear, some hundredths of a second."""
    labels = (b"\1x" * 100) + b"\0"
    pointers = record(99, labels) + b"".join(
        record("CNAME", b"\xc0" + bytes([20 + n % 60]), b"\xc0\x3c") for n in range(3900)
    )
    chain = record(99, b"".join(struct.pack("!H", 0xC000 | 0x2B + 2 * n) for n in range(-1, 8_000)))
    strings = b"".join(record("TXT", bytes(30_000)) for _ in range(2))
    for kind, data in (("A", pointers), ("A", chain + record("CNAME", b"\xff\xff") * 800), ("TXT", strings)):
        sent = question("a.example.org", kind)
        raw = bytearray(answer(message(1, sent)) + data)
        raw[6:8] = b"\xff\xff"
        started = time.process_time()
        with pytest.raises(Malformed):
            read(bytes(raw), sent)
        assert time.process_time() - started < 0.5


SENT = question("a.example.org", "MX")
HONEST = answer(
    message(1, SENT),
    record("CNAME", name("b.example.org")),
    record("MX", b"\0\1\1m" + HERE, name("b.example.org")),
    soa(),
    authority=1,
)


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, len(HONEST) - 1), st.integers(0, 255)), max_size=6), st.integers(0, len(HONEST))
)
def test_a_broken_message_raises_nothing_else(changes, length):
    """Whatever bytes are changed or missing."""
    raw = bytearray(HONEST)
    for at, byte in changes:
        raw[at] = byte
    try:
        read(bytes(raw[:length]), SENT)
    except (Malformed, Foreign):
        pass


@settings(max_examples=100)
@given(st.binary(max_size=600))
def test_any_bytes_after_a_question(tail):
    """As if a resolver handed on whatever it got."""
    raw = bytearray(answer(message(1, SENT)) + tail)
    raw[6:12] = b"\0\2\0\2\0\2"
    try:
        read(bytes(raw), SENT)
    except (Malformed, Foreign):
        pass


@pytest.mark.peer
@pytest.mark.parametrize(
    ("kind", "one", "two"),
    [
        ("A", "192.0.2.1", "192.0.2.200"),
        ("AAAA", "2001:db8::", "::ffff:1.2.3.4"),
        ("MX", "10 mx.B.example.org.", "65535 a.b.example.org."),
        ("TXT", '"v=spf1 " "-all"', '"\\255\\"x"'),
        ("NS", "ns1.example.org.", "ns2.b.example.org."),
        ("PTR", "x.b.example.org.", "\\.y.example."),
    ],
)
def test_another_library_says_the_same(kind, one, two):
    """dnspython writes a compressed message; both read the same records."""
    try:
        import dns.message
        import dns.rrset
    except ImportError:
        assert not os.environ.get("CI"), "dnspython is not installed"
        pytest.skip("dnspython is not installed")
    sent = question("a.example.org", kind)
    said = dns.message.make_response(dns.message.from_wire(message(9, sent)))
    said.answer.append(dns.rrset.from_text("a.example.org.", 300, "IN", "CNAME", "B.example.org."))
    said.answer.append(dns.rrset.from_text("b.example.org.", 60, "IN", kind, f"{kind} {one}"[len(kind) + 1 :], two))
    values = {
        b"".join(item.strings).decode("latin-1") if kind == "TXT" else item.to_text().lower().removesuffix(".")
        for item in dns.message.from_wire(said.to_wire()).answer[1]
    }
    got = read(said.to_wire(), sent)
    assert set(got.values) == values
    assert got.ttl_s == 60
