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


def test_names_are_asked_of_a_file_where_one_is_named(tmp_path):
    """The file speaks, and what it does not say is not answered; a file with a mistake is told."""
    answers = tmp_path / "answers.txt"
    answers.write_text("example.com TXT 300 hello\n")
    ask = house.names(Config(dns=config.Dns(answers=str(answers))))
    here, away = Dns("example.com", "TXT"), Dns("example.net", "TXT")
    assert ask([here, away]) == {here: Records(("hello",), ttl_s=300)}
    answers.write_text("example.com\n")
    with pytest.raises(Problem, match=r"answers\.txt:1"):
        house.names(Config(dns=config.Dns(answers=str(answers))))


def test_who_is_slow_to_load_is_not_loaded_for_others_questions():
    """A question of another kind is open, and loads nothing."""
    ask = house.Asked(lambda: pytest.fail("loaded"))
    assert ask([Dns("example.com", "TXT")]) == {}
