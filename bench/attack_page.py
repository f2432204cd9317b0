"""The measured part of docs/explanation/learning.md: what attacks do, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.poison import Effect

if TYPE_CHECKING:
    from bench.adversarial import Row

PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "learning.md"
MARK = "bench/adversarial.py"

COLUMNS = ("rules", "fyke", "counting", "all text", "no length", "none of three")
BASE_COLUMNS = ("rules", "base", "base, no cap")
SHOWN = (  # the rest is on the screen
    "wanted mail, share flagged",
    "no attack",
    "best word of site, 1000 times",
    "1000 random words, above",
    "5000 random characters, below",
    "no-width characters between all letters",
    "200 words of enron_ham, below",
    "1000 words of enron_ham, below",
    "1000 words of enron_ham, above",
    "1000 words of enron_ham, hidden",
    "mail of enron_ham, 1 times as long, below",
    "mail of enron_ham, 10 times as long, below",
    "mail of enron_ham, 10 times as long, above",
    "50 words of list_linux_api, below",
    "200 words of list_linux_api, below",
    "1000 words of list_linux_api, above",
    "mail of list_linux_api, 10 times as long, above",
    "mail of site, 10 times as long, above",
    "50 words of site, below",
    "1000 words of site, above",
)
BASE_SHOWN = (
    "no attack",
    "50 words of base, below",
    "200 words of base, above",
    "1000 words of base, above",
    "best word of base, 1000 times",
)


def page(rows: Sequence[Row], effects: Sequence[Effect], verdicts: Mapping[str, int]) -> Iterator[str]:
    """All tables, with a line before each that says what it holds."""
    by_name = {each.attack: each for each in rows}
    spam = by_name["no attack"].messages
    yield f"Found at the shipped line, % of {spam} spam mails (first row: of wanted mail), and mean shift in bits:"
    yield "\n\n"
    yield from _table([by_name[name] for name in SHOWN], COLUMNS)
    yield "\nThe base model, whose weights are public, trained without the packs that are attacked:\n\n"
    yield from _table([by_name[name] for name in BASE_SHOWN], BASE_COLUMNS)
    yield "\nWhat labels that are false, planted or fyke's own did to the verdicts of others:\n\n"
    yield "| labels | given | median shift | most | changed | recall after | wanted mail flagged after |\n"
    yield "|---|---|---|---|---|---|---|\n"
    for each in effects:
        yield (
            f"| {each.name} | {each.labels} | {each.median:.2f} | {each.most:.2f} | {each.changed} of {each.of}"
            f" | {each.recall:.1%} | {each.flagged:.2%} |\n"
        )
    yield "\nMail as it comes, and how often the verdict is sure enough to be learned (`learn.auto`):\n\n"
    yield "".join(f"- {name}: {count}\n" for name, count in verdicts.items())


def _table(rows: Sequence[Row], columns: Sequence[str]) -> Iterator[str]:
    yield f"| attack | {' | '.join(columns)} |\n|---{'|---' * len(columns)}|\n"
    for each in rows:
        cells = [f"{100 * each.recall[name]:.1f} ({each.shift[name]:+.1f})" for name in columns]
        yield f"| {each.attack} | {' | '.join(cells)} |\n"
