"""What a click on a Windows shortcut does. A shortcut by mail that runs a shell with arguments is how malware comes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from fyke.files.base import Content, Item, Member, Said, Scanner, Unpacker
from fyke.files.budget import Meter
from fyke.files.programs.facts import READS_AS
from fyke.files.programs.lnk import Shortcut, read, targets
from fyke.files.scripts.traits import SHELLS, program_of, traits, urls
from fyke.model import Finding, Label, Lead, Observable, Symbol

COMMAND = Symbol(
    "LNK_COMMAND", "A shortcut gives a shell of Windows a command to run", "files", 4.0, Label.MALWARE,
    family="LNK.Trojan.Command",
)  # fmt: skip
DOWNLOAD = Symbol(
    "LNK_DOWNLOAD", "A click on a shortcut fetches a file from the net and runs it", "files", 7.0, Label.MALWARE,
    family="LNK.Trojan.Downloader",
)  # fmt: skip
ENCODED = Symbol(
    "LNK_ENCODED", "The command of a shortcut is encoded, or hides its window", "files", 6.0, Label.MALWARE,
    family="LNK.Trojan.Encoded",
)  # fmt: skip
HIDDEN = Symbol(
    "LNK_HIDDEN_ARGS", "A shortcut has its command where Windows does not show it", "files", 5.0, Label.MALWARE,
    family="LNK.Trojan.HiddenCommand",
)  # fmt: skip
DOCUMENT_ICON = Symbol(
    "LNK_DOCUMENT_ICON", "A shortcut runs a shell and shows the icon of a document or folder", "files", 5.0,
    Label.MALWARE, family="LNK.Trojan.Disguised",
)  # fmt: skip
MISNAMED = Symbol(
    "LNK_MISNAMED", "A shortcut goes under the name of a document or a picture", "files", 3.0, Label.MALWARE,
    family="LNK.Trojan.DoubleExtension",
)  # fmt: skip
REMOTE = Symbol(
    "LNK_REMOTE", "A shortcut leads to a program or script on another computer", "files", 4.0, Label.MALWARE,
    family="LNK.Trojan.Remote",
)  # fmt: skip
OVERLAY = Symbol(
    "LNK_OVERLAY", "A shortcut carries another file behind its end", "files", 5.0, Label.MALWARE,
    family="LNK.Trojan.Dropper",
)  # fmt: skip

BLANKS = 20  # before a command: the field in Windows' dialog shows some forty characters
LONG_CHARS = 260  # of arguments: the dialog shows no more
OVERLAY_BYTES = 64  # behind the end that may be waste of the program that wrote it
_READERS = re.compile(
    r"winword|excel|powerpnt|outlook|onenote|acrord|acrobat|foxit|wordpad|notepad|\.(?:pdf|docx?|xlsx?|pptx?|rtf|txt"
    r"|jpe?g|png|zip)\b|chrome|msedge|firefox"
)
_FOLDERS = ("shell32.dll", "imageres.dll", "zipfldr.dll")  # their icons are those of folders, texts and pictures
_BLANK_RUN = re.compile(r"[ \t\r\n\u00a0\u2000-\u200f\u3000]{20,}")
_STARTED = re.compile(r"\.(?:exe|dll|scr|com|bat|cmd|vbs|vbe|js|jse|wsf|hta|ps1|msi|cpl|lnk|url)\Z", re.IGNORECASE)


class Shortcuts(Scanner):
    """What does a click on this shortcut run?"""

    name = "shortcuts"
    kinds = frozenset({"lnk"})
    symbols = (COMMAND, DOWNLOAD, ENCODED, HIDDEN, DOCUMENT_ICON, MISNAMED, REMOTE, OVERLAY)

    def look(self, file: Content) -> Iterable[Said]:
        """Ask the name, then the command, then where it was made."""
        shortcut = read(file.data)
        shown = file.name.lower().removesuffix(".lnk").rpartition(".")
        if shown[1] and shown[2].strip() in READS_AS:
            yield Finding(MISNAMED, file.name[-80:])
        yield from _command(shortcut)
        yield from _places(shortcut)
        if len(file.data) - shortcut.end > OVERLAY_BYTES:
            yield Finding(OVERLAY, f"{len(file.data) - shortcut.end:,} bytes behind the end")
        if shortcut.machine:
            yield Observable("machine", shortcut.machine.lower(), "attachment")
        if shortcut.mac:
            yield Observable("mac", shortcut.mac, "attachment")
        for url in urls(shortcut.command):
            yield Lead(url, "shortcut")


def _command(shortcut: Shortcut) -> Iterator[Finding]:
    """What is wrong with the command line."""
    arguments = shortcut.arguments
    shell = next((found for path in targets(shortcut) if (found := program_of(path)) in SHELLS), "")
    if not shell:
        return
    command = " ".join(shortcut.command.split())
    does = traits(f"{shell} {command}")
    is_plain_folder = shell == "explorer" and not does
    if arguments.strip() and not is_plain_folder:
        yield Finding(COMMAND, command[:200])
    if "fetch" in does or (urls(arguments) and not is_plain_folder):
        yield Finding(DOWNLOAD, (does.get("fetch") or command)[:200])
    if said := does.get("encoded") or does.get("memory") or (does.get("hidden") and does.get("run")):
        yield Finding(ENCODED, said)
    if blanks := _BLANK_RUN.search(arguments[:65_535]):
        yield Finding(HIDDEN, f"{len(blanks[0])} blanks before {arguments[blanks.end() :][:100]!r}")
    elif len(arguments) > LONG_CHARS:
        yield Finding(HIDDEN, f"{len(arguments):,} characters: ...{arguments[LONG_CHARS:][:100]!r}")
    icon = shortcut.icon.lower()
    if icon and program_of(icon) != shell and (_READERS.search(icon[-260:]) or icon.endswith(_FOLDERS)):
        yield Finding(DOCUMENT_ICON, f"{shell}, icon of {shortcut.icon[-100:]}")


def _places(shortcut: Shortcut) -> Iterator[Said]:
    """Programs on other computers."""
    for path in targets(shortcut):
        host = path[2:].replace("/", "\\").partition("\\")[0] if path.startswith(("\\\\", "//")) else ""
        if host and host not in {"?", "."} and (_STARTED.search(path[-260:]) or "@" in host):
            yield Finding(REMOTE, path[:200])
            yield Lead(path, "shortcut")
            return


class ShortcutOverlays(Unpacker):
    """Takes out what stands behind the end of a shortcut."""

    name = "shortcut_overlays"
    kinds = frozenset({"lnk"})

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """Yield the command as a script of its own, and the bytes behind the end."""
        shortcut = read(file.data)
        kind = _LANGUAGES.get(program_of(shortcut.target), "")
        if shortcut.arguments and kind and meter.admits("command"):
            yield Member(meter.took(shortcut.command.encode()), "command", "shortcut's command", kind)
        if len(file.data) - shortcut.end > OVERLAY_BYTES and meter.admits("overlay"):
            yield Member(meter.took(file.data[shortcut.end :]), "overlay", "behind the end of a shortcut")


_LANGUAGES = {"powershell": "powershell", "pwsh": "powershell", "cmd": "batch", "mshta": "js"}
