"""What a script does when somebody double-clicks it on Windows. Combinations count: one ability alone is a note."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from fyke.files.base import Content, Said, Scanner
from fyke.files.kinds import KINDS
from fyke.files.scripts.layers import ENCODED_SCRIPT, FOLDED, leads, text_of
from fyke.files.scripts.traits import TEXT_CHARS, traits
from fyke.model import Finding, Label, Symbol

DOWNLOAD_RUN = Symbol(
    "SCRIPT_DOWNLOAD_RUN", "A script fetches a file or more script from the net and runs it", "files", 6.0,
    Label.MALWARE, family="Script.Downloader",
)  # fmt: skip
DOWNLOAD = Symbol("SCRIPT_DOWNLOAD", "A script fetches files from the net", "files", 1.0, Label.MALWARE)
RUN = Symbol("SCRIPT_RUN", "A script starts other programs", "files", 1.0, Label.MALWARE)
OBFUSCATED = Symbol(
    "SCRIPT_OBFUSCATED", "A script spells in pieces what it does, so that nobody finds the words", "files", 5.0,
    Label.MALWARE, family="Script.Obfuscated",
)  # fmt: skip
DENSE = Symbol("SCRIPT_DENSE", "A script is written so that nobody can read it", "files", 1.0, Label.MALWARE)
ENCODED = Symbol(
    "SCRIPT_ENCODED", "A script decodes a command or code before it runs it", "files", 4.0, Label.MALWARE,
    family="Script.Encoded",
)  # fmt: skip
ENCODER = Symbol(
    "SCRIPT_ENCODER", "A script went through Microsoft's Script Encoder, so that people cannot read it", "files", 4.0,
    Label.MALWARE, family="Script.Encoded",
)  # fmt: skip
PERSISTS = Symbol(
    "SCRIPT_PERSISTS", "A script has itself started again with Windows", "files", 3.0, Label.MALWARE,
    family="Script.Trojan.Autorun",
)  # fmt: skip
DISABLES = Symbol(
    "SCRIPT_DISABLES", "A script turns the protection of Windows off", "files", 6.0, Label.MALWARE,
    family="Script.Trojan.DisableAV",
)  # fmt: skip
HIDDEN_WINDOW = Symbol(
    "SCRIPT_HIDDEN_WINDOW", "A script starts a program without showing its window", "files", 2.0, Label.MALWARE
)
MEMORY = Symbol(
    "SCRIPT_IN_MEMORY", "A script loads code into memory that never becomes a file", "files", 4.0, Label.MALWARE,
    family="Script.Trojan.Loader",
)  # fmt: skip
# What a script would drop to run it; WebAssembly it runs itself, as pages of today do.
DROPPED = frozenset(kind for kind, what in KINDS.items() if what.family in {"program", "installer"}) - {"wasm"}
HOLDS = Symbol(
    "SCRIPT_HOLDS_PROGRAM", "A script carries a program within its text", "files", 6.0, Label.MALWARE,
    family="Script.Dropper",
)  # fmt: skip
STEALS = Symbol("SCRIPT_STEALS", "A script looks where browsers keep passwords, or for wallets", "files", 3.0,
                Label.MALWARE, family="Script.Trojan.Stealer")  # fmt: skip

_LANGUAGES = {"js": "JS", "vbs": "VBS", "wsf": "WSF", "hta": "HTA", "powershell": "PowerShell", "batch": "Batch"}
_HOSTED = re.compile(r"activexobject|wscript\.|getobject\(\s?[\"']|<\?xml|xmlhttp|msscriptcontrol", re.IGNORECASE)
_STRANGE = re.compile(
    r"\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\bchrw?\(|%[~\w:,-]{1,20}%|_0x[0-9a-f]{3,8}|\[char\]", re.IGNORECASE
)
STRANGE_SHARE = 0.10  # of the characters that stand in escapes and the like
DENSE_CHARS = 600  # of a script before its measures say anything


class WindowsScripts(Scanner):
    """What does this script do when it is double-clicked?"""

    name = "windows_scripts"
    kinds = frozenset(_LANGUAGES)
    symbols = (
        DOWNLOAD_RUN, DOWNLOAD, RUN, OBFUSCATED, DENSE, ENCODED, ENCODER, PERSISTS, DISABLES, HIDDEN_WINDOW, MEMORY,
        HOLDS, STEALS,
    )  # fmt: skip

    def look(self, file: Content) -> Iterable[Said]:
        """Ask for traits of the text as it stands; what it unfolds was looked at as its children."""
        text = text_of(file.data)
        language = _LANGUAGES[file.kind]
        yield from _layers(file, language)
        if file.kind == "js" and file.how in {"", "zip"} and not _HOSTED.search(text[:TEXT_CHARS]):
            return  # a program of a page or of Node, which has other words for all of this
        if any(child.how == FOLDED for child in file.children) or (file.kind in {"hta", "wsf"} and file.children):
            return  # the text put together, or the blocks, were asked
        does = traits(text)
        yield from _deeds(does, language)
        if len(text) > DENSE_CHARS and file.how != FOLDED:
            strange = sum(len(found[0]) for found in _STRANGE.finditer(text[:TEXT_CHARS]))
            if strange > STRANGE_SHARE * min(len(text), TEXT_CHARS):
                yield Finding(DENSE, f"{100 * strange // len(text[:TEXT_CHARS])} % escapes")
        if does:
            yield from leads(text)


def _layers(file: Content, language: str) -> Iterator[Finding]:
    """What the files that came out of a script say about it."""
    for child in file.children:
        if child.how == FOLDED:
            yield Finding(OBFUSCATED, "", family=f"Script.{language}.Obfuscated")
        elif child.how == ENCODED_SCRIPT:
            yield Finding(ENCODER, "#@~^", family=f"Script.{language}.Encoded")
        elif child.how.endswith("in a script") and child.kind in DROPPED:
            yield Finding(HOLDS, f"{child.kind}, {child.how}", family=f"Script.{language}.Dropper")


def _deeds(does: dict[str, str], language: str) -> Iterator[Finding]:
    fetch, run = does.get("fetch"), does.get("run") or does.get("memory")
    if fetch and run:
        yield Finding(DOWNLOAD_RUN, f"{fetch} ... {run}"[:200], family=f"Script.{language}.DownloadRun")
    elif fetch:
        yield Finding(DOWNLOAD, fetch)
    elif run:
        yield Finding(RUN, run)
    for trait, symbol, name in _SAID:
        if word := does.get(trait):
            yield Finding(symbol, word, family=f"Script.{language}.{name}" if name else "")


_SAID = (
    ("encoded", ENCODED, "Encoded"), ("persists", PERSISTS, "Autorun"), ("disables", DISABLES, "DisableAV"),
    ("hidden", HIDDEN_WINDOW, ""), ("memory", MEMORY, "Loader"), ("steals", STEALS, "Stealer"),
)  # fmt: skip
