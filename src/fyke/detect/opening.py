"""What is asked of a mail's files before the detectors look, and what the answers add to the mail.

The questions are answered by a sandboxed process (`fyke.lookup.pool`). What they tell is asked once more of files that
stayed locked, for a password may stand in a picture or in the document beside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from fyke.detect.runner import Story
from fyke.files.identify import identify
from fyke.files.kinds import KINDS
from fyke.files.words import candidates
from fyke.mail.links import leading
from fyke.model import UNKNOWN, Analyse, Analysis, Fault, Message, Observable, Part

PARTS = 100  # files of a mail that are asked about; people attach a dozen
LEAST_BYTES = 40  # a picture that counts readers has 43, and hides nothing
LEADS = 20  # addresses in its files that are judged as links; a document may name hundreds, a lure one
READ_CHARS = 20_000  # of the text in which words for locked files are sought


def questions(message: Message) -> list[Analyse]:
    """A question a file of the message."""
    parts = list(_files(message))
    if not parts:
        return []
    may_be_locked = any(KINDS[identify(part.content, part.filename)].family in _LOCKABLE for part in parts)
    words = _words(message, [part.filename for part in parts], ()) if may_be_locked else ()
    return [
        Analyse(
            hashlib.sha256(part.content).hexdigest(), part.filename or part.path, part.content_type, words, part.content
        )
        for part in parts[:PARTS]
    ]


def has_files(message: Message) -> bool:
    """Whether there may be anything to ask; nearly free, for most mail is a text or two."""
    return bool(message.root.children) or message.root.is_attachment


def left_out(message: Message) -> tuple[str, ...]:
    """What `questions` did not ask about, as a scan says it."""
    more = sum(1 for _ in _files(message)) - PARTS
    return (f"files: {more:,} more than the {PARTS} that are looked into",) if more > 0 else ()


def opened(message: Message) -> Story[tuple[tuple[Analysis, ...], tuple[Fault, ...]]]:
    """What the files of a message are and what hides in them; a fault for each that nobody could say of."""
    asked = questions(message)
    if not asked:
        return (), ()
    told: dict[Any, Any] = dict((yield list(dict.fromkeys(asked))))
    found = [told.get(question, UNKNOWN) for question in asked]
    readings = [reading.text for analysis in found if analysis for reading in analysis.readings]
    readings += [lead.url for analysis in found if analysis for lead in analysis.leads if lead.source == "qr"]
    if readings and any(analysis and is_locked(analysis) for analysis in found):
        words = _words(message, [question.name for question in asked], readings)
        again = [
            replace(question, words=words) for question, was in zip(asked, found, strict=True) if was and is_locked(was)
        ]
        told.update((yield again))
        opened = {question.digest: told.get(question, UNKNOWN) for question in again}
        found = [opened.get(question.digest) or was for question, was in zip(asked, found, strict=True)]
    faults = [
        Fault("files", f"{question.name}: nobody looked into it")
        for question, analysis in zip(asked, found, strict=True)
        if not analysis
    ]
    analyses = tuple(analysis for analysis in found if analysis)
    return analyses, (*faults, *(fault for analysis in analyses for fault in analysis.faults))


def with_leads(message: Message, analyses: Sequence[Analysis]) -> Message:
    """The message with the links that its files lead to: a QR code in a picture is a link like any other."""
    known = {link.url for link in message.links}
    found: dict[tuple[str, str], None] = {}
    for analysis in analyses:
        for lead in analysis.leads:
            if lead.url not in known and len(found) < LEADS:
                found.setdefault((lead.url, lead.source))
    return replace(message, links=(*message.links, *leading(found))) if found else message


def observables(analyses: Iterable[Analysis]) -> tuple[Observable, ...]:
    """What was seen in the files, each once."""
    return tuple(dict.fromkeys(seen for analysis in analyses for seen in analysis.observables))


def is_locked(analysis: Analysis) -> bool:
    """Whether something in it stayed locked."""
    return any(file.locked for file in analysis.root.walk())


def _files(message: Message) -> Iterable[Part]:
    """The parts that may hide something: all but the texts that a mail program shows."""
    for part in message.root.walk():
        if not part.children and len(part.content) >= LEAST_BYTES and (part.is_attachment or _is_file(part)):
            yield part


def _is_file(part: Part) -> bool:
    """Whether a part that says it is text is something else: nearly free, for most text is text."""
    head = part.content[:SNIFF_BYTES]
    return head[:2] in _SIGNS or (
        bool(head.translate(None, _TEXT)) and KINDS[identify(part.content, part.filename)].family not in _TEXTS
    )


SNIFF_BYTES = 64  # of a text part: all that is no text shows it there
_SIGNS = frozenset({b"PK", b"MZ", b"%P", b"Ra", b"7z", b"{\\"})  # kinds whose first bytes are letters
_TEXT = bytes({9, 10, 12, 13, 27} | set(range(32, 256)))
_TEXTS = frozenset({"text", "page", "mail", "script", "data"})
_LOCKABLE = frozenset({"archive", "document", "disk"})


def _words(message: Message, names: Sequence[str], readings: Sequence[str]) -> tuple[str, ...]:
    """Words of the mail that may open a locked file, likeliest first."""
    text = message.text.visible or message.text.plain
    return candidates([message.subject, text[:READ_CHARS], *readings], names)
