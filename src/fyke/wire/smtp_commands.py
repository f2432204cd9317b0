"""A line from a client of SMTP or LMTP, read: what it asks for, whether or not it may be asked now."""

from __future__ import annotations

from collections.abc import Callable

from fyke.wire.smtp_events import (
    Assume,
    Bdat,
    Data,
    Event,
    Forwarded,
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
from fyke.wire.smtp_words import ASSUMED, FORWARDED, attributes, path

HELLO_CHARS = 300  # a domain has 255
CHUNK_DIGITS = 15  # of BDAT's size

# A browser that was led to a mail server, whose words a page's author chose: smtpd_forbidden_commands of Postfix.
_ALIEN = frozenset(("CONNECT", "GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH"))
_NO_ARGUMENT = Wrong(501, "5.5.4 this command has no argument")


def read(line: bytes) -> Event:
    """The event of a line without its end. Raises `RemoteProtocolError` where one must hang up."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = ""
    if line and not line[:1].isalpha():
        raise RemoteProtocolError("no command of a mail client")
    if not text.isprintable() or (line and not text):
        return Wrong(500, "5.5.2 control or undecodable characters in a command")
    word, _, argument = text.partition(" ")
    word, argument = word.upper(), argument.strip(" ")
    if word in _ALIEN:
        raise RemoteProtocolError("no command of a mail client")
    reader = _READERS.get(word)
    if reader is None:
        return Wrong(502 if word == "AUTH" else 500, "5.5.1 command not known here")
    try:
        return reader(word, argument)
    except ValueError as error:
        return Wrong(501, f"5.5.4 {error}")


def _hello(word: str, argument: str) -> Event:
    name = argument.split(" ", 1)[0]
    return Hello(word, name) if 0 < len(name) <= HELLO_CHARS else Wrong(501, f"5.5.4 {word} needs a name")


def _mail(_word: str, argument: str) -> Event:
    return Sender(*path(_after(argument, "FROM:")))


def _rcpt(_word: str, argument: str) -> Event:
    address, parameters = path(_after(argument, "TO:"))
    return Recipient(address, parameters) if address else Wrong(501, "5.1.3 a recipient needs an address")


def _after(argument: str, word: str) -> str:
    if argument[: len(word)].upper() != word:
        raise ValueError(f"{word} expected")
    return argument[len(word) :]


def _bdat(_word: str, argument: str) -> Event:
    size, _, last = argument.upper().partition(" ")
    is_size = size.isascii() and size.isdigit() and len(size) <= CHUNK_DIGITS
    if not is_size or last.strip() not in ("", "LAST"):
        raise RemoteProtocolError("BDAT without a size")  # where would the next command begin?
    return Bdat(int(size), bool(last))


def _alone(event: Event) -> Callable[[str, str], Event]:
    return lambda _word, argument: _NO_ARGUMENT if argument else event


def _plain(word: str, _argument: str) -> Event:
    return Plain(word)


_READERS: dict[str, Callable[[str, str], Event]] = {
    "EHLO": _hello,
    "HELO": _hello,
    "LHLO": _hello,
    "MAIL": _mail,
    "RCPT": _rcpt,
    "DATA": _alone(Data()),
    "BDAT": _bdat,
    "RSET": _alone(Reset()),
    "QUIT": _alone(Quit()),
    "STARTTLS": _alone(StartTls()),
    "XCLIENT": lambda _word, argument: Assume(attributes(argument, ASSUMED)),
    "XFORWARD": lambda _word, argument: Forwarded(attributes(argument, FORWARDED)),
    "NOOP": _plain,
    "HELP": _plain,
    "VRFY": _plain,
    "EXPN": _plain,
}
