"""A client of block lists over the DNS: asks those that the config names, as long as they are well.

A list must list its test entry and must not list the whole world (RFC 5782 5); one that fails at that, or says that we
may not ask, is left alone for a while, with a warning. What such a list says is nothing, so it stays unknown.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from fyke.lookup.lists_known import List, key, known, meaning
from fyke.model.query import Dns, Listed, Listing, Records

CHECK_S = 3_600.0  # between two tests of a list that is well
OFF_S = 600.0  # that a list is left alone which is not
Question = Dns | Listed
Answer = Callable[[Sequence[Dns]], Mapping[Dns, Records]]
AsyncAnswer = Callable[[Sequence[Dns]], Awaitable[Mapping[Dns, Records]]]
Said = dict[Question, Records | Listing]
Ask = Callable[[Sequence[Dns]], Awaitable[Mapping[Dns, Records]]]
Told = dict[Question, Records | Listing]


class _State(Struct):
    """How a list does."""

    row: List
    due_at: float = 0.0  # the next test
    is_well: bool = False
    warning: str = ""


class _Planned(Struct):
    """What is to be asked of the DNS for some questions."""

    plain: list[Dns]
    asked: dict[Listed, Dns]
    tests: dict[str, tuple[Dns, Dns]]  # by list
    wanted: list[Dns]  # all of them


class Lists:
    """Answers `Listed` for the lists that a site uses, as long as they are well; hands on what asks the DNS itself."""

    def __init__(
        self,
        answer: Answer,
        of_addresses: Iterable[str] = (),
        of_domains: Iterable[str] = (),
        *,
        ask: Ask | None = None,
        tell: Callable[[str], None] = lambda _warning: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`ask` is `answer` for callers with an event loop; `tell` hears a sentence when a list is switched off."""
        self._answer, self._ask, self._tell, self._clock = answer, ask, tell, clock
        named = [(zone, "addresses") for zone in of_addresses] + [(zone, "domains") for zone in of_domains]
        self._states = {zone.lower().rstrip("."): _State(known(zone.lower().rstrip("."), of)) for zone, of in named}
        self._lock = threading.Lock()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Why lists are switched off now, a sentence each."""
        return tuple(state.warning for state in self._states.values() if state.warning)

    def answer(self, questions: Sequence[Question]) -> Told:
        """What is said; a list that is off, or that nobody named, says nothing."""
        planned = self._plan(questions)
        return self._conclude(planned, self._answer(planned.wanted) if planned.wanted else {})

    async def ask(self, questions: Sequence[Question]) -> Told:
        """The same for a caller with an event loop."""
        planned = self._plan(questions)
        if not planned.wanted:
            return self._conclude(planned, {})
        if self._ask is None:
            raise TypeError("nobody to ask without waiting")
        return self._conclude(planned, await self._ask(planned.wanted))

    def _plan(self, questions: Sequence[Question]) -> _Planned:
        """What is to be asked of the DNS for these questions, with the tests of lists that are due."""
        plain = [question for question in questions if isinstance(question, Dns)]
        asked: dict[Listed, Dns] = {}
        for question in questions:
            if isinstance(question, Listed) and (name := self._name(question)):
                asked[question] = Dns(name, "A")
        zones = dict.fromkeys(question.zone for question in asked)
        tests = {zone: probes(zone, self._states[zone].row) for zone in zones if self._is_due(zone)}
        wanted = dict.fromkeys((*(test for pair in tests.values() for test in pair), *plain, *asked.values()))
        return _Planned(plain, asked, tests, list(wanted))

    def _conclude(self, planned: _Planned, records: Mapping[Dns, Records]) -> Told:
        """What the records mean for the questions."""
        for zone, (listed, unlisted) in planned.tests.items():
            self._judge(zone, records.get(listed), records.get(unlisted))
        told: Told = {question: records[question] for question in planned.plain if question in records}
        for listed_in, question in planned.asked.items():
            if question in records and (listing := self._listing(listed_in.zone, records[question])) is not None:
                told[listed_in] = listing
        return told

    def _name(self, question: Listed) -> str:
        """The name that is asked for in the DNS; empty where the list is not asked."""
        state = self._states.get(question.zone)
        if state is None or not self._may_be_asked(state):
            return ""
        found = key(state.row, question.name, question.host)
        return f"{found}.{question.zone}" if found else ""

    def _listing(self, zone: str, records: Records) -> Listing | None:
        """What a list's answer says; None where the list is not to be believed."""
        state = self._states[zone]
        said = meaning(zone, records.values)
        if said.error:
            self._switch_off(zone, said.error)
        return Listing(said.kinds, records.values, state.row.zone) if state.is_well else None

    def _may_be_asked(self, state: _State) -> bool:
        return not state.warning or self._clock() >= state.due_at

    def _is_due(self, zone: str) -> bool:
        """Whether this caller is to test the list."""
        state = self._states[zone]
        with self._lock:
            if self._clock() < state.due_at and state.is_well:
                return False
            state.due_at = self._clock() + CHECK_S
            return True

    def _judge(self, zone: str, listed: Records | None, unlisted: Records | None) -> None:
        """What the two tests say of a list. Where one was not answered, it stays as it was, and is tested again."""
        state = self._states[zone]
        if listed is None or unlisted is None:
            state.due_at = 0.0
            return
        said, denied = meaning(zone, listed.values), meaning(zone, unlisted.values)
        if error := said.error or denied.error:
            self._switch_off(zone, error)
        elif not listed.values:
            self._switch_off(zone, "it does not list its own test entry")
        elif unlisted.values:
            self._switch_off(zone, "it lists what must not be listed, so perhaps everything")
        else:
            state.is_well, state.warning = True, ""

    def _switch_off(self, zone: str, why: str) -> None:
        state = self._states[zone]
        is_news = not state.warning
        state.is_well, state.due_at = False, self._clock() + OFF_S
        state.warning = f"{state.row.zone} is not asked: {why}"
        if is_news:
            self._tell(state.warning)


def probes(zone: str, row: List) -> tuple[Dns, Dns]:
    """What must be listed, and what must not (RFC 5782 5)."""
    usual = ("2.0.0.127", "1.0.0.127") if row.of == "addresses" else ("test", "invalid")
    listed, unlisted = row.listed or usual[0], row.unlisted or usual[1]
    return Dns(f"{listed}.{zone}", "A"), Dns(f"{unlisted}.{zone}", "A")
