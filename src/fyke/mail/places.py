"""Places in text where post arrives: PO boxes in six languages, and streets of the United States.

CAN-SPAM asks bulk mailers for one; a spammer's box is rented for longer than a domain.
"""

from __future__ import annotations

import re

from fyke.mail.patterns import CASELESS, Expression

NEAR_BYTES = 160  # street, suite, city: three lines of an address

_BOX = (
    r"p\. ?o\. ?(?:box|drawer)|\bp ?o ?box|post office box|\bpmb\b|postfach|postbus|bo(?:i|î)te postale"
    r"|\bb\.? ?p\.? (?:n|\d)|apartado(?: de correos| postal)?|\bapdo\.?|casilla(?: postal)?|caixa postal|\bcx\.? postal"
    r"|а/я|А/Я|абонентский ящик|п/я"
)
_STATES = frozenset(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA PR RI SC SD TN TX UT VT VA WA WV WI WY".split()
)
EXPRESSIONS = (
    Expression(_BOX.encode(), CASELESS),
    Expression(rb"\b[A-Z]\.?[A-Z]\.?,?\s{1,3}\d{5}\b"),
)

_NUMBER = re.compile(r"\W{0,6}(?:box\b|n[°º]|nr?\.|no\.?|№|num\.?|#)?\W{0,3}(\d[\d .-]{0,8}\d|\d)(?!\d)", re.IGNORECASE)
_POST_CODE = re.compile(r"\b(\d{5})\b")
_STREET = re.compile(
    r"\b(\d{1,6}(?:-\d{1,4})?[a-z]?(?:[ \t]{1,3}[\w.'#-]{1,20}){1,6}?[ \t]{1,3}"
    r"(?:st|street|ave|avenue|blvd|boulevard|rd|road|dr|drive|ln|lane|way|ct|court|pl|place|pkwy|parkway|hwy|highway"
    r"|cir|circle|plaza|sq|square|ter|terrace|trl|trail|loop|broadway|suite|ste|floor|fl)\b\.?[\s\S]{0,80})\Z",
    re.IGNORECASE,
)
_SHORT = {
    "street": "st", "avenue": "ave", "boulevard": "blvd", "road": "rd", "drive": "dr", "lane": "ln", "court": "ct",
    "place": "pl", "parkway": "pkwy", "highway": "hwy", "circle": "cir", "square": "sq", "terrace": "ter",
    "trail": "trl", "suite": "ste", "floor": "fl",
    "north": "n", "south": "s", "east": "e", "west": "w", "apartment": "apt",
}  # fmt: skip
_WORDS = re.compile(r"\w+")


def read_box(data: bytes, end: int) -> str:
    """The PO box whose words end at byte `end`: its number, and the post code that follows where one does."""
    rest = data[end - 1 : end + NEAR_BYTES].decode("utf-8", "ignore")
    match = _NUMBER.match(rest if rest[:1].isdigit() else rest[1:])
    if match is None:
        return ""
    number = re.sub(r"\D", "", match[1])
    code = _POST_CODE.search(rest, match.end() + 1)
    return f"{number} {code[1]}" if code and code[1] != number else number


def read_street(data: bytes, end: int) -> str:
    """The address in the United States whose ZIP code ends at byte `end`, in one spelling; empty without a street."""
    text = data[max(0, end - NEAR_BYTES) : end].decode("utf-8", "ignore")
    place = re.search(r"([A-Z])\.?([A-Z])\.?,?\s{1,3}(\d{5})\Z", text)
    if place is None or place[1] + place[2] not in _STATES:
        return ""
    match = _STREET.search(text[: place.start()])
    if match is None:
        return ""
    words = [_SHORT.get(word, word) for word in _WORDS.findall(match[1].lower())]
    return " ".join((*words, (place[1] + place[2]).lower(), place[3]))
