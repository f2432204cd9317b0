"""What JavaScript in a PDF does that forms do not: known attacks on readers, files saved and opened, disguise."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fyke.files.documents import pdf_symbols as symbols
from fyke.model import Finding, Lead

SCRIPT_CHARS = 500_000  # of one script that is searched; forms hold some thousands
LEADS = 20  # addresses of one script

# Functions of readers that were attacked, with what only attacks give them: CVE-2007-5659, CVE-2008-2992,
# CVE-2009-0927, CVE-2009-1492, CVE-2009-4324, CVE-2010-4091, and code for processors as text.
_EXPLOITS = re.compile(
    r"Collab\.collectEmailInfo|Collab\.getIcon|media\.newPlayer|util\.printf\s{0,9}\(\s{0,9}[\"']%\d{3,6}\.?\d{0,9}f"
    r"|spell\.customDictionaryOpen|doc\.printSeps|this\.printSeps|%u(?:9090|0c0c|4141|0a0a|0d0d)%u[0-9a-f]{4}"
    r"|\\u9090\\u9090|getAnnots\(\s{0,9}\{?\s{0,9}nPage.{0,99}(?:eval|unescape)",
    re.IGNORECASE,
)
_DROPS = re.compile(r"exportDataObject\s{0,9}\([^)]{0,300}nLaunch[\"']?\s{0,9}:\s{0,9}[12]", re.IGNORECASE)
_DECODES = re.compile(r"\b(?:unescape|fromCharCode|atob|parseInt)\s{0,9}\(|\.replace\s{0,9}\(|\.charCodeAt\(")
_RUNS = re.compile(
    r"\beval\s{0,9}\(|\[\s{0,9}[\"']eval[\"']\s{0,9}\]|\bFunction\s{0,9}\(|app\.setTimeOut\s{0,9}\(\s{0,9}[a-z_$]\w{0,30}\s{0,9}[,)]"
)
_GOES = re.compile(
    r"(?:launchURL|getURL|submitForm|openDoc|mailForm)\s{0,9}\([^\"']{0,60}[\"']([a-z]{2,9}://[^\"'\s]{3,2000})",
    re.IGNORECASE,
)


def judge(scripts: list[str], *, opens: bool) -> Iterator[Finding | Lead]:
    """What the scripts of one file do."""
    if not scripts:
        return
    yield Finding(symbols.SCRIPT_RUNS if opens else symbols.SCRIPT, " ".join(scripts[0][:400].split())[:120])
    for script in (whole[:SCRIPT_CHARS] for whole in scripts):
        if exploit := _EXPLOITS.search(script):
            yield Finding(symbols.SCRIPT_EXPLOITS, exploit[0][:120])
        if drop := _DROPS.search(script):
            yield Finding(symbols.SCRIPT_DROPS, drop[0][:120])
        if (runs := _RUNS.search(script)) and (decodes := _DECODES.search(script)):
            yield Finding(symbols.SCRIPT_HIDES, f"{runs[0]} and {decodes[0]}")
        for index, match in enumerate(_GOES.finditer(script)):
            if index >= LEADS:
                break
            yield Lead(match[1], "pdf")
