"""What the writer says now, apart from the thread that the message quotes below or between.

Three ways of quoting: `>` before each line; a line such as "On Monday, Ann wrote:" or a block of old headers with the
thread below it; and, in HTML, elements that mail programs put around a quotation. A forwarded message is what its
sender says. Whoever writes may lie, so what is quoted is kept apart and never dropped.
"""

from __future__ import annotations

import re

from turbohtml import Document, Element

LINE_CHARS = 300  # of a line that introduces a thread; those with two addresses stay below
BLOCK_LINES = 8  # within which the old headers must stand
QUOTES = 200  # quoting elements of one document

_ORIGINAL = """
original message|originalnachricht|ursprüngliche nachricht|message d'origine|message original|mensaje original|
mensagem original|исходное сообщение|messaggio originale|oorspronkelijk bericht|original-nachricht|reply message|
original e-mail|original mail
"""
_FORWARDED = """
forwarded message|begin forwarded message|weitergeleitete nachricht|anfang der weitergeleiteten|message transféré|
début du message réexpédié|mensaje reenviado|mensagem encaminhada|пересылаемое сообщение|пересланное сообщение|
messaggio inoltrato|inoltro messaggio|doorgestuurd bericht|forwarded by
"""


def _words(table: str) -> str:
    return "|".join(re.escape(word.strip()) for word in table.replace("\n", "").split("|"))


_RULE = re.compile(rf"^[ \t]{{0,9}}[-_]{{2,80}}[ \t]{{0,3}}(?:{_words(_ORIGINAL)})\b", re.IGNORECASE)
_FORWARD = re.compile(rf"^[ \t>]{{0,9}}[-*=]{{0,80}}[ \t]{{0,3}}(?:{_words(_FORWARDED)})\b", re.IGNORECASE)
_SUBJECT = re.compile(r"\s{0,9}(?:\[[^\]]{0,40}\]\s?)?(?:fwd?|wg|tr|rv|enc|i|doorst|пересл|vs|vb)\s?:", re.IGNORECASE)

# What a mail program writes above a thread. The name and the date stand between, in any order.
_WROTE = re.compile(
    r"(?:\bon\b.{1,250}\bwrote|\bam\b.{1,250}\bschrieb|\ble\b.{1,250}\ba écrit|\bel\b.{1,250}\bescribió"
    r"|\bem\b.{1,250}\bescreveu|\bil\b.{1,250}\bha scritto|\bop\b.{1,250}\bschreef|\d.{1,250}\b(?:пишет|написала?)"
    r"|\bvon\b.{1,250}\bschrieb|^.{1,250}[>)@].{0,30}\b(?:wrote|writes|schrieb|a écrit|écrivait|escribió|escreveu))"
    r"[^:\n]{0,250}:\s{0,9}$",
    re.IGNORECASE,
)
_WROTE_WORDS = (
    "wrote", "writes", "schrieb", "écri", "escribi", "escreveu", "scritto", "schreef", "пишет", "написал",
)  # fmt: skip

_FROM = re.compile(r"[ \t*]{0,9}(?:from|von|de|expéditeur|от|da|van|från)[ \t*]{0,3}:", re.IGNORECASE)
_NEXT = re.compile(
    r"[ \t*]{0,9}(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado(?: el| em)?|fecha|para|"
    r"asunto|data|assunto|отправлено|дата|кому|тема|inviato|a|oggetto|verzonden|aan|onderwerp)[ \t*]{0,3}:",
    re.IGNORECASE,
)
_FROM_WORDS = ("\nFrom", "\nVon", "\nDe", "\nОт", "\nDa", "\nVan", "\n*From", "\n*Von", "\n*De")


def is_forward(subject: str) -> bool:
    """Whether the subject says that the message passes another one on."""
    return _SUBJECT.match(subject[:100]) is not None


def split_quoted(text: str, *, forward: bool = False) -> tuple[str, str]:
    """Current text and quoted text of a plain text; where nothing would be current, all of it is."""
    has_marks = "\n>" in text or text.startswith(">")
    has_thread = _may_introduce(text)
    if not has_marks and not has_thread:
        return text, ""
    lines = text.split("\n")
    cut = _thread_start(lines, forward=forward) if has_thread else len(lines)
    current, quoted = _by_marks(lines[:cut]) if has_marks else (lines[:cut], [])
    quoted += lines[cut:]
    said = "\n".join(current)
    if not says_anything(said):
        return text, ""
    return said, "\n".join(quoted)


