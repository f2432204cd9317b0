"""A client and its mail from what a mail server tells."""

from datetime import UTC, datetime

import pytest

from fyke.doors.milter_mail import Client, Mail, address, text
from fyke.model import Envelope
from fyke.wire.milter import Filter
from fyke.wire.milter.events import Connect, Header, Helo, Sender

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def client(name=b"mail.example.net", family=b"4", told=b"192.0.2.7", **macros):
    found = Client()
    found.connect(Connect(name, family, 25, told, {key.encode(): value for key, value in macros.items()}))
    return found


@pytest.mark.parametrize(
    ("family", "told", "macros", "ip"),
    [
        (b"4", b"192.0.2.7", {}, "192.0.2.7"), (b"6", b"IPv6:2001:db8::7", {}, "2001:db8::7"),
        (b"6", b"2001:DB8:0::7", {}, "2001:db8::7"), (b"6", b"::ffff:192.0.2.7", {}, "192.0.2.7"),
        (b"4", b"nonsense\xff", {}, ""), (b"L", b"/run/sock", {}, ""),
        (b"U", b"", {"client_addr": b"192.0.2.9"}, "192.0.2.9"),
    ],
)  # fmt: skip
def test_addresses(family, told, macros, ip):
    """As Postfix and Sendmail write them; one that is none is not known."""
    assert client(family=family, told=told, **macros).ip == ip


@pytest.mark.parametrize(
    ("name", "macros", "known"),
    [
        (b"mail.example.net", {}, "mail.example.net"), (b"unknown", {}, "unknown"), (b"[192.0.2.7]", {}, "unknown"),
        (b"mail.example.net", {"client_resolve": b"OK"}, "mail.example.net"),
        (b"mail.example.net", {"client_resolve": b"FORGED"}, "unknown"),
        (b"mail.example.net", {"client_resolve": b"FAIL"}, "unknown"),
        (b"mail.example.net", {"client_resolve": b"TEMP"}, ""),
        (b"mail.example.net", {"_": b"mail.example.net [192.0.2.7] (may be forged)"}, "unknown"), (b"", {}, "unknown"),
    ],
)  # fmt: skip
def test_a_name_counts_where_it_resolves_back(name, macros, known):
    """What only the owner of the address says is no name; what nobody could find out is not known."""
    assert client(name, **macros).name == known


def test_a_new_client_has_nothing_of_the_last():
    """Neither its greeting nor its encryption."""
    found = client()
    found.greet(Helo(b"mail", {b"tls_version": b"TLSv1.3"}))
    assert (found.helo, found.is_encrypted) == ("mail", True)
    found.connect(Connect(b"other", b"4", 25, b"192.0.2.8", {}))
    assert (found.ip, found.name, found.helo, found.is_encrypted) == ("192.0.2.8", "other", "", False)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (b"<ann@example.net>", "ann@example.net"), (b"<>", ""), (b"ann", "ann"),
        (b'<"a>b"@example.net>', '"a>b"@example.net'), (b"<a\xff@example.net>", "a\\xff@example.net"),
        ("<j\u00f6rg@b\u00fccher.example>".encode(), "j\u00f6rg@b\u00fccher.example"),
    ],
)  # fmt: skip
def test_addresses_of_mail(given, read):
    """Anything is text that can be written down."""
    assert address(given) == read
    assert text(given).encode()


def mail(limit=1_000):
    return Mail(client(), Sender(b"<ann@example.net>", (), {b"auth_authen": b"ann", b"tls_version": b"x"}), limit)


def test_an_envelope_grows():
    """With the recipient that is asked about, and with those that are taken."""
    found = mail()
    found.add(b"<bob@example.org>")
    known = Envelope("192.0.2.7", "mail.example.net", "", "ann@example.net", ("bob@example.org",), True, "ann", AT)
    assert found.envelope(AT) == known
    assert found.envelope(AT, "carl@example.org").rcpt_to == ("bob@example.org", "carl@example.org")
    assert found.recipients == [b"<bob@example.org>"]


def test_the_name_in_the_queue_is_the_last_that_was_said():
    """Postfix says none at first."""
    found = mail()
    found.named({b"i": b"A1"})
    found.named({})
    assert found.queue_id == "A1"


def test_a_message_has_an_empty_line_even_without_a_header():
    """Or without a body."""
    assert mail().raw == b"\r\n"
    found = mail()
    found.body(b"x")
    found.header(Filter(), Header(b"S", b"y"))
    assert found.raw == b"S: y\r\n\r\nx"


def test_nothing_is_kept_of_what_is_too_large():
    """However much comes."""
    found = mail(10)
    for _ in range(5):
        found.body(b"xxxx")
    assert found.is_too_large
    assert found.raw == b"\r\n"


def test_the_servers_name_for_a_mail_is_on_its_envelope():
    """Postfix tells it with the end of the message."""
    mail = Mail(client(), Sender(b"<a@x.example>", (), {}), 1_000)
    assert mail.envelope(datetime(2026, 5, 1, tzinfo=UTC)).queue_id == ""
    mail.named({b"i": b"4Zk1vM5"})
    assert mail.envelope(datetime(2026, 5, 1, tzinfo=UTC)).queue_id == "4Zk1vM5"
