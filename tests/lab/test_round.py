"""A round of the lab: what is taken is kept once, with its evidence, in an order that a kill does not hurt."""

from datetime import UTC, datetime

import pytest

from fyke.lab import round as rounds
from fyke.lab.custody import Received
from fyke.lab.round import Lab
from fyke.lab.sites.base import Read, received
from fyke.lab.sites.warnings import Warnings
from fyke.model.fact import Fact
from fyke.store.folder.blobs import FolderBlobs
from fyke.store.folder.facts import FolderFacts
from fyke.store.folder.keys import keys
from fyke.store.labels import StoreError
from fyke.store.sqlite.cases import SqliteCases

AT = datetime(2026, 3, 1, tzinfo=UTC)


def fact(at, evidence=""):
    return Fact(f"site:s{at}.com", "ns", "ns1.gang.net", AT, AT, "dns:f", evidence)


@pytest.fixture
def lab(tmp_path):
    return opened(tmp_path)


def opened(place, **rest):
    blobs = FolderBlobs(place / "evidence", keys(place / "keys"))
    return Lab(
        place, FolderFacts(place / "facts"), SqliteCases(place / "cases.db"), lambda: AT, **{"evidence": blobs, **rest}
    )


def test_what_is_taken_is_kept_with_its_evidence(lab, tmp_path):
    """Facts, entries, bytes; and known to whoever opens the lab later."""
    entry = received("dns", b"raw", "f")
    lab.take([Read((fact(1, entry.digest),), (entry,)), Read(problem="bad line")])
    assert (lab.taken.facts, lab.taken.received, lab.taken.problems, lab.taken.told) == (1, 1, 1, ["bad line"])
    assert lab.evidence.get(entry.digest) == b"raw"
    assert [each.kept for each in lab.custody.entries()] == [True]
    later = opened(tmp_path)
    assert later.is_known(entry.digest)
    assert later.taken.passed == 1
    assert later.facts.count() == 1


def test_without_a_place_for_bytes_digests_are_kept(tmp_path):
    """And the entry says so."""
    lab = opened(tmp_path, evidence=None)
    lab.take([Read((), (received("dns", b"raw", "f"), Received("mail", "a" * 64, 3, "m")))])
    assert [each.kept for each in lab.custody.entries()] == [False, False]


def test_a_page_is_known_by_where_it_is_from_too(lab):
    """The same bytes of another site are new."""
    lab.take([Read((), (received("page", b"html", "one"),))])
    digest = received("page", b"html", "one").digest
    assert lab.is_known(digest, "one")
    assert not lab.is_known(digest, "two")
    assert lab.was_received(digest)
    assert lab.taken.passed == 1


def test_much_is_kept_some_at_a_time(lab, monkeypatch):
    """By facts and by bytes: memory does not grow with what is read."""
    monkeypatch.setattr(rounds, "BATCH", 10)
    monkeypatch.setattr(rounds, "BATCH_BYTES", 1_000)
    seen = []

    def reads():
        for at in range(40):
            seen.append(lab.taken.received)
            yield Read((fact(at),), (received("dns", b"%d" % at * 100, "f"),))

    lab.take(reads())
    assert lab.taken.facts == lab.facts.count() == 40
    assert max(at - known for at, known in enumerate(seen)) <= 10


def test_problems_are_counted_and_the_first_told(lab, monkeypatch):
    """A file of a million bad lines is not a million sentences in memory."""
    monkeypatch.setattr(rounds, "PROBLEMS", 5)
    lab.take(Read(problem=f"line {at}") for at in range(100))
    assert (lab.taken.problems, lab.taken.told[-1]) == (100, "line 4")


def test_what_cannot_be_kept_is_not_in_the_chain(lab):
    """A full disk: no entry names bytes that are not there, no fact rests on them."""

    class Full:
        def put(self, _content):
            raise StoreError("no space left")

    lab.evidence = Full()
    with pytest.raises(StoreError, match="no space"):
        lab.take([Read((fact(1),), (received("dns", b"raw", "f"),))])
    assert list(lab.custody.entries()) == []
    assert lab.facts.count() == 0


def test_a_round_concludes(lab):
    """Of few facts little, and no exception."""
    lab.take([Read(tuple(fact(at) for at in range(5)))])
    assert lab.conclude(Warnings()).sites == 5
    assert lab.cases.latest().at == AT
