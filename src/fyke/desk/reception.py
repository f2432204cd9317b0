"""The gate behind all doors: a mail is judged, copies are set aside, all is written down, and then the door is told.

Whatever fails on the way is told, and the mail gets what the site wants then: a temporary failure, so that its server
keeps it, or delivery without a verdict. Nothing is answered before what it says is on the disk.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal, Protocol

from msgspec import Struct
from msgspec.structs import replace

from fyke.desk.edits import Style, edits, reply
from fyke.desk.fates import divisible, joined
from fyke.judge.policy import Policy
from fyke.model import Action, Envelope, Fate, Fault, Label, Scan, Verdict
from fyke.model.gate import DELIVERS, Early, Edit, Handled
from fyke.store.journal import Entry

Judge = Callable[[Envelope, bytes], Awaitable[Scan]]
Look = Callable[[str, bytes], Awaitable[Scan]]
WHO = "reception"
PROBE_S = 3.0  # a disk that takes longer hangs


class Terms(Struct, frozen=True):
    """What a site wants of its reception."""

    when_broken: Literal["tempfail", "pass"] = "tempfail"
    deadline_s: float = 60.0  # for one mail: Postfix waits 300 s for the end of data, and a milter 300 s
    contact: str = ""  # whom a refused sender may ask
    results: Callable[[Scan], str] | None = None  # the value of Authentication-Results
    forged: Callable[[bytes], tuple[int, ...]] | None = None  # which of them that came with it bear our name
    verdicts: bool = True
    subject: str = ""


class Keeper(Protocol):
    """Who keeps copies of mail that is set aside."""

    def hold(self, scan: Scan, recipients: Sequence[str], raw: bytes, at: datetime) -> object:
        """Keep a copy for these recipients; it is on the disk when this returns. Raises where it cannot be."""

    def released(self, raw: bytes, now: datetime) -> Collection[str]:
        """The recipients, lower case, to whom a person let it go already."""


class Scribe(Protocol):
    """Who writes down each mail handled: that part of the journal which a door needs."""

    def append(self, entry: Entry) -> Future[None]:
        """Write it down; done when it is on the disk. Fails where it is not."""


class Teacher(Protocol):
    """Who takes people's words on mail."""

    def teach(self, raw: bytes, account: str, label: Label | None) -> bool:
        """Take it; without a label forget it. False: that was known."""


class Porter(Protocol):
    """Who judges an envelope before the message has come."""

    def early(self, envelope: Envelope, now: float) -> Early:
        """What the envelope alone says."""


class Ledger(Protocol):
    """Who counts."""

    def count(self, name: str, amount: float = 1.0) -> None:
        """Add to a counter of the whole service."""

    def figures(self) -> dict[str, float]:
        """All counters and gauges."""


class Staff(Struct, frozen=True):
    """Who works behind the counter; None where a site has no such."""

    judge: Judge
    look: Look
    keeper: Keeper | None = None
    journal: Scribe | None = None
    teacher: Teacher | None = None
    porter: Porter | None = None
    ledger: Ledger | None = None
    probe: Callable[[], None] | None = None  # whether what is to be kept can be; raises where it cannot


