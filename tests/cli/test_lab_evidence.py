"""`fyke lab evidence` and `fyke lab check`: listed, shown, exported, checked; mistakes are told."""

import json
import subprocess

import pytest

ROW = b'{"rrname":"pills.com","rrtype":"A","rdata":"192.0.2.1","time_first":1767225600,"time_last":1767225600}\n'


@pytest.fixture
def taken(fyke, tmp_path, monkeypatch):
    """A lab that has read one mail and one file of passive DNS."""
    monkeypatch.setenv("FYKE_SITE_FOLDER", str(tmp_path / "site"))
    (tmp_path / "world/dns").mkdir(parents=True)
    (tmp_path / "world/dns/a.jsonl").write_bytes(ROW)
    (tmp_path / "one.eml").write_bytes(b"From: a@b.com\n\nGo to http://pills.com/ now\n")
    assert fyke("lab", "run", tmp_path / "world", "--mail", tmp_path / "one.eml", "--jobs", "1", "--offline").code == 0
    return tmp_path


def test_what_was_received_is_listed(fyke, taken):
    """With its kind, in order; as JSON too."""
    rows = [json.loads(line) for line in fyke("lab", "evidence", "list", "--json").out.splitlines()]
    assert [(row["number"], row["kind"], row["kept"]) for row in rows] == [(1, "mail", True), (2, "dns", True)]
    assert "a.jsonl" in fyke("lab", "evidence", "list", "--kind", "dns").out
    assert fyke("lab", "evidence", "list", "2").out.count("\n") == 1


def test_bytes_are_shown_as_they_came(fyke, taken):
    """By number and by digest."""
    assert fyke("lab", "evidence", "show", "2").out.encode() == ROW
    digest = json.loads(fyke("lab", "evidence", "show", "1", "--json").out)["digest"]
    assert "Go to http://pills.com/" in fyke("lab", "evidence", "show", digest[:12]).out


def test_a_bundle_is_checked_by_others(fyke, taken):
    """With sha256sum."""
    told = json.loads(fyke("lab", "evidence", "export", "1", "2", "--to", taken / "bag", "--json").out)
    assert told["exhibits"] == 2
    summed = subprocess.run(
        ["sha256sum", "-c", "manifest-sha256.txt"], cwd=taken / "bag", capture_output=True, check=False
    )
    assert summed.returncode == 0
    assert told["head"] in fyke("lab", "check").out


def test_a_check_names_what_is_damaged(fyke, taken):
    """And exits with 1."""
    assert fyke("lab", "check").code == fyke("lab", "evidence", "check").code == 0
    for file in (taken / "site/lab/evidence").rglob("*.sealed"):
        file.write_bytes(b"x")
    ran = fyke("lab", "check")
    assert ran.code == 1
    assert "damaged: entry 1" in ran.out
    assert json.loads(fyke("lab", "check", "--json").out)["damages"] == 2


def test_nothing_is_kept_where_the_config_says_so(fyke, taken, monkeypatch):
    """Sites alone, or digests alone."""
    for keep, kept in (("sites", [False, True]), ("nothing", [False, False])):
        monkeypatch.setenv("FYKE_SITE_FOLDER", str(taken / keep))
        monkeypatch.setenv("FYKE_LAB_KEEP", keep)
        fyke("lab", "run", taken / "world", "--mail", taken / "one.eml", "--jobs", "1", "--offline")
        rows = [json.loads(line) for line in fyke("lab", "evidence", "list", "--json").out.splitlines()]
        assert [row["kept"] for row in rows] == kept
        assert fyke("lab", "check").code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [(("lsit",), "did you mean list"), ((), "takes list"), (("show",), "takes numbers"),
     (("show", "99"), "no evidence"), (("export", "1"), "--to"), (("list", "--kind", "pgae"), "did you mean page"),
     (("show", "1", "2"), "show takes one")],
)  # fmt: skip
def test_mistakes_are_told(fyke, taken, words, told):
    """One sentence, exit code 2."""
    ran = fyke("lab", "evidence", *words)
    assert (ran.code, told in ran.err) == (2, True), ran.err
