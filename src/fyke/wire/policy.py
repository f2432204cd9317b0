"""Postfix's policy delegation, server side: bytes in, requests out, answers as bytes. No socket here.

As SMTPD_POLICY_README has it: a request is lines of `name=value` and an empty one; its answer is one `action=` line and
an empty one. READY by a whole request to OWING, by its answer back to READY; what is wrong leads to DONE. The protocol
has no word for an error: the server hangs up, and Postfix tells its client to come again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum, auto

from msgspec import Struct

REQUEST_BYTES = 65_536  # Postfix sends some 40 attributes, each of at most 2,048 bytes
ATTRIBUTES = 100
TEXT_BYTES = 900  # of an answer: Postfix cuts a reply line at 1,000 (RFC 5321 4.5.3.1.5 wants 512 in reply lines)
_NAME = re.compile(rb"[A-Za-z0-9_.-]{1,100}")
_FIELD = re.compile(r"[!-9;-~]{1,100}")  # RFC 5322 2.2
_KIND = "smtpd_access_policy"
_UNFIT = re.compile(r"[^ -~]+")  # a control character would begin another attribute, or another line


class LocalProtocolError(Exception):
    """We said what may not be said now."""


class RemoteProtocolError(Exception):
    """The other side says what Postfix never says, or hung up within a request."""


class State(Enum):
    """What may come next."""

    READY = auto()  # a request
    OWING = auto()  # our answer
    DONE = auto()  # nothing: the connection is to be closed


class Request(Struct, frozen=True):
    """What Postfix asks, at one step of a transaction. Values are as they came; what is not known is empty."""

    attributes: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")


class Ended(Struct, frozen=True):
    """The other side hung up, and owed us nothing."""


Event = Request | Ended


class Connection:
    """One connection of a process of Postfix, which asks again and again."""

    def __init__(self) -> None:
        self.state = State.READY
        self._heard = bytearray()
        self._sought = 0  # up to where there is no end of a request
        self._is_over = False

    @property
    def is_between(self) -> bool:
        """Whether nothing of a request has come yet."""
        return self.state is State.READY and not self._heard

    def receive(self, data: bytes) -> None:
        """Take what came; nothing means that the other side hung up."""
        if self.state is State.DONE:
            return
        if data:
            self._heard += data
        else:
            self._is_over = True

    def next_event(self) -> Event | None:
        """What is asked; None where more must come first, or an answer is owed. Raises `RemoteProtocolError`."""
        if self.state is not State.READY:
            return None
        end = self._heard.find(b"\n\n", self._sought)
        if (len(self._heard) if end < 0 else end) > REQUEST_BYTES:
            raise self._failed(f"a request of more than {REQUEST_BYTES:,} bytes")
        if end < 0:
            self._sought = max(0, len(self._heard) - 1)
            return self._at_the_end() if self._is_over else None
        request = self._read(bytes(self._heard[:end]))
        del self._heard[: end + 2]
        self._sought = 0
        self.state = State.OWING
        return request

    def dunno(self) -> bytes:
        """Nothing against it: the next restriction is asked. Raises `LocalProtocolError`."""
        return self._answer("DUNNO")

    def defer(self, text: str) -> bytes:
        """Come again, if nothing refuses it for good. Text may begin with a code as of RFC 3463."""
        return self._answer(f"DEFER_IF_PERMIT {text}")

    def reject(self, text: str) -> bytes:
        """Never. Text may begin with a code as of RFC 3463. Raises `LocalProtocolError`."""
        return self._answer(f"REJECT {text}")

    def prepend(self, name: str, value: str) -> bytes:
        """Nothing against it, and such a header field is put on top. Raises `LocalProtocolError`."""
        if not _FIELD.fullmatch(name) or not value.strip():
            raise LocalProtocolError(f"{name!r} with such a value is no header field")
        return self._answer(f"PREPEND {name}: {value}")

    def _answer(self, action: str) -> bytes:
        if self.state is not State.OWING:
            raise LocalProtocolError(f"{self.state.name}, not OWING")
        self.state = State.READY
        return f"action={_UNFIT.sub(' ', action)[:TEXT_BYTES].rstrip()}\n\n".encode("ascii")

    def _read(self, raw: bytes) -> Request:
        lines = raw.split(b"\n", ATTRIBUTES)
        if len(lines) > ATTRIBUTES:
            raise self._failed(f"more than {ATTRIBUTES} attributes")
        found: dict[str, str] = {}
        for line in lines:
            name, sign, value = line.partition(b"=")
            if not sign or not _NAME.fullmatch(name) or b"\0" in value:
                raise self._failed(f"{line[:80]!r} is no attribute")
            key = name.decode("ascii")
            if key in found:
                raise self._failed(f"{key} came twice")
            found[key] = value.decode("utf-8", "backslashreplace")
        if found.get("request", "") != _KIND:
            raise self._failed(f"a request of the kind {found.get('request', '')[:80]!r}")
        return Request(found)

    def _at_the_end(self) -> Ended:
        if self._heard:
            raise self._failed("hung up within a request")
        self.state = State.DONE
        return Ended()

    def _failed(self, why: str) -> RemoteProtocolError:
        self.state = State.DONE
        self._heard.clear()
        return RemoteProtocolError(why)
