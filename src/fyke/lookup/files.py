"""Answers questions about files: our own look in a closed process, and clamd's where the site has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from fyke.lookup.clamd import Clamd
from fyke.lookup.pool import Pool, unlooked
from fyke.model import Analyse, Analysis, Fault, Finding


class Files:
    """Answers `Analyse`, in the caller's thread."""

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
