"""Style sheets: the simple rules that hide or colour, and which of them meet an element.

Only selectors of one element (a tag, classes, an id) are read, and only rules that hold on every screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from fyke.mail.css import PLAIN, Style, over, read_style, without_comments

SHEET_CHARS = 100_000  # of all sheets of one source: Gmail drops a sheet above 16 kB
RULES = 400  # rules kept of one source: the most in real mail is near 150
SELECTORS = 50  # of one rule

_TELLING = re.compile(r"display|visibility|font|opacity|overflow|color|background|indent|position|margin|clip")
_SIMPLE = re.compile(r"([a-z][a-z0-9]{0,15}|\*)?((?:[.#][a-z_-][\w-]{0,63}){0,3})", re.IGNORECASE)


class Rule(Struct, frozen=True, gc=False):
    """A simple selector and what its block declares."""

    tag: str  # "" for any
    names: frozenset[str]  # classes with ".", ids with "#"
    style: Style
    selector: str  # as written


class Sheet:
    """The rules of one source, ready to be asked for an element."""

    __slots__ = ("_by_name", "_by_tag", "rules")

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Take the rules in their order; of two with one selector the later one holds over the earlier."""
        merged: dict[tuple[str, frozenset[str]], Rule] = {}
        for rule in rules:
            key = rule.tag, rule.names
            known = merged.get(key)
            merged[key] = rule if known is None else Rule(*key, over(rule.style, known.style), rule.selector)
        self.rules = tuple(merged.values())
        self._by_name: dict[str, list[Rule]] = {}
        self._by_tag: dict[str, list[Rule]] = {}
        for rule in self.rules:
            if rule.names:
                self._by_name.setdefault(min(rule.names), []).append(rule)
            else:
                self._by_tag.setdefault(rule.tag, []).append(rule)

    def meeting(self, tag: str, classes: str, name: str) -> list[Style]:
        """What the rules declare for an element of that tag, class attribute and id; the weakest first."""
        found = [rule.style for rule in (*self._by_tag.get("", ()), *self._by_tag.get(tag, ()))]
        if self._by_name and (classes or name):
            names = {f".{word}" for word in classes.split(None, SELECTORS)[:SELECTORS]}
            if name:
                names.add(f"#{name}")
            for own in sorted(names & self._by_name.keys()):
                found.extend(rule.style for rule in self._by_name[own] if rule.tag in {"", tag} and rule.names <= names)
        return found


EMPTY = Sheet(())


def read_sheet(source: str) -> Sheet:
    """The rules of the text of a style element that hide or colour; linear in its length."""
    if not source:
        return EMPTY
    rules: list[Rule] = []
    closed = 0  # how many of the open at-rules do not hold everywhere
    outer: list[bool] = []
    for piece in without_comments(source[:SHEET_CHARS]).split("}"):
        *heads, block = piece.split("{")
        if not heads:
            closed -= outer.pop() if outer else 0
            continue
        for head in heads[:-1]:
            outer.append(not _holds(head))
            closed += outer[-1]
        if not closed and _TELLING.search(block):
            style = read_style(block)
            if style != PLAIN:
                rules.extend(_rules(heads[-1], style))
        if len(rules) >= RULES:
            break
    return Sheet(rules[:RULES]) if rules else EMPTY


def _holds(head: str) -> bool:
    """Whether an at-rule holds on every screen: `@media screen` does, one with a width or for print does not."""
    name, _, condition = head.rpartition(";")[2].strip().lower().partition(" ")
    return name == "@media" and "(" not in condition and "print" not in condition and "not" not in condition


def _rules(heads: str, style: Style) -> list[Rule]:
    """One rule for each simple selector of a list."""
    found = []
    for head in heads.rpartition(";")[2].replace("<!--", "").split(",", SELECTORS)[:SELECTORS]:
        selector = head.strip()
        match = _SIMPLE.fullmatch(selector)
        if match and selector:
            tag, names = (match[1] or "").lower(), match[2]
            parts = names.replace(".", "\0.").replace("#", "\0#").split("\0")[1:]
            found.append(Rule("" if tag == "*" else tag, frozenset(parts), style, selector))
    return found
