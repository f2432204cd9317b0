"""One mail after another on its way to the next hop, as SMTP and LMTP doors pass them on.

MAIL and RCPT go to the next hop as they come, so the client's answers are the next hop's, and it refuses unknown users
at once. The message goes only after the verdict. Where only some recipients get it, the transaction is given up and
another made for these: none but RCPT decides who gets a mail, and nothing was given before. What the next hop says to
the message is the client's answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from fyke.doors.nexthop import HopError, NextHop, Patience, Where
from fyke.wire.smtp_client import Reply
from fyke.wire.smtp_events import LocalProtocolError, Recipient, Sender
from fyke.wire.smtp_words import Parameter

# The extension that each parameter belongs to: it is passed on where the next hop has it.
EXTENSIONS = {
    "SIZE": "SIZE",
    "BODY": "8BITMIME",
    "SMTPUTF8": "SMTPUTF8",
    "AUTH": "AUTH",
    "RET": "DSN",
    "ENVID": "DSN",
    "NOTIFY": "DSN",
    "ORCPT": "DSN",
    "BY": "DELIVERBY",
    "RRVS": "RRVS",
    "MT-PRIORITY": "MT-PRIORITY",
}
MIRRORED = ("DSN", "DELIVERBY", "RRVS", "MT-PRIORITY")  # offered to clients where the next hop does


class Answer(Struct, frozen=True):
    """What the client is told."""

    code: int
    lines: tuple[str, ...]

    @property
    def is_yes(self) -> bool:
        """Whether it was done."""
        return self.code // 100 == 2


AWAY = Answer(451, ("4.4.1 the next server is not there, try again later",))
BROKEN = Answer(451, ("4.4.2 the next server did not answer, try again later",))
CHANGED = Answer(451, ("4.3.0 the next server takes it for some recipients only, try again later",))
NO_UTF8 = Answer(550, ("5.6.7 the next server has no SMTPUTF8",))


def answer(reply: Reply) -> Answer:
    """A reply of the next hop as ours. Its 421 ends its connection, not ours; what is no answer is a failure."""
    if reply.code == 421:
        return Answer(451, ("4.3.2 the next server is closing, try again later",))
    return Answer(reply.code, reply.lines) if reply.code // 100 in (2, 4, 5) else BROKEN


class Passage:
    """The way of one client's mails to the next hop, over one connection that is opened when first needed."""

    def __init__(
        self, address: Where, name: str, patience: Patience, tell: Callable[[str], None], *, is_lmtp: bool
    ) -> None:
        self._address, self._name, self._patience, self._tell = address, name, patience, tell
        self._is_lmtp = is_lmtp
        self._hop: NextHop | None = None
        self._sender = Sender("")
        self._forwarded: dict[str, str] = {}
        self.recipients: list[Recipient] = []
        self._is_begun = False
        self._is_told = False  # what it cannot do

    async def features(self) -> dict[str, str] | None:
        """What the next hop offers; None while it is not there."""
        try:
            return (await self._opened()).features
        except HopError as error:
            self._tell(f"next hop: {error}")
            return None

    async def begin(self, sender: Sender, forwarded: dict[str, str]) -> Answer:
        """MAIL, on behalf of the client that `forwarded` tells of."""
        await self.drop()
        self._sender, self._forwarded, self.recipients = sender, forwarded, []
        try:
            return await self._mail()
        except HopError as error:
            self._tell(f"next hop: {error}")
            return AWAY

    async def add(self, recipient: Recipient) -> Answer:
        """RCPT."""
        hop = self._hop
        if hop is None or not self._is_begun:
            return BROKEN
        if not recipient.address.isascii() and "SMTPUTF8" not in hop.features:
            return NO_UTF8
        try:
            said = answer(await hop.recipient(recipient.address, _offered(recipient.parameters, hop.features)))
        except LocalProtocolError as error:
            return Answer(501, (f"5.1.3 {error}",))
        except HopError as error:
            self._tell(f"next hop: {error}")
            return self._lost()
        if said.is_yes:
            self.recipients.append(recipient)
        return said

    async def deliver(
        self, raw: bytes, chosen: Sequence[int], is_wanted: Callable[[], bool], *, is_each: bool
    ) -> list[Answer]:
        """Give the message to the chosen recipients, by their numbers, and say what became of it for each.

        Unless the client hears of `is_each` recipient, all of them take it or none.
        """
        if self._hop is None or not self._is_begun:
            return [BROKEN] * len(chosen)
        if self._needs_utf8(raw) and "SMTPUTF8" not in self._hop.features:
            return [NO_UTF8] * len(chosen)
        try:
            answers = [Answer(250, ())] * len(chosen)
            if len(chosen) != len(self.recipients):
                answers = await self._anew([self.recipients[number] for number in chosen])
            taken = [place for place, said in enumerate(answers) if said.is_yes]
            if len(taken) < len(chosen) and not (taken and is_each):
                return answers if is_each else [CHANGED] * len(chosen)
            replies = await self._hop.content(raw, is_wanted)
        except HopError as error:
            self._tell(f"next hop: {error}{'; it may have taken a mail that comes again' if error.is_unsure else ''}")
            return [self._lost()] * len(chosen)
        self._is_begun = not any(reply.command == "CONTENT" for reply in replies)
        for number, place in enumerate(taken):
            told = replies[0] if len(replies) == 1 else replies[number] if number < len(replies) else None
            answers[place] = BROKEN if told is None else answer(told)
        return answers

    async def drop(self) -> None:
        """Give up a mail that was begun."""
        hop, self._is_begun, was_begun = self._hop, False, self._is_begun
        if hop is None or not was_begun:
            return
        try:
            await hop.reset()
        except HopError:
            self._lost()

    async def end(self) -> None:
        """Hang up: in the middle of a mail at once, else with a goodbye."""
        hop, self._hop = self._hop, None
        if hop is None:
            return
        if self._is_begun:
            hop.abort()
        else:
            await hop.quit()

    async def _opened(self) -> NextHop:
        if self._hop is None or not self._hop.is_open:
            await self.end()
            self._hop = await NextHop.open(self._address, self._name, is_lmtp=self._is_lmtp, patience=self._patience)
        return self._hop

    async def _mail(self) -> Answer:
        """MAIL; over another connection where the one that was open turns out to be gone."""
        was_open = self._hop is not None
        hop = await self._opened()
        sender = self._sender
        if not sender.address.isascii() and "SMTPUTF8" not in hop.features:
            return NO_UTF8
        try:
            reply = await hop.mail(sender.address, _offered(sender.parameters, hop.features), self._forwarded)
        except HopError:
            self._hop = None
            if not was_open:
                raise
            return await self._mail()
        self._is_begun = reply.is_yes
        if "8BITMIME" not in hop.features and any(p.key == "BODY" for p in sender.parameters) and not self._is_told:
            self._is_told = True
            self._tell("next hop: it has no 8BITMIME; mail of 8 bits is passed on as it is")
        return answer(reply)

    async def _anew(self, recipients: list[Recipient]) -> list[Answer]:
        """Another transaction, for these alone. What was taken once and is refused now may be tried again."""
        await self.drop()
        said = await self._mail()
        if not said.is_yes:
            return [CHANGED] * len(recipients)
        self.recipients = []
        answers = [await self.add(recipient) for recipient in recipients]
        return [said if said.is_yes else CHANGED for said in answers]

    def _needs_utf8(self, raw: bytes) -> bool:
        """Whether the mail was said to need SMTPUTF8, and does, by its header (RFC 6531 3.2)."""
        if not any(parameter.key == "SMTPUTF8" for parameter in self._sender.parameters):
            return False
        end = raw.find(b"\r\n\r\n")
        return not raw[: end if end >= 0 else len(raw)].isascii()

    def _lost(self) -> Answer:
        if self._hop is not None:
            self._hop.abort()
        self._hop, self._is_begun = None, False
        return BROKEN


def _offered(parameters: tuple[Parameter, ...], features: dict[str, str]) -> tuple[Parameter, ...]:
    """Those that the next hop knows. A server without 8BITMIME gets 8-bit mail all the same, as qmail sends it."""
    return tuple(parameter for parameter in parameters if EXTENSIONS.get(parameter.key, "") in features)
