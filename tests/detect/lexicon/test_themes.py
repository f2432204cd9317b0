"""Lexicon files: the shipped ones are sound, and a mistake in a site's own is told with file, line and phrase."""

import pytest

from fyke.detect.lexicon import themes
from fyke.detect.lexicon.themes import CATEGORIES, SHIPPED, LexiconError, read_theme, read_themes

GOOD = """\
symbol = "TICKETS"
text = "Offers tickets the way ticket fraud does"
category = "advance_fee"
leans = "scam"
bits = 5

[en]
strong = ["sold out * last tickets"]
medium = ["front row * half price", "tickets"]

[de]
medium = ["letzte karten", "tickets"]

[hosts]
words = ["cheap-tickets"]

[innocent]
phrases = ["box office"]
"""
EDITS = [
    ('symbol = "TICKETS"\n', "", "needs `symbol`"),
    ("bits = 5", 'bits = "5"', "needs `bits`, a number"),
    ("advance_fee", "advancefee", r"tickets.toml:3: .* do you mean 'advance_fee'"),
    ('"scam"', '"scham"', "is no label; do you mean 'scam'"),
    ("[de]", "[germn]", "no language"),
    ("phrases =", "phrase =", r"tickets.toml:18: 'phrase': .* do you mean 'phrases'"),
    ("medium = [", "medum = [", "do you mean 'medium'"),
    ('["box office"]', '"box office"', "is a list of strings"),
    ("front row * half price", "front row *", r"tickets.toml:9: 'front row \*': begins and ends"),
    ('"front row * half price"', '"tickets"', "says the same as 'tickets' in \\[en\\]"),
    ("cheap-tickets", "cheap tickets", "host's name"),
    ("bits = 5", "bits = ", "at line 5"),
]


@pytest.fixture
def write(tmp_path):
    def _write(text, name="tickets.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def test_a_file_is_a_theme(write):
    """The symbol is declared by the head of a file; a word that two languages share counts once."""
    theme = read_theme(write(GOOD))
    assert (theme.symbol.name, theme.symbol.leans, theme.symbol.bits) == ("LEX_TICKETS", "scam", 5.0)
    assert [entry.strength for entry in theme.entries] == ["strong", "medium", "medium", "medium", "hosts", "innocent"]


@pytest.mark.parametrize(("old", "new", "told"), EDITS)
def test_a_mistake_is_told(write, old, new, told):
    """Each mistake names what is wrong and, where there is one, the line and the nearest right name."""
    with pytest.raises(LexiconError, match=told):
        read_theme(write(GOOD.replace(old, new, 1)))


def test_a_later_folder_replaces_a_namesake(write, tmp_path):
    """A site's file of a shipped name takes its place; two files of one symbol are a mistake."""
    write(GOOD.replace("TICKETS", "OWN"), "drugs.toml")
    names = {theme.symbol.name for theme in read_themes([SHIPPED, tmp_path])}
    assert "LEX_OWN" in names
    assert "LEX_DRUGS" not in names
    write(GOOD.replace("TICKETS", "ADULT"), "tickets.toml")
    with pytest.raises(LexiconError, match="two lexicon files declare the symbol 'ADULT'"):
        read_themes([SHIPPED, tmp_path])


def test_a_missing_folder_is_told(tmp_path):
    """A folder that is not there is a mistake of the config, not an empty lexicon."""
    with pytest.raises(LexiconError, match="no such folder"):
        read_themes([tmp_path / "none"])


def test_the_budget_is_held(write, tmp_path, monkeypatch):
    """Over the compile budget the file and its dearest phrase are named; so is one phrase that is too dear."""
    path = write(GOOD)
    monkeypatch.setattr(themes, "PHRASES", 3)
    with pytest.raises(LexiconError, match=r"tickets.toml:\d+: .* over the compile budget .* 6 of 3 phrases"):
        read_themes([tmp_path])
    monkeypatch.setattr(themes, "PHRASE_COST", 0.01)
    with pytest.raises(LexiconError, match="fewer choices or gaps"):
        read_theme(path)


def test_the_shipped_themes_are_sound():
    """Every category of the trade has a theme, and each of the four goods speaks six languages or more."""
    shipped = read_themes([SHIPPED])
    assert {theme.symbol.category for theme in shipped} <= set(CATEGORIES)
    for name in ("adult", "drugs", "replica", "software"):
        text = (SHIPPED / f"{name}.toml").read_text(encoding="utf-8")
        assert all(f"\n[{language}]\n" in text for language in ("en", "de", "fr", "es", "pt", "ru"))
