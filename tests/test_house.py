"""Joining the parts: what the config names is there, or the operator is told."""

from pathlib import Path

import pytest

from fyke import config, house
from fyke.config import Config, Judge, Problem, Site
from fyke.model import Dns, Envelope, Records


def test_a_disabled_detector_does_not_run_and_is_told():
    """Every scan says which detectors did not run, and why."""
    engine = house.build(Config(judge=Judge(disabled=("shouting",))))
    assert "shouting" not in {detector.name for detector in engine.detectors}
    assert engine.scan(Envelope(), b"\n").skipped == ("shouting: disabled in the config",)


def test_an_unknown_detector_is_told_with_the_nearest_name():
    """A slip in the name of a detector disables nothing in silence."""
    with pytest.raises(Problem, match="did you mean shouting"):
        house.build(Config(judge=Judge(disabled=("shuoting",))))


def test_a_wrong_lexicon_is_a_problem_of_the_operator(tmp_path):
    """A lexicon that cannot be used is told with file and line, not as a bug."""
    (tmp_path / "own.toml").write_text('symbol = "OWN"\ntext = "Offers what only we know"\ncategory = "drgus"\n')
    with pytest.raises(Problem, match=r"own\.toml"):
        house.build(Config(judge=Judge(lexicons=(str(tmp_path),))))


def test_the_folder_is_where_the_config_says():
    """The knob, else the user's state folder."""
    assert house.folder(Config(site=Site(folder="/srv/fyke")), {}) == Path("/srv/fyke")
    assert house.folder(Config(), {"XDG_STATE_HOME": "/s", "HOME": "/h"}) == Path("/s/fyke")
    assert house.folder(Config(), {"HOME": "/h"}) == Path("/h/.local/state/fyke")


def test_nobody_else_looks_into_the_folder(tmp_path):
    """It holds subjects and senders of people's mail."""
    config = Config(site=Site(folder=str(tmp_path / "a" / "b")))
    house.labels(config).close()
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_is_told(tmp_path):
    """By the name of what stands in its way."""
    (tmp_path / "a").touch()
    with pytest.raises(Problem, match=r"site\.folder: .*/a/b: not a folder"):
        house.labels(Config(site=Site(folder=str(tmp_path / "a" / "b"))))


def test_a_broken_table_of_weights_is_told(tmp_path):
    """With what mends it."""
    (tmp_path / "learned.fyke").write_bytes(b"x")
    with pytest.raises(Problem, match="fyke learn makes it again"):
        house.build(Config(site=Site(folder=str(tmp_path))))


def told_by(answers):
    """A config whose answers stand in a file."""
    return Config(dns=config.Dns(answers=str(answers)))


def test_names_are_asked_of_a_file_where_one_is_named(tmp_path):
    """The file speaks, and what it does not say is not answered; a file with a mistake is told."""
    answers = tmp_path / "answers.txt"
    answers.write_text("example.com TXT 300 hello\n")
    ask = house.answers(told_by(answers), online=True)
    here, away = Dns("example.com", "TXT"), Dns("example.net", "TXT")
    assert ask([here, away]) == {here: Records(("hello",), ttl_s=300)}
    answers.write_text("example.com\n")
    with pytest.raises(Problem, match=r"answers\.txt:1"):
        house.answers(told_by(answers), online=True)


SIGNED_FOR = b"From: a@example.com\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\nSubject: x\r\n\r\nhello"
FROM_ELSEWHERE = Envelope(client_ip="192.0.2.1", mail_from="a@example.com", helo="example.net")
RECORDS = """example.com TXT 300 "v=spf1 -all"
_dmarc.example.com TXT 300 "v=DMARC1; p=reject"
"""


def test_a_scan_asks_where_the_config_names_whom(tmp_path):
    """What the domain says of its mail is evidence; the answers are on the scan."""
    (tmp_path / "answers.txt").write_text(RECORDS)
    scan = house.build(told_by(tmp_path / "answers.txt")).scan(FROM_ELSEWHERE, SIGNED_FOR)
    assert {"SPF_FAIL", "DMARC_FAIL_REJECT"} <= {finding.symbol.name for finding in scan.verdict.findings}
    assert scan.auth is not None
    assert any("_dmarc.example.com" in question for question, _ in scan.answers)


def test_a_scan_offline_says_nothing_of_who_sent_it(tmp_path):
    """Unknown is never "no"."""
    (tmp_path / "answers.txt").write_text(RECORDS)
    scan = house.build(told_by(tmp_path / "answers.txt"), online=False).scan(FROM_ELSEWHERE, SIGNED_FOR)
    assert scan.auth is None
    assert not any(finding.symbol.group == "auth" for finding in scan.verdict.findings)


def test_files_of_mail_are_opened_only_where_that_is_on(tmp_path):
    """Names may be asked where files are not."""
    (tmp_path / "answers.txt").write_text(RECORDS)
    wanted = Config(dns=config.Dns(answers=str(tmp_path / "answers.txt")), files=config.Files(enabled=False))
    engine = house.build(wanted)
    assert "files: disabled in the config" in engine.scan(FROM_ELSEWHERE, SIGNED_FOR).skipped
    assert not any(detector.name == "inside" for detector in engine.detectors)


def test_a_server_that_is_not_there_is_told_on_the_scan():
    """With how many questions stayed open."""
    dead = Config(dns=config.Dns(servers=("127.0.0.1:9",), deadline_s=0.5, timeout_s=0.1))
    scan = house.build(dead).scan(FROM_ELSEWHERE, SIGNED_FOR)
    assert any(fault.who == "dns" and "not answered" in fault.what for fault in scan.faults)
