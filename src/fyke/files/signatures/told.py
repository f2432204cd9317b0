"""What YARA rules find, as findings: of a site's rules and of our own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fyke.model import Finding, Symbol

if TYPE_CHECKING:
    from fyke.files.signatures.yara import RuleHit, Scan  # it loads a large library

DETAIL_CHARS = 200


def rule_findings(scan: Scan, data: bytes, symbol: Symbol) -> Iterator[Finding]:
    """A finding for each rule that matches; a rule may say that it weighs less than the symbol."""
    for hit in scan.hits(data):
        yield _finding(hit, symbol)


def _finding(hit: RuleHit, symbol: Symbol) -> Finding:
    weight = min(1.0, hit.bits / symbol.bits) if hit.bits >= 0 else 1.0
    told = f"{hit.name}: {hit.description}" if hit.description else hit.name
    return Finding(symbol, told[:DETAIL_CHARS], weight=weight, family=hit.family or hit.name)
