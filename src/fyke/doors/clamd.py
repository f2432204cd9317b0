"""A door for whoever asks clamd: clamdscan, amavis, Exim, rspamd, mail gateways and web shops; see `fyke.wire`.

What is malware is FOUND, by the name of its family; what anybody merely would not like is OK here. A mail is judged as
a mail, with all that fyke knows of it, any other content as a file. What could not be judged is an ERROR, never OK.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from fyke import __version__
from fyke.doors.base import Door, GoneError, Line, Terms
from fyke.doors.clamd_files import named
from fyke.doors.local_file import LocalFileError, content
from fyke.model.envelope import Envelope
from fyke.model.finding import Label
from fyke.model.gate import Gate
from fyke.model.scan import Scan
from fyke.wire.clamd_server import COMMANDS, LATE, Asked, Connection, Ended, Refused, State

VERSION = f"fyke {__version__}"
NAMELESS = "Fyke.Malware"  # malware that nobody gave a name
PAUSE_S = 0.2  # of a client that sends an old command without an end: it was all of it
UNJUDGED = ("reception", "files", "files.pool")  # whose faults mean that nobody looked
SECOND_OPINION = "files.clamd"  # whose faults do not: we looked
LEFT_OUT = "files: "  # how a scan says that a mail had more files than are looked into
HEAD_BYTES = 16_384
_HEADER = re.compile(  # as mail servers and programs begin a mail; RFC 5322 3.6, and fields that are put above
    rb"(?:From [^\r\n]{1,300}\r?\n)?(?:Return-Path|Received|Delivered-To|X-[A-Za-z-]{2,40}|From|To|Subject|Date"
    rb"|Message-ID|MIME-Version|Content-Type|Content-Transfer-Encoding|DKIM-Signature|ARC-[A-Za-z-]{2,40}"
    rb"|Authentication-Results|Received-SPF|Reply-To|Sender|List-[A-Za-z-]{2,40})[ \t]?:[ \t\r\n]",
    re.IGNORECASE,
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


class ClamdTerms(Terms, frozen=True):
    """What a client may take, and where it may have us look."""

    folders: tuple[str, ...] = ()  # in which clients of local sockets may name files


class Clamd(Door):
    """Speaks clamd's protocol."""

    protocol = "clamd"
    takes_descriptors = True

    def __init__(
        self, gate: Gate, terms: ClamdTerms | None = None, tell: Callable[[str], None] = lambda _said: None
    ) -> None:
        self._terms = ClamdTerms() if terms is None else terms
        super().__init__(gate, self._terms, tell)
        self._at_work = 0

    async def talk(self, line: Line) -> None:
        """One command, or a session of them."""
        connection = Connection(self._terms.message_bytes)
        while connection.state is not State.DONE:
            event = await self._heard(line, connection)
            if isinstance(event, Ended):
                if not event.in_time:
                    raise GoneError("hung up in the middle")
                return
            if isinstance(event, Refused):
                self.counts.errors += 1
                await line.send(connection.refuse(event))
                line.is_busy = False
                await line.drain()
                return
            await self._answer(line, connection, event)
            line.is_busy = not connection.is_idle
            if line.is_ending:
                return

    async def refuse(self, line: Line) -> None:
        """Too many connections."""
        await line.send(b"Too many connections. ERROR\n")

    async def _heard(self, line: Line, connection: Connection) -> Asked | Refused | Ended:
        """What the client wants next."""
        while (event := connection.next_event()) is None:
            if connection.state is not State.DESCRIPTOR and (unwanted := line.descriptor()) is not None:
                os.close(unwanted)
            try:
                connection.receive(await self._read(line, connection))
            except GoneError:
                if line.is_busy or not connection.in_session:
                    with suppress(GoneError):
                        await line.send(LATE)
                raise
            line.is_busy = line.is_busy or not connection.is_idle
        return event

    async def _read(self, line: Line, connection: Connection) -> bytes:
        if not connection.may_be_whole:
            return await line.read()
        try:
            async with asyncio.timeout(PAUSE_S):
                return await line.read()
        except TimeoutError:
            return b""

    async def _answer(self, line: Line, connection: Connection, asked: Asked) -> None:
        """Do what is asked, and say what came of it."""
        match asked.word:
            case "PING":
                said = "PONG"
            case "VERSION":
                said = VERSION
            case "VERSIONCOMMANDS":
                said = f"{VERSION}| COMMANDS: {' '.join((*COMMANDS, 'END'))}"
            case "STATS":
                said = self._stats()
            case "RELOAD":  # what is found by is read anew when it changes, and by the service's own reload
                said = "RELOADING"
            case "INSTREAM":
                said = await self._judged("stream", asked.content)
            case "FILDES":
                said = await self._descriptor(line)
            case "SHUTDOWN":
                said = "COMMAND UNAVAILABLE"
            case _:
                return await self._named(line, connection, asked)
        await line.send(connection.answer(said))
        return None

    def _stats(self) -> str:
        """What clamdtop and monitors read: the form of clamd's own."""
        return (
            f"POOLS: 1\n\nSTATE: VALID PRIMARY\nTHREADS: live {self._at_work}  idle 0 max {self.terms.connections} "
            f"idle-timeout {self.terms.idle_s:.0f}\nQUEUE: 0 items\n\tSTATS 0.000000 \n\n"
            "MEMSTATS: heap N/A mmap N/A used N/A free N/A releasable N/A pools 1 pools_used 0.000M pools_total 0.000M"
            "\nEND"
        )

    async def _descriptor(self, line: Line) -> str:
        """What is in the file that the client opened."""
        handle = line.descriptor()
        if handle is None:
            self.counts.errors += 1
            return "No file descriptor received. ERROR"
        name = f"fd[{handle}]"
        try:
            data = await asyncio.to_thread(content, handle, self._terms.message_bytes)
        except LocalFileError as error:
            return f"{name}: {error}. ERROR"
        return await self._judged(name, data)

    async def _named(self, line: Line, connection: Connection, asked: Asked) -> None:
        """Look at a file or a folder of this machine, where that may be asked; a line for whatever is not clean."""
        files = named(asked.path, () if line.client_ip else self._terms.folders, self._terms.message_bytes)
        goes_on = asked.word in ("CONTSCAN", "MULTISCAN")  # the others end with the first that is found
        is_clean = True
        try:
            async with asyncio.timeout(self.terms.talk_s):
                while (found := await asyncio.to_thread(next, files, None)) is not None:
                    said = await self._said_of(*found, every=asked.word == "ALLMATCHSCAN")
                    await line.send(b"".join(map(connection.say, said)))
                    is_clean = is_clean and not said
                    if said and not goes_on and said[-1].endswith(" FOUND"):
                        break
        except TimeoutError:
            raise GoneError("a folder took too long") from None
        await line.send(connection.answer(f"{asked.path}: OK" if is_clean else ""))

    async def _said_of(self, path: str, data: bytes | LocalFileError, *, every: bool) -> list[str]:
        shown = _CONTROLS.sub("?", path)
        if isinstance(data, LocalFileError):
            return [f"{shown}: File path check failure: {data}. ERROR"]
        return await self._looked(shown, path.rpartition("/")[2], data, every=every)

    async def _judged(self, shown: str, data: bytes) -> str:
        return next(iter(await self._looked(shown, "", data)), f"{shown}: OK")

    async def _looked(self, shown: str, name: str, data: bytes, *, every: bool = False) -> list[str]:
        """What is wrong with the content, nothing where it is clean: names of malware, or why nobody knows."""
        self._at_work += 1
        try:
            scan = await self._scan(name, data)
        except Exception as error:
            self.counts.faults += 1
            self.tell(f"{self.protocol}: {type(error).__name__}: {error}")
            return [f"{shown}: not examined, try again later. ERROR"]
        finally:
            self._at_work -= 1
        self.counts.mails += 1
        if scan.verdict.label is Label.MALWARE:
            return [f"{shown}: {family} FOUND" for family in families(scan, every=every)]
        why = unjudged(scan)
        return [f"{shown}: not examined: {_CONTROLS.sub('?', why)}. ERROR"] if why else []

    async def _scan(self, name: str, data: bytes) -> Scan:
        if not is_mail(data):
            return await self.gate.look(name, data)
        return (await self.gate.handle(Envelope(received_at=datetime.now(UTC)), data, keeps=False)).scan


def is_mail(data: bytes) -> bool:
    """Whether it is a mail, as it came or as it is on its way; a mailbox of several is a file."""
    head = data[:HEAD_BYTES]
    has_head = _HEADER.match(head) is not None and head.count(b":") > 2 and (b"\n\n" in head or b"\n\r\n" in head)
    return has_head and not (head.startswith(b"From ") and b"\nFrom " in data)


def families(scan: Scan, *, every: bool = False) -> list[str]:
    """The names of the malware, the one that weighs most first; only that unless every name is wanted."""
    found = [finding.family or finding.symbol.family for finding in scan.verdict.findings] if every else []
    names = dict.fromkeys(_CONTROLS.sub("?", name) for name in (scan.verdict.family, *found) if name)
    return list(names) or [NAMELESS]


def unjudged(scan: Scan) -> str:
    """Why nothing can be said of it, or not of all of it; empty where that is not so."""
    for fault in scan.faults:
        if fault.who in UNJUDGED:
            return fault.what
    for file in scan.files:
        for fault in file.faults:
            if fault.who != SECOND_OPINION:
                return fault.what
    return next((said for said in scan.skipped if said.startswith(LEFT_OUT)), "")
