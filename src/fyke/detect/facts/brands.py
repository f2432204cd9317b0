"""The names that mail thieves borrow (brands.txt): found in text however disguised, and whose domains are theirs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from msgspec import Struct

from fyke.mail.domains import registered, skeleton

NAME_CHARS = 200  # a longer display name or subject is read that far
HOST_CHARS = 253  # RFC 1035 2.3.4: longer ones are not kept
SHORT_CHARS = 4  # "CIC", "TIM", "AAA": such a name counts only where it stands alone, and only undisguised

_WORD = re.compile(r"[^\W_]+")
_SPACED = re.compile(r"(?<!\w)\w(?:[ .\-_*']{1,2}\w){3,39}(?!\w)")  # "F.e.d.E.x"
_UNSEEN = frozenset({"Cf", "Mn", "Me"})
_COUNTRY = re.compile(r"(?:(?:com?|net|org|ne|or)\.)?([a-z]{2})|com|net")
_GIVEN_AWAY = frozenset({"tk", "ml", "ga", "cf", "gq", "cc", "pw", "ws"})  # anybody may have them: no firm's country


class Brand(Struct, frozen=True):
    """A name, its trade, and the domains that are its own."""

    name: str
    trade: str
    common: bool  # a common word or a person's name too
    domains: frozenset[str]
    anywhere: frozenset[str]  # labels that are its own under any country's suffix
    branches: tuple[tuple[str, str], ...] = ()  # how names of its many independent houses begin and end

    def owns(self, domain: str) -> bool:
        """Whether a host (A-labels) is under one of the brand's own domains."""
        own = registered(domain)
        if own in self.domains or domain in self.domains:
            return True
        if any(own.startswith(first) and own.endswith(last) for first, last in self.branches):
            return True
        label, _, rest = own.partition(".")
        if label not in self.anywhere:
            return False
        match = _COUNTRY.fullmatch(rest)
        return match is not None and match[1] not in _GIVEN_AWAY


class Named(Struct, frozen=True):
    """A brand that a text names."""

    brand: Brand
    alone: bool  # nothing else is said but words such as "support" or "team"
    disguised: bool  # written with other letters, so that a reader sees the name and a filter does not


