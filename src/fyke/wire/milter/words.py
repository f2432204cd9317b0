"""What the two sides of the milter protocol say, as libmilter's mfdef.h numbers it: packets, actions, steps, stages."""

from __future__ import annotations

from enum import IntEnum, IntFlag

VERSION, OLDEST = 6, 2  # what Sendmail 8.14 and Postfix 2.6 and later speak, and what Sendmail 8.12 spoke
CHUNK_BYTES = 65_535  # of a body, in a packet
PACKET_BYTES = (
    1 << 20
)  # a header field comes whole: Postfix cuts it at 100 kB, Sendmail at 32 kB; libmilter takes 1 MiB

# From the mail server.
ABORT, BODY, CONNECT, MACRO, EOM = b"A", b"B", b"C", b"D", b"E"
HELO, QUIT_NC, HEADER, MAIL, EOH = b"H", b"K", b"L", b"M", b"N"
OFFER, QUIT, RCPT, DATA, UNKNOWN = b"O", b"Q", b"R", b"T", b"U"

# From the filter.
CONTINUE, ACCEPT, DISCARD, REJECT, TEMPFAIL = b"c", b"a", b"d", b"r", b"t"
REPLY, SKIP, SHUTDOWN, PROGRESS, HOLD = b"y", b"s", b"4", b"p", b"q"
ADD_HEADER, INSERT_HEADER, CHANGE_HEADER, REPLACE_BODY = b"h", b"i", b"m", b"b"
ADD_RCPT, ADD_RCPT_ARGS, DELETE_RCPT, CHANGE_FROM, CONNECTION_FAIL = b"+", b"2", b"-", b"e", b"f"


class Actions(IntFlag):
    """What a filter may do to a mail (SMFIF_*)."""

    ADD_HEADERS = 0x01
    CHANGE_BODY = 0x02
    ADD_RCPT = 0x04
    DELETE_RCPT = 0x08
    CHANGE_HEADERS = 0x10
    QUARANTINE = 0x20
    CHANGE_FROM = 0x40
    ADD_RCPT_ARGS = 0x80
    SET_MACROS = 0x100


class Steps(IntFlag):
    """What is left out, and what is agreed on beside (SMFIP_*)."""

    NO_CONNECT = 0x01
    NO_HELO = 0x02
    NO_MAIL = 0x04
    NO_RCPT = 0x08
    NO_BODY = 0x10
    NO_HEADERS = 0x20
    NO_EOH = 0x40
    SILENT_HEADER = 0x80  # the filter answers nothing to it; so for the others that are silent
    NO_UNKNOWN = 0x100
    NO_DATA = 0x200
    SKIP = 0x400  # the filter may ask for no more of a step
    REJECTED_RCPT = 0x800  # recipients that the server has refused are told as well
    SILENT_CONNECT = 0x1000
    SILENT_HELO = 0x2000
    SILENT_MAIL = 0x4000
    SILENT_RCPT = 0x8000
    SILENT_DATA = 0x10000
    SILENT_UNKNOWN = 0x20000
    SILENT_EOH = 0x40000
    SILENT_BODY = 0x80000
    LEADING_SPACE = 0x100000  # values of header fields begin right behind the colon


class Stage(IntEnum):
    """For which step macros are asked (SMFIM_*)."""

    CONNECT = 0
    HELO = 1
    MAIL = 2
    RCPT = 3
    DATA = 4
    EOM = 5
    EOH = 6


# The answer to which step may be agreed away, and by what.
SILENT = {
    CONNECT: Steps.SILENT_CONNECT, HELO: Steps.SILENT_HELO, MAIL: Steps.SILENT_MAIL, RCPT: Steps.SILENT_RCPT,
    DATA: Steps.SILENT_DATA, HEADER: Steps.SILENT_HEADER, EOH: Steps.SILENT_EOH, BODY: Steps.SILENT_BODY,
    UNKNOWN: Steps.SILENT_UNKNOWN,
}  # fmt: skip
# Which step may be left out, and by what.
LEFT_OUT = {
    CONNECT: Steps.NO_CONNECT, HELO: Steps.NO_HELO, MAIL: Steps.NO_MAIL, RCPT: Steps.NO_RCPT, DATA: Steps.NO_DATA,
    HEADER: Steps.NO_HEADERS, EOH: Steps.NO_EOH, BODY: Steps.NO_BODY, UNKNOWN: Steps.NO_UNKNOWN,
}  # fmt: skip
# What a version of the protocol knows of both; a later bit would not be understood.
KNOWN_ACTIONS = {2: 0x3F, 3: 0x3F, 4: 0x3F, 5: 0x3F, 6: 0x1FF}
KNOWN_STEPS = {2: 0x7F | Steps.SILENT_HEADER, 3: 0x1FF, 4: 0x3FF, 5: 0x3FF, 6: 0x1FFFFF}
