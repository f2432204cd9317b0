"""Candidates in plain text, found in one pass: URLs, hosts, addresses, phone numbers, wallets, postal places.

hyperscan says where something may be; Python looks there alone. A text that holds nothing of the kind costs one scan.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

from msgspec import Struct

from fyke.mail import domains, patterns, phones, places, urls, wallets
from fyke.mail.patterns import CASELESS, Expression

TEXT_BYTES = 1_000_000  # of one text; nobody scrolls further, and `fyke.mail.html` reads no more
URL_BYTES = 4_000  # as `urls.URL_CHARS`
COSTLY = 100  # looks at postal places and at wallets with a slow checksum, at most 1 ms each; a real text has 3
FANGS = 1_000  # places that look defanged; a list of indicators has a few hundred
KNOWN = 2_048  # words remembered between messages: footers and signatures repeat themselves
KNOWN_CHARS = 200  # of such a word
TOKENS = 5_000  # of one text: 64 kB of nothing but addresses have fewer

_LINKS = (
    Expression(rb":[/\\]{2}"),
    # A word of labels; not inside a URL or an address, which their own signs announce.
    Expression(rb"(?:\A|[^a-z0-9./@_\x80-\xff-])(?:[a-z0-9_\x80-\xff-]+\.)+[a-z\x80-\xff]{2}", CASELESS),
    Expression(rb"[a-z0-9]@[a-z0-9]", CASELESS),
    Expression(rb"\d\.\d{1,3}(?::\d{2,5})?/"),
    Expression(
        rb"[\[({] ?(?:\.|dot|at|@) ?[\])}]|[a-z0-9][\[({]\.[a-z0-9]|[\[({]:[\])}]?//"
        rb"|[a-z0-9] dot (?:com|net|org|info|biz|ru)\b"
        rb"|(?:\xe3\x80\x82|\xef\xbc\x8e|\xef\xbd\xa1)(?:com|net|org|info|biz|ru|cn|top|xyz|vip|cc)\b",
        CASELESS,
    ),
)
_EXPRESSIONS = (*_LINKS, *phones.EXPRESSIONS, *wallets.EXPRESSIONS, *places.EXPRESSIONS)
_PHONES = len(_LINKS)
_WALLETS = _PHONES + len(phones.EXPRESSIONS)
_BOXES = _WALLETS + len(wallets.EXPRESSIONS)

# Bytes that end a word: white space, brackets, quotes and separators that no host, address or wallet holds.
_SPACES = bytes(0x20 if char <= 0x20 or char in b"<>\"'()[]{}|,;*`\x7f" else char for char in range(256))
_URL_BODY = re.compile(rb"[^<>\"\x00-\x20\x7f]{1,4000}")
_SCHEME = re.compile(rb"(?:https?|ftp|wss?|file|smb|sftp|ipfs|ipns|h[x*]{2}ps?|h\[tt\]ps?|meow)\Z", re.IGNORECASE)
# Where text in a script without spaces goes on behind a URL: CJK punctuation, full-width forms, quotation marks.
_URL_END = re.compile(
    "[\u00a0\u00ab\u00bb\u2013-\u201f\u2026\u2028-\u202f\u2039\u203a\u3000\u3001\u3003-\u303f\uff01-\uff0d\uff1a-\uff20]|\\]\\("
)
_TRAILING = frozenset(".,;:!?'*_~\u3002")
PAIRS = 9  # closing brackets taken from the end of a URL: a sentence nests two
_PAIRS = {")": "(", "]": "[", "}": "{"}
_HOST = re.compile(r"([\w-]+(?:\.[\w-]+)*)\.([^\W\d_][\w-]+)(?=[/:?#]|\Z)")
_ASCII_HOST = re.compile(
    r"www\.[!-~]{3,1000}|(?<![\w.-])[a-z0-9][a-z0-9-]{1,62}\.[a-z]{2,24}/[!-~]{1,1000}", re.IGNORECASE | re.ASCII
)
_IP_HOST = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?/")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&+/=?^_~-]{1,64}@([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.([A-Za-z][A-Za-z0-9-]+))")
_FANGS = re.compile(
    rb"(?:[\[({] ?(?:\.|dot|at|@|/|:|://) ?[\])}] ?| [\[({] ?(?:\.|dot|at|@) ?[\])}] ?| dot (?=[a-z])"
    rb"|[^\s\[\](){}<>\"])*",
    re.IGNORECASE,
)
_BEFORE_FANG = re.compile(r"[^\s<>\"'(),;]{1,200}\Z")
# A bare name without path is taken for a host under these suffixes alone; "fs.rs", "word.It", "watch.info" are none.
_SPOKEN = frozenset(
    "com net org biz edu gov mil eu ru de fr uk br nl cz jp cn kr tw hk pt gr fi hu ua by kz xyz icu vip ca au mx "
    "ar cl za tr sk lt lv ee bg ro dk ie onion \u0440\u0444".split()
)


class Token(Struct, frozen=True, gc=False):
    """One thing found, as written; what was defanged is refanged, numbers are normal."""

    kind: str  # "text" (a URL), "bare", "defanged", "email", "phone", "wallet", "po_box", "postal"
    value: str


class Tokens(Struct, frozen=True):
    """All that was found, in order; `cut` says that the text held more than is looked at."""

    found: tuple[Token, ...] = ()
    cut: bool = False


class _Look(Struct):
    """A text being looked at: its bytes, the same with `_SPACES`, and how far words were taken, or refused."""

    data: bytes
    flat: bytes = b""  # made when it is first needed
    done: int = 0
    refused: int = 0
    costly: int = 0
    fangs: int = 0

    def word(self, end: int) -> tuple[int, int]:
        """Bounds of the word around byte `end`."""
        low = max(self.done, end - URL_BYTES)
        start = self.spaced().rfind(b" ", low, end - 1) + 1 or low
        stop = self.flat.find(b" ", end)
        return start, stop if stop >= 0 else len(self.flat)

    def spaced(self) -> bytes:
        """The text with a space for each byte that ends a word."""
        if not self.flat:
            self.flat = self.data.translate(_SPACES)
        return self.flat


def find(text: str) -> Tokens:
    """Find the candidates in a text. Never raises."""
    if not text:
        return _NOTHING
    data = text.encode("utf-8", "replace")
    is_cut = len(data) > TEXT_BYTES
    if is_cut:
        data = data[:TEXT_BYTES]
    matches = _patterns().scan(data)
    if not matches:
        return Tokens((), is_cut) if is_cut else _NOTHING
    look = _Look(data)
    found: list[Token] = []
    for match in matches:
        end = match.end
        if end > look.done:
            token = _READERS[match.index](look, end, match.index)
            if token is not None:
                found.append(token)
                if len(found) >= TOKENS:
                    break
    is_cut = is_cut or len(matches) >= patterns.MATCHES or len(found) >= TOKENS
    is_cut = is_cut or look.costly > COSTLY or look.fangs > FANGS
    return Tokens(tuple(found), is_cut)


_NOTHING = Tokens()


def _url(look: _Look, end: int, _index: int) -> Token | None:
    """A URL with a scheme."""
    data = look.data
    body = _URL_BODY.match(data, end)
    if body is None:
        return None
    stop = body.end()
    before = data[end - 8 : end - 3].lower()
    if before == b"https":
        start = end - 8
    elif before[1:] == b"http":
        start = end - 7
    else:
        scheme = _SCHEME.search(data, max(look.done, end - 12), end - 3)
        if scheme is None:
            return None
        start = scheme.start()
    look.done = stop
    if stop - end >= URL_BYTES:
        rest = look.spaced().find(b" ", stop)
        look.done = rest if rest >= 0 else len(data)
    written = data[start:stop].decode("utf-8", "replace")
    return _whole_known(written, end - start) if stop - start <= KNOWN_CHARS else _whole(written, end - start)


def _whole(written: str, begun: int) -> Token | None:
    """The URL at the start of a text that begins with a scheme and slashes of together that many characters."""
    written = _trim(written)
    plain = urls.refang(written) if "[" in written or "(" in written or written[:5].lower() != "http:" else written
    if len(plain) < begun + 2:
        return None
    return Token("text" if plain == written else "defanged", plain)


_whole_known = lru_cache(maxsize=KNOWN)(_whole)


def _trim(url: str) -> str:
    """A URL without the punctuation of the sentence around it."""
    if url[-1].isalnum() and url.isascii() and "]" not in url:
        return url
    if not url.isascii():
        after = _URL_END.search(url)
        if after:
            url = url[: after.start()]
        path = url.find("/", 8)
        if path > 0 and "\u3002" in url:
            url = url[:path] + url[path:].partition("\u3002")[0]
    elif "]" in url and url.find("[") < 0:
        url = url.partition("]")[0]
    elif "](" in url:
        url = url.partition("](")[0]
    stop = len(url)
    while stop and (url[stop - 1] in _TRAILING or (len(url) - stop < PAIRS and _closes_more(url, stop))):
        stop -= 1
    return url[:stop]


def _closes_more(url: str, stop: int) -> bool:
    """Whether a URL ends there in a bracket that was opened before it."""
    last = url[stop - 1]
    return last in _PAIRS and url.count(last, 0, stop) > url.count(_PAIRS[last], 0, stop)


def _dot(look: _Look, end: int, _index: int) -> Token | None:
    """A host without scheme, or an e-mail address, around a dot between letters."""
    if end <= look.refused:
        return None
    start, stop = look.word(end)
    data = look.data
    look.refused = stop
    follows = data[stop : stop + 4].lower()
    if follows[:2] in {b"[.", b"(.", b"{."} or follows in {b"[dot", b"(dot", b"[at]", b"(at)"}:
        return None
    word = data[start : min(stop, start + URL_BYTES)].decode("utf-8", "replace")
    token = _dotted_known(word) if len(word) <= KNOWN_CHARS else _dotted(word)
    if token is not None:
        look.done = stop
    return token


def _dotted(word: str) -> Token | None:
    """The host or the address that a word with a dot is, where it is one."""
    if "@" in word:
        return _email(word)
    if not word.isascii():
        inner = _ASCII_HOST.search(word)
        word = inner[0] if inner else word
    host = _HOST.match(word.rstrip(".,;:!?_~-"))
    if host is None or not _is_spoken(word, host):
        return None
    return Token("bare", _trim(word))


_dotted_known = lru_cache(maxsize=KNOWN)(_dotted)


def is_host(word: str) -> bool:
    """Whether a word alone, such as `www.example.com/x`, is meant as a host or as a URL without scheme."""
    host = _HOST.match(word)
    return host is not None and _is_spoken(word, host)


def _is_spoken(word: str, host: re.Match[str]) -> bool:
    """Whether a word without scheme is meant as a host, and is no file, abbreviation or missing space."""
    suffix = host[2]
    if host.end() > domains.HOST_CHARS or host[1][0] in "-_":
        return False
    if not suffix.islower() and not host[0].isupper() and not (suffix[0].isupper() and host[0][0].isupper()):
        return False
    lowered = suffix.lower()
    if not domains.is_known_tld(lowered):
        return False
    if word[:4].lower() == "www.":
        return True
    if len(word) > host.end() + 1 and word[host.end()] == "/" and word[host.end() + 1].isalnum():
        return len(host[0]) > 3
    return lowered in _SPOKEN


def _email(word: str) -> Token | None:
    """The e-mail address in a word."""
    match = _EMAIL.match(word) or _EMAIL.search(word[:400])
    if match is None or len(match[1]) > domains.HOST_CHARS or not domains.is_known_tld(match[2].lower()):
        return None
    return Token("email", match[0].strip(".-=/&?"))


_email_known = lru_cache(maxsize=KNOWN)(_email)


def _at(look: _Look, end: int, _index: int) -> Token | None:
    """An e-mail address around an @."""
    if end <= look.refused:
        return None
    start, stop = look.word(end)
    look.refused = stop
    word = look.data[start : min(stop, start + 400)].decode("utf-8", "replace")
    token = _email_known(word) if len(word) <= KNOWN_CHARS else _email(word)
    if token is not None:
        look.done = stop
    return token


def _ip_host(look: _Look, end: int, _index: int) -> Token | None:
    """An IPv4 address with a path behind it."""
    start, stop = look.word(end)
    word = look.data[start : min(stop, start + URL_BYTES)].decode("utf-8", "replace")
    match = _IP_HOST.match(word)
    if match is None or not domains.is_ip(match[0][:-1].partition(":")[0]) or word[match.end() :].isdigit():
        return None  # 192.0.2.0/24 is a network
    look.done = stop
    return Token("bare", _trim(word))


def _defanged(look: _Look, end: int, _index: int) -> Token | None:
    """A URL, host or address that somebody made harmless, or hides from filters."""
    look.fangs += 1
    if look.fangs > FANGS:
        return None
    at = end + (look.data[end - 1] in b")]}" and look.data[end : end + 1] == b" ")
    rest = _FANGS.match(look.data, at, at + 1_000)
    assert rest is not None
    low = max(look.done, end - 120)
    before = _BEFORE_FANG.search(urls.refang(look.data[low:end].decode("utf-8", "ignore").replace("\u3002", ".")))
    if before is None:
        return None
    word = _trim(urls.refang(before[0] + rest[0].decode("utf-8", "ignore")))
    look.done = rest.end()
    if "@" in word and "://" not in word:
        match = _EMAIL.search(word[:400])
        return Token("email", match[0]) if match and domains.is_known_tld(match[2].lower()) else None
    if "://" in word:
        return Token("defanged", word[max(word.lower().find("http"), 0) :])
    host = _HOST.match(word)
    return Token("defanged", word) if host and domains.is_known_tld(host[2].lower()) else None


def _phone(look: _Look, end: int, index: int) -> Token | None:
    """A telephone number."""
    found = phones.read(look.data, look.done, end, index - _PHONES)
    if found is None:
        return None
    look.done = found[1]
    return Token("phone", found[0])


def _wallet(look: _Look, end: int, index: int) -> Token | None:
    """An address of a cryptocurrency."""
    is_solana = index - _WALLETS == wallets.SOLANA
    word = "" if is_solana else wallets.find_word(look.data, end, index - _WALLETS)
    if is_solana or wallets.is_costly(word):
        look.costly += 1
        if look.costly > COSTLY:
            return None
    value = wallets.solana(look.data, end) if is_solana else wallets.check(word)
    return Token("wallet", value) if value else None


def _box(look: _Look, end: int, _index: int) -> Token | None:
    """A PO box."""
    look.costly += 1
    if look.costly > COSTLY:
        return None
    value = places.read_box(look.data, end)
    return Token("po_box", value) if value else None


def _street(look: _Look, end: int, _index: int) -> Token | None:
    """A postal address."""
    look.costly += 1
    if look.costly > COSTLY:
        return None
    value = places.read_street(look.data, end)
    return Token("postal", value) if value else None


_READERS: tuple[Callable[[_Look, int, int], Token | None], ...] = (
    _url, _dot, _at, _ip_host, _defanged,
    *(_phone for _ in phones.EXPRESSIONS), *(_wallet for _ in wallets.EXPRESSIONS), _box, _street,
)  # fmt: skip


@cache
def _patterns() -> patterns.Patterns:
    """The compiled candidates."""
    return patterns.load(_EXPRESSIONS)
