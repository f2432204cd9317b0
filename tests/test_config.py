"""The config: layers, origins, and errors that teach."""

import pytest

from fyke.config import Config, Problem, load
from fyke.files.budget import MIB, Budget
from fyke.lookup.frames import Terms
from fyke.lookup.pool import WALL_S


def test_layers_win_in_order(tmp_path):
    """File under environment under command line; every knob says where its value came from."""
    path = tmp_path / "fyke.toml"
    path.write_text('[site]\nown_domains = ["example.org"]\n[judge]\ndisabled = ["date"]\n')
    settings = load(path, {"FYKE_JUDGE_DISABLED": "mua, tld"}, {"judge.policy": ["strict.toml"]})
    assert settings.config.site.own_domains == ("example.org",)
    assert settings.config.judge.disabled == ("mua", "tld")
    origins = {knob.name: knob.origin for knob in settings.knobs}
    assert origins["site.own_domains"] == f"{path}:2"
    assert origins["judge.disabled"] == "$FYKE_JUDGE_DISABLED"
    assert origins["judge.policy"] == "command line"
    assert origins["judge.lexicons"] == "built in"


def test_nothing_written_is_the_default():
    """Without a file every knob has its default, and says so with a sentence."""
    settings = load(None, {})
    assert settings.config == Config()
    assert all(knob.text.endswith(".") and knob.value == knob.default for knob in settings.knobs)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("[sit]\n", 1, "did you mean site?"),
        ("[site]\nown_domain = []\n", 2, "did you mean own_domains?"),
        ("\n[site]\nown_domains = 3\n", 3, "Expected `array`"),
        ("site = 3\n", 1, "is a section"),
        ("[site\n", 1, "is not TOML"),
    ],
)
def test_a_wrong_file_is_told_with_line_and_nearest_name(tmp_path, text, line, word):
    """Every mistake is one sentence with file, line and the nearest right name."""
    path = tmp_path / "fyke.toml"
    path.write_text(text)
    with pytest.raises(Problem) as raised:
        load(path, {})
    assert str(raised.value).startswith(f"{path}:{line}: ")
    assert word in str(raised.value)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("site.folder", "/srv/fyke, old", "/srv/fyke, old"),
        ("learn.auto", "true", True),
        ("learn.auto", " Off ", False),
        ("site.own_domains", "example.org, example.net", ("example.org", "example.net")),
        ("files.depth", " 12 ", 12),
        ("files.timeout_s", "2.5", 2.5),
        ("files.timeout_s", "3", 3.0),
        ("files.sandbox", "required", "required"),
        ("files.words", "infected, 1234", ("infected", "1234")),
    ],
)
def test_the_environment_speaks_each_knobs_type(name, text, value):
    """A list is divided by commas, a folder is not, and a switch has the words of switches."""
    found = load(None, {"FYKE_" + name.replace(".", "_").upper(): text})
    assert {knob.name: knob.value for knob in found.knobs}[name] == value


def test_a_switch_that_is_none_is_told():
    """With the variable's name."""
    with pytest.raises(Problem, match=r"^\$FYKE_LEARN_AUTO: learn.auto: Expected `bool`"):
        load(None, {"FYKE_LEARN_AUTO": "maybe"})


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("depth", "many", "Expected `int`, got `str`"),
        ("depth", "2.5", "Expected `int`, got `str`"),
        ("depth", "0", "Expected `int` >= 1"),
        ("timeout_s", "soon", "Expected `float`, got `str`"),
        ("timeout_s", "nan", "Expected `float`"),
        ("timeout_s", "inf", "Expected `float` <= 3600.0"),
        ("memory_mib", "1e3", "Expected `int`, got `str`"),
        ("sandbox", "maybe", "Invalid enum value 'maybe'"),
    ],
)
def test_a_number_that_does_not_fit_is_told(name, text, says):
    """With the variable's and the knob's name, and what would fit."""
    with pytest.raises(Problem, match=rf"^\$FYKE_FILES_{name.upper()}: files.{name}: ") as raised:
        load(None, {f"FYKE_FILES_{name.upper()}": text})
    assert says in str(raised.value)


def test_the_knobs_of_a_files_budget_are_the_budgets():
    """Config knows no other room, so the defaults stand twice; here they are compared."""
    files = Config().files
    knobs = Budget(files.depth, files.count, files.total_mib * MIB, files.size_mib * MIB, files.ratio, files.time_s)
    assert knobs == Budget()
    assert (files.timeout_s, files.memory_mib * MIB, files.ocr) == (WALL_S, Terms().memory_bytes, Terms().ocr)