class Reception:
    """A `Gate`."""

    def __init__(
        self,
        staff: Staff,
        policy: Policy,
        terms: Terms | None = None,
        *,
        tell: Callable[[str], None] = lambda _said: None,
        log: Callable[[Handled], None] = lambda _handled: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`tell` hears what an operator should know; `log` each mail that was handled."""
        self._staff, self._policy, self._clock = staff, policy, clock
        self._terms = Terms() if terms is None else terms
        self._tell, self._log = tell, log

    async def early(self, envelope: Envelope) -> Early:
        """What the envelope alone says; where that cannot be said, go on: the message is judged in any case."""
        if self._staff.porter is None:
            return Early(Action.ACCEPT)
        try:
            async with asyncio.timeout(self._terms.deadline_s):
                said = await asyncio.to_thread(self._staff.porter.early, envelope, self._clock())
        except Exception as error:
            self._tell(f"envelope: {_said(error)}")
            return Early(Action.ACCEPT)
        self._count(f"early_{said.action}")
        return said

    async def handle(self, envelope: Envelope, raw: bytes, *, keeps: bool = True) -> Handled:
        """Judge a mail on its way, set aside and write down."""
        if envelope.received_at is None:
            envelope = replace(envelope, received_at=datetime.fromtimestamp(self._clock(), UTC))
        try:
            async with asyncio.timeout(self._terms.deadline_s):
                handled = await self._handled(envelope, raw, keeps=keeps)
        except Exception as error:
            self._tell(f"a mail of {len(raw):,} bytes was not judged: {_said(error)}")
            self._count("broken")
            return self._broken(envelope, raw, error)
        self._counted(handled)
        self._log(handled)
        return handled

    async def look(self, name: str, content: bytes) -> Scan:
        """Judge a file; where that cannot be done, the scan says so and nothing else."""
        try:
            async with asyncio.timeout(self._terms.deadline_s):
                scan = await self._staff.look(name, content)
        except Exception as error:
            self._tell(f"a file of {len(content):,} bytes was not looked into: {_said(error)}")
            self._count("broken")
            return self._unjudged(Envelope(), content, error)
        self._count("files")
        return scan

    async def learn(self, raw: bytes, account: str, label: Label | None) -> bool:
        """Take a person's word on a mail. Raises where it cannot be kept: then it must not be thanked for."""
        if self._staff.teacher is None:
            raise RuntimeError("nothing is learned here")
        taken = await asyncio.to_thread(self._staff.teacher.teach, raw, account, label)
        self._count("learned", float(taken))
        return taken

    async def trouble(self) -> str:
        """Whether what is to be kept can be."""
        if self._staff.probe is None:
            return ""
        try:
            async with asyncio.timeout(PROBE_S):
                await asyncio.to_thread(self._staff.probe)
        except Exception as error:
            return _said(error)
        return ""

    async def figures(self) -> dict[str, float]:
        """Counters and gauges."""
        return self._staff.ledger.figures() if self._staff.ledger is not None else {}

    async def _handled(self, envelope: Envelope, raw: bytes, *, keeps: bool) -> Handled:
        staff = self._staff
        scan = await staff.judge(envelope, raw)
        now = datetime.fromtimestamp(self._clock(), UTC)
        if staff.keeper is not None and (released := staff.keeper.released(raw, now)):
            scan = _freed(scan, released)
        handled = self._decided(scan, raw, keeps=keeps)
        aside = [fate.recipient for fate in handled.fates or (_whole(handled),) if fate.action is Action.QUARANTINE]
        if aside and keeps and staff.keeper is not None:
            await asyncio.to_thread(staff.keeper.hold, handled.scan, aside, raw, now)
        if staff.journal is not None:
            entry = Entry(now, handled.scan, handled.action, handled.fates, handled.case)
            await asyncio.wrap_future(staff.journal.append(entry))
        return handled

    def _decided(self, scan: Scan, raw: bytes, *, keeps: bool) -> Handled:
        """What the door is to do. Where nobody keeps copies, what would be set aside is delivered with a tag."""
        fates = scan.fates or (Fate("", scan.action),)
        if keeps:
            fates = divisible(fates)
        if keeps and self._staff.keeper is None:
            fates = tuple(
                replace(fate, action=Action.TAG) if fate.action is Action.QUARANTINE else fate for fate in fates
            )
        action, fate = joined(fates, keeps=keeps)
        return Handled(
            scan=replace(scan, action=action, fates=fates if scan.fates else ()),
            action=action,
            fates=fates if scan.fates else (),
            edits=self._edits(scan, raw, fate) if action in DELIVERS or not keeps else (),
            reply=reply(scan, self._terms.contact) if action in (Action.REJECT, Action.TEMPFAIL) else "",
            case=scan.id,
        )

    def _edits(self, scan: Scan, raw: bytes, fate: Fate) -> tuple[Edit, ...]:
        terms = self._terms
        style = Style(
            verdicts=terms.verdicts,
            subject=terms.subject,
            results=terms.results(scan) if terms.results is not None else "",
            forged=terms.forged(raw) if terms.forged is not None else (),
        )
        return tuple(edits(scan, raw, self._policy, style, fate))

    def _broken(self, envelope: Envelope, raw: bytes, error: Exception) -> Handled:
        """What a mail gets that could not be judged or not be written down."""
        passes = self._terms.when_broken == "pass"
        action = Action.ACCEPT if passes else Action.TEMPFAIL
        scan = replace(self._unjudged(envelope, raw, error), action=action)
        fates = tuple(Fate(recipient, action) for recipient in envelope.rcpt_to)
        text = "" if passes else f"The mail could not be examined now, please try again later (case {scan.id[:16]})"
        return Handled(replace(scan, fates=fates), action, fates, reply=text, case=scan.id)

    def _unjudged(self, envelope: Envelope, raw: bytes, error: Exception) -> Scan:
        digest = sha256(raw).hexdigest()
        return Scan(
            id=digest[:32],
            envelope=envelope,
            digest=digest,
            size_bytes=len(raw),
            subject="",
            sender="",
            sender_domain="",
            answers=(),
            policy_id=self._policy.id,
            verdict=Verdict(Label.UNSURE, (), 0.0, 0.5, (), (), ()),
            action=Action.TEMPFAIL,
            observables=(),
            defects=(),
            faults=(Fault(WHO, _said(error)),),
            skipped=("all detectors: the scan broke",),
            elapsed_us=0,
        )

    def _count(self, name: str, amount: float = 1.0) -> None:
        if self._staff.ledger is not None:
            self._staff.ledger.count(name, amount)

    def _counted(self, handled: Handled) -> None:
        self._count("scanned")
        self._count(f"label_{handled.scan.verdict.label}")
        self._count(f"action_{handled.action}")
        self._count("bytes", handled.scan.size_bytes)
        self._count("seconds", handled.scan.elapsed_us / 1e6)
        self._count("faults", len(handled.scan.faults))


def _whole(handled: Handled) -> Fate:
    """The one fate of a mail of which nobody said who gets it."""
    return Fate("", handled.action)


def _freed(scan: Scan, released: Collection[str]) -> Scan:
    """The scan with those to whom it was let go getting it."""
    fates = tuple(
        replace(fate, action=Action.ACCEPT, rule="released") if fate.recipient.lower() in released else fate
        for fate in scan.fates
    )
    return replace(scan, action=fates[0].action if fates else scan.action, fates=fates)


def _said(error: BaseException) -> str:
    return "it took too long" if isinstance(error, TimeoutError) else f"{type(error).__name__}: {error}"[:300]
