"""Characters that nobody sees: taken out of the text, and counted where no script or picture needs them.

Zero-width characters join emoji and shape Persian and Indic words; a soft hyphen tells where a long word may break;
newsletters pad their preview with them. Between two letters of a Latin, Greek or Cyrillic word they only hide the word.
"""

from __future__ import annotations

import re

from fyke.mail.lookalikes import is_latin1

_WIDTHLESS = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
)
_RUN = re.compile(f"[{_WIDTHLESS}]{{1,100}}")
_ANY = re.compile(f"[{_WIDTHLESS}]")

RUNS = 20_000  # runs looked at one by one; a newsletter's preview has 200

_BIDI = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")  # each opens; what closes is not counted again
_OVERRIDES = frozenset("\u202d\u202e")
_SOFT_HYPHEN = "\u00ad"
_VARIATION = re.compile("[\ufe00-\ufe0f]")

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_JOINED = re.compile("[\u0600-\u08ff\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff]")


def take_invisible(text: str) -> tuple[str, int, int]:
    """The text without invisible characters, how many of them hide words, and how many turn its direction."""
    if text.isascii() or not (_SOFT_HYPHEN in text if is_latin1(text) else _ANY.search(text)):
        return text, 0, 0
    kept: list[str] = []
    at = hiding = turning = 0
    right_to_left = _RTL.search(text) is not None
    for number, match in enumerate(_RUN.finditer(text)):
        if number >= RUNS:
            break
        start, end = match.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        run = match[0]
        kept.append(text[at:start])
        at = end
        if _is_needed(run, before, after):
            kept.append(run)
            continue
        turning += sum(char in (_OVERRIDES if right_to_left else _BIDI) for char in run)
        if _is_word(before) and _is_word(after) and not _is_hyphenation(run, text, start, end):
            hiding += len(run)
    kept.append(text[at:])
    return "".join(kept), hiding, turning


def _is_needed(run: str, before: str, after: str) -> bool:
    """Whether a script or an emoji needs the run: joiners between joined letters, and in and after pictures."""
    if before and before > "\u2000" and not before.isalpha():
        return not run.strip("\u200d\ufe0e\ufe0f") and (bool(_VARIATION.search(run)) or after > "\u2000")
    return not run.strip("\u200c\u200d") and bool(_JOINED.match(before)) and bool(_JOINED.match(after))


def _is_word(char: str) -> bool:
    """Whether it is a letter of a script that needs no joiners."""
    return char.isalpha() and (char < "\u0590" or "\u1e00" <= char <= "\u1fff" or char > "\U0001d3ff")


def _is_hyphenation(run: str, text: str, start: int, end: int) -> bool:
    """Whether it is one soft hyphen that leaves at least two letters on both sides, as hyphenation does."""
    return (
        run == _SOFT_HYPHEN
        and text[max(0, start - 2) : start].isalpha()
        and text[end : end + 2].isalpha()
        and (start >= 2 and len(text) >= end + 2)
    )