class Brands:
    """All brands, by the words of their names and by the labels of their domains."""

    def __init__(self, brands: list[tuple[Brand, tuple[str, ...]]], plain: frozenset[str]) -> None:
        self.all = tuple(brand for brand, _ in brands)
        self.names: dict[str, Brand] = {}  # words of a name, lower case, one space between them
        self.labels: dict[str, Brand] = {}
        self._plain = plain
        self._owners: dict[str, tuple[Brand, ...]] = {}  # by label of a domain: whose that domain may be
        self._looks: dict[str, Brand] = {}  # the same by skeletons of the words
        self._houses = tuple(brand for brand, _ in brands if brand.branches)
        self._ends = tuple({last for brand in self._houses for _, last in brand.branches})
        self._unspaced: list[tuple[str, Brand]] = []  # names in scripts without spaces between words
        self._first: dict[str, int] = {}  # most words of the names whose first word has this skeleton
        for brand, names in brands:
            for words in {tuple(words_of(name)) for name in names}:
                looks = [skeleton(word) for word in words]
                self.names.setdefault(" ".join(words), brand)
                self._looks.setdefault(" ".join(looks), brand)
                self._first[looks[0]] = max(self._first.get(looks[0], 0), len(words))
                if words[0] > "\u3040":
                    self._unspaced.append(("".join(words), brand))
            for label in brand.anywhere | {registered(domain).partition(".")[0] for domain in brand.domains}:
                self._owners[label] = (*self._owners.get(label, ()), brand)
                if label not in plain:
                    self.labels.setdefault(label, brand)

        self._owner = lru_cache(maxsize=2048)(self._find_owner)  # and from few domains
        self._named = lru_cache(maxsize=2048)(self._find_named)  # most mail comes from few names
        self.joined = {name.replace(" ", ""): brand for name, brand in self.names.items()}  # as in a domain's label

    def are_plain(self, words: Iterable[str]) -> bool:
        """Whether all words are of those beside which a name remains the name: "support", "online"."""
        return all(word in self._plain or word.isdigit() for word in words)

    def named_in(self, text: str) -> Named | None:
        """The first brand that a short text (a display name, a link's text) names, or None."""
        return self._named(text) if len(text) <= NAME_CHARS else self._find_named(text)

    def _find_named(self, text: str) -> Named | None:
        words = words_of(text)
        looks = skeleton(" ".join(words)).split(" ")  # word by word: a skeleton leaves spaces alone
        if len(looks) != len(words):  # the text was longer than a skeleton
            return None
        first = self._first
        for at, look in enumerate(looks):
            for count in range(first.get(look, 0), 0, -1):
                brand = self._looks.get(" ".join(looks[at : at + count]))
                if brand is None:
                    continue
                letters = sum(map(len, words[at : at + count]))
                disguised = " ".join(words[at : at + count]) not in self.names
                if disguised and letters <= SHORT_CHARS:
                    continue
                alone = self.are_plain(words[:at] + words[at + count :])
                if alone or not (brand.common or letters <= SHORT_CHARS):
                    return Named(brand, alone, disguised or _is_veiled(text))
        return None if text.isascii() else self._within("".join(words))

    def _within(self, text: str) -> Named | None:
        """A brand whose name is written without spaces, as in Japanese."""
        if max(text, default="") < "\u3040":
            return None
        return next(
            (Named(brand, alone=False, disguised=False) for name, brand in self._unspaced if name in text), None
        )

    def owner_of(self, domain: str) -> Brand | None:
        """The brand whose own a host is, or None."""
        return self._owner(domain) if len(domain) <= HOST_CHARS else self._find_owner(domain)

    def _find_owner(self, domain: str) -> Brand | None:
        own = registered(domain)
        owners = self._owners.get(own.partition(".")[0], ())
        if not owners and own.endswith(self._ends):
            owners = self._houses
        return next((brand for brand in owners if brand.owns(domain)), None)


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, without marks that are not seen, spaced letters put together."""
    text = text[:NAME_CHARS]
    if not text.isascii():
        text = "".join(
            char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char) not in _UNSEEN
        )
    return _WORD.findall(_SPACED.sub(_join, text).lower())


def _is_veiled(text: str) -> bool:
    """Whether letters of a text are held apart by marks that are not seen, or by points: "P\u200da\u200dy", "P.a.y"."""
    if _SPACED.search(text) is not None:
        return True
    if text.isascii():
        return False
    text = unicodedata.normalize("NFC", text)
    return any(before.isalpha() and unicodedata.category(char) in _UNSEEN for before, char in pairwise(text))


def _join(match: re.Match[str]) -> str:
    return "".join(filter(str.isalnum, match[0]))


def _parted(domains: list[str]) -> Iterable[tuple[str, str, str]]:
    return (domain.partition("*") for domain in domains if not domain.endswith(".*"))


@cache
def brands() -> Brands:
    """The shipped brands. Reading them takes about 5 ms."""
    found: list[tuple[Brand, tuple[str, ...]]] = []
    trade = ""
    for line in (Path(__file__).parent / "brands.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            trade = line.strip("[] ")
        elif line and not line.startswith("#"):
            name, aliases, domains = (field.strip() for field in line.split("|"))
            common, name = name.startswith("~"), name.lstrip("~")
            own = domains.split()
            brand = Brand(
                name=name,
                trade=trade,
                common=common,
                domains=frozenset(domain for domain in own if "*" not in domain),
                anywhere=frozenset(domain[:-2] for domain in own if domain.endswith(".*")),
                branches=tuple((first, last) for first, star, last in _parted(own) if star and last),
            )
            found.append((brand, (name, *(alias for alias in aliases.split(", ") if alias))))
    plain = (Path(__file__).parent / "brand_words.txt").read_text("utf-8").splitlines()
    return Brands(found, frozenset(word for line in plain if not line.startswith("#") for word in line.split()))
