"""Answers out of the record of a mail, in place of the world: what was told then is told again, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from fyke.model import UNKNOWN, Analyse, Analysis, Query, Scan
from fyke.model.recorded import name_of, revived

Answers = Mapping[Query[Any], Any]
Ask = Callable[[Sequence[Query[Any]]], Answers]


class Recorded:
    """An `Ask` (`fyke.detect.runner`) of one mail that was scanned before."""

    def __init__(self, scan: Scan, look: Ask | None = None) -> None:
        """`look` is asked about files anew; without it they are what the record says they were."""
        self._answers = dict(scan.answers)
        self._files = {analysis.root.digest: analysis for analysis in scan.files}
        self._look = look
        self.missing: list[str] = []  # questions that were not asked then

    def __call__(self, questions: Sequence[Query[Any]]) -> dict[Query[Any], Any]:
        """What was told then. What was not asked is unknown, and noted."""
        told: dict[Query[Any], Any] = {}
        files = [question for question in questions if isinstance(question, Analyse)]
        if files:
            told.update(self._look(files) if self._look is not None else self._of_files(files))
        for question in questions:
            if isinstance(question, Analyse):
                continue
            name = name_of(question)
            if name in self._answers:
                told[question] = revived(name, self._answers[name])
            else:
                self.missing.append(name)
                told[question] = UNKNOWN
        return told

    def _of_files(self, questions: Iterable[Analyse]) -> dict[Query[Any], Analysis]:
        return {question: self._files[question.digest] for question in questions if question.digest in self._files}
