"""The client that goes out: what it asks, whom it refuses to ask, and what it does with servers that misbehave."""

import threading
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from fyke.lookup.dns_servers import Address
from fyke.lookup.outbound import Client, Terms
from fyke.lookup.outbound_http import proxy
from fyke.lookup.outbound_names import Names
from tests.lab.sites import servers

AT = datetime(2026, 3, 1, tzinfo=UTC)
LOOPBACK = (ip_network("127.0.0.0/8"),)


class Never(Names):
    """A name server that knows some names by heart."""

    def __init__(self, known):
        self.known = known

    def addresses(self, host):
        return self.known.get(host, ["127.0.0.1"])


def client(port, known=(), **terms):
    asked = {"agent": "fyke-tests", "allowed": LOOPBACK, "ports": frozenset((port,)), "pause_s": 0.0, "timeout_s": 5.0}
    return Client(Terms(**{**asked, **terms}), Never(dict(known)), lambda: AT)


def test_a_page_comes_as_it_was_sent():
    """Bytes, status, address; the request says who asks, and carries nothing that tells more."""
    with servers.web({"/a?b=1": (200, {"Set-Cookie": "who=you"}, b"hello")}) as web:
        asker = client(web.port)
        (told,) = asker.get(f"http://shop.example.org:{web.port}/a?b=1#part")[-1:]
        assert (told.status, told.body, told.trouble) == (200, b"hello", "")
        assert told.came.startswith(b"HTTP/1.1 200")
        assert told.came.endswith(b"hello")
        assert told.address == f"127.0.0.1:{web.port}"
        asker.get(f"http://shop.example.org:{web.port}/a?b=1")
        name, path, fields = web.heard[-1]
        assert (name, path) == (f"shop.example.org:{web.port}", "/a?b=1")
        assert set(fields) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}


def test_redirects_are_followed_and_counted():
    """Each hop is told; a circle and too many of them end it."""
    table = {
        "/": (302, {"Location": "/one"}, b""),
        "/one": (301, {"Location": "two?x=ü".encode().decode("latin-1")}, b""),
        "/two?x=%C3%BC": (200, {}, b"there"),
        "/circle": (302, {"Location": "/circle"}, b""),
        **{f"/n{at}": (302, {"Location": f"/n{at + 1}"}, b"") for at in range(20)},
    }
    with servers.web(table) as web:
        base = f"http://a.example.org:{web.port}"
        asker = client(web.port)
        assert [each.status for each in asker.get(f"{base}/")] == [302, 301, 200]
        assert "circle" in asker.get(f"{base}/circle")[-1].trouble
        many = asker.get(f"{base}/n0")
        assert len(many) == 6
        assert "too often" in many[-1].trouble


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fe80::1",
     "fd00:ec2::254", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1", "::"],
)  # fmt: skip
def test_what_is_not_public_is_not_asked(address):
    """Neither by a name that leads there, nor by its number, nor by a redirect."""
    with servers.web({"/": (200, {}, b"secret")}) as web:
        asker = client(web.port, {"inner.example.org": [address]}, allowed=())
        literal = f"[{address}]" if ":" in address else address
        for host in ("inner.example.org", literal):
            (told,) = asker.get(f"http://{host}:{web.port}/")
            assert "is not public" in told.trouble
            assert not told.came
        assert not web.heard


def test_a_redirect_is_checked_like_the_first_address():
    """What may be asked leads to what may not: it ends there."""
    with servers.web({}) as web:
        web.table["/"] = (302, {"Location": f"http://169.254.169.254:{web.port}/latest/meta-data"}, b"")
        told = client(web.port).get(f"http://a.example.org:{web.port}/")
        assert [each.status for each in told] == [302, 0]
        assert "169.254.169.254 is not public" in told[-1].trouble


def test_only_the_address_that_was_checked_is_connected_to():
    """A name that changes its address between two lookups (DNS rebinding) gains nothing: there is one lookup."""
    with servers.web({"/": (200, {}, b"x")}) as web:
        asker = client(web.port)
        answers = iter([["127.0.0.1"], ["10.0.0.1"]])
        asker._names.addresses = lambda _host: next(answers)
        assert asker.get(f"http://a.example.org:{web.port}/")[0].status == 200
        assert next(answers) == ["10.0.0.1"]


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example.org/", "file:///etc/passwd", "http://u:p@a.example.org/", "http://a.example.org:22/", "http://",
     "http://a.example.org/\r\nX: y", "http://a.example.org:99999999/", "gopher://a", "", "http://[::1", "http://ä.org/"],
)  # fmt: skip
def test_other_addresses_are_refused(url):
    """Schemes, ports, logins, line ends: told, nothing sent."""
    (told,) = client(80).get(url)
    assert told.trouble
    assert not told.sent


def test_limits_of_bytes_and_time():
    """A long answer is cut, one that drips is left, and both say so; what came is kept."""
    with servers.web({"/long": (200, {}, b"x" * 300_000), "/slow": servers.drip}) as web:
        base = f"http://a.example.org:{web.port}"
        long = client(web.port, most_bytes=100_000).get(f"{base}/long")[0]
        assert (len(long.came), long.cut) == (100_000, "length")
        slow = client(web.port, timeout_s=0.4).get(f"{base}/slow")[0]
        assert slow.cut == "time"
        assert slow.came.endswith(b"x")


