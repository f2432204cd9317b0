"""Lines from a client of SMTP: each is an event, a refusal, or no mail client's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.wire.smtp_commands import HELLO_CHARS, read
from fyke.wire.smtp_events import (
    Bdat,
    Data,
    Hello,
    Plain,
    Quit,
    Recipient,
    RemoteProtocolError,
    Reset,
    Sender,
    StartTls,
    Wrong,
)
from fyke.wire.smtp_words import Parameter


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (b"EHLO mx.example.org", Hello("EHLO", "mx.example.org")),
        (b"helo x y", Hello("HELO", "x")),
        (b"mail FROM:<a@b> size=7", Sender("a@b", (Parameter("SIZE", "7"),))),
        (b"MAIL FROM: <a@b>", Sender("a@b")),
        (b"rcpt to:<\xc3\xbc@b>", Recipient("ü@b")),
        (b"DATA", Data()),
        (b"DATA ", Data()),
        (b"bdat 7 last", Bdat(7, is_last=True)),
        (b"BDAT 0", Bdat(0, is_last=False)),
        (b"RSET", Reset()),
        (b"quit", Quit()),
        (b"STARTTLS", StartTls()),
        (b"NOOP whatever", Plain("NOOP")),
        (b"VRFY a", Plain("VRFY")),
    ],
)
def test_commands(line, event):
    """In any case, as clients write them."""
    assert read(line) == event


@pytest.mark.parametrize(
    ("line", "code"),
    [(b"", 500), (b"FOO", 500), (b"AUTH PLAIN", 502), (b"DATA x", 501), (b"QUIT now", 501), (b"EHLO", 501),
     (b"MAIL", 501), (b"EHLO " + b"x" * (HELLO_CHARS + 1), 501), (b"RCPT TO:<>", 501), (b"NOOP \x1b", 500),
     (b"NOOP \xff", 500), (b"XCLIENT", 501), (b"XFORWARD LOGIN=x", 501)],
)  # fmt: skip
def test_wrong_ones(line, code):
    """They get a reply."""
    assert read(line).code == code


@pytest.mark.parametrize(
    "line",
    [
        b"GET / HTTP/1.1",
        b"Host: x".replace(b"Host", b"POST "),
        b"\x16\x03",
        b" DATA",
        b"BDAT",
        b"BDAT 1 2",
        b"BDAT 9" + b"9" * 15,
    ],
)
def test_what_one_hangs_up_on(line):
    """Browsers, TLS, and sizes that nobody can follow."""
    with pytest.raises(RemoteProtocolError):
        read(line)


@given(
    st.binary(max_size=60)
    | st.sampled_from([b"MAIL FROM:", b"RCPT TO:<", b"XCLIENT "]).flatmap(
        lambda at: st.binary(max_size=40).map(at.__add__)
    )
)
def test_any_line(line):
    """An event or that error; a refusal has a code of refusals."""
    try:
        event = read(line)
    except RemoteProtocolError:
        return
    if isinstance(event, Wrong):
        assert event.code in (500, 501, 502)
