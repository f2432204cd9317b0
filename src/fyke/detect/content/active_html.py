"""HTML that does something: scripts, forms, frames. Mail programs ignore most of it, and honest mailers know."""

from __future__ import annotations

from fyke.detect.base import Detector, Look, Needs
from fyke.model import Finding, Label, Mail, Symbol

PASSWORD = Symbol("HTML_PASSWORD", "The mail itself asks for a password", "body", 4.0, Label.PHISHING)
FORM = Symbol(
    "HTML_FORM", "The mail holds a form that sends what is typed to another host", "body", 0.5, Label.PHISHING
)
SCRIPT = Symbol("HTML_SCRIPT", "The mail holds a script", "body", 1.3)
FRAME = Symbol("HTML_FRAME", "The mail holds a frame that loads another page", "body", 0.5)
REFRESH = Symbol("HTML_REFRESH", "The mail sends its reader to another page by itself", "body", 3.0, Label.PHISHING)

# Structured data for the mail program's own buttons (schema.org), and spare pictures.
_HARMLESS = ("schema.org", "this.onerror", "this.src")

FORMS = 10  # a page has one or two
SCRIPTS = 100  # the first that does something is enough


class ActiveHtml(Detector):
    """Does the mail run code, ask for input or load pages?"""

    name = "active_html"
    symbols = (PASSWORD, FORM, SCRIPT, FRAME, REFRESH)
    needs = Needs.HTML

    def look(self, mail: Mail) -> Look:
        """Look at what the HTML does."""
        html = mail.message.html
        if not html.size_chars:
            return
        for form in html.forms[:FORMS]:
            if form.password:
                yield Finding(PASSWORD, form.action[:80])
            if form.action[:4].lower() == "http" and form.fields:
                yield Finding(FORM, form.action[:80])
        for script in (*html.script_srcs[:SCRIPTS], *html.scripts[:SCRIPTS]):
            if not any(sign in script for sign in _HARMLESS):
                yield Finding(SCRIPT, " ".join(script[:80].split()))
                break
        if html.iframes:
            yield Finding(FRAME, str(html.iframes))
        if html.refresh:
            yield Finding(REFRESH, html.refresh[:80])
