"""`fyke replay`: who would have got what."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from fyke import house
from fyke.config import Config, Site
from fyke.model import Envelope
from fyke.store.folder.blobs import FolderBlobs
from fyke.store.folder.journal import FolderJournal
from fyke.store.folder.keys import keys
from fyke.store.journal import Entry
from tests.cli.conftest import SPAM, mail
from tests.store.journals import handled

NOW = datetime.now(UTC).replace(microsecond=0)
BOTH = ("ann@example.org", "bob@example.net")


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A journal of what the packaged policy did with two mails, of which one is kept, and one that broke."""
    monkeypatch.setenv("FYKE_SITE_FOLDER", str(tmp_path))
    engine = house.build(Config(site=Site(folder=str(tmp_path))))
    journal = FolderJournal(tmp_path / "journal")
    for hours, raw in ((3, mail()), (2, SPAM)):
        scan = engine.scan(Envelope(rcpt_to=BOTH), raw)
        journal.append(Entry(NOW - timedelta(hours=hours), scan, scan.action, scan.fates)).result(9)
    broken = handled("broken", verdict=replace(handled().scan.verdict, contributions=(), findings=()))
    journal.append(replace(broken, at=NOW - timedelta(hours=1))).result(9)
    journal.close()
    FolderBlobs(tmp_path / "blobs", keys(tmp_path / "keys")).put(SPAM)
    return tmp_path


@pytest.fixture
def strict(tmp_path):
    """A policy that calls all mail spam, and gives bob all of it."""
    path = tmp_path / "strict.toml"
    path.write_text(
        '[thresholds]\nunwanted = -90\nunsure = -91\n[actions]\nspam = "reject"\n'
        '[rules.bob]\nto = ["bob@*"]\naction = "accept"\n'
    )
    return path


def lines(ran):
    return [json.loads(line) for line in ran.out.splitlines()]


def test_the_same_policy_changes_nothing(fyke, site):
    """To the bit; and what cannot be judged again is told."""
    ran = fyke("replay", "--since", "1d", "--check")
    assert ran.code == 0, ran.out
    assert "none would fare otherwise than by what was done" in ran.out
    assert "1 mail not judged" in ran.out
    (sums,) = lines(fyke("replay", "--json"))
    assert (sums["mails"], sums["changed"], sums["moved"], sums["unjudged"]) == (3, 0, 0, 1)


def test_a_new_policy_is_compared(fyke, site, strict):
    """Labels, actions of each copy, the rule that decides, and 1 for a script."""
    ran = fyke("replay", "--policy", strict, "--check")
    assert ran.code == 1
    assert "2 would fare otherwise" in ran.out
    assert "ham → spam" in ran.out
    assert "rule bob; " in ran.out
    assert "was \\ now" in ran.out
    first, second, sums = lines(fyke("replay", "--policy", strict, "--json"))
    assert (first["before"]["label"], first["after"]["label"]) == ("ham", "spam")
    # Where copies differ, refusing one is setting it aside.
    assert [copy["after"] for copy in first["copies"]] == ["quarantine", "accept"]
    assert second["rules"] == ["bob"]
    assert sums["changed"] == 2
    assert {"before": "ham", "after": "spam", "count": 1} in sums["labels"]


def test_only_that_time_is_judged(fyke, site, strict):
    """Since and until."""
    ran = fyke("replay", "--policy", strict, "--since", "150m", "--until", "90m", "--json")
    assert lines(ran)[-1]["mails"] == 1
    assert "No mail" in fyke("replay", "--until", "9d", "--since", "10d").out


def test_against_the_policy_of_now(fyke, site, strict, monkeypatch):
    """What was changed since then is not counted twice."""
    monkeypatch.setenv("FYKE_JUDGE_POLICY", str(strict))
    assert lines(fyke("replay", "--json"))[-1]["changed"] == 2
    assert lines(fyke("replay", "--against", "now", "--json"))[-1]["changed"] == 0


def test_the_limit_keeps_the_gravest(fyke, site, strict):
    """And how many more there are is told."""
    ran = fyke("replay", "--policy", strict, "--limit", "1")
    assert "1 more; --limit shows more of them" in ran.out


def test_what_is_kept_is_read_again(fyke, site):
    """With the answers of then, and the rest by its record; what is not kept is told."""
    ran = fyke("replay", "--rescan", "--check")
    assert ran.code == 0, ran.out
    assert "1 mail read again" in ran.out
    assert "2 mails judged by the record alone" in ran.out
    assert fyke("replay", "--rescan", "--files", "--check").code == 0
    assert "only with --rescan" in fyke("replay", "--files").err


def test_hostile_text_stays_text(fyke, site, strict):
    """In the table as in the list."""
    entry = handled("odd", subject="\x1b[2J\u202e", sender="\x07@example.org")
    journal = FolderJournal(site / "journal")
    journal.append(replace(entry, at=NOW)).result(9)
    journal.close()
    out = fyke("replay", "--policy", strict).out
    assert "\x1b" not in out
    assert "\u202e" not in out
