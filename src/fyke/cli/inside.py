"""What is told of one file and of those in it: as JSON, and as a tree on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fyke.cli.screen import Screen, clean, plural, wrap
from fyke.files.base import NOTE_BITS
from fyke.files.kinds import KINDS
from fyke.model import Cut
from fyke.model.record import Inner

LINES = 400  # of a tree; the rest is counted
NAME_CHARS = 80  # of a name in the tree


def walk(file: Inner) -> Iterator[Inner]:
    """The file and all in it, depth first."""
    stack = [file]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(reversed(one.children))


def tree(screen: Screen, files: Iterable[Inner], cuts: Iterable[Cut]) -> None:
    """Print what was unpacked, each fact in its place, then what a limit kept from being looked at."""
    left = LINES
    for file in files:
        left = _branch(screen, file, ("", ""), left)
    if left < 0:
        screen.line(screen.style(f"  and {plural(-left, 'more line', 'more lines')}; --json has all", "dim"))
    for cut in cuts:
        for line in wrap(clean(f"limit {cut.cap}: {cut.where}: {cut.detail}"), screen.width - 4):
            screen.line(f"  {screen.style(line, 'unsure')}")


def _branch(screen: Screen, file: Inner, margins: tuple[str, str], left: int) -> int:
    """One file and all below it; how many lines may still be printed, below 0 for those that were not."""
    head, below = margins
    name = clean(file.name or "(no name)")[-NAME_CHARS:]
    about = KINDS[file.kind].text if file.kind in KINDS else file.kind
    said = [
        about,
        f"{file.size_bytes:,} bytes",
        *([file.how] if file.how else []),
        *(f"also {kind}" for kind in file.also),
    ]
    if file.locked:
        said.append("locked")
    left = _line(screen, f"{head}{name}  {screen.style(clean(', '.join(said)), 'dim')}", left)
    bar = ("│ " if screen.has_unicode else "| ") if file.children else "  "
    for fact in file.facts:
        style = "malware" if fact.bits > NOTE_BITS else "dim"
        text = f"{fact.name}: {fact.text}" + (f": {fact.detail}" if fact.detail else "")
        for number, line in enumerate(wrap(clean(text), max(30, screen.width - len(below) - 12))):
            bits = f"{fact.bits:>+6.2f}" if number == 0 else " " * 6
            left = _line(screen, f"{below}{bar} {screen.style(f'{bits}  {line}', style)}", left)
    for child in file.children:
        is_last = child is file.children[-1]
        elbow, pipe = ("└─ ", "│  ") if screen.has_unicode else ("`- ", "|  ")
        if not is_last and screen.has_unicode:
            elbow = "├─ "
        left = _branch(screen, child, (below + elbow, below + ("   " if is_last else pipe)), left)
    return left


def _line(screen: Screen, text: str, left: int) -> int:
    if left > 0:
        screen.line(f"  {text}")
    return left - 1
