"""What a page that came as a file can be found to do."""

from __future__ import annotations

from fyke.model import Label, Symbol


def _page(name: str, text: str, bits: float, family: str = "", leans: Label = Label.PHISHING) -> Symbol:
    return Symbol(name, text, "files", bits, leans, family=family)


SMUGGLES = _page(
    "PAGE_SMUGGLES",
    "A page puts together a program, an archive or a disk image on the reader's machine",
    6.0,
    "Html.Dropper.Smuggling",
    Label.MALWARE,
)
HOLDS_FILE = _page(
    "PAGE_HOLDS_FILE",
    "A page holds a document in its script, and offers it to be saved",
    3.0,
    "Html.Dropper.Document",
    Label.MALWARE,
)
SAVES = _page("PAGE_SAVES", "A page can put a file together and offer it to be saved", 0.5, leans=Label.MALWARE)
WRITES_PAGE = _page("PAGE_WRITES_PAGE", "A page writes another page out of encoded text", 4.0, "Html.Phishing.Encoded")
WRITES_LOGIN = _page(
    "PAGE_WRITES_LOGIN", "A page writes a form for a password out of encoded text", 6.0, "Html.Phishing.Login"
)
HIDES_ADDRESS = _page(
    "PAGE_HIDES_ADDRESS", "A page leads to an address that stands in it in disguise", 4.0, "Html.Phishing.Redirector"
)
LOGIN = _page("PAGE_LOGIN", "A page from a file asks for a password and sends it away", 3.0, "Html.Phishing.Login")
LOGIN_BRAND = _page(
    "PAGE_LOGIN_BRAND",
    "A page from a file asks for the password of a known service and sends it elsewhere",
    6.0,
    "Html.Phishing.Login",
)
BOT = _page(
    "PAGE_SENDS_TO_BOT",
    "A page sends what is typed to a chat bot or to a service that collects forms for anyone",
    6.0,
    "Html.Phishing.Collector",
)
REDIRECTS = _page("PAGE_REDIRECTS", "A page leads away as soon as it is opened", 1.0)
REDIRECTS_READER = _page(
    "PAGE_REDIRECTS_READER",
    "A page shows nothing and leads away at once, with the reader's address in the link",
    4.0,
    "Html.Phishing.Redirector",
)
OBFUSCATED = _page(
    "PAGE_OBFUSCATED",
    "A page's script was put through a program that makes it unreadable",
    2.5,
    "Html.Obfuscated.Script",
)
SVG_SCRIPT = _page("SVG_SCRIPT", "A drawing holds a script", 1.0)
SVG_LEADS = _page(
    "SVG_LEADS_AWAY", "A drawing holds a script that leads away or decodes something", 5.0, "Svg.Phishing.Redirector"
)
SVG_PAGE = _page(
    "SVG_FOREIGN_PAGE", "A drawing holds a web page with a form, a frame or a program in it", 4.0, "Svg.Phishing.Page"
)
ALL = (
    SMUGGLES, HOLDS_FILE, SAVES, WRITES_PAGE, WRITES_LOGIN, HIDES_ADDRESS, LOGIN, LOGIN_BRAND, BOT, REDIRECTS,
    REDIRECTS_READER, OBFUSCATED, SVG_SCRIPT, SVG_LEADS, SVG_PAGE,
)  # fmt: skip
