"""Dynamic data exchange: a field or a formula that names a program and what to tell it. One judge for all formats."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fyke.files.base import Said
from fyke.files.documents.office_symbols import DDE, DDE_AUTO, DDE_RUNS, OBJECT_REMOTE, REMOTE
from fyke.model import Finding, Lead

# Programs that run what they are told; Excel finds them on the path, Word by any path that ends so.
RUNNERS = re.compile(
    r"\b(?:cmd|command|powershell|pwsh|mshta|rundll32|regsvr32|wscript|cscript|certutil|bitsadmin|msiexec|explorer"
    r"|forfiles|hh|installutil|msbuild|wmic|control|cmstp|bash|sh|iexplore|curl|schtasks|calc|notepad)\b(?:\.exe)?",
    re.IGNORECASE,
)
FIELD = re.compile(
    r"\s*(ddeauto|dde|includetext|includepicture|import|link|embed)\b(.{0,900})", re.IGNORECASE | re.DOTALL
)
FORMULA = re.compile(r"([A-Za-z0-9_.\\/:]{1,80})\s{0,5}\|\s{0,5}'?([^'\r\n]{0,500})'?\s{0,5}!", re.IGNORECASE)
AWAY = re.compile(
    r"(?:https?|ftp|file|mhtml|ms-[a-z-]{2,40}):[^\s\"]{3,2000}|\\\\[^\s\"\\]{1,200}\\[^\s\"]{1,500}", re.IGNORECASE
)


def said_of_field(code: str) -> Iterator[Said]:
    """What a field of Word says, given its code without the marks around it."""
    match = FIELD.match(code[:1_000])
    if not match:
        return
    what, rest = match[1].lower(), " ".join(match[2].split())
    if what in {"dde", "ddeauto"}:
        yield of_service(rest.replace("\\\\", "\\"), f"{what.upper()} {rest}", is_auto=what == "ddeauto")
        return
    found = AWAY.search(rest.replace("\\\\", "\\"))
    if found and what != "embed":
        yield Lead(found[0], "office")
        yield Finding(OBJECT_REMOTE if what == "link" else REMOTE, f"{what.upper()} {found[0]}"[:200])


def of_service(said: str, shown: str = "", is_auto: bool = False) -> Finding:
    """A finding on one exchange: the program's name and what it is told, as one text."""
    if RUNNERS.search(said[:1_000]):
        return Finding(DDE_RUNS, (shown or said)[:200])
    return Finding(DDE_AUTO if is_auto else DDE, (shown or said)[:200])


def said_of_formula(formula: str) -> Iterator[Said]:
    """An exchange in a formula of Excel or Calc: `=cmd|'/c calc'!A0`, `DDE("soffice"; ...)`."""
    for match in FORMULA.finditer(formula[:2_000]):
        yield of_service(f"{match[1]} {match[2]}", match[0])
        return
