"""Who asks gets an answer or none, and never an exception."""

import asyncio

from fyke.lookup.answers import Answers, Later, Way
from fyke.lookup.clamd import FOUND
from fyke.lookup.files import Files
from fyke.lookup.pool import Pool, unlooked
from fyke.model import Analyse, Fault, Finding, Query


class Other(Query[int], frozen=True):
    """A question of another kind."""

    number: int


class Silent(Pool):
    """A pool without processes, which remembers what it was asked."""

    def analyse(self, questions):
        self.asked = list(questions)
        return [unlooked(asked, "not here") for asked in self.asked]


class Broken(Pool):
    """A pool with a bug."""

    def analyse(self, questions):
        raise ValueError("a bug")


class Said:
    """A clamd that says one thing."""

    def __init__(self, said):
        self.said = said

    def look(self, files):
        return [self.said for _ in files]


ONE = Analyse("d1", "one.txt", words=("a", "b"), content=b"1")
TWO = Analyse("d2", "two.txt", content=b"2")


def test_each_kind_of_question_goes_to_its_answerer():
    """What nobody answers, and what an answerer fails at, stays open."""
    ask = Answers({Other: Way(numbers), Analyse: Way(broken)})
    assert ask([Other(1), ONE, Other(2)]) == {Other(1): 1, Other(2): 2}
    assert Answers({})([ONE]) == {}


def numbers(asked):
    """The number that a question has in it."""
    return {query: query.number for query in asked}


def broken(_asked):
    """A bug."""
    return 1 / 0


def test_an_answerer_that_fails_is_told():
    """On the mail that asked, whichever way it asks; and on no other."""
    ask = Answers({Other: Way(numbers), Analyse: Way(broken)})
    with ask.mail() as told:
        ask([ONE])
        asyncio.run(ask.ask([ONE, Other(1)]))
    assert [(fault.who, "division" in fault.what) for fault in told.faults] == [("lookup.analyse", True)]
    with ask.mail() as other:
        ask([Other(1)])
    assert other.faults == ()


def test_who_has_an_event_loop_is_told_the_same():
    """By a thread, by the loop itself, or by an answerer that waits without either."""

    async def waits(asked):
        return numbers(asked)

    for way in (Way(numbers), Way(numbers, is_quick=True), Way(broken, waits)):
        assert asyncio.run(Answers({Other: way}).ask([Other(1), Other(2), ONE])) == {Other(1): 1, Other(2): 2}


def test_who_is_slow_to_load_is_loaded_by_the_first_question():
    """Once, and not before."""
    made = []
    later = Later(lambda: made.append(1) or numbers)
    assert not made
    assert later([Other(1)]) == later([Other(1)]) == {Other(1): 1}
    assert made == [1]


def test_the_sites_words_come_after_the_mails():
    """And the answer belongs to the question as it was asked."""
    pool = Silent()
    assert list(Files(pool, words=("b", "c"))([ONE, TWO])) == [ONE, TWO]
    assert [asked.words for asked in pool.asked] == [("a", "b", "c"), ("b", "c")]


def test_what_clamd_says_is_in_the_analysis():
    """A name as a finding of the whole file, a failure as a fault."""
    found = Files(Silent(), Said(Finding(FOUND, "Win.Test", "elsewhere", family="Win.Test")))([ONE])[ONE]
    assert [(finding.part, finding.family) for finding in found.findings] == [("one.txt", "Win.Test")]
    assert [fault.what for fault in Files(Silent(), Said(Fault("files.clamd", "too late")))([ONE])[ONE].faults] == [
        "not here",
        "too late",
    ]
    assert not list(Files(Silent(), Said(None))([ONE])[ONE].findings)


def test_a_bug_in_the_pool_is_a_fault():
    """The mail is judged all the same."""
    assert Files(Broken())([ONE])[ONE].faults == (Fault("files.pool", "ValueError: a bug"),)


def test_kinds_of_one_answerer_are_asked_together():
    """So that they wait together, and not one after the other."""
    asked = []

    class Both:
        def answer(self, questions):
            asked.append(questions)
            return {}

    way = Way(Both().answer)
    assert Answers({Other: way, Analyse: way})([Other(1), ONE, Other(2)]) == {}
    assert asked == [[Other(1), ONE, Other(2)]]
