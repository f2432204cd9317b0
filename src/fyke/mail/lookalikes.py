"""Letters that stand for others: accented, wider, in another style, or of another script and alike.

`plain` answers for one character, whatever stands beside it. Lookalikes of other scripts hang on their word: Cyrillic
letters in a Latin word are a disguise, in a Cyrillic word they are Cyrillic.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Latin letters that no decomposition of Unicode leads to plain ones.
_LATIN = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i", "ŧ": "t",
    "ŋ": "n", "ĸ": "k", "ſ": "s", "ə": "e", "ɑ": "a", "ɡ": "g", "ɩ": "i", "ɪ": "i", "ʀ": "r", "ɴ": "n", "ʏ": "y",
    "ʙ": "b", "ɢ": "g", "ʜ": "h", "ʟ": "l", "ᴀ": "a", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ᴊ": "j", "ᴋ": "k", "ᴍ": "m",
    "ᴏ": "o", "ᴘ": "p", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v", "ᴡ": "w", "ᴢ": "z", "ꜰ": "f", "ꜱ": "s", "ꞁ": "l", "ɐ": "a",
    "ɒ": "a", "ɓ": "b", "ɔ": "o", "ɖ": "d", "ɗ": "d", "ɛ": "e", "ɜ": "e", "ɠ": "g", "ɦ": "h", "ɨ": "i", "ɭ": "l",
    "ɯ": "m", "ɱ": "m", "ɲ": "n", "ɵ": "o", "ʂ": "s", "ʃ": "s", "ʈ": "t", "ʉ": "u", "ʋ": "v", "ʍ": "w", "ʐ": "z",
    "ƒ": "f", "µ": "u", "ƅ": "b", "ɾ": "r", "ʇ": "t", "ƙ": "k", "ƚ": "l", "ƴ": "y", "ȷ": "j", "ɏ": "y",
}  # fmt: skip

# Cyrillic, Greek, Armenian and Cherokee letters (in lower case) that look like Latin ones. The first part is
# indistinguishable in common fonts (Unicode TR 39), the second serves those who disguise words all the same.
_TWINS = {
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ј": "j", "ѕ": "s", "һ": "h",
    "ԁ": "d", "ԛ": "q", "ԝ": "w", "ӏ": "l", "ѵ": "v", "ё": "e", "ї": "i", "ο": "o", "α": "a", "ν": "v", "ι": "i",
    "ρ": "p", "υ": "u", "κ": "k", "χ": "x", "τ": "t", "օ": "o", "ս": "u", "հ": "h", "ո": "n", "ց": "g", "զ": "q",
    "ґ": "r", "ɩ": "i",
}  # fmt: skip
_COUSINS = {
    "в": "b", "н": "h", "к": "k", "м": "m", "т": "t", "г": "r", "п": "n", "и": "n", "з": "3", "ь": "b", "я": "r",
    "ш": "w", "щ": "w", "ц": "u", "ч": "4", "б": "6", "ѡ": "w", "є": "e", "э": "e", "л": "n", "д": "d", "β": "b",
    "ε": "e", "η": "n", "μ": "u", "σ": "o", "ω": "w", "γ": "y", "ζ": "z", "λ": "l", "π": "n", "δ": "d", "θ": "o",
    "Ꭺ": "a", "Ᏼ": "b", "Ꮯ": "c", "Ꭰ": "d", "Ꭼ": "e", "Ꮐ": "g", "Ꮋ": "h", "Ꭻ": "j", "Ꮶ": "k", "Ꮮ": "l", "Ꮇ": "m",
    "Ꮲ": "p", "Ꭱ": "r", "Ꮪ": "s", "Ꭲ": "t", "Ꮩ": "v", "Ꮃ": "w", "Ꮓ": "z", "ꭺ": "a", "ꮯ": "c", "ꭼ": "e", "ꮋ": "h",
}  # fmt: skip
_TO_LATIN = str.maketrans(_COUSINS | _TWINS)
_TO_CYRILLIC = str.maketrans("aeopcyxkmthbiu", "аеорсухкмтнвии")

_REGIONAL_A = 0x1F1E6  # flags are spelt with these; so are words that want to look gay
_BOXED = ((0x1F130, 26), (0x1F150, 26), (0x1F170, 26))  # letters in squares and discs, which NFKC leaves as they are
_SPACE = " "


@lru_cache(maxsize=16_384)
def plain(char: str) -> str:
    """What one character (not ASCII) is to matching: letters and digits in plain form, a space, or nothing."""
    if "\x80" <= char <= "\x9f":  # Windows-1252 that somebody took for Latin-1
        char = char.encode("latin-1").decode("cp1252", "replace")
    known = _LATIN.get(char.lower())
    if known is not None:
        return known
    category = unicodedata.category(char)
    if category[0] in "ZPS":
        return _sign(char, category)
    if category in {"Cf", "Mn", "Me"}:
        return "" if category != "Mn" or _is_sprinkled(char) else char
    if category[0] == "C":
        return _SPACE
    if category == "Nd":
        return str(unicodedata.digit(char))
    return _letter(char)


def is_latin1(text: str) -> bool:
    """Whether all characters are of Latin-1; costs no more than a copy."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def to_one_script(word: str) -> str:
    """A word of mixed scripts, in lower case, in the script of most of its letters: Latin or Cyrillic."""
    latin = sum(char.isascii() and char.isalpha() for char in word)
    cyrillic = sum("\u0400" <= char <= "\u052f" for char in word)
    if cyrillic > latin and not all(char in _TWINS for char in word if "\u0400" <= char <= "\u052f"):
        return word.translate(_TO_CYRILLIC)
    return word.translate(_TO_LATIN)


def _sign(char: str, category: str) -> str:
    """A space for a sign, unless it is money or dresses up letters and digits."""
    point = ord(char)
    if _REGIONAL_A <= point < _REGIONAL_A + 26:
        return chr(point - _REGIONAL_A + 97)
    for first, count in _BOXED:
        if first <= point < first + count:
            return chr(point - first + 97)
    dressed = unicodedata.normalize("NFKC", char)
    if category == "Sc" or dressed in {"%", "@", "$", "!", "|"}:
        return dressed.lower()
    return "".join(filter(str.isalnum, dressed.lower())) or _SPACE


def _letter(char: str) -> str:
    """A letter without width, style and, where it is Latin or Greek, without accents."""
    whole = unicodedata.normalize("NFKC", char).lower().replace("\u2044", " ")
    if len(whole) == 1 and whole.isascii():
        return whole
    if "\u02b9" <= whole <= "\u02ff":
        return _SPACE  # accents that stand alone
    if whole == "ё":
        return "е"
    parts = unicodedata.normalize("NFD", whole)
    if parts[0] < "\u0400" or "\u1e00" <= parts[0] <= "\u1fff":
        parts = "".join(part for part in parts if unicodedata.category(part) != "Mn")
        return "".join(_LATIN.get(part, part) for part in parts)
    return whole


def _is_sprinkled(char: str) -> bool:
    """Marks that no word needs: accents set over any letter, variation selectors, Arabic vowel signs."""
    return (
        "\u0300" <= char <= "\u036f"
        or "\u064b" <= char <= "\u065f"
        or "\u1ab0" <= char <= "\u1aff"
        or "\u1dc0" <= char <= "\u1dff"
        or "\u20d0" <= char <= "\u20ff"
        or "\ufe00" <= char <= "\ufe2f"
        or char >= "\U000e0100"
    )
