"""rspamd's protocol: what its clients send is understood, and what it answers has the shapes that we answer in."""

import ast
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.wire.http import Connection, Request, Response
from fyke.wire.packed import opened
from fyke.wire.rspamd import (
    LEGACY,
    RECIPIENTS,
    Added,
    Milter,
    Reply,
    SymbolTold,
    Url,
    addresses,
    asked,
    legacy_text,
    message_id,
    modern,
    older,
)
from tests.cheap import seconds

GTUBE = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*" + b"GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL" + b"*C.34X"
REPLY = Reply(
    False, 12.0, 15.0, "add header", {"reject": 15.0},
    {"A": SymbolTold("A", 2.5, 2.5, "It is bad.", ["x,y", "z\n"]), "B": SymbolTold("B", -1.0, -1.0)},
    {"smtp_message": "Refused\r\nX"}, 0.01, ["example.com"], ["a@example.com"], "1@example.net",
)  # fmt: skip


def transcripts():
    """What a client sent, and what rspamd answered, by name."""
    lines = (Path(__file__).parent / "transcripts/rspamd/rspamd-3.4.txt").read_text().splitlines()
    told = [line.partition(" ")[2] for line in lines if line.startswith(("name", "client", "rspamd"))]
    names, clients, answers = told[::3], told[1::3], told[2::3]
    return {
        name: tuple(ast.literal_eval(each).replace(b"{GTUBE}", GTUBE) for each in (client, answer))
        for name, client, answer in zip(names, clients, answers, strict=True)
    }


TOLD = transcripts()


def request(pieces):
    """The one request of a client."""
    connection = Connection(body_bytes=1 << 20, rewrite=modern)
    found = []
    for piece in pieces:
        connection.receive(piece)
        while (event := connection.next_event()) is not None:
            if isinstance(event, Request):
                found.append(event)
                connection.send(Response(200))
    (one,) = found
    return one


@pytest.mark.parametrize("name", TOLD)
def test_what_clients_send(name):
    """Whole and a byte at a time."""
    client, _ = TOLD[name]
    assert request([client]) == request([bytes([byte]) for byte in client])


@settings(max_examples=100)
@given(st.sampled_from(sorted(TOLD)), st.lists(st.integers(0, 700), max_size=6))
def test_any_cutting_asks_the_same(name, cuts):
    """As the network likes."""
    client, _ = TOLD[name]
    marks = sorted({0, len(client), *(cut for cut in cuts if cut < len(client))})
    assert request([client[a:b] for a, b in pairwise(marks)]) == request([client])


def test_the_envelope_of_rspamc():
    """Each switch is a field."""
    told = asked(request([TOLD["rspamc with an envelope"][0]]).fields)
    assert (told.ip, told.helo, told.hostname) == ("192.0.2.7", "mx.example.net", "mx.example.net")
    assert (told.sender, told.rcpts) == ("ann@example.net", ("bob@example.org", "eve@example.org"))
    assert (told.user, told.deliver_to, told.flags) == ("login", "bob@example.org", frozenset({"body_block"}))
    assert asked(request([TOLD["rspamc --extended-urls"][0]]).fields).url_format == "extended"


def test_a_packed_mail_of_rspamc():
    """What it packed is the mail that it sends else."""
    packed, plain = request([TOLD["rspamc -z"][0]]), request([TOLD["rspamc"][0]])
    assert asked(packed.fields).compression == "zstd"
    assert opened("zstd", packed.body, 1_000) == plain.body
    assert message_id(plain.body) == "20261123.1000.77@example.net"


def test_the_protocol_of_before():
    """Exim's request is one of HTTP, and a field tells what it was."""
    one = request([TOLD["Exim, RSPAMC/1.3"][0]])
    assert (one.method, one.target, one.field(LEGACY)) == ("POST", "/check", "RSPAMC/1.3")
    assert asked(one.fields).queue_id == "abc"
    assert (asked(one.fields).sender, asked(one.fields).rcpts) == ("a@b.c", ("x@y.z",))
    assert modern(b"PING RSPAMC/1.3").startswith(b"POST /ping HTTP/1.0\r\n")
    for line in (b"GET / HTTP/1.1", b"CHECK SPAMC/1.5", b"CHECK RSPAMC/2.0", b"X CHECK RSPAMC/1.3", b""):
        assert modern(line) == line


