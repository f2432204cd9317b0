"""A folder of what is known: all parts of it, once each, and whatever else lies in it is told."""

import json
import os

import pytest

from fyke.lab.sites import world
from tests.lab.sites.hostile import HTML, answer, certificate, record

ROW = {"rrname": "pills.com", "rrtype": "A", "rdata": "192.0.2.1", "time_first": 1767225600, "time_last": 1767225600}


@pytest.fixture
def place(tmp_path):
    for name in ("dns", "rdap", "certificates", "pages/shop.com", "warnings"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "dns/a.jsonl").write_text(json.dumps(ROW) + "\nbad\n" + json.dumps(ROW))
    (tmp_path / "dns/b.zone").write_text("pills.com. NS ns1.gang.net.\n")
    (tmp_path / "rdap/pills.com@2026-01-09.json").write_text(
        '{"ldhName":"pills.com","nameservers":[{"ldhName":"a.net"}]}'
    )
    (tmp_path / "certificates/a.pem").write_bytes(certificate("pills.com"))
    (tmp_path / "certificates/b.jsonl").write_text('{"name":"pills.com","not_before":"2026-01-01","key":"aa"}\n{}\n')
    (tmp_path / "pages/a.warc").write_bytes(record(answer(HTML)))
    (tmp_path / "pages/shop.com/index.html").write_bytes(HTML)
    (tmp_path / "warnings/mine.txt").write_text("common.net\n\n198.51.100.0/24 # ours\n")
    return tmp_path


def new(*_):
    return False


def test_every_part_is_read(place):
    """Facts of each, each with its evidence; bad lines with file and number."""
    reads = list(world.read(place, new))
    facts = [fact for read in reads for fact in read.facts]
    assert {fact.source.partition(":")[0] for fact in facts} == {"dns", "rdap", "certificate", "page"}
    assert {fact.about for fact in facts} == {"site:pills.com", "site:shop.com"}
    received = {entry.digest: entry for read in reads for entry in read.received}
    assert {fact.evidence for fact in facts} <= set(received)
    assert all(entry.content is not None for entry in received.values())
    problems = [read.problem for read in reads if read.problem]
    assert [each.partition(": ")[0] for each in problems] == ["a.jsonl:2", "b.jsonl:2"]
    rdap = next(fact for fact in facts if fact.source.startswith("rdap"))
    assert rdap.seen_from.isoformat()[:10] == "2026-01-09"


def test_what_is_known_is_passed_over_but_not_the_same_page_of_another_site(place):
    """Identical pages on two sites are what the lab looks for."""
    known = {(entry.digest, entry.source) for read in world.read(place, new) for entry in read.received}
    digests = {digest for digest, _ in known}

    def is_known(digest, source=""):
        return (digest, source) in known if source else digest in digests

    assert not [entry for read in world.read(place, is_known) for entry in read.received]
    (place / "pages/copy.net").mkdir()
    (place / "pages/copy.net/index.html").write_bytes(HTML)
    assert {fact.about for read in world.read(place, is_known) for fact in read.facts} == {"site:copy.net"}


def test_what_is_not_read_is_told(place):
    """Other kinds of files, pipes, what may not be read, torn captures; each once."""
    for name in ("dns/x.txt", "rdap/x.xml", "certificates/x.der", "pages/x.pdf", "dns/.hidden"):
        (place / name).write_bytes(b"x")
    os.mkfifo(place / "dns/pipe.jsonl")
    (place / "rdap/gone.json").symlink_to(place / "nowhere")
    (place / "pages/b.warc.gz").write_bytes(b"\x1f\x8b")
    (place / "rdap/bad.json").write_bytes(b"[")
    told = [read.problem for read in world.read(place, new) if read.problem]
    for name in ("x.txt", "x.xml", "x.der", "x.pdf", "pipe.jsonl", "gone.json", "b.warc.gz", "bad.json"):
        assert sum(name in each for each in told) == 1, name
    assert not any("hidden" in each for each in told)


def test_a_broken_answer_is_entered_all_the_same(place):
    """It was received; and it is not told anew each time."""
    (place / "rdap/bad.json").write_bytes(b"[1]")
    entries = [entry for read in world.read(place, new) for entry in read.received]
    assert [entry.content for entry in entries if entry.source == "bad.json"] == [b"[1]"]


def test_an_empty_folder_is_nothing(tmp_path):
    """No part is needed."""
    assert list(world.read(tmp_path, new)) == []
    assert world.warnings(tmp_path)("ns", "cloudflare.com")
    assert world.warnings(None)("ns", "cloudflare.com")


def test_warninglists_are_read_or_named(place):
    """A bad line ends it with file and number."""
    assert world.warnings(place)("ip", "198.51.100.3")
    (place / "warnings/bad.txt").write_text("a.com\nnonsense\n")
    with pytest.raises(ValueError, match=r"bad.txt:2: "):
        world.warnings(place)
