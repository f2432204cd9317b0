"""What the writer says now, apart from the thread that the message quotes below or between.

Three ways of quoting: `>` before each line; a line such as "On Monday, Ann wrote:" or a block of old headers with the
thread below it; and, in HTML, elements that mail programs put around a quotation. A forwarded message is what its
sender says. Whoever writes may lie, so what is quoted is kept apart and never dropped.
"""

from __future__ import annotations

import re
from functools import lru_cache

from turbohtml import Element

from fyke.mail.page import Page, Sign
from fyke.mail.patterns import CASELESS, Expression, Patterns, load

SCANNED_CHARS = 100_000  # of a text in which quotations are looked for: fifty pages
CANDIDATES = 200  # lines looked at that may introduce a thread
LINE_CHARS = 300  # of a line that introduces a thread; those with two addresses stay below
BLOCK_LINES = 8  # within which the old headers must stand
MARKED_LINES = 3  # ">> CLICK HERE <<" is one line, and a list of offers seldom more than two
QUOTES = 200  # quoting elements of one document

_ORIGINAL = """
original message|originalnachricht|ursprüngliche nachricht|message d'origine|message original|mensaje original|
mensagem original|исходное сообщение|Исходное сообщение|messaggio originale|oorspronkelijk bericht|
original-nachricht|reply message|original e-mail|original mail
"""
_FORWARDED = """
forwarded message|begin forwarded message|weitergeleitete nachricht|anfang der weitergeleiteten|message transféré|
début du message réexpédié|mensaje reenviado|mensagem encaminhada|пересылаемое сообщение|Пересылаемое сообщение|
messaggio inoltrato|inizio messaggio inoltrato|doorgestuurd bericht|forwarded by
"""
# "On (date), (name) wrote:" and its like. The verb is what is looked for; a date or an address must stand before it.
_VERBS = """
wrote|writes|schrieb|a écrit|écrivait|escribió|escreveu|ha scritto|schreef|пишет|писал|писала|написал|написала
"""
_SENDER = "from|von|de|expéditeur|от|От|da|van|från"
_NEXT = re.compile(
    r"[ \t*]{0,9}(?:(sent|date|gesendet|datum|envoyé|enviado(?: el| em)?|fecha|data|отправлено|дата|inviato|verzonden)"
    r"|to|cc|subject|an|betreff|à|objet|para|asunto|assunto|кому|тема|a|oggetto|aan|onderwerp)[ \t*\xa0]{0,3}:",
    re.IGNORECASE,
)
_LIST = r"\s{0,9}(?:\[[^\]]{0,40}\]\s?)?"  # mailing lists put their name first
_SUBJECT = re.compile(rf"{_LIST}(?:fwd?|wg|tr|rv|enc|i|doorst|пересл|vs|vb)\s?:", re.IGNORECASE)
_REPLY = re.compile(rf"{_LIST}(?:re|aw|sv|antw|rif|res|odp|ynt|ref|отв|ответ)\s?(?:\[\d+\])?:", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2}")

_THREAD, _FORWARD, _HEADERS, _WROTE = range(4)


def _any_of(table: str) -> bytes:
    return "|".join(re.escape(word.strip()) for word in table.replace("\n", "").split("|")).encode()


@lru_cache(maxsize=1)
def _patterns() -> Patterns:
    """What may introduce a thread, each found at its end, over text that begins with a line feed."""
    rule = rb"\n[ \t*]{0,9}[-_=*]{0,80}[ \t]{0,3}(?:%b)\b"
    return load(
        [
            Expression(rule.replace(b"{0,80}", b"{2,80}") % _any_of(_ORIGINAL), CASELESS),
            Expression(rule % _any_of(_FORWARDED), CASELESS),
            Expression(rb"\n[ \t*]{0,3}(?:%b)[ \t*]{0,3}:" % _any_of(_SENDER), CASELESS),
            Expression(rb"(?:%b)[^:\n]{0,80}:[ \t\xc2\xa0]{0,9}\n" % _any_of(_VERBS), CASELESS),
        ]
    )


def is_forward(subject: str) -> bool:
    """Whether the subject says that the message passes another one on."""
    return ":" in subject and _SUBJECT.match(subject[:100]) is not None


def is_reply(subject: str) -> bool:
    """Whether the subject says that the message answers another one."""
    return ":" in subject and _REPLY.match(subject[:100]) is not None


def says_anything(text: str) -> bool:
    """Whether there is a word in the text."""
    return _WORD.search(text) is not None


def split_quoted(text: str, *, forward: bool = False, reply: bool = False) -> tuple[str, str]:
    """Current text and quoted text of a plain text; where nothing would be current, all of it is.

    Lines with a mark may be ornament: outside a reply they are a quotation if they are introduced, or are several.
    """
    cut = _thread_start(text, forward=forward)
    if cut < 0 and (">" not in text or ("\n>" not in text and not text.startswith(">"))):
        return text, ""
    own, below = (text, "") if cut < 0 else (text[:cut], text[cut:])
    current, quoted = _by_marks(own[:SCANNED_CHARS], least=1 if reply else MARKED_LINES)
    current += own[SCANNED_CHARS:]
    if not quoted and not below:
        return text, ""
    if not says_anything(current):
        return text, ""
    return current, quoted + below


