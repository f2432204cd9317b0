"""The story of one mail, top to bottom: read it, look at it, judge it, decide, and write down what was done."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from fyke.detect import opening
from fyke.detect.base import Detector, Reads
from fyke.detect.runner import Ask, AskSoon, Roster, Story, awaited, driven, offline, run, running
from fyke.judge import Policy, decide, fate, judge
from fyke.judge.decide import recipients_of
from fyke.judge.site import occasion
from fyke.learn.features import Features
from fyke.learn.model import Model
from fyke.learn.opinion import OWN, Opinion
from fyke.mail import parse
from fyke.mail.domains import registered
from fyke.mail.traits import traits
from fyke.model import (
    UNKNOWN,
    Analyse,
    Analysis,
    Envelope,
    Fault,
    Finding,
    Mail,
    Message,
    Observable,
    Query,
    Scan,
    Verdict,
)
from fyke.model.campaign import Alike, Copies
from fyke.model.recorded import name_of
from fyke.model.sketch import Sketch

Clock = Callable[[], int]  # nanoseconds


class Asking(Protocol):
    """What one mail asks of the world: known afterwards is what stayed without an answer."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is to be told of it on the scan."""


Asked = Callable[[], AbstractContextManager[Asking | None]]

_NO_MESSAGE = parse(b"")  # what a file that came by no mail stands in


class Studied(Struct, frozen=True):
    """A mail made ready for the learner."""

    message: Message
    features: Features
    rules_bits: float  # of the verdict without what was learned
    categories: tuple[str, ...] = ()  # that it is about, if it is unwanted; strongest first


