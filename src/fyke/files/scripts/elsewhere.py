"""Scripts not for a double click on Windows (shells, Python, PHP, Perl), and its registry and setup files.

Scripts for Linux by mail are mostly wanted; so all but the shapes that nobody writes honestly are notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from fyke.files.base import Content, Said, Scanner
from fyke.files.scripts.layers import leads, text_of
from fyke.files.scripts.traits import SHELLS, TEXT_CHARS, program_of, traits
from fyke.model import Finding, Label, Symbol

PIPED = Symbol("SHELL_FETCH_RUN", "A script runs what it fetches from the net, as installers do", "files", 1.0)
BACKDOOR = Symbol(
    "SHELL_BACKDOOR", "A script gives a shell of this computer to another", "files", 4.0, Label.MALWARE,
    family="Unix.Backdoor.ReverseShell",
)  # fmt: skip
UNFOLDS = Symbol(
    "SCRIPT_EXEC_DECODED", "A script runs code that it decodes first", "files", 3.0, Label.MALWARE,
    family="Script.Obfuscated.Exec",
)  # fmt: skip
WEB_SHELL = Symbol(
    "PHP_WEB_SHELL", "A PHP script runs what a visitor sends", "files", 5.0, Label.MALWARE,
    family="PHP.Backdoor.WebShell",
)  # fmt: skip
REG_RUN = Symbol(
    "REG_RUN", "A registry file has a program started with Windows", "files", 3.0, Label.MALWARE,
    family="Reg.Trojan.Autorun",
)  # fmt: skip
REG_SHELL = Symbol(
    "REG_SHELL", "A registry file has a shell of Windows run a command", "files", 5.0, Label.MALWARE,
    family="Reg.Trojan.Command",
)  # fmt: skip
REG_DISABLES = Symbol(
    "REG_DISABLES", "A registry file turns the protection of Windows off", "files", 5.0, Label.MALWARE,
    family="Reg.Trojan.DisableAV",
)  # fmt: skip
INF_RUNS = Symbol(
    "INF_RUNS", "A setup file runs commands or registers scripts from elsewhere", "files", 5.0, Label.MALWARE,
    family="Inf.Trojan.Command",
)  # fmt: skip

_PIPED = re.compile(r"\b(?:curl|wget)\b[^\n|]{1,300}\|\s{0,4}(?:sudo\s{1,4})?(?:ba|z|da|k)?sh\b")
_BACKDOOR = re.compile(
    r"(?:ba|z|k)?sh\s{1,4}-i\s{0,4}[>&0-9]{1,6}\s{0,4}/dev/(?:tcp|udp)/\d|\bnc(?:at)?\s[^\n]{0,60}-e\s{1,4}/bin/(?:ba)?sh"
    r"|os\.dup2\(\s?\w{1,20}\.fileno\(\)[^\n]{0,20}[^#]{0,300}(?:/bin/(?:ba)?sh|pty\.spawn)"
)
_UNFOLDS = re.compile(
    r"\bexec\s?\(\s?(?:\(?_\)?\()?[\w.( ]{0,80}(?:b64decode|marshal\.loads|zlib\.decompress|bytes\.fromhex)\s?\("
    r"|\beval\s?\(\s?(?:gzinflate|gzuncompress|str_rot13|base64_decode)\s?\("
)
_WEB_SHELL = re.compile(
    r"\b(?:eval|assert|system|shell_exec|passthru|popen|proc_open|exec)\s?\(\s?@?(?:base64_decode\s?\(\s?)?"
    r"(?:stripslashes\s?\(\s?)?\$_(?:POST|GET|REQUEST|COOKIE)\b",
    re.IGNORECASE,
)
_RUN_KEY = re.compile(
    r"^\s{0,4}\[(?!-)[^\]\n]{0,200}\\currentversion\\(?:run|runonce|policies\\explorer\\run)\]",
    re.IGNORECASE | re.MULTILINE,
)
_REG_VALUE = re.compile(r"^\s{0,4}(?:@|\"[^\"\n]{0,200}\")\s{0,4}=\s{0,4}\"([^\n]{1,2000})\"\s{0,4}$", re.MULTILINE)
_REG_DISABLES = re.compile(
    r"\"(?:disableantispyware|disablerealtimemonitoring|disablebehaviormonitoring|disabletaskmgr|disableregistrytools)"
    r"\"\s?=\s?dword:0{0,7}1\b|\"enablelua\"\s?=\s?dword:0{1,8}\b",
    re.IGNORECASE,
)
_INF_RUNS = re.compile(
    r"^\s{0,4}(?:runpresetupcommands|runpostsetupcommands|registerocxs|unregisterocxs)\s{0,4}=",
    re.IGNORECASE | re.MULTILINE,
)
VALUES = 200  # of one registry file


class OtherScripts(Scanner):
    """Does a script for Linux, or for a server, give the computer away?"""

    name = "other_scripts"
    kinds = frozenset({"shell", "python", "perl", "php"})
    symbols = (PIPED, BACKDOOR, UNFOLDS, WEB_SHELL)

    def look(self, file: Content) -> Iterable[Said]:
        """Ask for shapes that need no reading of the language."""
        text = text_of(file.data)[:TEXT_CHARS]
        for pattern, symbol in ((_PIPED, PIPED), (_BACKDOOR, BACKDOOR), (_UNFOLDS, UNFOLDS)):
            if found := pattern.search(text):
                yield Finding(symbol, " ".join(found[0].split())[:120])
        if file.kind == "php" and (found := _WEB_SHELL.search(text)):
            yield Finding(WEB_SHELL, found[0][:120])


class RegistryFiles(Scanner):
    """What does a registry or setup file have Windows run?"""

    name = "registry_files"
    kinds = frozenset({"reg", "inf"})
    symbols = (REG_RUN, REG_SHELL, REG_DISABLES, INF_RUNS)

    def look(self, file: Content) -> Iterable[Said]:
        """Ask for keys, then for the programs that values name."""
        text = text_of(file.data)[:TEXT_CHARS]
        if file.kind == "inf":
            does = traits(text)
            if _INF_RUNS.search(text) and ("fetch" in does or "scrobj" in text.lower() or "run" in does):
                yield Finding(INF_RUNS, does.get("fetch") or does.get("run") or "scrobj.dll")
                yield from leads(text)
            return
        if found := _RUN_KEY.search(text):
            yield Finding(REG_RUN, found[0].strip()[:150])
        if found := _REG_DISABLES.search(text):
            yield Finding(REG_DISABLES, found[0])
        for number, value in enumerate(_REG_VALUE.finditer(text)):
            command = value[1].replace('\\"', '"').replace("\\\\", "\\")
            shell = program_of(command.partition(" ")[0])
            if shell in SHELLS - {"explorer", "rundll32", "msiexec", "control", "hh"} and traits(command):
                yield Finding(REG_SHELL, command[:200])
                yield from leads(command)
            if number >= VALUES:
                return
