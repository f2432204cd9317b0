"""What a page does, by its source, its scripts and what was found in them: smuggles, copies a sign-in, leads away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from fyke.files.base import Said
from fyke.files.kinds import KINDS
from fyke.files.pages import page_symbols as symbols
from fyke.files.pages.inline import Script
from fyke.files.pages.senders import bot_in, brand_of, host_of, is_chat, sends_to
from fyke.mail.html import HtmlReading, read_html
from fyke.model import Finding, Lead, Reading

LEADS = 200  # addresses of one page that are told
TEXTS = 300  # decoded texts that are searched
TEXT_CHARS = 200_000  # of each
VISIBLE_CHARS = 300  # of a page that shows nothing but that it leads away

_SAVES = re.compile(
    r"createObjectURL|msSave(?:OrOpen)?Blob|\.download\s{0,3}=|setAttribute\(\s{0,3}[\"']download|showSaveFilePicker|saveAs\(",
    re.IGNORECASE,
)
_BUILDS = re.compile(r"new Blob|new File\(|Uint8Array|atob\(", re.IGNORECASE)
_OBSCURE = re.compile(r"\b_0x[0-9a-f]{3,8}\b")
_JSFUCK = re.compile(r"[\[\]()!+]{500}")
_LOCATION = re.compile(
    r"(?:\blocation(?:\.(?:href|replace|assign))?\s{0,3}(?:=(?!=)|\())|window\.open\s{0,3}\(|\.click\(\)", re.IGNORECASE
)
_ADDRESS = re.compile(r"(?:https?|ftp|wss?)://[^\s<>\"'`{}|\\^\x00-\x1f]{4,2000}", re.IGNORECASE)
_WHOLE_ADDRESS = re.compile(r"\s{0,9}(?:https?:)?//[a-z0-9@._-]{4,255}(?:[:/?#]\S{0,3000})?\s{0,9}\Z", re.IGNORECASE)
_PAGE = re.compile(r"<(?:html|body|form|iframe|!doctype|meta\s|input|script|a\s{1,9}href)", re.IGNORECASE)
_PASSWORD = re.compile(r"type\s{0,5}=\s{0,5}\\?[\"']?password", re.IGNORECASE)
_FOREIGN = re.compile(r"<(?:\w{1,20}:)?(?:iframe|form|input|embed|object|script|meta)\b", re.IGNORECASE)
_READER = re.compile(
    r"[#?&=/](?:[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}\.[\w.-]{2,60}|[A-Za-z0-9+/]{12,120}={1,2}(?:[&#]|\Z))"
)
_LEAVING = frozenset({"location", "href", "replace", "assign", "open"})
_WRITING = frozenset({"write", "writeln", "innerHTML", "outerHTML", "srcdoc", "insertAdjacentHTML", "append", "html"})
# What is not opened by a reader of an honest page that carries it.
_HEAVY = frozenset({"archive", "disk", "installer", "program", "script"})


class Carried(Struct):
    """What was found in the constants of a page's scripts."""

    files: list[tuple[str, str, bytes]] = []  # kind, how it was come by, the content where it is a page
    pages: list[tuple[str, str]] = []  # decoded text that is markup, and how it was decoded
    hidden: list[tuple[str, str]] = []  # decoded addresses, and what is done with them
    leaves: list[str] = []  # addresses in plain text that a script goes to
    texts: list[str] = []  # all that was decoded
    sinks: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self.files or self.pages or self.hidden or self.texts)

    def note_sink(self, sink: str) -> None:
        """What is done with a constant that was a file."""
        self.sinks.add(sink)

    def plain(self, text: str, sink: str) -> None:
        """A constant that stands as it is."""
        if sink in _LEAVING and _WHOLE_ADDRESS.match(text[:4_000]):
            self.leaves.append(text.strip()[:4_000])

    def decoded(self, text: str, how: str, sink: str) -> None:
        """A constant that was decoded."""
        self.sinks.add(sink)
        if len(self.texts) >= TEXTS:
            return
        text = text[:TEXT_CHARS]
        self.texts.append(text)
        if _WHOLE_ADDRESS.match(text[:4_000]):
            if how not in {"joined", "replaced"}:
                self.hidden.append((text.strip(), sink))
        elif _PAGE.search(text) and len(text) >= 100 and how not in {"joined", "replaced"}:
            self.pages.append((text, how))


def judge(source: str, kind: str, scripts: list[Script], carried: Carried) -> Iterator[Said]:
    """All that is to be said of one page."""
    code = "\n".join(script.text for script in scripts)
    yield from _smuggled(code, carried)
    yield from _obscure(code)
    if kind == "svg":
        yield from _drawing(source, scripts, carried)
    if kind == "xml":
        return
    reading = read_html(source)
    known: set[str] = set()
    decoded = "\n".join(carried.texts)
    yield from _senders(code, decoded, reading)
    yield from _leaving(reading, code, carried)
    for url in (
        *_reading_leads(reading),
        *carried.leaves,
        *(url for url, _ in carried.hidden),
        *_ADDRESS.findall(decoded),
    ):
        if url not in known and len(known) < LEADS:
            known.add(url)
            yield Lead(url, "page")
    if reading.visible.strip():
        yield Reading(reading.visible.strip(), "page")


