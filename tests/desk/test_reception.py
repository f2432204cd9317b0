"""The gate behind all doors: nothing is answered that is not so."""

import asyncio
from concurrent.futures import Future

import pytest

from fyke.desk.reception import Terms
from fyke.model import Action, Envelope, Label
from fyke.model.gate import Change, Early
from tests.desk.offices import NOW, Shelf, handled, judging, reception

A, B = "a@example.org", "b@example.org"
ACCEPT, TAG, QUARANTINE, REJECT = Action.ACCEPT, Action.TAG, Action.QUARANTINE, Action.REJECT


class Book:
    """A journal in memory, or one that fails."""

    def __init__(self, error=None):
        self.entries, self.error = [], error

    def append(self, entry):
        done = Future()
        if self.error:
            done.set_exception(self.error)
        else:
            self.entries.append(entry)
            done.set_result(None)
        return done


def test_what_all_get_is_done_with_the_mail():
    """With words for a refused client, and edits for a delivered mail."""
    refused = handled(reception(judging(REJECT), keeper=Shelf()), A, B)
    assert refused.action is REJECT
    assert "case" in refused.reply
    assert refused.edits == ()
    tagged = handled(reception(judging(TAG)), A)
    assert any(edit.change is Change.ADD and edit.name == "X-Fyke" for edit in tagged.edits)


def test_where_recipients_differ_refused_copies_are_set_aside():
    """For a mail can be refused only as a whole."""
    shelf = Shelf()
    result = handled(reception(judging(REJECT, TAG), keeper=shelf), A, B)
    assert result.action is TAG
    assert [fate.action for fate in result.fates] == [QUARANTINE, TAG]
    assert result.delivered == (B,)
    assert [recipients for recipients, _ in shelf.held] == [(A,)]


def test_a_copy_is_on_the_shelf_before_the_answer():
    """For all, or for a mail of which nobody said who gets it."""
    shelf = Shelf()
    assert handled(reception(judging(QUARANTINE), keeper=shelf), A, B).action is QUARANTINE
    assert handled(reception(judging(QUARANTINE), keeper=shelf)).action is QUARANTINE
    assert [recipients for recipients, _ in shelf.held] == [(A, B), ("",)]


def test_a_shelf_that_is_full_loses_nothing():
    """The client keeps its mail and comes again; or gets it delivered, where the site wants that."""
    full = Shelf(OSError(28, "No space left on device"))
    result = handled(reception(judging(QUARANTINE), keeper=full), A)
    assert (result.action, [fate.action for fate in result.fates]) == (Action.TEMPFAIL, [Action.TEMPFAIL])
    passing = handled(reception(judging(QUARANTINE), Terms(when_broken="pass"), keeper=full), A)
    assert (passing.action, passing.delivered) == (ACCEPT, (A,))
    assert any("No space" in fault.what for fault in passing.scan.faults)


def test_without_a_shelf_nothing_is_set_aside_for_good():
    """It is delivered with a tag."""
    assert handled(reception(judging(QUARANTINE)), A).action is TAG


def test_a_client_that_sees_to_it_itself_is_told_as_it_is():
    """Nothing is kept twice; of several fates the mildest is told, so that nothing is lost."""
    shelf = Shelf()
    desk = reception(judging(QUARANTINE), keeper=shelf)
    assert handled(desk, A, keeps=False).action is QUARANTINE
    assert shelf.held == []
    assert handled(reception(judging(REJECT, TAG), keeper=shelf), A, B, keeps=False).action is TAG


def test_what_a_person_let_go_passes():
    """Whatever the verdict."""
    desk = reception(judging(QUARANTINE), keeper=Shelf())
    raw = b"X-Released: 1\r\n\r\n"
    assert handled(desk, A, raw=raw).action is ACCEPT
    assert [fate.action for fate in handled(desk, A, B, raw=raw).fates] == [ACCEPT, QUARANTINE]


def test_a_mail_is_written_down_before_the_answer():
    """With what every recipient gets; a journal that fails is a mail that comes again."""
    book = Book()
    result = handled(reception(judging(REJECT, TAG), keeper=Shelf(), journal=book), A, B)
    [entry] = book.entries
    assert (entry.action, entry.fates, entry.at) == (TAG, result.fates, NOW)
    broken = handled(reception(judging(TAG), journal=Book(OSError(30, "Read-only file system"))), A)
    assert broken.action is Action.TEMPFAIL


def test_a_judge_that_fails_or_is_late_is_told_on_the_scan():
    """And the mail is unsure, not clean."""

    async def fails(_envelope, _raw):
        raise ValueError("a bug")

    async def hangs(_envelope, _raw):
        await asyncio.sleep(3600)

    for judge, said in ((fails, "a bug"), (hangs, "too long")):
        result = handled(reception(judge, Terms(deadline_s=0.05)), A)
        assert (result.action, result.scan.verdict.label) == (Action.TEMPFAIL, Label.UNSURE)
        assert said in result.scan.faults[0].what
        assert "later" in result.reply


def test_when_it_came_is_on_the_scan():
    """By our clock, where the door did not say."""
    assert handled(reception(judging(ACCEPT)), A).scan.envelope.received_at == NOW


class Porter:
    """Says one thing of every envelope, or fails."""

    def __init__(self, said):
        self.said = said

    def early(self, _envelope, _now):
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


@pytest.mark.parametrize(
    ("said", "action"),
    [(Early(Action.TEMPFAIL, "greylisted"), Action.TEMPFAIL), (OSError("the store is away"), ACCEPT)],
)
def test_an_envelope_alone_refuses_only_by_a_word(said, action):
    """A porter who cannot say lets it in: the message is judged in any case."""
    assert asyncio.run(reception(judging(ACCEPT), porter=Porter(said)).early(Envelope())).action is action


def test_who_cannot_learn_says_so():
    """Nobody is thanked for a word that is not kept."""
    with pytest.raises(RuntimeError):
        asyncio.run(reception(judging(ACCEPT)).learn(b"x", A, Label.SPAM))


def test_trouble_is_told_while_it_lasts():
    """In the words of what cannot be done; one without anything to keep has none."""

    def probe():
        raise OSError("No space left on device")

    assert "No space left" in asyncio.run(reception(judging(ACCEPT), probe=probe).trouble())
    assert asyncio.run(reception(judging(ACCEPT), probe=lambda: None).trouble()) == ""
    assert asyncio.run(reception(judging(ACCEPT)).trouble()) == ""
