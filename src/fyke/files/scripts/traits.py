"""What a script or a command line does, told from the words that it cannot do without. No opinion is given here.

Texts are asked in lower case, with quotes left in; a literal is looked for before any pattern, so that most texts
cost a few passes of `in`. Words are those of Windows' own programs and objects.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

TEXT_CHARS = 1 << 19  # of one script looked at: longer ones carry data
DETAIL_CHARS = 120


class Trait(Struct, frozen=True):
    """One thing that a script does, and the words that show it."""

    name: str
    words: tuple[str, ...]  # one of them is enough
    pattern: str = ""  # or this; asked only where one of `near` stands in the text
    near: tuple[str, ...] = ()


# Ways to fetch a file.
_FETCH = Trait(
    "fetch",
    (
        "downloadstring", "downloadfile", "downloaddata", "invoke-webrequest", "invoke-restmethod",
        "start-bitstransfer", "net.webclient", "net.http.httpclient", "msxml2.xmlhttp", "msxml2.serverxmlhttp",
        "microsoft.xmlhttp",
        "winhttp.winhttprequest", "urldownloadtofile", "internetexplorer.application", "net.webrequest",
    ),
    r"certutil(?:\.exe)?\"?\s[^\n]{0,80}-?/?(?:urlcache|verifyctl)|bitsadmin(?:\.exe)?\"?\s[^\n]{0,60}/transfer"
    r"|\b(?:iwr|irm)\b[\s(\"']{1,4}[^\n]{0,60}http|\bcurl(?:\.exe)?\b[^\n]{0,150}http|\bwget\b[^\n]{0,80}http"
    r"|\b(?:mshta|msiexec|regsvr32|rundll32)(?:\.exe)?\"?\s[^\n]{0,150}https?:"
    r"|(?:finger|ftp|tftp|scp|ssh|sftp)(?:\.exe)?\"?\s[^\n]{0,60}(?:-s:|@|-i\s)",
    ("certutil", "bitsadmin", "iwr", "irm", "curl", "wget", "mshta", "msiexec", "regsvr32", "rundll32", "finger",
     "ftp", "ssh", "scp"),
)  # fmt: skip
# Ways to start something else.
_RUN = Trait(
    "run",
    (
        "wscript.shell", "shell.application", "invoke-expression", "start-process", "shellexecute", "win32_process",
        "invoke-item", "winmgmts:", "invoke-command", "shellbrowserwindow", "schedule.service", "mmc20.application",
    ),
    r"(?:^|[|;&({=\s\"'])iex\b|\bii\s[\"'$]|\brundll32(?:\.exe)?\"?[\s\"'%]|\bregsvr32(?:\.exe)?\"?\s|\bmshta(?:\.exe)?\"?\s"
    r"|\bmsiexec(?:\.exe)?\"?\s[^\n]{0,20}[/-](?:i|q|y|z|package)"
    r"|\bwscript(?:\.exe)?\"?\s+[\"'%/a-z]|\bcscript(?:\.exe)?\"?\s+[\"'%/a-z]|\binstallutil(?:\.exe)?\s|\bpcalua\b|\bforfiles\b"
    r"|\bstart\s+(?:\"[^\"\n]{0,40}\"\s+)?(?:/[a-z]+\s+){0,4}[\"'%]?[^\n]{1,120}\.(?:exe|scr|dll|bat|cmd|vbs|js|hta|msi)\b"
    r"|\|\s*(?:ba|z|da)?sh\b|\bconhost(?:\.exe)?\s+--headless",
    ("iex", "ii ", "rundll32", "regsvr32", "mshta", "msiexec", "wscript", "cscript", "installutil", "pcalua",
     "forfiles", "start ", "|sh", "|bash", "| sh", "| bash", "conhost"),
)  # fmt: skip
_SAVE = Trait(
    "save",
    (
        "adodb.stream", "savetofile", "writeallbytes", "writealltext", "createtextfile", "-outfile", "set-content",
        "out-file",
    ),
)  # fmt: skip
# Code that is in memory only.
_MEMORY = Trait(
    "memory",
    (
        "reflection.assembly]::load", "[reflection.assembly]::", "assembly]::load(", "virtualalloc", "createthread",
        "getdelegateforfunctionpointer", "gzipstream", "appdomain]::currentdomain", "currentdomain.load",
        "writeprocessmemory", "add-type -typedefinition", "[system.runtime.interopservices.marshal]::copy",
        "definedynamicassembly", "runtime.remoting", "binaryformatter",
    ),
)  # fmt: skip
_ENCODED = Trait(
    "encoded",
    ("frombase64string", "bin.base64", "[convert]::frombase64"),
    r"(?:powershell|pwsh)[^\n]{0,200}\s[-/]e(?:nc?|nco|ncod|ncode|ncoded|ncodedc\w{0,7})?\s+[\"']?[a-z0-9+/=]{24}|certutil[^\n]{0,60}-decode(?:hex)?\b",
    ("powershell", "pwsh", "certutil"),
)  # fmt: skip
_HIDDEN = Trait(
    "hidden",
    ("createnowindow", "windowstyle=hidden", "vbhide", "conhost --headless", "conhost.exe --headless"),
    r"[-/]w(?:i|in|ind|indo|indow|indows|indowst|indowstyle)?\s+[\"']?(?:h(?:i|id|idd|idde|idden)?|1)\b"
    r"|\.run\s{0,4}\(?[^\n]{1,400},\s{0,4}(?:0|false\b|vbhide)\s{0,4}(?:,|\)|$)|start\s+/min\b|showwindow\s*=\s*0\b",
    ("-w", "/w", ".run", "/min", "showwindow"),
)  # fmt: skip
_PERSISTS = Trait(
    "persists",
    (
        "currentversion\\run", "currentversion\\\\run", "schtasks /create", "schtasks.exe /create",
        "register-scheduledtask", "start menu\\programs\\startup", "start menu\\\\programs\\\\startup",
        "specialfolders(\"startup\")", "winlogon\\shell", "image file execution options", "userinitmprlogonscript",
        "new-service ", "__eventfilter", "commandlineeventconsumer", "getfolderpath('startup')", "shell:startup",
    ),
    r"schtasks[^\n]{0,40}[/-]create|sc(?:\.exe)?\s+create\s",
    ("schtasks", "sc create", "sc.exe create"),
)  # fmt: skip
_DISABLES = Trait(
    "disables",
    (
        "amsiutils", "amsiinitfailed", "amsiscanbuffer", "amsi.dll", "add-mppreference", "set-mppreference",
        "disableantispyware", "disablerealtimemonitoring", "delete shadows", "shadowcopy delete", "win32_shadowcopy",
        "recoveryenabled no", "wbadmin delete", "tamperprotection", "enablelua /t reg_dword /d 0", "etweventwrite",
        "stop-service windefend", "sc stop windefend", "advfirewall set allprofiles state off", "ignoreallfailures",
        "clear-eventlog", "wevtutil cl ",
    ),
)  # fmt: skip
_BYPASS = Trait(
    "bypass",
    (),
    r"[-/]e(?:p|x|xe|xec|xecutionpolicy)\w{0,12}\s+[\"']?(?:bypass|unrestricted)|[-/]nop(?:rofile)?\b",
    ("bypass", "unrestricted", "-nop", "/nop"),
)
_PERSON = Trait(  # what thieves of data look for
    "steals",
    (
        "login data",
        "key4.db",
        "logins.json",
        "wallet.dat",
        "\\cookies",
        "web data",
        "discord\\local storage",
        "leveldb",
    ),
)
TRAITS = (_FETCH, _RUN, _SAVE, _MEMORY, _ENCODED, _HIDDEN, _PERSISTS, _DISABLES, _BYPASS, _PERSON)


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


def traits(text: str) -> dict[str, str]:
    """What the text does, by the names of `TRAITS`, each with the words that show it."""
    lower = text[:TEXT_CHARS].lower()
    found: dict[str, str] = {}
    for trait in TRAITS:
        if word := _shown(trait, lower):
            found[trait.name] = word
    return found


def _shown(trait: Trait, lower: str) -> str:
    """The words that show a trait, or nothing."""
    for word in trait.words:
        if (at := lower.find(word)) >= 0:
            return _around(lower, at, len(word))
    if trait.pattern and any(near in lower for near in trait.near):
        found = _compiled(trait.pattern).search(lower)
        return _around(lower, found.start(), found.end() - found.start()) if found else ""
    return ""


def _around(lower: str, at: int, length: int) -> str:
    """The line that the words stand in, cut to what can be read at a glance."""
    start = max(lower.rfind("\n", 0, at) + 1, at - 30)
    end = lower.find("\n", at + length)
    return " ".join(lower[start : min(end if end >= 0 else len(lower), start + DETAIL_CHARS)].split())


# Programs of Windows that run what they are given, and those that fetch it.
SHELLS = frozenset(
    "cmd powershell pwsh mshta wscript cscript rundll32 regsvr32 certutil curl msiexec bitsadmin forfiles conhost "
    "installutil msbuild regasm regsvcs pcalua explorer ftp ssh scp sftp finger wmic odbcconf cmstp hh ieexec "
    "schtasks bash python pythonw node wsl syncappvpublishingserver winrs rcsi desktopimgdownldr control".split()
)
URL = re.compile(r"\bhttps?:(?://|\\\\)[^\s\"'<>()\[\]{}|^`,;*\x00-\x1f]{4,400}", re.IGNORECASE)
URLS = 40  # kept of one script


def program_of(path: str) -> str:
    """The bare name of the program that a path leads to, without its extension."""
    last = path.strip(" \"'\0").replace("/", "\\").rpartition("\\")[2].lower()
    return last.removesuffix(".exe").removesuffix(".com").strip()


def urls(text: str) -> list[str]:
    """The addresses in a text, each once, in order."""
    found = dict.fromkeys(match[0].rstrip(".:!?") for match in URL.finditer(text[:TEXT_CHARS]))
    return list(found)[:URLS]
