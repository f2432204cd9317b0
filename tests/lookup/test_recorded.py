"""A mail scanned, kept in the journal and scanned again with the answers of then: the same verdict to the bit."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from fyke.detect import packaged
from fyke.detect.runner import driven
from fyke.engine import Engine
from fyke.judge import load
from fyke.learn.model import Model
from fyke.learn.opinion import SYMBOLS, Opinion
from fyke.lookup.recorded import Recorded
from fyke.model import UNKNOWN, Analyse, Dns, Envelope, Records
from fyke.store.folder.journal import FolderJournal
from fyke.store.journal import Entry
from tests import inline
from tests.cases import load as cases
from tests.detect.test_cases import DETECTORS
from tests.files.builders.mails import mail
from tests.store.journals import handled

CASES = cases()
AT = datetime(2026, 5, 1, tzinfo=UTC)


def asking(case):
    """An engine with all that there is, which asks the case."""
    opinion = Opinion(Model())
    symbols = [*(symbol for detector in DETECTORS for symbol in detector.symbols), *SYMBOLS]

    def ask(queries):
        return {**case.ask(queries), **inline.ask(queries)}

    return Engine(DETECTORS, load(symbols), ask=ask, opinion=opinion, clock=lambda: 0)


def test_a_corpus_through_the_journal_and_again(tmp_path):
    """Every case with its answers of DNS, lists and correspondents: scan, journal, replay, bit by bit."""
    journal = FolderJournal(tmp_path)
    scans = []
    for at, case in enumerate(CASES):
        envelope = replace(case.envelope, rcpt_to=case.envelope.rcpt_to or ("ann@example.org", "bob@example.org"))
        scan = replace(asking(case).scan(envelope, case.raw), id=f"{at:032}")
        scans.append(scan)
        journal.append(Entry(AT, scan, scan.action, scan.fates))
    journal.close()
    assert sum(bool(scan.answers) for scan in scans) > 50
    kept = {entry.scan.id: entry.scan for entry in FolderJournal(tmp_path).between()}
    for case, scan in zip(CASES, scans, strict=True):
        recorded = kept[scan.id]
        ask = Recorded(recorded)
        again = driven(asking(case).story(recorded.envelope, case.raw), ask)
        assert again.verdict == recorded.verdict == scan.verdict, case
        assert again.fates == scan.fates, case
        assert replace(again, id=scan.id, answers=scan.answers, elapsed_us=0) == replace(scan, elapsed_us=0), case
        assert not ask.missing, case


def test_files_are_what_the_record_says(tmp_path):
    """Nobody looks into them again unless asked to; and what is told of them is whole."""
    raw = mail([("a.zip", b"PK\x03\x04" + bytes(60)), ("b.bin", bytes(80))])
    engine = inline.engine()
    scan = engine.scan(Envelope(), raw)
    FolderJournal(tmp_path).append(Entry(AT, scan, scan.action)).result(9)
    (entry,) = FolderJournal(tmp_path).between()
    again = driven(engine.story(entry.scan.envelope, raw), Recorded(entry.scan))
    assert again.files == scan.files
    assert again.verdict == scan.verdict
    looked = []

    def look(queries):
        looked.extend(queries)
        return inline.ask(queries)

    driven(engine.story(Envelope(), raw), Recorded(entry.scan, look))
    assert {type(query) for query in looked} == {Analyse}


def test_what_was_not_asked_then_is_unknown_and_noted():
    """A replay invents nothing."""
    asked = Dns("x.example", "A")
    scan = replace(handled().scan, answers=((repr(asked), {"values": ["192.0.2.1"]}),))
    recorded = Recorded(scan)
    assert recorded([asked, Dns("y.example", "A")]) == {asked: Records(("192.0.2.1",)), Dns("y.example", "A"): UNKNOWN}
    assert recorded.missing == ["Dns(name='y.example', type='A')"]


@pytest.mark.parametrize("answer", ["unknown", 3, {"values": 7}])
def test_a_damaged_answer_is_unknown(answer):
    """And never "no"."""
    asked = Dns("x.example", "A")
    assert Recorded(replace(handled().scan, answers=((repr(asked), answer),)))([asked]) == {asked: UNKNOWN}


def test_the_corpus_is_worth_it():
    """All kinds of questions are in it."""
    assert packaged()
    assert any(case.answers for case in CASES)
    assert any(case.listed for case in CASES)
    assert any(case.known for case in CASES)
