"""What a mail server tells a filter, as bytes: what they mean is the door's business."""

from __future__ import annotations

from msgspec import Struct

from fyke.wire.milter.words import Actions, Steps

Macros = dict[bytes, bytes]  # {b"i": b"4ZxY", b"auth_type": b"PLAIN"}: names without braces


class Offer(Struct, frozen=True):
    """What the server can do: `agree` answers."""

    version: int
    actions: Actions
    steps: Steps


class Connect(Struct, frozen=True):
    """A client connected to the server."""

    name: bytes  # as the server calls the client
    family: bytes  # b"4", b"6", b"L" (local) or b"U" (unknown)
    port: int
    address: bytes  # an IP address without brackets, or a path
    macros: Macros


class Helo(Struct, frozen=True):
    """The client said who it is; again after STARTTLS."""

    name: bytes
    macros: Macros


class Sender(Struct, frozen=True):
    """A mail begins."""

    address: bytes  # as it was given: with angle brackets
    parameters: tuple[bytes, ...]  # SIZE=1000
    macros: Macros


class Recipient(Struct, frozen=True):
    """One more recipient."""

    address: bytes
    parameters: tuple[bytes, ...]
    macros: Macros


class Data(Struct, frozen=True):
    """The client wants to send the message."""

    macros: Macros


class Header(Struct, frozen=True):
    """A field of the message's header, whole."""

    name: bytes
    value: bytes  # lines within it end in LF; see `Filter.field`


class HeadersEnd(Struct, frozen=True):
    """The header is over."""


class Body(Struct, frozen=True):
    """A piece of the body."""

    content: bytes


class End(Struct, frozen=True):
    """The message is over, and what becomes of it is to be said."""

    content: bytes  # the last piece of the body
    macros: Macros


class Abort(Struct, frozen=True):
    """The mail is over, without an answer; also where none was begun."""


class Unknown(Struct, frozen=True):
    """The client said what the server does not know."""

    command: bytes


class Quit(Struct, frozen=True):
    """The client is gone."""

    is_last: bool  # False: the connection is kept for another client


Event = Offer | Connect | Helo | Sender | Recipient | Data | Header | HeadersEnd | Body | End | Abort | Unknown | Quit
