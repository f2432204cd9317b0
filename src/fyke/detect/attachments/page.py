"""Attached web pages and drawings: the log-in form that comes along with the mail."""

from __future__ import annotations

from fyke.detect.attachments.attached import PAGES, extensions, files
from fyke.detect.base import Detector, Look, Needs
from fyke.model import Finding, Label, Mail, Symbol

PAGE = Symbol("ATTACH_PAGE", "A web page is attached", "attachments", 2.0, Label.PHISHING)
DRAWING = Symbol(
    "ATTACH_SVG", "An SVG drawing is attached, which a browser opens as a page", "attachments", 2.5, Label.PHISHING
)
MAIL = Symbol("ATTACH_MAIL", "A mail is attached as a file", "attachments", 0.5, Label.PHISHING)


class AttachPage(Detector):
    """Is a web page attached?"""

    name = "attach_page"
    symbols = (PAGE, DRAWING, MAIL)
    needs = Needs.FILES

    def look(self, mail: Mail) -> Look:
        """Look at each file that a browser would open."""
        for part in files(mail.message):
            last = extensions(part.filename)[:1]
            extension = last[0] if last else ""
            if extension in {"svg", "svgz"} or part.content_type == "image/svg+xml":
                if part.disposition != "inline" and not part.content_id:
                    yield Finding(DRAWING, part.filename, part.path)
            elif extension in PAGES and (part.disposition == "attachment" or part.content_type != "text/html"):
                yield Finding(PAGE, part.filename, part.path)
            elif extension in {"eml", "msg"}:
                yield Finding(MAIL, part.filename, part.path)
