"""Messages built to be dear: each aims at one way in which a parser may take long or much."""

import base64
import random

M = 10 * 1024 * 1024
START = b"From: a@example.org\nSubject: x\nMIME-Version: 1.0\n"


def multipart(body, boundary=b"b"):
    """A multipart/mixed with this body."""
    return START + b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\n\n' + body


def encoded(encoding, body, charset=b"utf-8"):
    """One text with a transfer encoding and charset."""
    head = b"Content-Type: text/plain; charset=" + charset + b"\nContent-Transfer-Encoding: " + encoding
    return START + head + b"\n\n" + body


def header(name, value):
    """A message of which one header matters."""
    return name + b": " + value + b"\n\nhi\n"


def nested(depth, leaf=b"hi\n"):
    """Multiparts in multiparts, each with its own boundary."""
    opened = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in range(depth))
    closed = b"".join(b"--b%d--\n" % i for i in reversed(range(depth)))
    return START + opened + b"Content-Type: text/plain\n\n" + leaf + closed


HOSTILE = {
    "50,000 encoded words in a subject": lambda: header(b"Subject", b" ".join([b"=?utf-8?q?abcdefgh?="] * 50_000)),
    "50,000 subjects": lambda: b"Subject: =?utf-8?b?YWJjZA==?=\n" * 50_000 + b"\nhi",
    "words that never end": lambda: header(b"Subject", b"=?a?q?" * 16_000),
    "words full of question marks": lambda: header(b"Subject", b"=?a?q?xxxxxx ? " * 8_000),
    "a slow codec in a word": lambda: header(b"Subject", b"=?idna?q?" + b"a." * 40_000 + b"?="),
    "5,000 nested multiparts": lambda: nested(5_000),
    "20 nested multiparts of 10 MB": lambda: nested(20, b"--b\n" * (M // 4)),
    "5,000 nested messages": lambda: START + b"Content-Type: message/rfc822\n\n" * 5_000 + b"Subject: x\n\nhi",
    "50,000 parts": lambda: multipart(b"--b\nContent-Type: text/plain\n\nx\n" * 50_000 + b"--b--\n"),
    "50,000 broken parts": lambda: multipart(b"--b\nContent-Transfer-Encoding: base64\n\nx*\n" * 50_000),
    "1,000 texts of 10 kB": lambda: multipart(
        (b"--b\nContent-Type: text/html\n\n<p>" + b"\xff" * 10_000 + b"\n") * 1_000
    ),
    "boundary lines alone": lambda: multipart(b"--b\n" * (M // 4)),
    "closing lines alone": lambda: multipart(b"--b--\n" * (M // 6)),
    "lines like the boundary": lambda: multipart(b"--bx\n" * (M // 5)),
    "lines like a boundary to guess": lambda: multipart(
        (b"--b\nContent-Type: multipart/mixed\n\n" + b"\n--x y z" * 1_000) * 999
    ),
    "100,000 headers": lambda: b"".join(b"X-Header-%d: value\n" % i for i in range(100_000)) + b"\nhi",
    "100,000 headers of one name": lambda: b"To: a@example.org\n" * 100_000 + b"\nhi",
    "100,000 headers in parts": lambda: multipart((b"--b\n" + b"X: y\n" * 1_000 + b"\nhi\n") * 100),
    "20,000 lines of junk": lambda: START + b"junk line\n" * 20_000 + b"To: a@example.org\n\nhi",
    "a header line of 10 MB": lambda: header(b"Subject", b"a" * M),
    "a header folded a million times": lambda: header(b"Subject", b"a" + b"\n " * (M // 2)),
    "a From of 10 MB": lambda: header(b"From", b'"<a@b,(' * (M // 7)),
    "a From of quotes": lambda: header(b"From", b'"' * 100_000),
    "a From of comments": lambda: header(b"From", b"()" * 50_000),
    "a From of commas": lambda: header(b"From", b"," * 100_000),
    "a From of spaces": lambda: header(b"From", b"a" + b" " * 100_000 + b"b"),
    "a From of backslashes": lambda: header(b"From", b"\\" * 100_000),
    "1,000 Froms": lambda: (b"From: " + b'"' * 250 + b"\n") * 1_000 + b"\nhi",
    "a domain of 50,000 labels": lambda: header(b"From", b"<a@" + b"\xc3\xbc." * 50_000 + b">"),
    "parameters that never end": lambda: header(b"Content-Type", b"text/plain" + b';a="' * 20_000),
    "parameters full of escapes": lambda: header(b"Content-Type", b"text/plain" + b';a=\\"' * 16_000),
    "parameters in pieces": lambda: header(
        b"Content-Type", b"text/plain" + b"".join(b";name*%d*=%%41" % i for i in range(600))
    ),
    "10,000 hops": lambda: b"Received: from a (b [192.0.2.1]) by c with d; Mon, 1 Jan 2024 00:00:00 +0000\n" * 10_000,
    "hops of brackets": lambda: (b"Received: from a " + b"[" * 2_000 + b" by b\n") * 20 + b"\nhi",
    "hops of half addresses": lambda: (b"Received: from " + b"[1.2." * 5_000 + b"\n") * 20 + b"\nhi",
    "a date of 50,000 numbers": lambda: header(b"Date", b"1 " * 50_000),
    "a line of 10 MB": lambda: START + b"\n" + b"a" * M,
    "10 MB without a line": lambda: b"a" * M,
    "10 MB of empty lines": lambda: b"\n" * M,
    "10 MB of carriage returns": lambda: b"\r" * M,
    "10 MB of NUL": lambda: b"\0" * M,
    "10 MB of 0xFF": lambda: START + b"\n" + b"\xff" * M,
    "10 MB of chance": lambda: random.Random(1).randbytes(M),
    "10 MB of good base64": lambda: encoded(b"base64", base64.encodebytes(b"x" * (M * 3 // 4))),
    "10 MB of base64 with one star": lambda: encoded(b"base64", base64.encodebytes(b"x" * (M * 3 // 4)) + b"*"),
    "10 MB of base64 that ends and ends": lambda: encoded(b"base64", b"QQ==\n" * (M // 5)),
    "10 MB of half base64": lambda: encoded(b"base64", b"Q*==" * (M // 4)),
    "10 MB of equals signs": lambda: encoded(b"quoted-printable", b"=" * M),
    "10 MB of swallowed lines": lambda: encoded(b"quoted-printable", b"=\r" * (M // 2)),
    "10 MB of quoted letters": lambda: encoded(b"quoted-printable", b"=41" * (M // 3) + b"=="),
    "10 MB of uuencode": lambda: encoded(b"x-uuencode", b"begin 644 x\n" + b"#86)C\n" * (M // 6)),
    "10 MB of empty uuencode": lambda: encoded(b"x-uuencode", b"\n" * M),
    "10 MB of UTF-7": lambda: encoded(b"8bit", b"+AGE-" * (M // 5), b"utf-7"),
    "10 MB of ISO-2022-JP": lambda: encoded(b"8bit", b"\x1b$B\x1b(B" * (M // 6), b"iso-2022-jp"),
    "10 MB of broken GB 18030": lambda: encoded(b"8bit", b"\xff\x81" * (M // 2), b"gb18030"),
    "10 MB of broken UTF-8": lambda: encoded(b"8bit", b"\xff\x81" * (M // 2)),
    "10 MB of lone surrogates": lambda: encoded(b"8bit", b"\xd8\x00" * (M // 2), b"utf-16"),
}
