"""Run all detectors over one mail: a round at a time, the round's questions answered together.

A detector that raises loses its findings and leaves a `Fault`; the mail goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from fyke.detect.base import Detector, Look
from fyke.model import UNKNOWN, Fault, Finding, Mail, Query

Answers = Mapping[Query[Any], Any]
Ask = Callable[[list[Query[Any]]], Answers]

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
    waits_for: Query[Any] | None = None


def offline(_queries: list[Query[Any]]) -> Answers:
    """Answer nothing: every question stays unknown."""
    return {}


def run(detectors: Iterable[Detector], mail: Mail, ask: Ask = offline) -> Looked:
    """Ask every detector about the mail; never raises for what a detector does."""
    answers: dict[Query[Any], Any] = {}
    findings: list[Finding] = []
    faults: list[Fault] = []
    waiting = [_Looking(detector, detector.look(mail), []) for detector in detectors]
    for _ in range(ROUNDS):
        waiting = [looking for looking in waiting if _resume(looking, answers, findings, faults)]
        if not waiting:
            break
        fresh = list(dict.fromkeys(looking.waits_for for looking in waiting if looking.waits_for is not None))
        told = ask(fresh)
        answers.update((query, told.get(query, UNKNOWN)) for query in fresh)
    faults.extend(Fault(looking.detector.name, f"asked more than {ROUNDS} times in a row") for looking in waiting)
    return Looked(tuple(findings), answers, tuple(faults))


def _resume(looking: _Looking, answers: dict[Query[Any], Any], findings: list[Finding], faults: list[Fault]) -> bool:
    """Let one detector go on until it is done (False) or needs an answer that nobody has given yet (True)."""
    look, found = looking.look, looking.found
    answer = None if looking.waits_for is None else answers[looking.waits_for]
    try:
        while True:
            item = look.send(answer)
            answer = None
            if isinstance(item, Finding):
                found.append(item)
            elif item in answers:
                answer = answers[item]
            else:
                looking.waits_for = item
                return True
    except StopIteration:
        findings.extend(found)
    except Exception as error:
        faults.append(Fault(looking.detector.name, f"{type(error).__name__}: {error}"))
    return False