class Engine:
    """All that judging a mail needs, loaded once. One thread an engine; fork for more."""

    def __init__(
        self,
        detectors: Sequence[Detector],
        policy: Policy,
        *,
        ask: Ask = offline,
        skipped: Sequence[str] = (),
        clock: Clock = time.perf_counter_ns,
        opinion: Opinion | None = None,
        ask_soon: AskSoon | None = None,
        asked: Asked = nullcontext,
    ) -> None:
        """`ask_soon` is `ask` for an event loop; `asked` surrounds the questions of one mail: one deadline for all."""
        self.detectors = tuple(detectors)
        self._of_files = tuple(detector for detector in self.detectors if detector.reads is Reads.FILES)
        self._opens = bool(self._of_files) and ask is not offline
        self.roster = Roster(detectors)
        self.policy = policy
        self.opinion = opinion
        self._ask = ask
        self._ask_soon = ask_soon
        self._asked = asked
        self._skipped = tuple(skipped)
        self._clock = clock

    def scan(self, envelope: Envelope, raw: bytes) -> Scan:
        """The record of one mail handled. Never raises for what the bytes are."""
        with self._asked() as asking:
            scan = driven(self.story(envelope, raw), self._ask)
        return with_faults(scan, asking)

    async def scan_soon(self, envelope: Envelope, raw: bytes) -> Scan:
        """The same in an event loop: while one mail waits for answers, others go on."""
        with self._asked() as asking:
            scan = await self._soon(self.story(envelope, raw))
        return with_faults(scan, asking)

    async def _soon(self, story: Story[Scan]) -> Scan:
        return driven(story, self._ask) if self._ask_soon is None else await awaited(story, self._ask_soon)

    def story(self, envelope: Envelope, raw: bytes) -> Story[Scan]:
        """The same for who answers questions in another way: it yields them, and is resumed with the answers."""
        started = self._clock()
        message = parse(raw)
        mail, faults, left_out = yield from self._opened(envelope, message, raw)
        message, files = mail.message, mail.files
        looked = yield from running(self.roster.of(message), mail)
        at = came_at(envelope, message)
        campaign, sketch = counted(looked.answers)
        verdicts, own_bits = self._verdicts(message, looked.findings, envelope.rcpt_to or ("",))
        verdict = verdicts[0]
        mail_facts = occasion(envelope, message.sender.address, looked.auth, at)
        fates = tuple(
            fate(each, self.policy, recipient, mail_facts)
            for each, recipient in zip(verdicts, envelope.rcpt_to or ("",), strict=True)
        )
        return Scan(
            id=message.digest[:32],
            envelope=envelope,
            digest=message.digest,
            size_bytes=message.size_bytes,
            subject=message.subject,
            sender=message.sender.address,
            sender_domain=registered(message.sender.domain),
            answers=tuple((name_of(query), answer) for query, answer in looked.answers.items()),
            policy_id=self.policy.id,
            verdict=verdict,
            action=fates[0].action,
            observables=_seen(message, files, looked.findings),
            defects=message.defects,
            faults=(*faults, *looked.faults),
            skipped=(*self._skipped, *left_out) if left_out else self._skipped,
            elapsed_us=(self._clock() - started) // 1000,
            sender_name=message.sender.name,
            came_at=at,
            model_id=self.opinion.model.id if self.opinion is not None else "",
            files=files,
            auth=looked.auth,
            traits=traits(message),
            fates=fates if envelope.rcpt_to else (),
            own_bits=own_bits,
            campaign=campaign,
            sketch=sketch,
        )

    def _opened(
        self, envelope: Envelope, message: Message, raw: bytes
    ) -> Story[tuple[Mail, tuple[Fault, ...], tuple[str, ...]]]:
        """The mail with its files looked into, what failed at that, and which files were left out."""
        if not self._opens or not opening.has_files(message):
            return Mail(envelope, message, raw=raw), (), ()
        files, faults = yield from opening.opened(message)
        return Mail(envelope, opening.with_leads(message, files), files, raw), faults, opening.left_out(message)

    def scan_file(self, name: str, content: bytes, words: tuple[str, ...] = ()) -> Scan:
        """The record of one file that came by no mail: what it is, what hides in it, judged by the same policy."""
        return driven(self.story_of_file(name, content, words), self._ask)

    async def scan_file_soon(self, name: str, content: bytes, words: tuple[str, ...] = ()) -> Scan:
        """The same in an event loop."""
        return await self._soon(self.story_of_file(name, content, words))

    def story_of_file(self, name: str, content: bytes, words: tuple[str, ...] = ()) -> Story[Scan]:
        """The same for who answers questions in another way."""
        started = self._clock()
        digest = sha256(content).hexdigest()
        question = Analyse(digest, name, "", words, content)
        analysis = (yield [question]).get(question, UNKNOWN)
        files = (analysis,) if isinstance(analysis, Analysis) else ()
        faults = files[0].faults if files else (Fault("files", "nobody looked into it"),)
        mail = Mail(Envelope(), _NO_MESSAGE, files)
        verdict = judge(run(self._of_files, mail).findings, self.policy)
        return Scan(
            id=digest[:32],
            envelope=mail.envelope,
            digest=digest,
            size_bytes=len(content),
            subject="",
            sender="",
            sender_domain="",
            answers=(),
            policy_id=self.policy.id,
            verdict=verdict,
            action=decide(verdict, self.policy),
            observables=opening.observables(files),
            defects=(),
            faults=faults,
            skipped=self._skipped,
            elapsed_us=(self._clock() - started) // 1000,
            files=files,
        )

    def _verdicts(
        self, message: Message, findings: tuple[Finding, ...], recipients: Sequence[str]
    ) -> tuple[list[Verdict], tuple[float, ...]]:
        """The verdict for each recipient, and the bits of their own corrections, where these differ.

        Those for whom the same was learned and the same holds have one verdict in common.
        """
        features = self.opinion.read(message, findings) if self.opinion is not None else None
        known: dict[object, Verdict] = {}
        verdicts, own_bits = [], []
        for recipient in recipients:
            learned: tuple[Finding, ...] = ()
            if self.opinion is not None and features is not None:
                learned = tuple(self.opinion.of(features, recipient))
            special = recipients_of(self.policy, recipient)
            key = (tuple([finding.weight for finding in learned]), None if special is None else special.match)
            if key not in known:
                known[key] = self._judged(features, (*findings, *learned), recipient)
            verdicts.append(known[key])
            own_bits.append(next((finding.weight for finding in learned if finding.symbol is OWN), 0.0))
        return verdicts, tuple(own_bits) if len(set(own_bits)) > 1 else ()

    def _judged(self, features: Features | None, findings: tuple[Finding, ...], recipient: str) -> Verdict:
        """The verdict on what was found and learned; of mail that may be unwanted also the trade."""
        verdict = judge(findings, self.policy, recipient)
        if self.opinion is not None and features is not None and verdict.bits >= self.policy.rules.thresholds.unsure:
            trades = self.opinion.trades(features)
            if trades:
                return judge((*findings, *trades), self.policy, recipient)
        return verdict

    def study(self, envelope: Envelope, raw: bytes) -> Studied:
        """What the learner learns from: the mail's features, and what the rules alone say of it."""
        mail, _, _ = driven(self._opened(envelope, parse(raw), raw), self._ask)
        message = mail.message
        found = run(self.roster.of(message), mail, self._ask).findings
        reader = self.opinion or Opinion(Model())
        features = reader.read(message, found)
        named = judge((*found, *reader.trades(features)), self.policy).categories
        return Studied(message, features, judge(found, self.policy).bits, named)


def counted(answers: Mapping[Query[Any], Any]) -> tuple[str, Sketch | None]:
    """The campaign that the mail was counted to, and the sketch by which it was asked for."""
    for query, answer in answers.items():
        if isinstance(query, Alike):
            return answer.campaign if isinstance(answer, Copies) else "", query.sketch
    return "", None


def _seen(message: Message, files: Sequence[Analysis], findings: Sequence[Finding]) -> tuple[Observable, ...]:
    """What was seen in the message, in its files, and by who asked about it: each once."""
    found = tuple([seen for finding in findings for seen in finding.observables])
    if not files and not found:
        return message.observables
    return tuple(dict.fromkeys((*message.observables, *opening.observables(files), *found)))


def with_faults(scan: Scan, asking: Asking | None) -> Scan:
    """The scan with what is to be told of its questions."""
    faults = asking.faults if asking is not None else ()
    return replace(scan, faults=(*scan.faults, *faults)) if faults else scan


def came_at(envelope: Envelope, message: Message) -> datetime | None:
    """When the mail came: as the connection knows, or the newest hop, or as its author says."""
    newest = next((hop.date for hop in message.received if hop.date), None)
    return envelope.received_at or newest or message.date
