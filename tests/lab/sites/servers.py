"""A small internet on loopback: a name server, a web server with TLS by an authority of the tests, and RDAP."""

import http.server
import json
import socket
import ssl
import struct
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from bench.nameserver import Nameserver, question_of, reply
from fyke.wire.dns import TYPES

HERE = b"\xc0\x0c"
PAGE = (
    b"<html><head><title>Pills now</title><script src=/a/shop.js></script><link href=/a/s.css><img src=/a/p.png></head>"
    b"<body><p>Cheap pills from Pill Services Ltd. Call +1 212 555 0198 today, we ship everywhere and fast.</p>"
    b"<form action=https://pay.example-till.com/checkout><input name=card><input name=cvc><input name=name>"
    b"<input type=hidden name=merchant_id value=M4711></form></body></html>"
)


def host(name):
    """A name as messages carry it."""
    return b"".join(bytes((len(label),)) + label.encode() for label in name.split(".")) + b"\0"


def record(kind, data):
    return HERE + struct.pack("!HHIH", TYPES[kind], 1, 60, len(data)) + data


ZONE = {
    "A": b"\x7f\0\0\1",
    "NS": host("ns1.dns-of-gang.net"),
    "MX": b"\0\x0a" + host("mx.dns-of-gang.net"),
    "SOA": host("ns1.dns-of-gang.net") + host("boss.dns-of-gang.net") + struct.pack("!5I", 1, 2, 3, 4, 5),
    "TXT": b"\x05hello",
}


def rule(addresses):
    """What the name server says: of names in `addresses` that address, of all else loopback."""

    def answer(query):
        asked = question_of(query)
        kind = {number: name for name, number in TYPES.items()}.get(int.from_bytes(asked[-4:-2], "big"), "")
        name = _name(asked)
        if kind == "A" and name in addresses:
            return [reply(query, record("A", socket.inet_aton(addresses[name])))]
        return [reply(query, record(kind, ZONE[kind]))] if kind in ZONE else [reply(query)]

    return answer


def _name(asked):
    labels, at = [], 0
    while asked[at]:
        labels.append(asked[at + 1 : at + 1 + asked[at]].decode().lower())
        at += 1 + asked[at]
    return ".".join(labels)


@contextmanager
def names(addresses=()):
    with Nameserver(rule(dict(addresses))) as server:
        yield server


class Web(http.server.BaseHTTPRequestHandler):
    """Answers by the table of its server: path -> (status, fields, body), or a function that is given the handler."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.heard.append((self.headers["Host"], self.path, dict(self.headers)))
        told = self.server.table.get(self.path, (404, {}, b"none"))
        if callable(told):
            told(self)
            self.close_connection = True
            return
        status, fields, body = told
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def web(table, context=None):
    """A web server; `.port`, and what it `.heard`."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Web)
    server.daemon_threads = True
    server.handle_error = lambda *_: None
    server.table, server.heard, server.port = table, [], server.server_address[1]
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def authority(folder, *hosts):
    """A file of an authority of the tests, and a context of a server with a certificate of it for these hosts."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Authority of the tests")])
    now = datetime.now(UTC)

    def made(subject, public, *, is_root):
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(root_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=3))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        )
        if not is_root:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in hosts]), False)
        return builder.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    (folder / "ca.pem").write_bytes(made(root_name, root_key.public_key(), is_root=True))
    leaf = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, hosts[0])])
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(made(leaf, key.public_key(), is_root=False) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return folder / "ca.pem", context


def rdap(name):
    """A domain's object."""
    return json.dumps(
        {
            "objectClassName": "domain",
            "ldhName": name,
            "events": [{"eventAction": "registration", "eventDate": "2026-01-05T10:00:00+02:00"}],
            "nameservers": [{"ldhName": "NS1.dns-of-gang.net."}],
            "entities": [{"roles": ["registrant"], "vcardArray": ["vcard", [["email", {}, "text", "Boss@Gang.net"]]]}],
        }
    ).encode()


def drip(handler):
    """An answer without an end, a byte at a time."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(600):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.02)
