"""The folder: files by their standards, read by the lab without a complaint; the truth agrees with them."""

import csv
import json
import mailbox
from collections import defaultdict
from hashlib import sha256
from pathlib import Path

import pytest

from fyke.drill.write import mbox, write
from fyke.lab.sites import world as lab_world
from tests.drill.worlds import sent, world


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A written world."""
    place = tmp_path_factory.mktemp("drill") / "world"
    write(world(), place)
    return place


@pytest.fixture(scope="module")
def known(folder):
    """What the lab reads of each site, by kind."""
    found = defaultdict(lambda: defaultdict(set))
    for read in lab_world.read(folder, lambda _digest, _source="": False):
        assert not read.problem
        for fact in read.facts:
            found[fact.about.removeprefix("site:")][fact.kind].add(fact.value)
    return found


def rows(folder, name):
    with (folder / "truth" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def digests(folder):
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_world_is_written_to_the_byte(folder, tmp_path):
    """On another day, in another folder."""
    write(world.__wrapped__(), tmp_path / "again")
    assert digests(tmp_path / "again") == digests(folder)


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path):
    """It may be a world that somebody works on."""
    (tmp_path / "letter").write_text("mine")
    with pytest.raises(FileExistsError):
        write(world(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter"]


def test_the_mbox_is_read_by_others(folder):
    """The standard library finds all mails in it, in order; lines that begin with From are quoted."""
    found = list(mailbox.mbox(folder / "mail" / "trap.mbox", create=False))
    assert [each["Message-ID"] for each in found] == [f"<{each.message_id}>" for each in sent()]
    one = sent()[0]
    quoted = mbox(type(one)(one.at, b"Subject: x\n\nFrom me\nFrom you\n", "1", ""))
    assert quoted.count(b"\n>From ") == 2
    assert quoted.startswith(b"From MAILER-DAEMON ")


def test_registrations_are_rdap(folder):
    """Domain objects of RFC 9083: class, name, events in UTC, entities with roles and jCards (RFC 7095)."""
    for site in world().sites:
        told = json.loads((folder / "rdap" / f"{site.name}.json").read_text())
        assert (told["objectClassName"], told["ldhName"]) == ("domain", site.name)
        assert all(each["eventDate"].endswith("Z") for each in told["events"])
        roles = {role: each["vcardArray"] for each in told["entities"] for role in each["roles"]}
        assert set(roles) == {"registrar", "registrant"}
        for kind, lines in roles.values():
            assert kind == "vcard"
            assert lines[0] == ["version", {}, "text", "4.0"]
            assert all(len(line) >= 4 for line in lines)


def test_names_are_passive_dns(folder):
    """The Common Output Format: an object a line, names with their root, times in order."""
    lines = [json.loads(line) for line in (folder / "dns" / "passive.jsonl").read_text().splitlines()]
    assert {each["rrtype"] for each in lines} == {"A", "NS", "SOA"}
    assert {each["rrname"] for each in lines} == {f"{site.name}." for site in world().sites}
    assert all(each["time_first"] <= each["time_last"] and each["count"] > 0 for each in lines)


def test_captures_are_warc(folder):
    """Two records a site, each as long as it says (ISO 28500); the lab reads them to the end."""
    raw = (folder / "pages" / "captures.warc").read_bytes()
    count = at = 0
    while at < len(raw):
        head, _, _ = raw[at:].partition(b"\r\n\r\n")
        assert head.startswith(b"WARC/1.1\r\n")
        size = int(head.rpartition(b"Content-Length: ")[2])
        assert raw[at + len(head) + 4 + size :].startswith(b"\r\n\r\n")
        at += len(head) + 8 + size
        count += 1
    assert count == 2 * len(world().sites)


def test_captures_are_read_by_warcio(folder):
    """Where it is installed."""
    iterator = pytest.importorskip("warcio.archiveiterator")
    with (folder / "pages" / "captures.warc").open("rb") as file:
        records = [each.rec_headers["WARC-Target-URI"] for each in iterator.ArchiveIterator(file)]
    assert len(records) == 2 * len(world().sites)


def test_the_truth_is_the_worlds(folder):
    """Each site and each mail once, by its owner; honest ones have none; pairs of traps are of sites that are there."""
    sites = {row["site"]: row for row in rows(folder, "sites.csv")}
    assert set(sites) == {site.name for site in world().sites}
    for site in world().sites:
        row = sites[site.name]
        assert (row["network"], row["operation"], row["role"]) == (site.network, site.operation, site.role)
        assert bool(row["network"]) == (row["role"] == "shop")
    mails = rows(folder, "mail.csv")
    assert [(row["message_id"], row["campaign"]) for row in mails] == [(e.message_id, e.campaign) for e in sent()]
    for row in rows(folder, "traps.csv"):
        assert {row["site_a"], row["site_b"]} <= set(sites)
        one, other = sites[row["site_a"]], sites[row["site_b"]]
        assert one["network"] != other["network"] or not one["network"]


def test_nothing_but_the_truth_names_a_gang(folder):
    """No other file has the name of a cell."""
    cells = [cell.name.encode() for cell in world().cells]
    for path in folder.rglob("*"):
        if path.is_file() and "truth" not in path.parts:
            raw = path.read_bytes()
            assert not [name for name in cells if name in raw], path


def test_mail_may_go_elsewhere(tmp_path):
    """In the order of time; then there is no mbox, and the truth of each mail is there all the same."""
    taken = []
    told = write(world(), tmp_path / "world", put=taken.append)
    assert taken == list(sent())
    assert told["mails"] == len(taken) == len(rows(tmp_path / "world", "mail.csv"))
    assert not Path(tmp_path / "world" / "mail").exists()
