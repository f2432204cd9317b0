"""Mail programs that the message says it was written with, held against how those programs write messages.

Every program numbers messages, names boundaries and orders marks in its own way; who only borrows its name does not.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from fyke.detect.base import Detector, Look, Reads
from fyke.model import Finding, Mail, Message, Symbol

MUA_MSGID_LIES = Symbol(
    "MUA_MSGID_LIES", "It claims a mail program that numbers its messages otherwise", "headers", 2.2,
)  # fmt: skip
MUA_BOUNDARY_LIES = Symbol(
    "MUA_BOUNDARY_LIES", "It claims a mail program that builds its messages otherwise", "headers", 3.0,
)  # fmt: skip
MUA_MARKS_LIE = Symbol(
    "MUA_MARKS_LIE", "It bears some marks of a mail program, but not those that always go with them", "headers", 2.5,
)  # fmt: skip
MUA_RETIRED = Symbol(
    "MUA_RETIRED", "It claims a mail program that nobody has been able to use for years", "headers", 2.0,
)  # fmt: skip
MUA_KIT = Symbol("MUA_KIT", "It was sent by a script or a mass mailer, not by a mail program", "headers", 1.2)
MUA_RANDOM = Symbol("MUA_RANDOM", "The name of its mail program is made of random letters", "headers", 3.0)

NAME_CHARS = 100

_NEXT_PART = r"----=_NextPart_\d{3}_[0-9A-F]{4}_[0-9A-F]{8}\.[0-9A-F]{8}\Z"
_DOLLARS = r"[0-9a-f]{8,12}\$[0-9a-f]{8}\$[0-9a-f]{8}@"
# Hotmail, MSN and Yahoo Groups gave their own numbers to what Outlook Express handed in.
_OTHERS_GAVE = r"|[A-Z]{2,4}\d{1,3}[A-Za-z0-9-]{10,40}@(?:hotmail|msn|phx)\.|[^@]{1,80}@e?groups\."


class Program(Struct, frozen=True):
    """A mail program: how it signs, how it numbers its messages and names boundaries, when its last users left it."""

    sign: str  # how its X-Mailer or User-Agent begins
    msgid: re.Pattern[str] | None = None  # what stands after `<`
    boundary: re.Pattern[str] | None = None
    retired: int = 9999


_PROGRAMS = (
    Program("Microsoft Outlook Express", re.compile(_DOLLARS + _OTHERS_GAVE), re.compile(_NEXT_PART), 2015),
    Program("Microsoft Outlook IMO", None, re.compile(_NEXT_PART), 2010),
    Program("Microsoft Outlook,", None, re.compile(_NEXT_PART), 2018),
    Program("Microsoft Office Outlook", None, re.compile(_NEXT_PART), 2020),
    Program("Microsoft Windows Mail", re.compile(_DOLLARS + _OTHERS_GAVE), re.compile(_NEXT_PART), 2018),
    Program("Microsoft Windows Live Mail", None, re.compile(_NEXT_PART), 2020),
    Program("Apple Mail", None, re.compile(r"=?_?Apple-[A-Z]|Boundary|=_|-{2,}enig")),
    Program("iPhone Mail", None, re.compile(r"Apple-Mail|=_")),
    Program("The Bat!", None, re.compile(r"-{8,12}[0-9A-F]{10,18}\Z")),
    Program("QUALCOMM Windows Eudora", retired=2015),
    Program("Internet Mail Service (5.", retired=2012),
    Program("AOL ", retired=2015),
)
_FIRST = tuple({program.sign[:3] for program in _PROGRAMS})
_BUILD = re.compile(r"\d+\.\d\d\.\d{4}\.\d{4}")
_PARAMETER = re.compile(r"""boundary\s{0,5}=\s{0,5}(?:"([^"]{1,200})"|([^\s;"]{1,200}))""", re.IGNORECASE)
_KIT = re.compile(
    r"php ?mailer|\bphp ?/|mime::lite|mime-tools|cdo for windows|quicksender|group mail|bulk|mass ?(?:sender|mail)"
    r"|direct ?e?-?mail|stormpost|powermta|smart_?send|devmailer|ocxmail|dundas|csmtpconn|synapse|coldfusion"
    r"|swift ?mailer|sendblaster|atomic mail|easy ?dm|mail ?bomber|python|perl|aspmail|jmail|persits|leaf ?mailer"
    r"|email ?spider",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[A-Za-z0-9]{4,100}\Z")
_SWITCH = re.compile(r"[a-z][A-Z]")


class Mua(Detector):
    """Was it written with the mail program that it names?"""

    name = "mua"
    symbols = (MUA_MSGID_LIES, MUA_BOUNDARY_LIES, MUA_MARKS_LIE, MUA_RETIRED, MUA_KIT, MUA_RANDOM)
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """Find the program by its sign, then its other marks."""
        message = mail.message
        index = message.index
        if "x-mailer" not in index and "user-agent" not in index:
            if "x-msmail-priority" in index and "x-mimeole" not in index and "x-priority" not in index:
                yield Finding(MUA_MARKS_LIE, "X-MSMail-Priority without X-MimeOLE")
            return
        name = (message.first("x-mailer") or message.first("user-agent"))[:NAME_CHARS]
        if name.startswith(_FIRST):
            for program in _PROGRAMS:
                if name.startswith(program.sign):
                    yield from _hold(program, name, message)
                    break
        symbol = _stranger(name)
        if symbol is not None:
            yield Finding(symbol, name)


def _hold(program: Program, name: str, message: Message) -> Look:
    """Hold the message against the program's ways."""
    if program.msgid is not None and program.msgid.match(message.message_id) is None:
        yield Finding(MUA_MSGID_LIES, f"{name}: {message.message_id}"[:200])
    if program.boundary is not None:
        match = _PARAMETER.search(message.first("content-type")[:1000])
        if match is not None and program.boundary.match(match[1] or match[2]) is None:
            yield Finding(MUA_BOUNDARY_LIES, f"{name}: {match[1] or match[2]}"[:200])
    if message.date is not None and message.date.year >= program.retired:
        yield Finding(MUA_RETIRED, name)
    if name.startswith("Microsoft Outlook Express") and "Macintosh" not in name:
        yield from _express(name, message)


def _express(name: str, message: Message) -> Look:
    """Outlook Express writes X-Priority, X-MSMail-Priority and X-MimeOLE, and its build in two places."""
    missing = [key for key in ("x-priority", "x-msmail-priority", "x-mimeole") if key not in message.index]
    if missing:
        yield Finding(MUA_MARKS_LIE, f"{name} without {missing[0]}")
        return
    said, done = _BUILD.search(name), _BUILD.search(message.first("x-mimeole"))
    if said is not None and done is not None and said[0][:4] != done[0][:4]:
        yield Finding(MUA_MARKS_LIE, f"{said[0]} is not {done[0]}")


@lru_cache(maxsize=1024)  # the world's mail programs are few
def _stranger(name: str) -> Symbol | None:
    """What is to be said of a program by its name alone."""
    if _KIT.search(name) is not None:
        return MUA_KIT
    return MUA_RANDOM if _is_random(name) else None


def _is_random(name: str) -> bool:
    """Whether the name is one token of letters and digits in no order that a person would give a program."""
    if _TOKEN.match(name) is None:
        return False
    return any(map(str.isdigit, name)) or len(_SWITCH.findall(name)) > 1
