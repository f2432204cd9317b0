"""Links straight to a program, a script or an archive."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.detect.facts.linked import followed, is_senders
from fyke.model import Finding, Label, Mail, Symbol

PROGRAM = Symbol("LINK_PROGRAM", "A link leads straight to a program or script", "links", 2.0, Label.MALWARE)
ARCHIVE = Symbol("LINK_ARCHIVE", "A link leads straight to an archive or disk image", "links", 0.5, Label.MALWARE)

# Extensions that Windows, Android or macOS run at a double click. `.com` ends too many paths that repeat a host.
PROGRAMS = frozenset(
    """
    exe scr pif bat cmd msi msix appx msc vbs vbe js jse wsf wsh hta ps1 jar lnk url cpl apk reg iqy application
    """.split()
)
ARCHIVES = frozenset("zip rar 7z ace arj cab iso img vhd vhdx xz lzh uue gz tgz bz2 dmg".split())


LONGEST = 12  # of `PROGRAMS`, with its dot


class LinkDownload(Detector):
    """Does a link hand out a file to run or unpack?"""

    name = "link_download"
    symbols = (PROGRAM, ARCHIVE)
    needs = Needs.LINKS

    def look(self, mail: Mail) -> Look:
        """Look at the last extension of each path."""
        for link in followed(mail.message):
            path = link.path
            dot = path.rfind(".", -LONGEST) if len(path) > LONGEST else path.rfind(".")
            if dot < 0:
                continue
            extension = path[dot + 1 :].lower()
            if extension in PROGRAMS:
                yield Finding(PROGRAM, link.url[:100], weight=0.5 if is_senders(link, mail.message) else 1.0)
            elif extension in ARCHIVES:
                yield Finding(ARCHIVE, link.url[:100])
