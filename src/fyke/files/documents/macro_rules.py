"""What macros call: one table of facts, each with the words by which it is known."""

from __future__ import annotations

import re

from msgspec import Struct

from fyke.model import Label, Symbol


def _bad(name: str, text: str, bits: float, family: str = "") -> Symbol:
    return Symbol(name, text, "files", bits, Label.MALWARE, family=family)


MACROS = _bad("MACRO", "An office file holds macros", 1.0)
AUTORUN = _bad("MACRO_AUTORUN", "A macro runs by itself when the file is opened or closed", 1.0)
SHELL = _bad("MACRO_SHELL", "A macro runs programs", 2.0)
DOWNLOAD = _bad("MACRO_DOWNLOAD", "A macro fetches something from the net", 2.0)
WRITE = _bad("MACRO_WRITE", "A macro writes files", 0.5)
INJECT = _bad("MACRO_INJECT", "A macro writes machine code into memory and runs it", 5.0, "Doc.Macro.Inject")
SPREAD = _bad("MACRO_SPREAD", "A macro changes the macros of other documents", 2.0, "Doc.Macro.Spread")
DISARM = _bad("MACRO_DISARM", "A macro turns off what protects the computer", 4.0, "Doc.Macro.Disarm")
LIBRARY = _bad("MACRO_LIBRARY", "A macro calls functions of the system's libraries", 0.5)
HIDDEN = _bad(
    "MACRO_HIDDEN_WORDS", "A macro puts together the words that say what it does", 4.0, "Doc.Macro.Obfuscated"
)
OBFUSCATED = _bad("MACRO_OBFUSCATED", "A macro is written so that nobody can read it", 3.0, "Doc.Macro.Obfuscated")
RUN_DOWNLOADER = _bad(
    "MACRO_AUTORUN_DOWNLOADER", "A macro that starts by itself fetches a program and runs it", 6.0,
    "Doc.Macro.AutoRunDownloader",
)  # fmt: skip
RUN_DROPPER = _bad(
    "MACRO_AUTORUN_DROPPER", "A macro that starts by itself writes a file and runs it", 4.0, "Doc.Macro.AutoRunDropper"
)
RUN_SHELL = _bad("MACRO_AUTORUN_SHELL", "A macro that starts by itself runs a program", 3.0, "Doc.Macro.AutoRunShell")
RUN_HIDDEN = _bad(
    "MACRO_AUTORUN_HIDDEN", "A macro that starts by itself hides what it does", 4.0, "Doc.Macro.AutoRunObfuscated"
)
ALL = (
    MACROS, AUTORUN, SHELL, DOWNLOAD, WRITE, INJECT, SPREAD, DISARM, LIBRARY, HIDDEN, OBFUSCATED, RUN_DOWNLOADER,
    RUN_DROPPER, RUN_SHELL, RUN_HIDDEN,
)  # fmt: skip

# Procedures that Office calls: by name ("auto macros" of Word 6 and Excel 5), and by the event of an object.
STARTS = re.compile(
    r"\b(?:sub|function)\s{1,9}((?:auto_?(?:open|exec|close|new|exit|activate)|(?:document|workbook|presentation|slideshow)_?"
    r"(?:open|close|new|beforeclose|activate|deactivate|beforesave|beforeprint|contentcontrolonenter|beforecontentcontrol\w{0,20}"
    r"|syncevent|sheetactivate|sheetcalculate|windowactivate|addininstall)|onslideshowpagechange|onslideshowterminate"
    r"|app_\w{4,30}|thisdocument_\w{4,20}|app_documentopen|worksheet_(?:activate|calculate|change|selectionchange|open)"
    r"|\w{1,40}_(?:layout|painted|painting|onconnecting|titlechange|navigatecomplete2|documentcomplete|statechange"
    r"|progresschange|mousehover|mouseenter|mouseleave|gotfocus|resize|readystatechange|downloadbegin|downloadcomplete"
    r"|beforenavigate2|beforedroporpaste)|userform_(?:initialize|activate)))\b",
    re.IGNORECASE,
)


