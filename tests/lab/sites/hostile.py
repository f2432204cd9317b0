"""Certificates, captures and other bytes of the tests of the lab's readers."""

import gzip
import zlib
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@cache
def certificate(*names, begun=datetime(2026, 1, 5, tzinfo=UTC)):
    """A certificate for these names, in PEM; the same for the same."""
    from datetime import timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519

    key = ed25519.Ed25519PrivateKey.from_private_bytes(sha256(repr(names).encode()).digest())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0][:60])])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Some authority")]))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(begun)
        .not_valid_after(begun + timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), False)
    )
    return builder.sign(key, None).public_bytes(serialization.Encoding.PEM)


def answer(body, *fields):
    """A response as a server sends it."""
    head = b"".join(field + b"\r\n" for field in (b"HTTP/1.1 200 OK", *fields))
    return head + b"\r\n" + body


def record(block, uri="http://pills.com/", kind="response", date="2026-03-01T12:00:00Z", size=None):
    """A record of a WARC file."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\nWARC-Date: {date}\r\n"
        f"Content-Length: {len(block) if size is None else size}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def bomb(size):
    """A gzip file of so many zeros."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()


HTML = (
    b"<html><title>A</title><body><p>one two three four five six seven eight nine ten eleven twelve</p></body></html>"
)
PACKED = gzip.compress(HTML)
