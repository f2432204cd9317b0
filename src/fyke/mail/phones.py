"""Telephone numbers in text: digits alone, so that one number written in two ways is one.

Careful with what only looks like one: a number needs a plus, a national shape, or a word such as "Tel." before it.
"""

from __future__ import annotations

import re

from fyke.mail.patterns import CASELESS, Expression

DIGITS_LEAST = 7  # local numbers without area code; shorter ones are extensions, prices and years
DIGITS_MOST = 15  # E.164
DATE_DIGITS = 8  # of a date with its year in full
AREA_BYTES = 28  # of a number before the place where a pattern matched

# What stands before a number in en, de, fr, es, pt, ru. UTF-8 in bytes; case folded for ASCII alone.
_WORDS = (
    "tel|tele?phone|phone|call(?: us)?|mobile|cell|fax|whats ?app|viber|sms|text|hotline|helpline|toll[- ]?free|dial"
    "|telefon|fon|mobil|handy|anruf(?:en)?|rufnummer|tél|téléphone|appelez|portable|teléfono|llame|llámenos"
    "|móvil|telefone|ligue|celular|telemóvel"
).encode()
_WORDS_RU = "[Тт]ел[.: )]|[Мм]об[.: )]|[Тт]елефон|[Зз]воните|[Фф]акс"
_S = rb"(?:[ .\-/]|\xc2\xa0|\xe2\x80[\x90-\x95]){1,3}"  # what stands between groups
_Z = rb"(?:[ .\-/]|\xc2\xa0|\xe2\x80[\x90-\x95]){0,3}"


def _bytewise(pattern: str) -> bytes:
    """A pattern in UTF-8 whose classes of two Cyrillic letters are alternatives, for classes hold bytes."""
    return re.sub(r"\[([\u0400-\u04ff])([\u0400-\u04ff])\]", r"(?:\1|\2)", pattern).encode()


EXPRESSIONS = (
    Expression(rb"\+\(?[1-9]\d"),
    Expression(rb"[2-9]\d\d\)?" + _S + rb"[2-9]\d\d" + _S + rb"\d{4}"),
    Expression(rb"\b0\d{1,4}\)?" + _S + rb"\d{2,8}" + _S + rb"\d\d"),
    Expression(rb"\(\d{2}\) ?9?\d{4}-?\d{4}"),
    Expression(rb"\b8[ (\-]{1,3}\d{3}[) \-]{1,3}\d{3}[ \-]?\d\d"),
    Expression(
        rb"(?:\b(?:" + _WORDS + rb")(?:[^\da-z\n][^\d\n]{0,16})?|(?:" + _bytewise(_WORDS_RU) + rb")[^\d\n]{0,16})\d{3}",
        CASELESS,
    ),
)

_GROUPS = rb"\d(?:" + _Z + rb"[(]?\d[)]?){5,16}"
_SHAPES = (
    re.compile(rb"(?<![\w+])\+\(?[1-9]" + rb"(?:" + _Z + rb"(?:\(0\) ?)?[(]?\d[)]?){7,14}"),
    re.compile(
        rb"(?<![\d.+\-/=&_#])(?:1" + _S + rb")?\(?[2-9]\d\d\)?" + _S + rb"[2-9]\d\d" + _S + rb"\d{4}(?![\d_]|[.\-/]\d)"
    ),
    re.compile(rb"(?<![\d.+\-/=&_#])\(?0\d{1,4}\)?(?:" + _S + rb"\d{2,8}){1,5}(?![\d_]|[.\-/:]\d)"),
    re.compile(rb"\(\d{2}\) ?9?\d{4}-?\d{4}(?!\d)"),
    re.compile(rb"(?<![\d.+\-/=&_#])8[ (\-]{1,3}\d{3}[) \-]{1,3}\d{3}[ \-]?\d\d[ \-]?\d\d(?!\d)"),
    re.compile(_GROUPS),
)
_DATE = re.compile(rb"\(?\d{1,4}([./-])\d{1,2}\1\d{1,4}(?:[ .]|\Z)")
_NOT_DIGITS = bytes(set(range(256)) - set(b"0123456789"))


def read(data: bytes, start: int, end: int, index: int) -> tuple[str, int] | None:
    """The number around byte `end`, where the expression `index` matched, not before `start`; and where it ends."""
    low = max(start, end - AREA_BYTES)
    if index == len(_SHAPES) - 1:
        low = end - 3
        while low > start and data[low - 1] in b"(+":
            low -= 1
        if data[low : low + 1] == b"+":
            index = 0
    match = _SHAPES[index].search(data, low, end + AREA_BYTES)
    if match is None or match.start() >= end or match.end() < end:
        return None
    digits = normal(match[0])
    if (
        (len(digits) <= DATE_DIGITS and _DATE.match(match[0]))
        or not DIGITS_LEAST <= len(digits) <= DIGITS_MOST
        or len(set(digits)) < 3
    ):
        return None
    return digits, match.end()


def normal(written: bytes) -> str:
    """Digits of a number, without the prefixes that one writes and another does not."""
    has_plus = written[:1] == b"+"
    digits = written.replace(b"(0)", b"").translate(None, _NOT_DIGITS).decode("ascii")
    if digits.startswith("00") and not has_plus:
        return digits[2:]
    if len(digits) == 11 and digits[0] == "1" and digits[1] > "1":
        return digits[1:]  # the country code of North America, which half of the writers leave out
    return digits