def _thread_start(text: str, *, forward: bool) -> int:
    """The offset from which on all is the old thread; -1 where there is none."""
    data = f"\n{text[:SCANNED_CHARS]}\n".encode("utf-8", "replace")
    for match in _patterns().scan(data)[:CANDIDATES]:
        if match.index == _FORWARD:
            return -1
        start = data.rfind(b"\n", 0, match.end - 1) + 1
        if (forward and match.index != _WROTE) or data.startswith(b">", start):
            continue
        if match.index == _HEADERS and not _is_header_block(data, start):
            continue
        if match.index == _WROTE:
            start = _introduction(data, start, match.end)
        if start >= 0:
            return len(data[1:start].decode("utf-8", "replace")) if start else 0
    return -1


def _is_header_block(data: bytes, start: int) -> bool:
    """Whether at least two more old headers follow a line that names a sender, and one of them is the date."""
    first, *lines = data[start : start + BLOCK_LINES * LINE_CHARS].decode("utf-8", "replace").split("\n")[:BLOCK_LINES]
    found = [match for line in lines if (match := _NEXT.match(line[:LINE_CHARS]))]
    dated = any(match[1] for match in found) or _DATED.search(first[:LINE_CHARS].encode("utf-8", "replace"))
    return len(found) >= 2 and bool(dated)


def _introduction(data: bytes, start: int, end: int) -> int:
    """Where the introduction begins that ends there; -1 if it is none, or if the lines below it are marked."""
    if data[end : end + 3].lstrip().startswith(b">"):
        return -1
    size = _size_of_introduction(data[max(0, start - LINE_CHARS) : end], end - start)
    return end - size if size else -1


def _size_of_introduction(lines: bytes, last: int) -> int:
    """How much of the end of some lines, of which the last one has that size, says who wrote when; 0 if nothing does.

    A date tells, or an address. Mail programs wrap, so that the date may stand in the line before.
    """
    line = lines[-last:]
    if len(line) > LINE_CHARS:
        return 0
    if _DATED.search(line):
        return last
    before = lines[:-last].rstrip(b"\n").rpartition(b"\n")[2]
    if _DATED.search(before):
        return len(lines) - lines.rindex(before, 0, len(lines) - last)
    return last if b"@" in line else 0


_DATED = re.compile(rb"\d[:.]\d\d|\d{4}")


def _by_marks(text: str, *, least: int) -> tuple[str, str]:
    """What stands in lines without and in lines with a mark; the line that introduces a quotation goes with it.

    Fewer marked lines than `least` that nothing introduces are a quotation only after another one.
    """
    current: list[str] = []
    quoted: list[str] = []
    done = 0
    at = 0 if text.startswith(">") else text.find("\n>") + 1 or -1
    while at >= 0:
        end = _end_of_marked(text, at)
        introduced = at - _size_above(text[max(done, at - 2 * LINE_CHARS) : at])
        if end > at and (quoted or introduced < at or text.count("\n", at, end) >= least):
            current.append(text[done:introduced])
            quoted.append(text[introduced:end])
            done = end
        at = text.find("\n>", max(at, end - 1)) + 1 or -1
    current.append(text[done:])
    return "".join(current), "".join(quoted)


def _end_of_marked(text: str, at: int) -> int:
    """Where the marked lines end that begin there. A line ">From" was written by a mailbox, and is no quotation."""
    while text.startswith(">", at) and not text.startswith(">From ", at):
        feed = text.find("\n", at)
        if feed < 0:
            return len(text)
        at = feed + 1
    return at


def _size_above(text: str) -> int:
    """How many characters at the end of a text introduce a quotation; 0 where none do."""
    if not text.rstrip().endswith(":"):
        return 0
    start = text.rstrip().rfind("\n") + 1
    lines = text.encode("utf-8", "replace")
    size = _size_of_introduction(lines, len(text[start:].encode("utf-8", "replace")))
    return len(lines[len(lines) - size :].decode("utf-8", "replace")) if size else 0


_QUOTING = (
    "blockquote[type=cite],.gmail_quote,.gmail_quote_container,.yahoo_quoted,.protonmail_quote,.moz-cite-prefix,"
    ".tutanota_quote"
)
_FORWARDING = re.compile(rf"[-=_*\s]{{0,80}}(?:{_any_of(_FORWARDED).decode()})", re.IGNORECASE)


def find_quotes(page: Page) -> list[Element]:
    """The outermost elements that quote a thread; a forwarded message is none."""
    if Sign.QUOTE not in page.signs:
        return []
    found: list[Element] = []
    inner: set[Element] = set()
    for element in page.document.select(_QUOTING)[:QUOTES]:
        if element not in inner and not _FORWARDING.match(element.text[:LINE_CHARS]):
            inner.update(element.select("*"))
            found.append(element)
    return found


def take_quotes(quotes: list[Element]) -> str:
    """Take the elements out of their document, and give their text."""
    return "\n".join([element.extract().to_text() for element in quotes]) if quotes else ""
