"""The scanner of a site's signature databases: hashes, patterns, rules, all compiled by `compiling.compile`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fyke.files.base import Content, Said, Scanner
from fyke.files.signatures.database import Signatures, opened_rules
from fyke.files.signatures.told import DETAIL_CHARS, rule_findings
from fyke.model import Finding, Label, Symbol

if TYPE_CHECKING:
    from fyke.files.signatures.yara import Scan  # it loads a large library

KNOWN = Symbol(
    "SIGNATURE_KNOWN", "A file is known malware, by a signature of the site's databases", "known", 8.0, Label.MALWARE
)
PUA = Symbol(
    "SIGNATURE_PUA", "A signature takes a file for a program that many do not want", "files", 2.0, Label.MALWARE
)
RULE = Symbol("SIGNATURE_YARA", "A YARA rule of the site matches a file", "files", 5.0, Label.MALWARE)


class Known(Scanner):
    """Is the file known to the site's signature databases?"""

    name = "known"
    symbols = (KNOWN, PUA, RULE)

    def __init__(self, signatures: Signatures) -> None:
        """Make everything ready for use: nothing is opened later."""
        self._signatures = signatures
        self._rules: Scan | None = None
        if signatures.rules:
            import yara_x  # noqa: PLC0415  large, and most sites have no rules

            from fyke.files.signatures.yara import Scan  # noqa: PLC0415

            self._rules = Scan(yara_x.Rules.deserialize_from(opened_rules(signatures.rules)))

    def look(self, file: Content) -> Iterable[Said]:
        """Yield a finding for each signature and rule that matches."""
        for hit in self._signatures.hits(file):
            detail = f"{hit.name} ({hit.database})"[:DETAIL_CHARS]
            yield Finding(PUA if hit.is_pua else KNOWN, detail, family=hit.name)
        if self._rules is not None:
            yield from rule_findings(self._rules, file.data, RULE)
