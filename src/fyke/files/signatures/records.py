"""The nouns of a signature database: what was loaded, what was refused and why, and one hit."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

LEVEL = 216  # ClamAV's functional level whose formats are read here: 1.4
EXAMPLES = 3  # shown of each reason
ANY = (1 << 64) - 1  # a size that is not told

TEXT_NAME = "Site.List"  # of a hash in a plain list that gives none


class Refused(Exception):  # noqa: N818  it is what a line of a database asks, not an error of ours
    """A signature that is not loaded. The words are the reason, the same for all of its sort."""


class Loaded(Struct, frozen=True):
    """An exact account of a compilation: every line that is no comment is either loaded or refused."""

    files: int
    signatures: int
    refused: dict[str, int] = {}  # how many, by reason
    examples: dict[str, tuple[str, ...]] = {}  # "daily.ldb:17 Win.Test", some for each reason
    by_file: dict[str, tuple[int, int]] = {}  # loaded and refused of each file
    path: str = ""  # the compiled file


class Hit(Struct, frozen=True):
    """A signature that matches."""

    name: str  # as ClamAV prints it
    database: str  # file that it stands in
    is_pua: bool = False


class Tally:
    """The account while it is kept."""

    def __init__(self) -> None:
        self.loaded: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.examples: dict[str, tuple[str, ...]] = {}
        self.files: set[str] = set()

    def load(self, file: str, count: int = 1) -> None:
        """Count signatures that are loaded."""
        self.loaded[file] += count

    def refuse(self, file: str, reason: str, example: str = "") -> None:
        """Count a signature that is not, with its reason."""
        self.refused[file] += 1
        self.reasons[reason] += 1
        shown = self.examples.get(reason, ())
        if len(shown) < EXAMPLES:
            self.examples[reason] = (*shown, f"{file}{example}")

    def close(self, path: str) -> Loaded:
        """The account as it is kept beside what was compiled."""
        return Loaded(
            files=len(self.files),
            signatures=self.loaded.total(),
            refused=dict(self.reasons.most_common()),
            examples=self.examples,
            by_file={file: (self.loaded[file], self.refused[file]) for file in sorted(self.files)},
            path=path,
        )


def is_pua(name: str) -> bool:
    """Whether a name says that a program is unwanted by some, or a guess, and not that it is malware."""
    return name.startswith(("PUA.", "Heuristics.", "PUP."))
