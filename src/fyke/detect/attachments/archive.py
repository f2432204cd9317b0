"""Attached archives: odd kinds, and ones locked with a password that the mail itself tells."""

from __future__ import annotations

import re

from fyke.detect.attachments.attached import ARCHIVES, ODD_ARCHIVES, PROGRAMS, SCRIPTS, SHORTCUTS, extensions, files
from fyke.detect.base import Detector, Look, Needs
from fyke.model import Finding, Label, Mail, Part, Symbol

PASSWORD = Symbol(
    "ATTACH_PASSWORD_TOLD", "An archive is attached, and the mail tells its password", "attachments", 3.5, Label.MALWARE
)
LOCKED = Symbol(
    "ATTACH_LOCKED",
    "A locked archive is attached, so that no scanner can look inside",
    "attachments",
    2.0,
    Label.MALWARE,
)
ODD = Symbol(
    "ATTACH_ODD_ARCHIVE", "An archive of a kind that people hardly use is attached", "attachments", 2.0, Label.MALWARE
)
PROGRAM = Symbol(
    "ATTACH_ARCHIVE_PROGRAM", "An archive with a program or script in it is attached", "attachments", 3.5, Label.MALWARE
)
ARCHIVE = Symbol("ATTACH_ARCHIVE", "An archive is attached", "attachments", 0.5, Label.MALWARE)

_TOLD = re.compile(
    r"(?:pass ?word|passwort|kennwort|pass ?code|\bpwd?|mot de passe|contraseña|clave|senha|пароль|wachtwoord)"
    r"(?: (?:is|to open|for the file|for the archive|ist|lautet|est|es))?\s{0,3}[:=-]?\s{0,3}[\"'“]?[^\s\"'“”]{3,20}",
    re.IGNORECASE,
)
ZIP = b"PK\x03\x04"
MOST = 20  # archives looked into; a lure is one
READ_CHARS = 4_000  # the password stands in the few lines that come with the file
MEMBERS = 100  # local headers of a ZIP looked at; a lure holds one file


class AttachArchive(Detector):
    """Is an archive attached that hides something?"""

    name = "attach_archive"
    symbols = (PASSWORD, LOCKED, ODD, PROGRAM, ARCHIVE)
    needs = Needs.FILES

    def look(self, mail: Mail) -> Look:
        """Look at each attached archive, and for its password in the text."""
        found = files(mail.message)
        if not found:
            return
        archives = [part for part in found if _is_archive(part)][:MOST]
        if not archives:
            return
        told = _TOLD.search(mail.message.text.current, 0, READ_CHARS)
        if told:
            yield Finding(PASSWORD, told[0], archives[0].path)
        for part in archives:
            yield Finding(ARCHIVE, part.filename, part.path)
            if extensions(part.filename)[:1] and extensions(part.filename)[0] in ODD_ARCHIVES:
                yield Finding(ODD, part.filename, part.path)
            if part.content[:4] == ZIP:
                yield from _members(part)


def _is_archive(part: Part) -> bool:
    """Whether name or first bytes say that a file is an archive."""
    last = extensions(part.filename)[:1]
    return (last[0] in ARCHIVES) if last else part.content[:4] == ZIP


def _members(part: Part) -> Look:
    """What the local headers of a ZIP say (APPNOTE 4.3.7): locked, and the names of what is inside."""
    content, at = part.content, 0
    for _ in range(MEMBERS):
        at = content.find(ZIP, at)
        if at < 0 or at + 30 > len(content):
            return
        flags = content[at + 6]
        length = int.from_bytes(content[at + 26 : at + 28], "little")
        name = content[at + 30 : at + 30 + min(length, 255)].decode("utf-8", "replace")
        if flags & 1:
            yield Finding(LOCKED, name, part.path)
        last = extensions(name)[:1]
        if last and last[0] in PROGRAMS | SCRIPTS | SHORTCUTS:
            yield Finding(PROGRAM, name, part.path)
        at += 30 + length
