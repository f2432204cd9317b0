"""Who answers the detectors' questions: each kind has its answerer, and what nobody answers stays unknown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, Protocol

from msgspec import Struct

from fyke.model import Fault, Query

Answerer = Callable[[list[Any]], Mapping[Any, Any]]
AsyncAnswerer = Callable[[list[Any]], Awaitable[Mapping[Any, Any]]]
FAULT_CHARS = 300


class Asking(Protocol):
    """What one mail asks of the DNS."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is to be told of it on the scan."""


class Way(Struct):
    """How questions of some kinds are answered."""

    answer: Answerer
    ask: AsyncAnswerer | None = None  # the same for a caller with an event loop; without it a thread waits
    is_quick: bool = False  # does not wait for anybody, so it may be done in the event loop


class Told(Struct):
    """What went wrong with the questions of one mail."""

    asking: Asking | None = None
    broken: list[Fault] = []

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Answerers that failed, then what the DNS left open."""
        return (*dict.fromkeys(self.broken), *(self.asking.faults if self.asking is not None else ()))


_TOLD: ContextVar[Told | None] = ContextVar("told", default=None)


class Answers:
    """An `Ask` (`fyke.detect.runner`): gives each kind of question to its answerer, and never raises."""

    def __init__(
        self,
        ways: Mapping[type[Query[Any]], Way],
        asked: Callable[[], AbstractContextManager[Asking]] | None = None,
    ) -> None:
        """`asked` surrounds what one mail asks of the DNS."""
        self._ways = dict(ways)
        self._asked = asked

    @contextmanager
    def mail(self) -> Iterator[Told]:
        """Within it, all questions are one mail's: one deadline, one count. Afterwards it tells what went wrong."""
        with nullcontext() if self._asked is None else self._asked() as asking:
            told = Told(asking)
            token = _TOLD.set(told)
            try:
                yield told
            finally:
                _TOLD.reset(token)

    def __call__(self, questions: Sequence[Query[Any]]) -> Mapping[Query[Any], Any]:
        """What is known, by question."""
        told: dict[Query[Any], Any] = {}
        for way, its in self._sorted(questions):
            told.update(_safely(way.answer, its))
        return told

    async def ask(self, questions: Sequence[Query[Any]]) -> Mapping[Query[Any], Any]:
        """The same for a caller with an event loop, all answerers at a time; the quick ones while others are asked."""
        asked = self._sorted(questions)
        waited = [(way, its) for way, its in asked if not way.is_quick]
        if len(waited) > 1:
            from asyncio import gather  # noqa: PLC0415  who has no event loop need not load it

            answered = await gather(*(_waited(way, its) for way, its in asked))
        else:
            answered = [_safely(way.answer, its) for way, its in asked if way.is_quick]
            answered += [await _waited(way, its) for way, its in waited]
        told: dict[Query[Any], Any] = {}
        for answers in answered:
            told.update(answers)
        return told

    def _sorted(self, questions: Sequence[Query[Any]]) -> list[tuple[Way, list[Any]]]:
        """Questions by who answers them: kinds of one answerer go together, and so wait together."""
        asked: dict[int, tuple[Way, list[Any]]] = {}
        for question in questions:
            way = self._ways.get(type(question))
            if way is not None:
                asked.setdefault(id(way), (way, []))[1].append(question)
        return list(asked.values())


def _safely(answer: Answerer, questions: list[Any]) -> Mapping[Any, Any]:
    """What it says; nothing where it fails: then it is unknown, as if it had been offline, and that is told."""
    try:
        return answer(questions)
    except Exception as error:
        _blame(questions[0], error)
        return {}


async def _waited(way: Way, questions: list[Any]) -> Mapping[Any, Any]:
    """The same, without making others wait."""
    if way.is_quick:
        return _safely(way.answer, questions)
    if way.ask is None:
        from asyncio import to_thread  # noqa: PLC0415

        return await to_thread(_safely, way.answer, questions)
    try:
        return await way.ask(questions)
    except Exception as error:
        _blame(questions[0], error)
        return {}


def _blame(question: Query[Any], error: Exception) -> None:
    told = _TOLD.get()
    if told is not None:
        what = f"no answers: {type(error).__name__}: {error}"[:FAULT_CHARS]
        told.broken.append(Fault(f"lookup.{type(question).__name__.lower()}", what))


class Later:
    """An answerer that is made by the first question: most mail asks none of its kind, and it takes a while to load."""

    def __init__(self, make: Callable[[], Answerer]) -> None:
        self._make = make
        self._answer: Answerer | None = None

    def __call__(self, questions: list[Any]) -> Mapping[Any, Any]:
        """What is known, by question."""
        if self._answer is None:
            self._answer = self._make()
        return self._answer(questions)
