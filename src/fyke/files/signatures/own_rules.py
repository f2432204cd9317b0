"""The scanner of fyke's own YARA rules: what strings say of scripts, programs, pages and kits."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from fyke.files.base import Content, Said, Scanner
from fyke.files.kinds import KINDS
from fyke.files.signatures.records import Tally
from fyke.files.signatures.told import rule_findings
from fyke.model import Label, Symbol

if TYPE_CHECKING:
    from fyke.files.signatures.yara import Scan

RULE = Symbol("FILE_RULE", "A rule of fyke's own matches what stands in a file", "files", 6.0, Label.MALWARE)
FOLDER = Path(__file__).parent / "rules"
# What strings say nothing of: they are compressed, or no program runs them.
SPARED = frozenset({"picture", "media", "mail"})
MOST_BYTES = 16 << 20


class OwnRules(Scanner):
    """Does one of our own rules match?"""

    name = "own_rules"
    kinds = frozenset(kind for kind, what in KINDS.items() if what.family not in SPARED)
    symbols = (RULE,)

    def warm(self) -> None:
        """Compile the rules, before no file can be opened any more."""
        self._scan  # noqa: B018  it is kept

    @cached_property
    def _scan(self) -> Scan:
        from fyke.files.signatures.yara import Scan, compile_rules  # noqa: PLC0415  60 ms to load

        files = sorted(FOLDER.glob("*.yar"))
        return Scan(compile_rules([(path.name, path.read_bytes()) for path in files], Tally()))

    def look(self, file: Content) -> Iterable[Said]:
        """Yield a finding for each rule that matches."""
        if len(file.data) <= MOST_BYTES:
            yield from rule_findings(self._scan, file.data, RULE)
