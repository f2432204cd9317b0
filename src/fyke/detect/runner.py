"""Run all detectors over one mail: a round at a time, the round's questions answered together.

A detector that raises loses its findings and leaves a `Fault`; the mail goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from fyke.detect.base import Detector, Look, Needs
from fyke.model import UNKNOWN, Fault, Finding, Mail, Message, Query

Answers = Mapping[Query[Any], Any]
Ask = Callable[[Sequence[Query[Any]]], Answers]

ROUNDS = 32  # RFC 7208 4.6.4 allows SPF ten look-ups in a row; DKIM, DMARC and lists need fewer


class Looked(Struct, frozen=True):
    """What the detectors found, what they asked and were told, and which of them failed."""

    findings: tuple[Finding, ...]
    answers: dict[Query[Any], Any]
    faults: tuple[Fault, ...]


class _Looking(Struct):
    """A detector at work on a mail: what it found so far, and the question it waits for."""

    detector: Detector
    look: Look
    found: list[Finding]
    waits_for: Any = None


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


def run(detectors: Iterable[Detector], mail: Mail, ask: Ask = offline) -> Looked:
    """Ask every detector about the mail; never raises for what a detector does."""
    answers: dict[Query[Any], Any] = {}
    findings: list[Finding] = []
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
        fresh = list(dict.fromkeys(looking.waits_for for looking in waiting if looking.waits_for not in answers))
        told = ask(fresh)
        answers.update((query, told.get(query, UNKNOWN)) for query in fresh)
        waiting = [looking for looking in waiting if _resume(looking, answers, findings, faults)]
    faults.extend(Fault(looking.detector.name, f"asked more than {ROUNDS} times in a row") for looking in waiting)
    return Looked(tuple(findings), answers, tuple(faults))


def _resume(looking: _Looking, answers: dict[Query[Any], Any], findings: list[Finding], faults: list[Fault]) -> bool:
    """Give a waiting detector its answer; whether it waits again."""
    try:
        item = looking.look.send(answers[looking.waits_for])
    except StopIteration:
        findings.extend(looking.found)
        return False
    except Exception as error:
        faults.append(_fault(looking.detector, error))
        return False
    return _go_on(looking, item, answers, findings, faults)


def _go_on(
    looking: _Looking,
    item: Finding | Query[Any],
    answers: dict[Query[Any], Any],
    findings: list[Finding],
    faults: list[Fault],
) -> bool:
    """Take what a detector yields until it is done (False) or needs an answer that nobody has given yet (True)."""
    look, found = looking.look, looking.found
    try:
        while True:
            if isinstance(item, Finding):
                found.append(item)
                item = next(look)
            elif item in answers:
                item = look.send(answers[item])
            else:
                looking.waits_for = item
                return True
    except StopIteration:
        findings.extend(found)
    except Exception as error:
        faults.append(_fault(looking.detector, error))
    return False


def _fault(detector: Detector, error: Exception) -> Fault:
    return Fault(detector.name, f"{type(error).__name__}: {error}")