@pytest.mark.parametrize(
    "name", ["rspamc", "rspamc with an envelope", "rspamc --extended-urls", "rspamc -z", "no mail", "skip"]
)
def test_what_rspamd_answers_has_our_shape(name):
    """No field of it has another type."""
    head, _, body = TOLD[name][1].partition(b"\r\n\r\n")
    if b"Compression: zstd" in head:
        body = opened("zstd", body, 100_000)
    reply = msgspec.convert({"thresholds": {}, **msgspec.json.decode(body)}, Reply)  # rspamd leaves them out at times
    assert reply.required_score == 15.0
    assert reply.action == "no action"
    assert all(symbol.name == key for key, symbol in reply.symbols.items())
    if name == "rspamc --extended-urls":
        assert msgspec.convert(reply.urls[0], Url).host == "www.example.com"


def test_our_reply_has_their_names():
    """Of the newer and of the older form."""
    reply = msgspec.structs.replace(REPLY, milter=Milter({"X": Added("y")}, {"Z": 0}))
    newer = msgspec.json.decode(msgspec.json.encode(reply))
    assert (newer["message-id"], newer["milter"]["add_headers"]) == ("1@example.net", {"X": {"value": "y", "order": 0}})
    theirs = msgspec.json.decode(TOLD["check of before"][1].partition(b"\r\n\r\n")[2])
    ours = older(REPLY)
    assert theirs.keys() - ours.keys() == set()
    assert {"is_spam", "is_skipped", "score", "required_score", "action"} <= theirs["default"].keys() & ours[
        "default"
    ].keys()
    assert ours["default"]["A"] == {"name": "A", "score": 2.5, "description": "It is bad.", "options": ["x,y", "z\n"]}


def test_lines_for_exim():
    """As rspamd writes them; nothing in them breaks a line."""
    theirs = TOLD["Exim, RSPAMC/1.3"][1].split(b"\r\n")
    ours = legacy_text(REPLY).split(b"\r\n")
    assert ours[0] == theirs[0]
    assert ours[1:5] == [
        b"Metric: default; False; 12.00 / 15.00 / 0.0",
        b"Action: add header",
        b"Symbol: A(2.50)[x,y,z ]",
        b"Symbol: B(-1.00)",
    ]
    assert ours[5:] == [b"Message: Refused X", b"Message-ID: 1@example.net", b"", b""]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@example.net>", ["a@example.net"]),
        ("a@example.net, <b@example.net>,,", ["a@example.net", "b@example.net"]),
        ('"x, y"@example.net,b@example.net', ['"x, y"@example.net', "b@example.net"]),
        ('"x\\", y"@example.net', ['"x\\", y"@example.net']),
        ("", []),
        ("<>", []),
    ],
)
def test_addresses_of_a_list(value, expected):
    """A comma within quotes is of the address."""
    assert list(addresses(value)) == expected


def test_what_fields_may_say():
    """Numbers that are none, words in any case, of several fields the first."""
    fields = (("ip", "[2001:db8::1]"), ("ip", "x"), ("shm", "a"), ("shm-offset", "7"), ("shm-length", "-1"),
              ("flags", "Skip, ,x"), ("tls-cipher", "y"), ("path", "/p"), ("file", "/f"))  # fmt: skip
    told = asked(fields)
    assert (told.ip, told.shm_offset, told.shm_length, told.path) == ("2001:db8::1", 7, 0, "/f")
    assert (told.flags, told.is_tls) == (frozenset({"skip", "x"}), True)
    many = asked((("rcpt", ",".join(f"a{n}@example.net" for n in range(RECIPIENTS + 5))),))
    assert len(many.rcpts) == RECIPIENTS


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"Message-ID: <1@x>\r\n\r\n", "1@x"),
        (b"A: b\nmessage-id:<1@x>\n\nMessage-ID: <2@x>\n", "1@x"),
        (b"A: b\n\nMessage-ID: <2@x>\n", ""),
        (b"X-Message-ID: <2@x>\n\n", ""),
        (b"", ""),
    ],
)
def test_message_ids(raw, expected):
    """Of the header, and of no field that ends alike."""
    assert message_id(raw) == expected


def test_long_lists_cost_linear_time():
    """Of addresses, quoted and not."""
    for value in ("a@example.net," * 20_000, '"a,b"@example.net,' * 10_000, '"' * 200_000):
        assert seconds(lambda value=value: list(addresses(value))) < 1.0


@given(
    st.lists(st.tuples(st.sampled_from(["ip", "rcpt", "from", "flags", "shm-offset"]), st.text(max_size=30))),
    st.binary(),
)
def test_any_fields_and_mails(fields, raw):
    """Nothing is raised."""
    asked(tuple(fields))
    message_id(raw)
    modern(raw)
