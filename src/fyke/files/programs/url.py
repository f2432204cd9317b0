"""Shortcuts and settings that are texts: where a click on one leads, and what it fetches before anybody clicks.

.url and .website, .library-ms, .search-ms, .searchconnector-ms, .settingcontent-ms, .scf, .desktop, .appref-ms, .rdp.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from fyke.files.base import Content, Said, Scanner
from fyke.files.identify import extension
from fyke.files.scripts.layers import text_of
from fyke.files.scripts.traits import SHELLS, program_of, traits, urls
from fyke.model import Finding, Label, Lead, Symbol

REMOTE = Symbol(
    "URL_REMOTE_PROGRAM", "An internet shortcut runs a program or script from another computer", "files", 7.0,
    Label.MALWARE, family="URL.Trojan.RemoteProgram",
)  # fmt: skip
SHARE = Symbol(
    "URL_SHARE", "An internet shortcut opens a folder on another computer", "files", 4.0, Label.MALWARE,
    family="URL.Trojan.Share",
)  # fmt: skip
LOCAL = Symbol("URL_LOCAL", "An internet shortcut leads to a program on this computer", "files", 3.0, Label.MALWARE,
               family="URL.Trojan.Local")  # fmt: skip
LEAKS = Symbol(
    "URL_ICON_LEAK", "The icon of a shortcut is fetched from another computer, which is told who looks at it", "files",
    5.0, Label.MALWARE, family="URL.Exploit.IconLeak",
)  # fmt: skip
SEARCH = Symbol(
    "LIBRARY_REMOTE", "A Windows library or search shows the files of another computer as if they were here", "files",
    6.0, Label.MALWARE, family="URL.Trojan.RemoteLibrary",
)  # fmt: skip
SETTING = Symbol(
    "SETTING_COMMAND", "A settings shortcut runs a command", "files", 5.0, Label.MALWARE,
    family="URL.Exploit.SettingContent",
)  # fmt: skip
DESKTOP = Symbol(
    "DESKTOP_FETCH_RUN", "A launcher of a Linux desktop runs what it fetches", "files", 5.0, Label.MALWARE,
    family="Unix.Trojan.Launcher",
)  # fmt: skip
DEPLOYED = Symbol(
    "APPREF_REMOTE", "A shortcut installs a program from the net and runs it", "files", 3.0, Label.MALWARE,
    family="URL.Trojan.ClickOnce",
)  # fmt: skip
DESK = Symbol("RDP_FILE", "A file opens a session on another computer", "files", 1.0)
DESK_DRIVES = Symbol(
    "RDP_DRIVES", "A file opens a session on another computer and gives it the drives of this one", "files", 4.0,
    Label.MALWARE, family="RDP.Trojan.DriveMapping",
)  # fmt: skip

TEXT_CHARS = 65_536  # these files have some hundred
LINES = 400
_RUNS = re.compile(
    r"\.(?:exe|scr|com|pif|bat|cmd|vbs|vbe|js|jse|wsf|wsh|hta|ps1|msi|cpl|dll|lnk|url|jar|xll|zip|appref-ms)\Z",
    re.IGNORECASE,
)
_SHARE = re.compile(r"\A(?:file:)?[\\/]{2,5}(?![\\/?.]|[a-z][:|])([^\\/\s]{1,255})[\\/]", re.IGNORECASE)
_SHARES = re.compile(r"\\\\[\w.@-]{2,255}\\[^\s<>\"']{1,300}|file:/{2}(?!/)[^\s<>\"']{2,300}", re.IGNORECASE)
_DEEP = re.compile(r"<deeplink>([^<]{1,2000})</deeplink>", re.IGNORECASE)
_WINDOWS = re.compile(r"\Afile:/{0,3}(?:[a-z]:|%)", re.IGNORECASE)
_REMOTE_LOCATION = re.compile(
    r"<(?:url|locationprovider|path)>\s{0,9}((?:https?:|file:|\\\\)[^<]{3,1000})<", re.IGNORECASE
)


class TextShortcuts(Scanner):
    """Where does this shortcut lead, and whom does it tell?"""

    name = "text_shortcuts"
    kinds = frozenset({"url", "text", "xml", "data"})  # kinds by content; these formats are told by their names
    symbols = (REMOTE, SHARE, LOCAL, LEAKS, SEARCH, SETTING, DESKTOP, DEPLOYED, DESK, DESK_DRIVES)

    def look(self, file: Content) -> Iterable[Said]:
        """Ask what Windows would do with a file of this name."""
        last = "url" if file.kind == "url" else extension(file.name)
        ask = _BY_NAME.get(last)
        if ask is not None:
            yield from ask(text_of(file.data[:TEXT_CHARS]))


def _fields(text: str) -> dict[str, str]:
    """The lines `name=value`, names in lower case, the first of each."""
    fields: dict[str, str] = {}
    for line in text.splitlines()[:LINES]:
        name, equals, value = line.partition("=")
        if equals:
            fields.setdefault(name.strip().lower(), value.strip().strip('"'))
    return fields


def _url(text: str) -> Iterator[Said]:
    """An internet shortcut: its address, and where its icon comes from."""
    fields = _fields(text)
    target = unquote(fields.get("url", "") or fields.get("baseurl", ""))
    if target:
        yield Lead(target, "shortcut")
        yield from _target(target)
    for name in ("iconfile", "workingdirectory"):
        if found := _SHARE.match(unquote(fields.get(name, ""))[:1_000]):
            yield Finding(LEAKS, f"{name}={fields[name][:150]}")
            yield Lead(f"file://{found[1]}/", "shortcut")


def _target(target: str) -> Iterator[Finding]:
    path = target.partition("?")[0].rstrip("/\\ ")[-400:]
    if _SHARE.match(target[:400]):
        yield Finding(REMOTE if _RUNS.search(path) else SHARE, target[:200])
    elif _WINDOWS.match(target):
        if program_of(path) in SHELLS or _RUNS.search(path):
            yield Finding(LOCAL, target[:200])
    elif target.lower().startswith(
        ("search-ms:", "search:", "ms-msdt:", "javascript:", "vbscript:", "ms-officecmd:", "shell:")
    ):
        yield Finding(SEARCH if target.lower().startswith("search") else REMOTE, target[:200])


def _library(text: str) -> Iterator[Said]:
    """Libraries and searches: folders that may be elsewhere ([MS-WSP] names them scopes)."""
    for place in _REMOTE_LOCATION.finditer(text):
        address = place[1].strip()
        yield Lead(address, "shortcut")
        yield Finding(SEARCH, address[:200])
        return
    if found := _SHARES.search(text):
        yield Finding(SEARCH, found[0][:200])


def _setting(text: str) -> Iterator[Said]:
    if (found := _DEEP.search(text)) and (program_of(found[1].partition(" ")[0]) in SHELLS or traits(found[1])):
        yield Finding(SETTING, found[1][:200])
        for url in urls(found[1]):
            yield Lead(url, "shortcut")


def _scf(text: str) -> Iterator[Said]:
    """A shell command file: the folder it stands in shows its icon, so a look is enough."""
    icon = _fields(text).get("iconfile", "")
    if found := _SHARE.match(icon[:1_000]):
        yield Finding(LEAKS, f"iconfile={icon[:150]}")
        yield Lead(f"file://{found[1]}/", "shortcut")


def _desktop(text: str) -> Iterator[Said]:
    command = _fields(text).get("exec", "")
    does = traits(command)
    starts = "run" in does or any(word in command for word in ("sh -c", "chmod", "xdg-open"))
    if ("fetch" in does and starts) or ("base64 -d" in command and "sh" in command):
        yield Finding(DESKTOP, command[:200])
    for url in urls(command):
        yield Lead(url, "shortcut")


def _appref(text: str) -> Iterator[Said]:
    for url in urls(text)[:1]:
        yield Finding(DEPLOYED, url[:200])
        yield Lead(url, "shortcut")


def _rdp(text: str) -> Iterator[Said]:
    """Lines `name:type:value` of Microsoft's remote desktop."""
    fields: dict[str, str] = {}
    for line in text.splitlines()[:LINES]:
        parts = line.split(":", 2)
        if len(parts) == 3:
            fields.setdefault(parts[0].strip().lower(), parts[2].strip())
    host = fields.get("full address", "")
    if not host:
        return
    yield Lead(f"rdp://{host}/", "shortcut")
    drives = fields.get("drivestoredirect", "") or ("*" if fields.get("redirectdrives") == "1" else "")
    yield Finding(DESK_DRIVES if drives else DESK, f"{host}, drives {drives}"[:150] if drives else host[:150])


_BY_NAME = {
    "url": _url, "website": _url, "library-ms": _library, "search-ms": _library, "searchconnector-ms": _library,
    "settingcontent-ms": _setting, "scf": _scf, "desktop": _desktop, "appref-ms": _appref, "rdp": _rdp,
}  # fmt: skip