class Rule(Struct, frozen=True):
    """A fact, and the words that say it."""

    symbol: Symbol
    code: re.Pattern[str] | None  # in code, without comments and texts
    text: re.Pattern[str] | None  # in texts, as they stand or as folded


def _rule(symbol: Symbol, code: str = "", text: str = "") -> Rule:
    return Rule(
        symbol,
        re.compile(code, re.IGNORECASE) if code else None,
        re.compile(text, re.IGNORECASE) if text else None,
    )


PROGRAMS = (
    r"\b(?:powershell|pwsh|cmd(?:\.exe)?\s{0,5}[/-][ck]|mshta|rundll32|regsvr32|wscript(?:\.exe)?\s|cscript|certutil|bitsadmin"
    r"|msiexec|schtasks|wmic\s|cmstp|installutil|msbuild|forfiles)\b|\bcmd\.exe\b|%comspec%"
)
RULES = (
    _rule(
        SHELL,
        r"\bshell\b(?!\w)\s{0,4}[(\x00a-z]|\bshellexecute(?:ex)?[aw]?\b|\bcreateprocess[aw]?\b|\bwinexec\b|\bmacscript\b"
        r"|\bwscript\s{0,3}\.\s{0,3}shell\b|\.\s{0,3}exec\s{0,4}[(\x00]|\bfollowhyperlink\b",
        rf"\bw?script\.shell\b|\bshell\.application\b|\bwinmgmts:|\bwin32_process|\bshellexecute|\bmmc20\.application"
        rf"|\bshellbrowserwindow|72c24dd5-d70a-438b-8a42-98424b88afb8|\bschedule\.service\b|{PROGRAMS}",
    ),
    _rule(
        DOWNLOAD,
        r"\burldownloadto(?:cache)?file[aw]?\b|\binternet(?:open|readfile|openurl)[aw]?\b|\bwinhttp\w{0,30}\b|\bxmlhttp\w{0,10}\b",
        r"\burldownloadto|\bxmlhttp\b|\bmsxml2\.(?:server)?xmlhttp|\bwinhttp\.winhttprequest|\binternetexplorer\.application"
        r"|\bbitsadmin\b|\bcertutil\b.{0,60}-urlcache|net\.webclient|\bdownload(?:file|string|data)\b|\binvoke-webrequest\b|\biwr\b"
        r"|\bstart-bitstransfer\b|\bcurl(?:\.exe)?\s|\bwget\s|\burlmon\b|microsoft\.xmlhttp",
    ),
    _rule(
        WRITE,
        r"\bfor\s{1,4}(?:binary|output|append|random)\b|\bsavetofile\b|\bcreatetextfile\b|\bfilecopy\b|\bcopyfile\b"
        r"|\bwritefile\b|\bopentextfile\b|\bput\s{1,4}#",
        r"\badodb\.stream\b|\bscripting\.filesystemobject\b",
    ),
    _rule(
        INJECT,
        r"\bvirtualalloc(?:ex)?\b|\bwriteprocessmemory\b|\bcreateremotethread\b|\bcreatethread\b|\bheapcreate\b"
        r"|\bntallocatevirtualmemory\b|\bqueueuserapc\b|\brtlmovememory\b.{0,300}\bcallwindowproc",
    ),
    _rule(
        SPREAD,
        r"\bvbcomponents\b|\bcodemodule\b|\bnormaltemplate\s{0,3}\.\s{0,3}vbproject\b|\borganizercopy\b|\baddfromstring\b"
        r"|\binsertlines\b|\bmacrocopy\b",
    ),
    _rule(
        DISARM,
        r"\.\s{0,2}virusprotection\b",
        r"\baccessvbom\b|\bvbawarnings\b|\bset-mppreference\b|\bdisableantispyware\b|\bamsiutils\b|\bamsiinitfailed\b"
        r"|\bamsiscanbuffer\b|protectedview\\",
    ),
    _rule(LIBRARY, r"\bdeclare\s{1,4}(?:ptrsafe\s{1,4})?(?:sub|function)\b"),
)
