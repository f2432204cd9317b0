"""Mail built to be dear: every detector of links, bodies and files stays cheap and does not fail."""

from __future__ import annotations

import pytest

from fyke.detect import packaged
from fyke.detect.runner import run
from fyke.mail import parse
from fyke.model import Envelope, Mail
from tests import cheap

DETECTORS = packaged()
HEAD = b"From: a@example.org\r\nTo: b@example.net\r\nMIME-Version: 1.0\r\n"
PAGE = HEAD + b"Content-Type: text/html\r\n\r\n"
PARTS = HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
ZIP = b"--x\r\nContent-Type: application/zip\r\nContent-Disposition: attachment; filename=a.zip\r\n\r\n"
SVG = b"--x\r\nContent-Type: image/svg+xml\r\nContent-Disposition: attachment; filename=a.svg\r\n\r\n"

MAILS = {
    "mailboxes": PAGE + b"".join(b'<a href="mailto:u%d@x.test">go</a> ' % i for i in range(5_000)) + b"word " * 100_000,
    "links": PAGE
    + b"".join(b'<a href="http://h%d.xkqzvt.icu/a?x=http://y.test">www.a.com</a>' % i for i in range(5_000)),
    "forms": PAGE + b'<form action="http://x.test"><input type=password></form>' * 20_000,
    "scripts": PAGE + b'<p onclick="atob(1)">x</p>' * 30_000,
    "pictures": PAGE + b'<a href="http://x.test/"><img src="http://x.test/a.jpg" width=1 height=1></a>' * 20_000,
    "one line": HEAD + b"\r\n" + b"a" * 5_000_000,
    "base64": HEAD + b"\r\n" + (b"A" * 76 + b"\r\n") * 50_000,
    "letters": HEAD + b"\r\n" + b"a " * 1_000_000,
    "sums": HEAD + b"\r\n" + b"$1,000,000 " * 200_000,
    "subject": HEAD + b"Subject: a" + b" " * 60_000 + b"a1" * 20_000 + b"\r\n\r\nx",
    "zips": PARTS + (ZIP + b"PK\3\4" * 5_000 + b"\r\n") * 100 + b"--x--",
    "drawings": PARTS + (SVG + b"<svg>" * 10_000 + b"\r\n") * 200 + b"--x--",
    "invitation": HEAD + b"Content-Type: text/calendar\r\n\r\n" + b"DESCRIPTION:" + b"https://a.test " * 200_000,
    "hidden": PAGE + b'<div style="display:none">' + b"words " * 200_000 + b"</div>",
}


@pytest.mark.parametrize("name", MAILS)
def test_dear_mail_stays_cheap(name):
    """No mail may cost the detectors more than a quarter of a second, and none may make one fail."""
    mail = Mail(Envelope(), parse(MAILS[name]))
    assert cheap.seconds(lambda: run(DETECTORS, mail), enough=0.25) < 0.25
    looked = run(DETECTORS, mail)
    assert not looked.faults
