"""What a mail sells, offers or threatens, told by the words of the trade.

One pass of hyperscan over the folded text finds the phrases of all themes; a little arithmetic per theme weighs them.
The phrases are data: see docs/reference/lexicons.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from fyke.detect.base import Detector, Look
from fyke.detect.lexicon.hits import Hit, hits
from fyke.detect.lexicon.table import GROUPS, Lexicons, load
from fyke.detect.lexicon.weighing import Text, findings
from fyke.mail.disguise import Disguise, undisguise
from fyke.mail.fold import fold
from fyke.model import Finding, Label, Mail, Message, Symbol

NAME_CHARS = 200  # of a sender's or attachment's name; a longer one is an attack on the reader
NAMES = 20  # attachments whose names are read
HOSTS = 40  # hosts of links that are read; more are a newsletter's, and of one kind
SHOWN_BYTES = 3_000  # a word in disguise is meant to be seen, so it stands on the first page
DETAIL_CHARS = 200

DISGUISED = Symbol(
    "LEX_DISGUISED", "Writes a sales word in disguise, so that filters do not see it", "intent", 6.0, leans=Label.SPAM
)


class Lexicon(Detector):
    """What does the mail sell, offer or threaten?"""

    name = "lexicon"
    symbols: ClassVar[tuple[Symbol, ...]] = (DISGUISED,)  # and those that the files declare: see `__init__`

    def __init__(self, folders: Sequence[Path] = (), cache: Path | None = None) -> None:
        """Load the shipped themes and those of the folders. Raises LexiconError for a bad file."""
        self._lexicons = load(folders, cache)
        self.symbols = (DISGUISED, *self._lexicons.table.symbols)  # type: ignore[misc]

    def look(self, mail: Mail) -> Look:
        """Yield a finding for each theme with points enough, and one for words in disguise."""
        data = _text(mail.message)
        shown, disguises = undisguise(data[:SHOWN_BYTES], self._lexicons.table.vocabulary)
        if disguises:
            data = shown + data[SHOWN_BYTES:]
            yield from _disguised(disguises)
        text = Text.of(data, _hosts(mail.message))
        found = find(self._lexicons, text)
        if found:
            yield from findings(self._lexicons.table, found, text)


def find(lexicons: Lexicons, text: Text) -> list[Hit]:
    """The phrases in a text; weak and innocent ones only of themes that have others."""
    table, data, hosts = lexicons.table, text.data, text.hosts
    found = hits(table, table.telling, lexicons.telling.scan(data), data)
    found += hits(table, table.hosts, lexicons.hosts.scan(hosts), hosts, len(data) - len(hosts))
    if found:
        told = {table.themes[hit.phrase] for hit in found}
        for group in {theme % GROUPS for theme in told}:
            found += hits(table, table.company[group], lexicons.company[group].scan(data), data, themes=told)
    return found


def _text(message: Message) -> bytes:
    """What is read, a line each: names of sender and attachments, subject, text, quoted thread."""
    names = [message.sender.name[:NAME_CHARS]]
    names.extend(part.filename[:NAME_CHARS] for part in message.attachments[:NAMES])
    return fold(" ".join(names)) + b"\n" + message.text.folded


def _hosts(message: Message) -> bytes:
    """The hosts of links and sender, a space between; not folded, for they are searched for parts of words."""
    hosts = dict.fromkeys(link.target_host or link.host for link in message.links[:HOSTS])
    hosts[message.sender.domain] = None
    return " {} ".format(" ".join(hosts)).encode("utf-8", "replace")


def _disguised(disguises: Sequence[Disguise]) -> Iterator[Finding]:
    """The finding of words in disguise. One in halves or with a letter doubled may be a slip."""
    shown = dict.fromkeys(f"{one.shown} ({one.plain})" for one in disguises)
    is_meant = any(one.how in {"leet", "split"} for one in disguises)
    if is_meant or len(shown) > 1:
        yield Finding(DISGUISED, ", ".join(shown)[:DETAIL_CHARS], weight=1.0 if is_meant else 0.5)
