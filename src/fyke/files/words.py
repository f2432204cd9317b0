"""Words that may open a locked file: the sender tells them in the mail, or leaves it to custom.

A pure function of strings, linear in them. Nothing here opens a file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

MOST = 200  # words tried: one of AES costs 1 ms, and a lure tells its word in the first lines
TEXT_CHARS = 20_000  # of each text
ALL_CHARS = 60_000  # of all texts together: the mail, and what was read in the files beside
TEXTS = 50
CUES = 20  # places of a text that speak of a password
WINDOW_CHARS = 120  # after such a place: the word follows at once, or on the next line
EACH = 40  # words of one source, so that no source crowds out the rest
WORD_CHARS = 64  # longer is no word that a person is to type

# Used by those who exchange samples, by kits, and by people in a hurry.
COMMON = tuple(
    """
    infected malware virus 1234 123456 12345 password 123 12345678 1111 0000 123456789 111111 1q2w3e4r qwerty abc123
    admin test invoice document secret pass zip rar archive file open 2024 2025 2026 4321 555 777 888 999 novirus
    infected666 clean sample VelvetSweatshop Password PASSWORD Password1 P@ssw0rd passw0rd changeme letmein welcome
    000000 1212 2222 3333 7777 9999 54321 654321 987654321 00000 11111 666666 888888
    """.split()
)
_FIRST = COMMON[:7]  # tried before what merely stands in the text

# What people call it. Where a language writes without blanks, the word may follow at once.
_CUE = (
    r"pass[ -]?(?:word|code|phrase|wort|wd|ord)|\bpass\b|\bpwd?\b|\bpin\b|\bcode\b|kennwort|losungswort|mot de passe"
    r"|\bmdp\b|contrase[nñ]a|\bclave\b|\bsenha\b|palavra[ -]passe|parola|\bcodice\b|wachtwoord|l[oö]senord|adgangskode"
    r"|salasana|has[lł]o|\bheslo\b|jelsz[oó]|lozinka|\bgeslo\b|şifre|\bsifre\b|κωδικ[οό]ς|парол[ьяею]|лозинка|\bkod\b"
    r"|סיסמ[הא]|كلمة (?:المرور|السر)|رمز|รหัสผ่าน|m[aậ]t kh[aẩ]u|kata sandi|sandi|पासवर्ड"
    r"|パスワード|暗証番号|密[码碼]|口令|解[压壓]|비밀 ?번호|암호|패스워드"
)
_TOKEN = re.compile(r"\S{1,200}")
_QUOTED = re.compile(r"[\"“”„«‹'‘`*_<\[(]([^\s\"“”„«»‹›'‘’`*_<>\[\]()]{3,32})[\"”“»›'’`*_>\])]")
_MIXED = re.compile(r"(?<![\w.@/-])(?=[^\s\d]{0,31}\d)[\w!#$%&*+@^~-]{4,32}(?![\w@/-])")
_DIGITS = re.compile(r"(?<!\d)\d{3,8}(?!\d)")
_ASCII = re.compile(r"[!-~]{3,32}")
_HOST = re.compile(r"@([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4})", re.IGNORECASE)
_FILLERS = frozenset(
    """
    is are the a an to for of in this that your our my use open file files archive attachment attached document zip rar
    below following here it its and or was be as with unzip extract protected view required needed will has have enter
    ist lautet das
    der die zum für zur datei anhang est pour le la les du de fichier es el para del archivo é o do da per il del è
    как для к файла архива вложения это от at by on set please if you can i we no not
    """.split()
)  # between "password" and the word; tried last of what follows
_STRIP = " \t\"“”„«»‹›'‘’`*_<>[](){}:;,.!?=-–—|。：，、！「」『』"
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


@cache  # compiled for the first locked file
def _cue() -> re.Pattern[str]:
    return re.compile(_CUE, re.IGNORECASE)


def candidates(texts: Iterable[str], names: Iterable[str] = (), common: Sequence[str] = COMMON) -> tuple[str, ...]:
    """Words that may open a locked file, likeliest first, at most `MOST`.

    `texts` are the subject, the body and what was read elsewhere in the mail; `names` those of its files and the
    domain of its sender; `common` is what is tried of everybody.
    """
    return tuple(reasons(texts, names, common))


def reasons(texts: Iterable[str], names: Iterable[str] = (), common: Sequence[str] = COMMON) -> dict[str, str]:
    """The same words, each with why it is one of them."""
    read = list(_read(texts))
    titles = [_clean(name)[-255:] for _, name in zip(range(TEXTS), names, strict=False)]
    told, said = _told(read)
    usual = [word for word in _FIRST if word in common]
    sources: tuple[tuple[str, Iterable[str]], ...] = (
        ("told as the password", told),
        ("in common use", usual),
        ("stands beside the word password", said),
        ("set apart in the text", (found[1] for text in read for found in _QUOTED.finditer(text))),
        ("looks like a password", (found[0] for text in read for found in _MIXED.finditer(text))),
        ("a number in the text", (found[0] for text in read for found in _DIGITS.finditer(text))),
        ("the name of a file", _of_names(titles)),
        ("a domain in the mail", _of_hosts(read)),
    )
    found: dict[str, str] = {}
    rest = [word for word in common if word not in usual]
    for why, words in sources:
        taken = 0
        for word in words:
            if taken == EACH or len(found) >= MOST - min(len(rest), EACH):
                break
            if 0 < len(word) <= WORD_CHARS and word not in found:
                found[word] = why
                taken += 1
    for word in rest[: MOST - len(found)]:
        found.setdefault(word, "in common use")
    return found


def _read(texts: Iterable[str]) -> Iterator[str]:
    """The texts, up to what is read of each and of all."""
    left = ALL_CHARS
    for _, text in zip(range(TEXTS), texts, strict=False):
        yield _clean(text[:left])
        left -= min(left, len(text))


def _clean(text: str) -> str:
    """The text without what nobody sees."""
    return text[:TEXT_CHARS].translate(_UNSEEN).replace("\u00a0", " ")


def _told(texts: list[str]) -> tuple[list[str], list[str]]:
    """Words beside a cue: those that look like what one types, and the others."""
    likely: list[str] = []
    others: list[str] = []
    for text in texts:
        for _, cue in zip(range(CUES), _cue().finditer(text), strict=False):
            after = _TOKEN.findall(text[cue.end() : cue.end() + WINDOW_CHARS])
            before = _TOKEN.findall(text[max(0, cue.start() - 40) : cue.start()])[-3:]
            for place, token in enumerate([*after[:12], *reversed(before)]):
                for word in _forms(token):
                    is_next = place < 3 and word.lower() not in _FILLERS
                    (likely if _is_odd(word) or (is_next and len(word) > 2) else others).append(word)
    likely.sort(key=lambda word: not _is_odd(word))  # stable: the order of the text within both
    return likely, [word for word in others if word.lower() not in _FILLERS]


def _forms(token: str) -> Iterator[str]:
    """A token as it may be meant: without the marks around it, as written, and in plain digits and letters."""
    bare = token.strip(_STRIP)
    loose = token.strip(_STRIP.replace("!", "").replace("?", "").replace("-", "").replace("=", ""))
    ended = token.strip("\"“”„«»'‘’`<>:：")
    _, colon, last = bare.rpartition(":")
    plain = unicodedata.normalize("NFKC", bare)
    runs = _ASCII.findall(plain) if not plain.isascii() else []  # between letters of a script without blanks
    yield from dict.fromkeys(filter(None, (last if colon else "", bare, loose, plain, *runs[:3], ended)))


def _is_odd(word: str) -> bool:
    """Whether it is no word of a language: digits, or capitals and marks within."""
    return any(char.isdigit() for char in word) or (word[1:] != word[1:].lower() and not word.isupper())


def _of_names(names: list[str]) -> Iterator[str]:
    """File names without their extensions, and the numbers in them."""
    for name in names:
        base = name.replace("\\", "/").rpartition("/")[2]
        stem = base.rpartition(".")[0] or base
        yield stem
        yield from _DIGITS.findall(stem)
        if "." in stem:
            yield stem.partition(".")[0]
        yield base
        yield stem.lower()


def _of_hosts(texts: list[str]) -> Iterator[str]:
    """Domains of the addresses in a text, whole and their first word."""
    for text in texts:
        for found in _HOST.finditer(text):
            host = found[1].lower()
            yield host
            yield host.partition(".")[0]
