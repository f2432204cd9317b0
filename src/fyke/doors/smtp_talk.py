"""One client's conversation in SMTP or LMTP, from greeting to goodbye: gate and next hop answer what it asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from fyke.doors import edits
from fyke.doors.base import GoneError, Line
from fyke.doors.passing import EXTENSIONS, MIRRORED, Answer, Passage
from fyke.doors.smtp_caller import Caller
from fyke.model.envelope import Envelope
from fyke.model.gate import DELIVERS, Handled
from fyke.model.verdict import Action
from fyke.wire import smtp_events as say
from fyke.wire.smtp import Server
from fyke.wire.smtp_events import RemoteProtocolError
from fyke.wire.smtp_words import ASSUMED, FORWARDED, has_bare_ends, with_whole_ends

if TYPE_CHECKING:
    from fyke.doors.smtp import Smtp

OURS = Answer(451, ("4.3.0 not done, try again later",))
BARE = Answer(550, ("5.5.2 a lone CR or LF in the message, which may be smuggling",))
KNOWN = frozenset(EXTENSIONS)
BODIES = ("7BIT", "8BITMIME")  # BINARYMIME is not offered


class Talk:
    """What is known of the client, and of the mail that it has begun."""

    def __init__(self, door: Smtp, line: Line, passage: Passage) -> None:
        self._door, self._line, self._passage = door, line, passage
        terms = door.terms
        self._wire = Server(is_lmtp=door.is_lmtp, message_bytes=terms.message_bytes, recipients=terms.recipients)
        self._is_trusted = self._wire.may_forward = door.trusts(line.client_ip)
        self._wire.has_tls = door.tls is not None
        self._caller = Caller(line.client_ip, is_lmtp=door.is_lmtp)
        self._sender = say.Sender("")
        self._errors = 0
        self._out = bytearray()
        self._do: dict[type, Callable[[Any], Awaitable[None]]] = {
            say.Hello: self._hello,
            say.Sender: self._mail,
            say.Recipient: self._rcpt,
            say.Data: self._data,
            say.Chunk: self._chunk,
            say.Content: self._content,
            say.TooLong: self._too_long,
            say.Assume: self._assume,
            say.Forwarded: self._forward,
            say.StartTls: self._start_tls,
            say.Reset: self._reset,
            say.Quit: self._quit,
            say.Plain: self._plain,
            say.Wrong: self._wrong,
        }

    async def run(self) -> None:
        """From the first word to the last. Raises `GoneError`."""
        await self._line.send(f"220 {self._door.name} {'LMTP' if self._door.is_lmtp else 'ESMTP'}\r\n".encode())
        try:
            await self._listen()
        except RemoteProtocolError as error:
            self._door.counts.errors += 1
            self._out += f"421 4.7.0 {error}\r\n".encode()
            await self._flush()
            return await self._line.drain()
        return await self._flush()

    async def _listen(self) -> None:
        wire, line = self._wire, self._line
        while True:
            event = wire.next_event()
            if event is None:
                await self._flush()
                if wire.state is say.State.DONE:
                    return
                data = await line.read()
                if not data:
                    raise GoneError("hung up")
                wire.receive(data)
                continue
            await self._do[type(event)](event)
            if line.is_ending and not line.is_busy and wire.state is not say.State.DONE:
                self._out += f"421 4.3.2 {self._door.name} is closing, try again later\r\n".encode()
                return
            if self._errors >= self._door.terms.errors:
                raise RemoteProtocolError("too many errors")

    async def _flush(self) -> None:
        out, self._out = bytes(self._out), bytearray()
        await self._line.send(out)

    def _reply(self, code: int, *lines: str) -> None:
        self._out += self._wire.reply(code, *lines)

    def _answer(self, told: Answer) -> None:
        self._errors += not told.is_yes and told.code // 100 == 5
        self._reply(told.code, *told.lines)

    async def _hello(self, event: say.Hello) -> None:
        await self._give_up()
        self._caller.greets(event.name, is_extended=event.command != "HELO")
        if event.command == "HELO":
            return self._reply(250, self._door.name)
        offers = await self._passage.features()
        return self._reply(250, self._door.name, *self._offers(offers))

    def _offers(self, next_offers: dict[str, str] | None) -> list[str]:
        """What we can do, and what the next hop can: all of it as long as it is not there."""
        size = self._door.terms.message_bytes
        theirs = (next_offers or {}).get("SIZE", "")
        if theirs.isascii() and theirs.isdigit() and 0 < int(theirs[:20]) < size:
            size = int(theirs[:20])
        offers = ["PIPELINING", f"SIZE {size}", "8BITMIME", "ENHANCEDSTATUSCODES", "CHUNKING"]
        if next_offers is None or "SMTPUTF8" in next_offers:
            offers.append("SMTPUTF8")
        offers += [f"{word} {next_offers[word]}".rstrip() for word in MIRRORED if next_offers and word in next_offers]
        if self._wire.has_tls:
            offers.append("STARTTLS")
        if self._is_trusted:
            offers += [f"XCLIENT {' '.join(ASSUMED)}", f"XFORWARD {' '.join(FORWARDED)}"]
        return offers

    async def _mail(self, event: say.Sender) -> None:
        wrong = _wrong(event, event)
        if wrong is not None:
            return self._answer(wrong)
        self._line.is_busy, self._sender = True, event
        told = await self._passage.begin(event, self._caller.forwarded)
        self._line.is_busy = told.is_yes
        return self._answer(told)

    async def _rcpt(self, event: say.Recipient) -> None:
        wrong = _wrong(event, self._sender)
        if wrong is not None:
            return self._answer(wrong)
        try:
            early = await self._door.gate.early(self._envelope(event.address))
        except Exception as error:
            self._fault(error)
            return self._answer(OURS)
        if early.action is Action.REJECT:
            return self._answer(Answer(550, (f"5.7.1 {early.reply or 'refused'}",)))
        if early.action is Action.TEMPFAIL:
            return self._answer(Answer(450, (f"4.7.1 {early.reply or 'try again later'}",)))
        return self._answer(await self._passage.add(event))

    async def _data(self, _event: say.Data) -> None:
        self._reply(354, "End data with <CR><LF>.<CR><LF>")

    async def _chunk(self, _event: say.Chunk) -> None:
        self._reply(250, "2.0.0 Ok")

    async def _content(self, event: say.Content) -> None:
        """The message: judge it, pass it on, and answer for it, once or for each recipient."""
        self._door.counts.mails += 1
        try:
            told = await self._judged(event.raw)
        except GoneError:
            raise
        except Exception as error:
            self._fault(error)
            told = [OURS] * len(self._passage.recipients)
        if not self._door.is_lmtp:
            told = [next((answer for answer in told if not answer.is_yes), told[0])]
        for answer in told:
            self._reply(answer.code, *answer.lines)
        await self._flush()  # before anything else: each moment more is a chance for a mail to come twice
        await self._give_up()

    async def _judged(self, raw: bytes) -> list[Answer]:
        """What each recipient's answer is."""
        count = len(self._passage.recipients)
        if has_bare_ends(raw):
            if not self._is_trusted and self._door.terms.line_ends == "reject":
                return [BARE] * count
            raw = with_whole_ends(raw)
        handled = await self._door.gate.handle(self._envelope(), raw)
        actions = self._actions(handled)
        chosen = [number for number, action in enumerate(actions) if action in DELIVERS]
        answers = [_held(action, handled) for action in actions]
        if not self._door.is_lmtp and chosen and any(answer.code // 100 != 2 for answer in answers):
            self._door.tell(f"{self._door.protocol}: some are to get a mail that is to be refused: {handled.case}")
            return [OURS] * count
        if chosen and self._is_gone():
            raise GoneError("hung up before the verdict")
        if chosen:
            mail = edits.apply(raw, handled.edits)
            told = await self._passage.deliver(mail, chosen, lambda: not self._is_gone(), is_each=self._door.is_lmtp)
            for number, answer in zip(chosen, told, strict=True):
                answers[number] = answer
        return answers

    def _actions(self, handled: Handled) -> list[Action]:
        """What is done for each recipient."""
        fates = {fate.recipient: fate.action for fate in handled.fates}
        return [fates.get(recipient.address, handled.action) for recipient in self._passage.recipients]

    async def _too_long(self, _event: say.TooLong) -> None:
        while self._wire.due:
            self._reply(552, "5.3.4 message too big")
        self._errors += 1
        await self._give_up()

    async def _assume(self, event: say.Assume) -> None:
        self._caller.becomes(event.attributes)
        self._reply(220, f"{self._door.name} ESMTP")

    async def _forward(self, event: say.Forwarded) -> None:
        self._caller.brings(event.attributes)
        self._reply(250, "2.0.0 Ok")

    async def _start_tls(self, _event: say.StartTls) -> None:
        context = self._door.tls
        if context is None:
            return self._reply(454, "4.7.0 no TLS now")
        self._reply(220, "2.0.0 go ahead")
        await self._flush()
        await self._line.start_tls(context)
        self._wire.start_tls()
        self._caller.is_tls = True
        return None

    async def _reset(self, _event: say.Reset) -> None:
        await self._give_up()
        self._reply(250, "2.0.0 Ok")

    async def _quit(self, _event: say.Quit) -> None:
        self._line.is_busy = False
        self._reply(221, "2.0.0 Bye")

    async def _plain(self, event: say.Plain) -> None:
        replies = {
            "NOOP": (250, "2.0.0 Ok"),
            "HELP": (214, "2.0.0 RFC 5321; mail that comes here is judged and passed on"),
            "VRFY": (252, "2.0.0 send a mail, and see"),  # RFC 5321 3.5.3
        }
        self._reply(*replies.get(event.command, (502, "5.5.1 not done here")))

    async def _wrong(self, event: say.Wrong) -> None:
        self._errors += 1
        self._reply(event.code, event.text)
        if self._line.is_busy and self._wire.state is say.State.READY:
            await self._give_up()  # a refused chunk ends a mail

    async def _give_up(self) -> None:
        """No mail is under way."""
        self._line.is_busy = False
        self._caller.is_done()
        await self._passage.drop()

    def _envelope(self, *more: str) -> Envelope:
        recipients = (*(recipient.address for recipient in self._passage.recipients), *more)
        return self._caller.envelope(self._sender.address, recipients, self._door.clock())

    def _is_gone(self) -> bool:
        """Whether nobody waits for the answer. One that has said QUIT already, and shut its side down, does."""
        return self._line.is_gone and not self._wire.has_more

    def _fault(self, error: Exception) -> None:
        self._door.counts.faults += 1
        self._door.tell(f"{self._door.protocol}: {type(error).__name__}: {error}")


def _held(action: Action, handled: Handled) -> Answer:
    """The answer for who does not get the mail; who does gets the next hop's instead."""
    if action is Action.REJECT:
        return Answer(550, (f"5.7.1 {handled.reply or 'refused'}",))
    if action is Action.TEMPFAIL:
        return Answer(451, (f"4.7.1 {handled.reply or 'try again later'}",))
    return Answer(250, (f"2.0.0 Ok: taken as {handled.case}" if handled.case else "2.0.0 Ok: taken",))


def _wrong(event: say.Sender | say.Recipient, sender: say.Sender) -> Answer | None:
    """What we cannot do of what a client wants (RFC 5321 4.1.1.11, RFC 6531 3.4)."""
    for parameter in event.parameters:
        is_body = parameter.key == "BODY" and (parameter.value or "").upper() not in BODIES
        if parameter.key not in KNOWN or is_body:
            return Answer(555, (f"5.5.4 {parameter.key} is not known here",))
    if event.address.isascii() or any(parameter.key == "SMTPUTF8" for parameter in sender.parameters):
        return None
    return Answer(553, ("5.6.7 such an address needs SMTPUTF8",))
