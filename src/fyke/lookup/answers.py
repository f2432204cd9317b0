"""Who answers which question. What nobody here answers stays open, and so unknown to the detector that asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from fyke.lookup.clamd import Clamd
from fyke.lookup.pool import Pool, unlooked
from fyke.model import Analyse, Analysis, Fault, Finding, Query

Answerer = Callable[[list[Any]], Mapping[Any, Any]]


class Answers:
    """An `Ask` (`fyke.detect.runner`): gives each kind of question to its answerer, and never raises."""

    def __init__(self, by_kind: Mapping[type[Query[Any]], Answerer]) -> None:
        self._by_kind = dict(by_kind)

    def __call__(self, questions: Sequence[Query[Any]]) -> Mapping[Query[Any], Any]:
        """What is known, by question."""
        told: dict[Query[Any], Any] = {}
        asked: dict[Answerer, list[Any]] = {}  # kinds of one answerer go together, and so wait together
        for question in questions:
            answerer = self._by_kind.get(type(question))
            if answerer is not None:
                asked.setdefault(answerer, []).append(question)
        for answerer, its in asked.items():
            with suppress(Exception):  # then it is unknown, as if it had been offline
                told.update(answerer(its))
        return told


class Files:
    """Answers `Analyse`: our own look in a closed process, and clamd's where the site has one."""

    def __init__(self, pool: Pool, clamd: Clamd | None = None, words: Sequence[str] = ()) -> None:
        """`words` are the site's: they may open what is locked, after those that the question brings."""
        self.pool = pool
        self._clamd = clamd
        self._words = tuple(words)

    def __call__(self, questions: list[Analyse]) -> Mapping[Analyse, Analysis]:
        """An analysis for each, whatever happens; what failed is a fault in it."""
        asked = [_with(question, self._words) for question in questions]
        try:
            answers = self.pool.analyse(asked)
        except Exception as error:
            answers = [unlooked(question, f"{type(error).__name__}: {error}"[:300]) for question in asked]
        if self._clamd is not None:
            said = self._clamd.look(questions)
            answers = [_joined(answer, word) for answer, word in zip(answers, said, strict=True)]
        return dict(zip(questions, answers, strict=True))


def _with(asked: Analyse, words: tuple[str, ...]) -> Analyse:
    return replace(asked, words=tuple(dict.fromkeys((*asked.words, *words)))) if words else asked


def _joined(answer: Analysis, said: Finding | Fault | None) -> Analysis:
    """The analysis with what clamd said of the whole file."""
    if isinstance(said, Fault):
        return replace(answer, faults=(*answer.faults, said))
    if said is None:
        return answer
    placed = replace(said, part=answer.root.name)
    return replace(answer, root=replace(answer.root, findings=(*answer.root.findings, placed)))
