"""The runner: rounds of questions, faults that lose nothing else."""

from fyke.detect.base import Detector
from fyke.detect.runner import ROUNDS, run
from fyke.model import UNKNOWN, Finding, Query, Symbol
from fyke.model.auth import Auth

YES = Symbol("YES", "It is so", "test", 1.0)


class Number(Query[int], frozen=True):
    """A question for tests."""

    of: int


class Asks(Detector):
    """Does the world answer?"""

    name = "asks"
    symbols = (YES,)

    def __init__(self, *numbers):
        self.numbers = numbers

    def look(self, mail):
        yield Finding(YES, "before")
        for number in self.numbers:
            answer = yield Number(number)
            yield Finding(YES, str(answer))


class Breaks(Asks):
    """Does a broken detector break others?"""

    name = "breaks"

    def look(self, mail):
        yield from super().look(mail)
        raise RuntimeError("broken")


def test_equal_questions_are_asked_once_and_together():
    """Two detectors' questions go out in one round, each once, and both get the answer."""
    rounds = []

    def ask(queries):
        rounds.append(queries)
        return {query: query.of * 10 for query in queries}

    looked = run([Asks(1, 2), Asks(1)], None, ask)
    assert rounds == [[Number(1)], [Number(2)]]
    assert sorted(finding.detail for finding in looked.findings) == ["10", "10", "20", "before", "before"]


def test_no_answer_is_unknown_and_is_recorded():
    """What nobody answered is UNKNOWN, never a made-up no."""
    looked = run([Asks(7)], None)
    assert looked.answers == {Number(7): UNKNOWN}


def test_a_detector_that_raises_loses_only_its_own_findings():
    """The fault is said; the others' findings stay."""
    looked = run([Breaks(1), Asks()], None)
    assert [finding.detail for finding in looked.findings] == ["before"]
    assert [(fault.who, fault.what) for fault in looked.faults] == [("breaks", "RuntimeError: broken")]


def test_a_detector_that_asks_for_ever_is_stopped():
    """Questions in a row are bounded, and the bound is a fault."""
    looked = run([Asks(*range(ROUNDS + 5))], None)
    assert [fault.who for fault in looked.faults] == ["asks"]


class AsksAll(Asks):
    """Does the world answer several questions at once?"""

    name = "asks_all"

    def look(self, mail):
        answers = yield tuple(Number(number) for number in self.numbers)
        yield Auth()
        yield Finding(YES, str(answers))


def test_questions_of_a_tuple_are_one_round():
    """A tuple of questions is asked at once with those of others, and answered with a tuple in its order."""
    rounds = []

    def ask(queries):
        rounds.append(queries)
        return {query: query.of * 10 for query in queries if query.of != 3}

    looked = run([AsksAll(1, 2, 3), AsksAll(2, 1), Asks(2)], None, ask)
    assert rounds == [[Number(1), Number(2), Number(3)]]
    details = {finding.detail for finding in looked.findings}
    assert details == {str((10, 20, UNKNOWN)), "(20, 10)", "before", "20"}
    assert looked.auth == Auth()
