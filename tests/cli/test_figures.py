"""Figures as people and programs read them."""

import json
import re

from fyke.cli.figures import WRONG, Evaluation, encode, show
from fyke.cli.screen import Screen
from fyke.judge.policy import Thresholds
from fyke.learn.measure import Scored, measure
from tests.shown import ROOT


def evaluation(*scored, how="once", unread=()):
    lines = Thresholds(unwanted=4.0, unsure=1.5, bulk=2.0)
    measures = measure(scored, lines.unwanted)
    return Evaluation(how, scored, measures, lines, "abc", 0, {}, unread, wall_s=1.0, jobs=1)


def printed(ran, capsys):
    import sys

    show(Screen(sys.stdout, {"COLUMNS": "100", "NO_COLOR": "1"}), ran)
    return capsys.readouterr().out


def test_the_farthest_on_the_wrong_side_come_first():
    """Who looks at one message looks at the worst."""
    ran = evaluation(
        Scored(5, False, path="a"), Scored(9, False, path="b"), Scored(4, True, path="c"), Scored(3, True, path="d")
    )
    assert [each.path for each in ran.wrong(False)] == ["b", "a"]
    assert [each.path for each in ran.wrong(True)] == ["d"]


def test_more_than_a_few_are_counted(capsys):
    """The terminal shows some; the JSON all."""
    ran = evaluation(*(Scored(-1, True, path=f"{at}.eml") for at in range(WRONG + 3)))
    assert "and 3 more (--json has all)" in printed(ran, capsys)
    assert len(json.loads(encode(ran))["wrong"]) == WRONG + 3


def test_names_of_files_are_an_enemys_too(capsys):
    """Nothing of a path or a source reaches the terminal raw."""
    nasty = "x\x1b[2J\u202ey"
    scored = [Scored(9, False, path=nasty, source=nasty), Scored(0, True, path=nasty, source="z")]
    out = printed(evaluation(*scored), capsys)
    assert all(char.isprintable() or char == "\n" for char in out)
    assert b"\x1b" not in encode(evaluation(*scored))


def test_every_field_is_on_the_page():
    """docs/reference/json.md names each field of the object, and of what is in it."""
    page = (ROOT / "docs/reference/json.md").read_text().partition("## The object of `fyke evaluate")[2]
    told = set(re.findall(r"`(\w+)`", page))

    def fields(value):
        for key, inner in value.items() if isinstance(value, dict) else ():
            yield key
            yield from fields(inner)
        for inner in value if isinstance(value, list) else ():
            yield from fields(inner)

    ran = evaluation(Scored(9, False), Scored(0, True, truth=("drugs",)))
    assert set(fields(json.loads(encode(ran)))) <= told


def test_a_surrogate_in_a_path_can_be_told():
    """A name that is not UTF-8 breaks no JSON."""
    assert json.loads(encode(evaluation(Scored(9, False, path="\udcff"))))["wrong"][0]["path"]