def _reading_leads(reading: HtmlReading) -> Iterator[str]:
    """The addresses that a reader of a page, or a form, goes to."""
    for anchor in reading.anchors:
        if anchor.source in {"href", "form", "frame", "refresh"} and host_of(anchor.url):
            yield anchor.url
    if host_of(reading.html.refresh):
        yield reading.html.refresh


def _smuggled(code: str, carried: Carried) -> Iterator[Said]:
    """Files that scripts put together."""
    saves = _SAVES.search(code) or _SAVES.search("\n".join(carried.texts)[:TEXT_CHARS])
    for kind, how, _ in carried.files:
        family = KINDS[kind].family
        by_script = "script" in how
        if family in _HEAVY and kind != "wasm" and (by_script or saves):
            yield Finding(symbols.SMUGGLES, f"{kind}, {how}" + (f", {saves[0]}" if saves else ""))
        elif family in _HEAVY and kind != "wasm":
            yield Finding(symbols.SMUGGLES, f"{kind}, {how}", weight=0.75)
        elif family == "document" and (by_script or saves):
            yield Finding(symbols.HOLDS_FILE, f"{kind}, {how}" + (f", {saves[0]}" if saves else ""))
    if saves and not carried.files and _BUILDS.search(code):
        yield Finding(symbols.SAVES, saves[0])
    written = [
        (page.decode("latin-1"), how)
        for kind, how, page in carried.files
        if kind in {"html", "svg"} and "script" in how
    ]
    for text, how in [*carried.pages, *written]:
        if _PASSWORD.search(text):
            yield Finding(symbols.WRITES_LOGIN, how)
        elif carried.sinks & _WRITING and re.search(
            r"<(?:html|body|form|iframe|meta\s)", text[:TEXT_CHARS], re.IGNORECASE
        ):
            yield Finding(symbols.WRITES_PAGE, f"{how}: {' '.join(text[:100].split())}")


def _obscure(code: str) -> Iterator[Said]:
    names = len(_OBSCURE.findall(code[:400_000]))
    if names >= 25:
        yield Finding(symbols.OBFUSCATED, f"{names} names such as {_OBSCURE.search(code)[0]}")  # type: ignore[index]
    elif _JSFUCK.search(code[:400_000]):
        yield Finding(symbols.OBFUSCATED, "nothing but brackets and signs")


def _drawing(source: str, scripts: list[Script], carried: Carried) -> Iterator[Said]:
    """What only drawings are wondered at for."""
    if scripts:
        code = "\n".join(script.text for script in scripts)
        leads = _LOCATION.search(code) if _ADDRESS.search(code) or carried else None
        if leads or carried.hidden or carried.pages or carried.leaves:
            yield Finding(symbols.SVG_LEADS, leads[0] if leads else (carried.leaves or ["decodes"])[0][:150])
        else:
            yield Finding(symbols.SVG_SCRIPT, " ".join(scripts[0].text[:300].split())[:120])
    at = source.find("foreignObject")
    if at >= 0 and (page := _FOREIGN.search(source, at)):
        yield Finding(symbols.SVG_PAGE, page[0])


def _senders(code: str, decoded: str, reading: HtmlReading) -> Iterator[Said]:
    """Forms for passwords, and where they send."""
    forms = reading.html.forms
    password = any(form.password for form in forms) or bool(_PASSWORD.search(decoded))
    hosts = [host for form in forms if (host := host_of(form.action))]
    by_script = sends_to(f"{code}\n{decoded}")
    if by_script and password:
        yield Lead(by_script, "page")
    if by_script:
        hosts.append(host_of(by_script))
    actions = "\n".join(form.action for form in forms)
    bot = bot_in(f"{actions}\n{code}\n{decoded}")
    if bot and (password or (is_chat(bot) and forms)):
        yield Finding(symbols.BOT, bot[:150])
    if not password or not hosts:
        return
    title = reading.html.title
    images = " ".join(anchor.url[:200] for anchor in reading.anchors[:200] if anchor.source in {"image", "style"})
    brand = brand_of(title, f"{reading.visible[:3_000]}\n{images}\n{decoded[:20_000]}", hosts)
    if brand:
        yield Finding(symbols.LOGIN_BRAND, f"{brand}, sent to {hosts[0]}"[:200])
    else:
        yield Finding(symbols.LOGIN, f"{title[:80]}, sent to {hosts[0]}"[:200])


def _leaving(reading: HtmlReading, code: str, carried: Carried) -> Iterator[Said]:
    """Whether it leads away at once, and how openly."""
    goes = bool(_LOCATION.search(code))
    for url, sink in carried.hidden:
        if sink in _LEAVING or goes:
            yield Finding(symbols.HIDES_ADDRESS, url[:200])
    refresh = reading.html.refresh
    target = refresh if host_of(refresh) else next(iter(carried.leaves), "")
    if not target:
        return
    if len(reading.visible.strip()) < VISIBLE_CHARS and _READER.search(target):
        yield Finding(symbols.REDIRECTS_READER, target[:200])
    else:
        yield Finding(symbols.REDIRECTS, target[:200])
