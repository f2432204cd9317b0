"""What macros do: facts by what they call and which texts they hold or put together, and what facts say together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from fyke.files.base import Content, Said, Scanner
from fyke.files.documents import macro_rules as rules
from fyke.files.documents.vba_fold import SOURCE_CHARS, Folded, fold
from fyke.model import Finding, Lead, Symbol

COMMENT = re.compile(
    r'"(?:[^"\n]|"")*"|\'[^\n]*|^[ \t]*rem\b[^\n]*|^[ \t]*attribute [^\n]*', re.IGNORECASE | re.MULTILINE
)
JOINED_LINES = re.compile(r"[ \t]_\r?\n")
URL = re.compile(r"(?:https?|ftp)://[^\s\"'<>|^`]{4,2000}", re.IGNORECASE)
LEADS = 50  # told of one project
CHR_CALLS = 20  # honest code has a few Chr(10), Chr(34)
CHARS_A_NAME = 400  # of code: below that too little to judge names
VOWELS = frozenset("aeiouyAEIOUY")
NAME = re.compile(r"\b[A-Za-z][A-Za-z0-9_]{7,80}\b")
ODD_SHARE = 0.35  # of the long names of a project that nobody can speak
OFFICE = {"doc": "Doc", "docx": "Doc", "xls": "Xls", "xlsx": "Xls", "ppt": "Ppt", "pptx": "Ppt", "odf": "Odf"}
# Combinations, worst first: what must be there besides the start by itself.
TOGETHER: tuple[tuple[Symbol, tuple[Symbol, ...]], ...] = (
    (rules.RUN_DOWNLOADER, (rules.DOWNLOAD, rules.SHELL)),
    (rules.RUN_DOWNLOADER, (rules.DOWNLOAD, rules.HIDDEN)),
    (rules.RUN_DROPPER, (rules.WRITE, rules.SHELL)),
    (rules.RUN_SHELL, (rules.SHELL,)),
    (rules.RUN_HIDDEN, (rules.HIDDEN,)),
    (rules.RUN_HIDDEN, (rules.OBFUSCATED,)),
)


class Macros(Scanner):
    """What does a macro do, and does it hide it?"""

    name = "macros"
    kinds = frozenset({"vba"})
    symbols = rules.ALL

    def look(self, file: Content) -> Iterable[Said]:
        """Facts, combinations and addresses of one project's source."""
        source = JOINED_LINES.sub(" ", file.data.decode("utf-8", "replace")[:SOURCE_CHARS])
        folded = fold(source)
        plain = "\n".join(folded.plain)
        made = "\n".join(folded.made)
        code = COMMENT.sub(lambda match: "\0" if match[0][0] == '"' else " ", source)
        found = dict(_facts(code, plain, made))
        if reason := unreadable(code, folded):
            found[rules.OBFUSCATED] = reason
        if rules.AUTORUN in found:
            found |= _combined(found)
        prefix = next((OFFICE[kind] for kind in reversed(file.within) if kind in OFFICE), "Doc")
        for symbol, detail in ({rules.MACROS: f"{len(source):,} characters"} | found).items():
            yield Finding(symbol, " ".join(detail.split())[:200], family=symbol.family.replace("Doc.", f"{prefix}.", 1))
        yield from _leads(plain, made)


def _facts(code: str, plain: str, made: str) -> Iterator[tuple[Symbol, str]]:
    """Each fact with the words that say it; and whether one is said only by words that were put together."""
    if start := rules.STARTS.search(code):
        yield rules.AUTORUN, start[1]
    hidden: list[str] = []
    for rule in rules.RULES:
        in_code = rule.code.search(code) if rule.code else None
        in_text = rule.text.search(plain) if rule.text else None
        in_made = rule.text.search(made) if rule.text else None
        if match := in_code or in_text or in_made:
            yield rule.symbol, _around(match)
        if in_made and not in_text:
            hidden.append(_around(in_made))
    if hidden:
        yield rules.HIDDEN, hidden[0]


def _around(match: re.Match[str]) -> str:
    """The line, or as much of it as can be read, that a match stands in."""
    text = match.string
    first = max(text.rfind("\n", 0, match.start()) + 1, match.start() - 40)
    last = text.find("\n", match.end())
    last = min(len(text) if last < 0 else last, match.end() + 100)
    return text[first:last].replace("\0", '""')


def _combined(found: dict[Symbol, str]) -> dict[Symbol, str]:
    """The worst combination, told by its start and by what it leads to."""
    for symbol, needed in TOGETHER:
        if all(each in found for each in needed):
            return {symbol: f"{found[rules.AUTORUN]}: {found[needed[0]]}"}
    return {}


def unreadable(code: str, folded: Folded) -> str:
    """Why nobody can read a source, if so."""
    built = folded.calls.get("chr", 0) + folded.calls.get("chrw", 0) + folded.calls.get("chrb", 0)
    if built >= CHR_CALLS and 8 * built > code.count("\n"):
        return f"{built} calls of Chr"
    if folded.calls.get("strreverse", 0) >= 1 and any(len(text) > 3 for text in folded.made):
        return "texts turned round"
    names = list(dict.fromkeys(NAME.findall(code[:200_000])))
    odd = [name for name in names if _is_odd(name)]
    if len(code) > CHARS_A_NAME and len(odd) >= 8 and len(odd) > ODD_SHARE * len(names):
        return f"names such as {', '.join(odd[:3])}"
    return ""


def _is_odd(name: str) -> bool:
    """Whether nobody can speak a name: hardly a vowel, or capitals and digits in the midst of it everywhere."""
    letters = [letter for letter in name if letter.isalpha()]
    vowels = sum(letter in VOWELS for letter in letters)
    turns = sum(1 for first, second in pairwise(name) if first.islower() and second.isupper())
    digits = sum(1 for first, second in pairwise(name) if first.isdigit() != second.isdigit())
    return vowels * 6 < len(letters) or turns * 3 > len(name) or digits * 3 > len(name)


def _leads(plain: str, made: str) -> Iterator[Lead]:
    """Addresses in the texts."""
    urls = dict.fromkeys(match[0] for text in (plain, made) for match in URL.finditer(text))
    for url, _ in zip(urls, range(LEADS), strict=False):
        yield Lead(url, "macro")
