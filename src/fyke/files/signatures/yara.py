"""YARA rules, of a site or our own: compiled by YARA-X, each file in a namespace of its own, matching bounded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import PurePath

import yara_x
from msgspec import Struct

from fyke.files.signatures.records import Tally

MATCHES = 100  # of one pattern: rules ask for a dozen
DESCRIPTION_CHARS = 200
SEVERITIES = {"note": 1.0, "low": 1.0, "medium": 3.0, "high": 5.0, "critical": 8.0}


class RuleHit(Struct, frozen=True):
    """A rule that matches, and what it says of itself."""

    name: str
    file: str
    description: str = ""
    family: str = ""
    bits: float = -1.0  # below zero where it does not say


def compile_rules(files: Sequence[tuple[str, bytes]], tally: Tally) -> yara_x.Rules:
    """The rules of all files. One that does not compile is refused alone; a file that cannot be read, whole."""
    compiler = yara_x.Compiler(relaxed_re_syntax=True)
    compiler.enable_includes(False)
    compiler.ignore_invalid_rules(True)
    for name, data in files:  # the stub of `ignored_rules` lacks `self`
        ignored, failed = len(compiler.ignored_rules()), len(compiler.errors())  # type: ignore[misc]
        compiler.new_namespace(name)
        with suppress(yara_x.CompileError):  # it is among the errors
            compiler.add_source(data.decode("utf-8", "replace"), origin=name)
        new = compiler.ignored_rules()[ignored:]  # type: ignore[misc]
        for bad in new:
            tally.refuse(name, "a YARA rule is not well made", f" {bad.name}")  # type: ignore[misc]
        errors = compiler.errors()[failed:]
        if len(errors) > len(new):
            tally.refuse(name, "a YARA file is not well made", f" {errors[0].get('title', '')}")
    rules = compiler.build()
    for rule in rules:
        tally.load(rule.namespace)
    return rules


class Scan:
    """Rules at work.

    They have no time-out of their own: that takes a thread, a closed process starts none, and it has a deadline itself.
    """

    def __init__(self, rules: yara_x.Rules) -> None:
        self._scanner = yara_x.Scanner(rules)
        self._scanner.max_matches_per_pattern(MATCHES)

    def hits(self, data: bytes) -> Iterator[RuleHit]:
        """The rules that match."""
        for rule in self._scanner.scan(data).matching_rules:
            meta = dict(rule.metadata)
            yield RuleHit(
                name=rule.identifier,
                file=PurePath(rule.namespace).name,
                description=str(meta.get("description", ""))[:DESCRIPTION_CHARS],
                family=str(meta.get("family", ""))[:DESCRIPTION_CHARS],
                bits=_bits(meta),
            )


def _bits(meta: dict[str, object]) -> float:
    """What a rule says that it weighs: `bits`, or a `severity` in words; it may lower a hit's weight."""
    told = meta.get("bits")
    if isinstance(told, int | float) and not isinstance(told, bool):
        return max(0.0, float(told))
    return SEVERITIES.get(str(meta.get("severity", "")).lower(), -1.0)
