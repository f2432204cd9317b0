"""HTTP, our side: however the bytes are cut, the same is asked; and whatever h11 understands, we do."""

from itertools import pairwise

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.wire.http import (
    Begun,
    Connection,
    Ended,
    LocalProtocolError,
    Request,
    Response,
    State,
    listed,
    phrase,
)
from fyke.wire.http_body import RemoteProtocolError
from tests.cheap import seconds

LIMIT = 100_000
ONE = b"POST /v1/scan?a=b HTTP/1.1\r\nHost: x\r\nX-Name:  J\xc3\xbcrgen \r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nA: b\r\n\r\n"
)


def heard(pieces, *, ends=True, **rest):
    """All requests, each answered at once, and the error that ended them."""
    connection = Connection(body_bytes=LIMIT, **rest)
    events, said = [], b""
    try:
        for piece in (*pieces, *([b""] if ends else [])):
            connection.receive(piece)
            while (event := connection.next_event()) is not None:
                events.append(event)
                if isinstance(event, Request):
                    said += connection.send(Response(200, b"ok"))
    except RemoteProtocolError as error:
        return events, said, error.status
    return events, said, 0


def requests(pieces, **rest):
    """Only the whole requests, and the error."""
    events, _, status = heard(pieces, **rest)
    return [event for event in events if isinstance(event, Request)], status


def test_a_request_is_told_whole():
    """Its names in lower case, its values without what surrounds them."""
    ((request,), _) = requests([ONE])
    assert (request.method, request.target, request.body, request.version) == ("POST", "/v1/scan?a=b", b"hello", "1.1")
    assert request.fields == (("host", "x"), ("x-name", "Jürgen"), ("content-length", "5"))
    assert request.field("x-name") == "Jürgen"
    assert request.field("nix", "z") == "z"
    assert requests([CHUNKED])[0][0].body == b"hello"


@pytest.mark.parametrize("data", [ONE, CHUNKED, ONE + CHUNKED + b"\r\n" + ONE, b"GET / HTTP/1.0\r\n\r\n"])
def test_a_byte_at_a_time(data):
    """And the answers are the same."""
    assert requests([bytes([byte]) for byte in data]) == requests([data])
    assert heard([bytes([byte]) for byte in data])[1] == heard([data])[1]


@settings(max_examples=150)
@given(st.lists(st.integers(0, 400), max_size=8))
def test_any_cutting_asks_the_same(cuts):
    """As the network likes."""
    data = ONE + CHUNKED + ONE
    marks = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    assert requests([data[a:b] for a, b in pairwise(marks)]) == requests([data])


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\n\r\n\r\nhello", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: x\r\nExpect: cake\r\nContent-Length: 1\r\n\r\nx", 417),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (LIMIT + 1), 413),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\n X: y\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nX: a\0b\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 505),
        (b"GET /\r\n\r\n", 505),
        (b"GET / HTTP/1.1\n", 400),
        (b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"SSH-2.0-OpenSSH_9.2\r\n", 400),
        (b"\x16\x03\x01\x02\x00", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * 300_000, 431),
        (ONE[:-1], 400),
        (CHUNKED[:-1], 400),
    ],
)
def test_what_two_could_read_as_two_is_refused(data, status):
    """Whole and a byte at a time, and nothing of it is a request."""
    assert requests([data]) == ([], status)
    if len(data) < 1_000:
        assert requests([bytes([byte]) for byte in data]) == ([], status)


def test_nothing_is_read_behind_an_error():
    """What follows it may be anybody's."""
    connection = Connection(body_bytes=LIMIT)
    connection.receive(b"nonsense\r\n\r\n" + ONE)
    with pytest.raises(RemoteProtocolError):
        connection.next_event()
    assert connection.state is State.DONE
    assert connection.next_event() is None
    assert b"Connection: close" in connection.send_error(Response(400, b"why"))


def test_one_request_is_open_at_a_time():
    """The next waits for the answer to the first."""
    connection = Connection(body_bytes=LIMIT)
    connection.receive(ONE + ONE)
    assert isinstance(connection.next_event(), Request)
    assert connection.next_event() is None
    assert connection.send(Response(204)).startswith(b"HTTP/1.1 204 No Content\r\n")
    assert isinstance(connection.next_event(), Request)
    connection.send(Response(200, b"ok"), closes=True)
    with pytest.raises(LocalProtocolError):
        connection.send(Response(200))


