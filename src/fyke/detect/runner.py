"""Run all detectors over one mail: a round at a time, the round's questions answered together.

A detector that raises loses its findings and leaves a `Fault`; the mail goes on. Nothing here waits: `running` yields
the questions of a round and is resumed with the answers, so that one story serves a thread (`driven`) and a server.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from msgspec import Struct

from fyke.detect.base import Detector, Look, Needs
from fyke.model import UNKNOWN, Fault, Finding, Mail, Message, Query
from fyke.model.auth import Auth

Answers = Mapping[Query[Any], Any]
Ask = Callable[[Sequence[Query[Any]]], Answers]
AskSoon = Callable[[Sequence[Query[Any]]], Awaitable[Answers]]
T = TypeVar("T")
Story = Generator[Sequence[Query[Any]], Answers, T]  # yields questions that are to be answered together

ROUNDS = 32  # RFC 7208 4.6.4 allows SPF ten look-ups in a row; DKIM, DMARC and lists need fewer


class Looked(Struct, frozen=True):
    """What the detectors found, what they asked and were told, and which of them failed."""

    findings: tuple[Finding, ...]
    answers: dict[Query[Any], Any]
    faults: tuple[Fault, ...]
    auth: Auth | None = None  # who sent it, where a detector has asked and somebody has answered


class _Looking(Struct):
    """A detector at work on a mail: what it found so far, and the questions it waits for."""

    detector: Detector
    look: Look
    found: list[Finding | Auth]
    waits_for: tuple[Query[Any], ...] = ()
    is_one: bool = True  # it asked one question, and wants one answer


# As plain numbers: a name of a flag costs more to look up than a detector that finds nothing.
_LINKS, _HTML, _FILES = int(Needs.LINKS), int(Needs.HTML), int(Needs.FILES)


class Roster:
    """Detectors in running order, sorted out once by what a message must have for them to find anything."""

    def __init__(self, detectors: Iterable[Detector]) -> None:
        self.all = tuple(detectors)
        self._by_present = [
            tuple(detector for detector in self.all if detector.needs & present == detector.needs)
            for present in range(max(Needs) * 2)
        ]

    def of(self, message: Message) -> tuple[Detector, ...]:
        """Those that can find something in this message."""
        present = _LINKS if message.links else 0
        if message.html.size_chars:
            present += _HTML
        if message.attachments:
            present += _FILES
        return self._by_present[present]


def offline(_queries: Sequence[Query[Any]]) -> Answers:
    """Answer nothing: every question stays unknown."""
    return {}


def driven(story: Story[T], ask: Ask) -> T:
    """What comes of a story whose questions `ask` answers."""
    try:
        questions = next(story)
        while True:
            questions = story.send(ask(questions))
    except StopIteration as end:
        result: T = end.value
        return result


async def awaited(story: Story[T], ask: AskSoon) -> T:
    """The same for who has an event loop."""
    try:
        questions = next(story)
        while True:
            questions = story.send(await ask(questions))
    except StopIteration as end:
        result: T = end.value
        return result


def run(detectors: Iterable[Detector], mail: Mail, ask: Ask = offline) -> Looked:
    """Ask every detector about the mail, and wait for what they want to know."""
    return driven(running(detectors, mail), ask)


def running(detectors: Iterable[Detector], mail: Mail) -> Story[Looked]:
    """Ask every detector about the mail; never raises for what a detector does."""
    answers: dict[Query[Any], Any] = {}
    findings: list[Finding | Auth] = []
    faults: list[Fault] = []
    waiting: list[_Looking] = []
    for detector in detectors:
        before = len(findings)
        look = detector.look(mail)
        try:
            for item in look:  # most detectors find nothing, and are done here
                if isinstance(item, Finding):
                    findings.append(item)
                    continue
                looking = _Looking(detector, look, findings[before:])
                del findings[before:]
                if _go_on(looking, item, answers, findings, faults):
                    waiting.append(looking)
                break
        except Exception as error:
            del findings[before:]
            faults.append(_fault(detector, error))
    for _ in range(ROUNDS):
        if not waiting:
            break
        fresh = list(dict.fromkeys(query for each in waiting for query in each.waits_for if query not in answers))
        told = (yield fresh) if fresh else {}
        answers.update((query, told.get(query, UNKNOWN)) for query in fresh)
        waiting = [looking for looking in waiting if _resume(looking, answers, findings, faults)]
    faults.extend(Fault(looking.detector.name, f"asked more than {ROUNDS} times in a row") for looking in waiting)
    auth = next((item for item in findings if isinstance(item, Auth)), None)
    if auth is None:
        return Looked(cast("tuple[Finding, ...]", tuple(findings)), answers, tuple(faults))
    return Looked(tuple(item for item in findings if isinstance(item, Finding)), answers, tuple(faults), auth)


def _resume(
    looking: _Looking, answers: dict[Query[Any], Any], findings: list[Finding | Auth], faults: list[Fault]
) -> bool:
    """Give a waiting detector its answers; whether it waits again."""
    try:
        item = looking.look.send(_told(looking, answers))
    except StopIteration:
        findings.extend(looking.found)
        return False
    except Exception as error:
        faults.append(_fault(looking.detector, error))
        return False
    return _go_on(looking, item, answers, findings, faults)


def _go_on(
    looking: _Looking,
    item: Finding | Query[Any] | tuple[Query[Any], ...] | Auth,
    answers: dict[Query[Any], Any],
    findings: list[Finding | Auth],
    faults: list[Fault],
) -> bool:
    """Take what a detector yields until it is done (False) or needs an answer that nobody has given yet (True)."""
    look, found = looking.look, looking.found
    try:
        while True:
            if isinstance(item, (Finding, Auth)):
                found.append(item)
                item = next(look)
                continue
            looking.is_one = not isinstance(item, tuple)
            looking.waits_for = item if isinstance(item, tuple) else (item,)
            if any(query not in answers for query in looking.waits_for):
                return True
            item = look.send(_told(looking, answers))
    except StopIteration:
        findings.extend(found)
    except Exception as error:
        faults.append(_fault(looking.detector, error))
    return False


def _told(looking: _Looking, answers: dict[Query[Any], Any]) -> Any:
    """The answers that a detector waits for: one for a question, a tuple for a tuple of them."""
    told = tuple(answers[query] for query in looking.waits_for)
    return told[0] if looking.is_one else told


def _fault(detector: Detector, error: Exception) -> Fault:
    return Fault(detector.name, f"{type(error).__name__}: {error}")