def says_anything(text: str) -> bool:
    """Whether there is a word in the text."""
    return _WORD.search(text) is not None


_WORD = re.compile(r"[^\W\d_]{2}")


def _may_introduce(text: str) -> bool:
    """Whether any word occurs that introduces a thread; most mail ends here."""
    return (
        any(word in text for word in _WROTE_WORDS)
        or any(word in text for word in _FROM_WORDS)
        or "--" in text
        or "__" in text
    )


def _thread_start(lines: list[str], *, forward: bool) -> int:
    """The line from which on all is the old thread; the number of lines where there is none."""
    for at, line in enumerate(lines):
        short = line[:LINE_CHARS]
        if short.startswith(">"):
            continue
        if _FORWARD.match(short):
            return len(lines)
        if not forward and _RULE.match(short):
            return at
        if not forward and _FROM.match(short) and _is_header_block(lines, at):
            return at
        if ":" in short[-3:] and _introduces(lines, at) and not _is_answered(lines, at):
            return at
    return len(lines)


def _is_header_block(lines: list[str], at: int) -> bool:
    """Whether at least two more old headers follow a From line."""
    return sum(_NEXT.match(line[:LINE_CHARS]) is not None for line in lines[at + 1 : at + BLOCK_LINES]) >= 2


def _introduces(lines: list[str], at: int) -> bool:
    """Whether a line, or it and the one before (mail programs wrap), says who wrote what follows."""
    line = lines[at][:LINE_CHARS].rstrip()
    if not any(word in line for word in _WROTE_WORDS):
        return False
    before = lines[at - 1][:LINE_CHARS] if at else ""
    return _WROTE.search(line) is not None or _WROTE.search(f"{before} {line}") is not None


def _is_answered(lines: list[str], at: int) -> bool:
    """Whether the quotation is marked line by line, so that what is not marked below it is current."""
    return any(line.startswith(">") for line in lines[at + 1 : at + 4])


def _by_marks(lines: list[str]) -> tuple[list[str], list[str]]:
    """Lines without and with a mark; the line that introduces a quotation goes with it."""
    current: list[str] = []
    quoted: list[str] = []
    marked = False
    for line in lines:
        if line.startswith(">"):
            if not marked:
                _take_introduction(current, quoted)
            quoted.append(line.lstrip("> "))
            marked = True
        else:
            current.append(line)
            marked = marked and not line.strip()
    return current, quoted


def _take_introduction(current: list[str], quoted: list[str]) -> None:
    """Move "Ann wrote on Monday:" from what is said to what is quoted, if it stands right above."""
    at = len(current) - 1
    if at >= 0 and not current[at].strip():
        at -= 1
    if at < 0 or not current[at][:LINE_CHARS].rstrip().endswith(":"):
        return
    first = at
    if not _WROTE.search(current[at][:LINE_CHARS].rstrip()) and at and _introduces(current, at):
        first -= 1
    elif not any(sign in current[at] for sign in _SIGNS):
        return
    quoted.extend(current[first : at + 1])
    del current[first:]


_SIGNS = ("@", "wrote", "writes", "schrieb", "écri", "escribi", "escreveu", "scritto", "schreef", "пишет", "написал")

_QUOTING = (
    "blockquote[type=cite],.gmail_quote,.gmail_quote_container,.yahoo_quoted,.protonmail_quote,.moz-cite-prefix,"
    ".moz-forward-container,.tutanota_quote,.zmail_extra"
)


def take_quotes(document: Document, source: str) -> str:
    """Take the elements that quote a thread out of the document, and give their text."""
    if not document.find_all("blockquote") and "_quote" not in source and "moz-" not in source:
        return ""
    texts: list[str] = []
    gone: set[Element] = set()
    for element in document.select(_QUOTING)[:QUOTES]:
        if element in gone:
            continue
        text = element.to_text()
        if any(map(_FORWARD.match, text.lstrip().split("\n", 3)[:3])):
            continue
        gone.update(element.select("*"))
        element.extract()
        texts.append(text)
    return "\n".join(texts)