@pytest.mark.parametrize(
    ("head", "keeps"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nHost: x\r\nConnection: x, Close\r\n\r\n", False),
        (b"GET / HTTP/1.0\r\n\r\n", False),
        (b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", True),
    ],
)
def test_who_stays(head, keeps):
    """RFC 9112 9.3."""
    connection = Connection(body_bytes=LIMIT)
    connection.receive(head)
    assert isinstance(connection.next_event(), Begun | Request)
    connection.next_event()
    said = connection.send(Response(200, b"ok"))
    assert (connection.state is State.IDLE) is keeps
    assert (b"Connection: close" in said) is not keeps


def test_a_client_that_waits_is_told_to_go_on():
    """RFC 9110 10.1.1, unless the body is there already; an answer instead of it ends the connection."""
    head = b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
    connection = Connection(body_bytes=LIMIT)
    connection.receive(head)
    assert connection.next_event() == Begun("POST", "/", expects=True)
    assert connection.go_on() == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.receive(b"hello")
    assert connection.next_event().body == b"hello"
    with pytest.raises(LocalProtocolError):
        connection.go_on()
    early = Connection(body_bytes=LIMIT)
    early.receive(head)
    early.next_event()
    assert b"Connection: close" in early.send(Response(413))
    assert early.state is State.DONE


def test_answers_cannot_be_split():
    """Whatever a value is made of; HEAD has no body but its length."""
    connection = Connection(body_bytes=LIMIT)
    connection.receive(b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
    connection.next_event()
    said = connection.send(Response(200, b"four", fields=(("X-A", "a\r\nX-B: b"),), reason="o\nk"))
    assert said.endswith(b"Content-Length: 4\r\nServer: fyke\r\n\r\n")
    assert b"X-A: a??X-B: b\r\n" in said
    assert said.startswith(b"HTTP/1.1 200 o?k\r\n")


def test_the_end_of_a_client():
    """Between requests it is one, in the middle it is an error."""
    assert heard([ONE])[0][-1] == Ended()
    assert heard([b""])[0] == [Ended()]


def test_another_protocol_in_the_first_line():
    """Where a door has such; the answer need not be HTTP."""
    connection = Connection(body_bytes=LIMIT, rewrite=lambda line: b"GET /old HTTP/1.0" if line == b"OLD" else line)
    connection.receive(b"OLD\r\n\r\n")
    connection.next_event()
    assert connection.send_bare(b"as of old") == b"as of old"
    assert connection.state is State.DONE


def test_words():
    """Of lists and statuses."""
    assert listed(["a, b", "", ",c ,"]) == ["a", "b", "c"]
    assert (phrase(404), phrase(999)) == ("Not Found", "")


def by_h11(data):
    """What h11 makes of it: (method, target, names and values, body) each; None where it is an error or cut short."""
    connection, found = h11.Connection(h11.SERVER, max_incomplete_event_size=300_000), []
    try:
        connection.receive_data(data)
        connection.receive_data(b"")
        while True:
            event = connection.next_event()
            if isinstance(event, h11.Request):
                found.append([event.method.decode(), event.target.decode("latin-1"), list(event.headers), b""])
            elif isinstance(event, h11.Data):
                found[-1][3] += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                connection.send(h11.Response(status_code=200, headers=[("Content-Length", "0")]))
                connection.send(h11.EndOfMessage())
                if connection.our_state is h11.MUST_CLOSE:
                    return found
                connection.start_next_cycle()
            else:
                return found if isinstance(event, h11.ConnectionClosed) else None
    except (h11.RemoteProtocolError, h11.LocalProtocolError):
        return None


TOKEN = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,9}", fullmatch=True)
VALUE = st.from_regex(r"[!-~]{0,9}( [!-~]{1,9})?", fullmatch=True).map(str.strip)
SPECIAL = frozenset(
    "content-length transfer-encoding connection expect upgrade host keep-alive proxy-connection".split()
)


@st.composite
def request_bytes(draw):
    """A request that two honest programs could exchange."""
    fields = [(n, v) for n, v in draw(st.lists(st.tuples(TOKEN, VALUE), max_size=5)) if n.lower() not in SPECIAL]
    body, is_chunked = draw(st.binary(max_size=60)), draw(st.booleans())
    head = (
        f"{draw(st.sampled_from(['GET', 'POST', 'PUT', 'HEAD']))} /{draw(TOKEN)}?{draw(TOKEN)} HTTP/1.1\r\nHost: x\r\n"
    )
    head += "".join(f"{name}:{draw(st.sampled_from(['', ' ', '  ']))}{value}\r\n" for name, value in fields)
    if not is_chunked:
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    cut = draw(st.integers(0, len(body)))
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (body[:cut], body[cut:]) if piece)
    return f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunks + b"0\r\n\r\n"


def ours(data):
    """The same form of what we make of it."""
    found, status = requests([data])
    if status:
        return None
    return [[r.method, r.target, [(n.encode(), v.encode()) for n, v in r.fields], r.body] for r in found]


@settings(max_examples=300)
@given(st.lists(request_bytes(), min_size=1, max_size=3))
def test_h11_reads_the_same(sent):
    """Of honest requests, one behind another."""
    data = b"".join(sent)
    assert ours(data) == by_h11(data) != []


@settings(max_examples=300)
@given(request_bytes(), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), min_size=1, max_size=3))
def test_of_odd_requests_h11_reads_no_others(data, changes):
    """We refuse more than h11 does; what both take, both read alike: no request can be smuggled past one of us."""
    raw = bytearray(data)
    for at, byte in changes:
        raw[at % len(raw)] = byte
    mine, theirs = ours(bytes(raw)), by_h11(bytes(raw))
    if mine and theirs:
        for (*_, my_body), (*_, their_body) in zip(mine, theirs, strict=False):
            assert my_body == their_body
        assert len(mine) == len(theirs)


@settings(max_examples=200)
@given(st.lists(st.binary(max_size=60) | st.sampled_from([ONE, CHUNKED, b"\r\n", b"GET "]), max_size=6))
def test_any_bytes_give_requests_or_an_error(pieces):
    """Never anything else."""
    heard(pieces)


def test_a_byte_at_a_time_costs_linear_time():
    """Of a head, a body, chunks, empty lines."""
    head = b"POST / HTTP/1.1\r\nHost: x\r\n"
    for data in (
        head + b"X-Y: z\r\n" * 15_000,
        head + b"Content-Length: 90000\r\n\r\n" + b"x" * 90_000,
        head + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 20_000,
        b"\r\n" * 60_000,
    ):
        pieces = [bytes([byte]) for byte in data]
        assert seconds(lambda pieces=pieces: heard(pieces)) < 2.0
