"""Lexicon files, read and checked: TOML in, themes of phrases out; a mistake is told with file, line and phrase.

The format is described in docs/reference/lexicons.md. Reading takes a second or two of CPU, so what came out is kept
beside the pattern cache under a name that changes with the files.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from fyke.detect.lexicon.phrases import Phrase, PhraseError, read
from fyke.detect.lexicon.pieces import Finder, finder, part_finder
from fyke.mail.fold import fold
from fyke.model import Label, Symbol

SHIPPED = Path(__file__).parent / "lexicons"

CATEGORIES = (
    "adult", "dating", "drugs", "software", "replica", "finance", "investment", "gambling", "advance_fee",
    "phishing", "malware", "job", "diploma", "b2b", "marketing", "extortion",
)  # fmt: skip
STRENGTHS = ("strong", "medium", "weak")
POINTS = {"strong": 3.0, "medium": 1.5, "weak": 0.5, "innocent": -1.5, "hosts": 1.5}
_ALONE = {"innocent": "phrases", "hosts": "words"}  # sections that are no language, and their one list
_KEYS = {"symbol": str, "text": str, "category": str, "leans": str, "bits": float}

PHRASES = 15_000  # of all themes together; ten thousand are shipped
COST = 9_000.0  # of all themes together, in milliseconds of an ordinary core, about; what is shipped needs 5,400
PHRASE_COST = 50.0  # of one phrase


class LexiconError(ValueError):
    """A lexicon file that cannot be used. The text names the file, the line and what is wrong."""


class Theme(Struct, frozen=True):
    """What one file says: the symbol, and its phrases."""

    symbol: Symbol
    entries: tuple[Entry, ...]

    @property
    def cost(self) -> float:
        """What it costs to compile, in milliseconds, about."""
        return sum(entry.cost for entry in self.entries)


class Entry(Struct, frozen=True):
    """A phrase of a theme, what it is worth, and how it is found."""

    phrase: Phrase
    strength: str
    finder: Finder

    @property
    def is_telling(self) -> bool:
        """Whether it says something alone."""
        return self.strength in {"strong", "medium"}

    @property
    def cost(self) -> float:
        """What it costs to compile, in milliseconds, about."""
        return self.finder.cost

    @property
    def is_whole(self) -> bool:
        """Whether hyperscan finds it as an expression and not by literals."""
        return 0 in self.finder.lengths


def read_themes(folders: Sequence[Path]) -> tuple[Theme, ...]:
    """All themes of the folders, by file name; a file in a later folder replaces its namesake. Raises LexiconError."""
    count, cost, themes = 0, 0.0, []
    for path in lexicon_files(folders):
        theme = read_theme(path)
        themes.append(theme)
        count += len(theme.entries)
        cost += theme.cost
        if count > PHRASES or cost > COST:
            dearest = max(theme.entries, key=lambda entry: entry.cost).phrase.source
            raise _wrong(
                path,
                path.read_text(encoding="utf-8"),
                dearest,
                f"over the compile budget with this file, whose dearest phrase this is: {count} of {PHRASES} phrases, "
                f"{cost:.0f} of {COST:.0f} ms",
            )
    _check_names(themes)
    return tuple(themes)


def lexicon_files(folders: Sequence[Path]) -> list[Path]:
    """The files that count, by name."""
    found: dict[str, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            raise LexiconError(f"{folder}: no such folder of lexicons")
        found.update((path.name, path) for path in folder.glob("*.toml"))
    return [found[name] for name in sorted(found)]


def read_theme(path: Path) -> Theme:
    """One file's theme. Raises LexiconError with file, line and phrase."""
    source = path.read_text(encoding="utf-8")
    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{path}: {error}") from error
    symbol = _symbol(path, source, table)
    entries: dict[object, Entry] = {}
    stands: dict[tuple[str, object], str] = {}
    for language, strength, phrases in _lists(path, source, table):
        for entry in _entries(path, source, strength, phrases):
            same = entry.finder.expressions if strength == "hosts" else entry.phrase.items
            if (language, same) in stands:
                first = stands[language, same]
                raise _wrong(path, source, entry.phrase.source, f"says the same as {first!r} in [{language}]")
            stands[language, same] = entry.phrase.source
            entries.setdefault(same, entry)  # words that two languages share count once
    return Theme(symbol, tuple(entries.values()))


def _symbol(path: Path, source: str, table: dict[str, Any]) -> Symbol:
    """The symbol that the head of a file declares."""
    for key, kind in _KEYS.items():
        value = table.get(key)
        if kind is float and isinstance(value, int):
            value = float(value)
        if not isinstance(value, kind):
            raise LexiconError(f"{path}: needs `{key}`, a {'number' if kind is float else 'string'}")
    if table["category"] not in CATEGORIES:
        raise _wrong(path, source, table["category"], f"is no category{_nearest(table['category'], CATEGORIES)}")
    if table["leans"] not in tuple(Label):
        raise _wrong(path, source, table["leans"], f"is no label{_nearest(table['leans'], map(str, Label))}")
    name = f"LEX_{table['symbol']}"
    return Symbol(
        name, table["text"], "intent", float(table["bits"]), leans=Label(table["leans"]), category=table["category"]
    )


def _lists(path: Path, source: str, table: dict[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """The lists of a file: language, strength, phrases."""
    for section, lists in table.items():
        if section in _KEYS:
            continue
        alone = _ALONE.get(section)
        if not isinstance(lists, dict) or not (alone or (len(section) == 2 and section.isalpha())):
            near = _nearest(section, (*_KEYS, *_ALONE, "en", "de"))
            raise _wrong(path, source, section, f"is no key, no language and no other section{near}")
        for key, phrases in lists.items():
            allowed = (alone,) if alone else STRENGTHS
            if key not in allowed:
                raise _wrong(path, source, key, f"is no list of [{section}]{_nearest(key, allowed)}")
            if not isinstance(phrases, list) or not all(isinstance(phrase, str) for phrase in phrases):
                raise _wrong(path, source, key, "is a list of strings")
            yield section, section if alone else key, phrases


def _entries(path: Path, source: str, strength: str, phrases: Iterable[str]) -> Iterator[Entry]:
    for phrase in phrases:
        try:
            read_phrase = read(phrase, fold)
            found_by = part_finder(phrase) if strength == "hosts" else finder(read_phrase)
        except PhraseError as error:
            raise _wrong(path, source, phrase, str(error)) from error
        entry = Entry(read_phrase, strength, found_by)
        if entry.cost > PHRASE_COST:
            raise _wrong(
                path, source, phrase, f"costs {entry.cost:.0f} of {PHRASE_COST:.0f} ms; fewer choices or gaps do"
            )
        yield entry


def _check_names(themes: Sequence[Theme]) -> None:
    """Every theme has a name of its own."""
    seen: set[str] = set()
    for theme in themes:
        if theme.symbol.name in seen:
            raise LexiconError(f"two lexicon files declare the symbol {theme.symbol.name.removeprefix('LEX_')!r}")
        seen.add(theme.symbol.name)


def _wrong(path: Path, source: str, phrase: str, what: str) -> LexiconError:
    """An error that names the first line where the phrase stands."""
    line = next((number for number, text in enumerate(source.splitlines(), 1) if phrase in text), 0)
    return LexiconError(f"{path}:{line}: {phrase!r}: {what}")


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; do you mean {near[0]!r}?" if near else ""