@pytest.mark.parametrize(
    "said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", b"\0" * 999]
)
def test_broken_answers_are_told(said):
    """No exception, one sentence."""

    def break_it(handler):
        handler.wfile.write(said)

    with servers.web({"/": break_it}) as web:
        (told,) = client(web.port).get(f"http://a.example.org:{web.port}/")
        assert told.trouble
        assert told.came == said or len(told.came) <= len(said)


def test_answers_of_any_framing_are_whole():
    """In chunks, or until the connection ends; after a 103."""

    def chunks(handler):
        handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        handler.wfile.write(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    def until_end(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\nabcde")

    with servers.web({"/c": chunks, "/e": until_end}) as web:
        for path in ("/c", "/e"):
            (told,) = client(web.port).get(f"http://a.example.org:{web.port}{path}")
            assert (told.status, told.body, told.trouble) == (200, b"abcde", "")


def test_requests_are_few_and_far_between():
    """A pause between two to one host, none between hosts, and a limit of all."""
    with servers.web({"/": (200, {}, b"x")}) as web:
        pauses = []
        asker = Client(
            Terms("t", LOOPBACK, frozenset((web.port,)), pause_s=50.0, requests=3), Never({}), lambda: AT, pauses.append
        )
        for host in ("a", "a", "b", "b"):
            last = asker.get(f"http://{host}.example.org:{web.port}/")[0]
        assert len(pauses) == 1
        assert 49 < pauses[0] <= 50
        assert "fetch.requests" in last.trouble


def test_certificates_are_taken_as_they_are_unless_they_must_be_good(tmp_path):
    """A gang's is evidence, whoever signed it; a registry's must be vouched for."""
    ca, context = servers.authority(tmp_path, "a.example.org")
    with servers.web({"/": (200, {}, b"x")}, context) as web:
        url = f"https://a.example.org:{web.port}/"
        loose = client(web.port).get(url)[0]
        assert (loose.status, loose.certificate[:1]) == (200, b"\x30")
        strict = client(web.port).get(url, verify=True)[0]
        assert strict.status == 0
        assert strict.trouble
        assert client(web.port, ca=str(ca)).get(url, verify=True)[0].status == 200
        other = client(web.port, ca=str(ca)).get(f"https://b.example.org:{web.port}/", verify=True)[0]
        assert other.status == 0


def test_a_proxy_is_told_the_address_that_was_checked(tmp_path):
    """CONNECT names a number; a proxy that says no is told of."""
    heard = []

    def tunnel(handler):
        heard.append(handler.path)

    class Proxy(servers.Web):
        def do_CONNECT(self):  # noqa: N802  as http.server calls it
            import socket

            heard.append(self.path)
            if self.path.endswith(":1"):
                self.send_error(403)
                return
            far = socket.create_connection(("127.0.0.1", int(self.path.rpartition(":")[2])))
            self.send_response(200)
            self.end_headers()
            pump = threading.Thread(target=_pump, args=(far, self.connection), daemon=True)
            pump.start()
            _pump(self.connection, far)
            pump.join(5)
            self.close_connection = True

    with servers.web({"/": (200, {}, b"through")}) as web, servers.web({}) as between:
        between.RequestHandlerClass = Proxy
        asker = client(web.port, proxy=("127.0.0.1", between.port))
        (told,) = asker.get(f"http://a.example.org:{web.port}/")
        assert (told.status, told.body) == (200, b"through")
        assert heard == [f"127.0.0.1:{web.port}"]
        refused = client(1, proxy=("127.0.0.1", between.port)).get("http://a.example.org:1/")[0]
        assert "the proxy" in refused.trouble or "refused" in refused.trouble.lower()


def _pump(one, other):
    import socket

    try:
        while data := one.recv(65_536):
            other.sendall(data)
    except OSError:
        pass
    try:
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def test_addresses_of_proxies():
    """Host and port, and nothing else."""
    assert proxy("http://127.0.0.1:3128") == ("127.0.0.1", 3128)
    for wrong in ("socks5://a:1", "http://a", "http://u:p@a:1", ""):
        with pytest.raises(ValueError, match="proxy"):
            proxy(wrong)


def test_names_are_asked_of_a_real_server():
    """Each kind with the bytes of its answer; a name that none can have; nobody there."""
    with servers.names({"a.example.org": "127.0.0.9"}) as there:
        asker = Names([Address("127.0.0.1", there.port)], lambda: AT, 2.0)
        assert asker.ask("A.example.org", "A").values == ("127.0.0.9",)
        told = asker.ask("a.example.org", "MX")
        assert told.values == ("10 mx.dns-of-gang.net",)
        assert len(told.wire) > 12
        assert "ns1" in asker.ask("a.example.org", "SOA").values[0]
        assert asker.addresses("a.example.org") == ["127.0.0.9"]
        assert asker.ask("a" * 64, "A").trouble
        port = there.port
    assert Names([Address("127.0.0.1", port)], lambda: AT, 0.2).ask("a.example.org", "A").trouble
