"""`fyke drill`: the same seed writes the same bytes, the truth is apart, and what cannot be made is told."""

import json
from hashlib import sha256

import pytest

from tests.doors.hops import NextHop

SMALL = ("--gangs", "2", "--mails", "60", "--honest-mails", "20", "--honest-sites", "20", "--sites", "8")


def digests(folder):
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_seed_is_a_world(fyke, tmp_path):
    """Equal seeds are equal to the byte, others are not."""
    told = json.loads(fyke("drill", tmp_path / "a", "--seed", "3", *SMALL, "--json").out)
    assert (told["mails"], told["seed"]) == (80, 3)
    assert fyke("drill", tmp_path / "b", "--seed", "3", *SMALL).code == 0
    assert fyke("drill", tmp_path / "c", "--seed", "4", *SMALL).code == 0
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert digests(tmp_path / "a") != digests(tmp_path / "c")


def test_the_truth_is_apart(fyke, tmp_path):
    """All folders of a world are there; the names of gangs stand in the truth alone."""
    fyke("drill", tmp_path / "a", *SMALL)
    assert {"mail", "dns", "rdap", "pages", "truth"} <= {path.name for path in (tmp_path / "a").iterdir()}
    heads = {path.name: path.read_text().splitlines()[0] for path in (tmp_path / "a" / "truth").glob("*.csv")}
    assert heads["sites.csv"] == "site,network,operation,role,trap"
    assert heads["mail.csv"].startswith("message_id,campaign")


def test_mistakes_are_told(fyke, tmp_path):
    """A folder that is not empty, a share that is none, numbers without end."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "letter.txt").write_text("mine")
    ran = fyke("drill", tmp_path / "a", *SMALL)
    assert ran.code == 2
    assert (tmp_path / "a" / "letter.txt").read_text() == "mine"
    assert "from 0 to 0.9" in fyke("drill", tmp_path / "b", "--churn", "2").err
    assert "at most" in fyke("drill", tmp_path / "b", "--gangs", "99999999").err


def test_mail_goes_through_a_server(fyke, tmp_path):
    """All of it; the folder has the rest of the world and the truth."""
    hop = NextHop()
    try:
        place = hop.address
        ran = fyke("drill", tmp_path / "a", *SMALL, "--smtp", place, "--rate", "5000", "--json")
    finally:
        hop.close()
    told = json.loads(ran.out)
    assert (ran.code, told["taken"], told["refused"]) == (0, 80, 0)
    assert len(hop.taken) == 80
    assert not (tmp_path / "a" / "mail").exists()
    assert len((tmp_path / "a" / "truth" / "mail.csv").read_text().splitlines()) == 81


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--smtp", "nowhere"), "HOST:PORT"),
        (("--smtp", "127.0.0.1:99999"), "HOST:PORT"),
        (("--smtp", "127.0.0.1:1"), "refused"),
        (("--rate", "3"), "--smtp"),
        (("--rate", "0", "--smtp", "127.0.0.1:25"), "mails a second"),
        (("--shortened", "x"), "from 0 to 0.9"),
        (("--size", "huge"), "small"),
    ],
)
def test_bad_lines_are_told(fyke, tmp_path, words, said):
    """In a sentence, and nothing is written."""
    ran = fyke("drill", tmp_path / "a", *SMALL, *words)
    assert ran.code == 2
    assert said in ran.err.lower() or said in ran.err
    assert not (tmp_path / "a").exists()
