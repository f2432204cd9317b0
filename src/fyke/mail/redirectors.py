"""Where a link finally leads when the goal stands in the link itself: redirectors are unwrapped without asking anyone.

What stands in `redirectors.toml` is known; any other address inside an address is a guess, and is marked as one.
"""

from __future__ import annotations

import base64
import binascii
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from msgspec import Struct, convert

from fyke.mail import urls
from fyke.mail.urls import Url

HOPS = 8  # browsers follow 20; a link with more than 8 addresses inside is not meant to be followed
PARAMS = 60  # query parameters looked at; the longest in the corpora has about 30

GENERIC = "generic"  # the name of a guess

_HOSTS = (".translate.goog", ".cdn.ampproject.org")  # they carry the goal in the host
_NESTED = re.compile(r"[/*=_;!]((?:https?|ftp)(?::|%(?:25){0,3}3a)(?:/|%(?:25){0,3}2f){1,2}[^/%].+)", re.IGNORECASE)
_ENCODED = re.compile(r"[/=_]([ab]?1?aHR0c[A-Za-z0-9_+-]{8,})")
_AMP = re.compile(r"/(?:amp|c|v|r|i|ii|wp|mbv3)(/s)?/([a-z0-9-]+\.[a-z0-9.-]+.*)")
_V3 = re.compile(r"/v3/__(.+?)__;([A-Za-z0-9_=-]*)")
_V3_TOKEN = re.compile(r"\*(?:\*(.))?")
_V3_RUNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # a letter's place + 2: length of a run
_V2 = str.maketrans("-_", "%/")


class Redirector(Struct, frozen=True):
    """One entry of `redirectors.toml`."""

    name: str
    domains: tuple[str, ...]
    paths: tuple[str, ...] = ("/",)
    params: tuple[str, ...] = ()
    decode: str = "url"


class Known(Struct, frozen=True):
    """All of `redirectors.toml`, ready to look up."""

    by_end: dict[str, tuple[tuple[str, Redirector], ...]]  # by the last two labels of the host
    by_name: dict[str, tuple[tuple[str, Redirector], ...]]  # by the name under any suffix
    params: frozenset[str]
    sharers: frozenset[str]


class Goal(Struct, frozen=True):
    """Where a link leads in the end, and over which redirectors (`GENERIC` for a guess)."""

    url: Url
    by: tuple[str, ...]


def unwrap(url: Url) -> Goal | None:
    """The goal of a link that goes through redirectors; None for a link that leads where it says."""
    by: list[str] = []
    while len(by) < HOPS and _may_lead_on(url):
        found = _known_goal(url) or _guessed_goal(url)
        if found is None:
            break
        name, inner = found
        if not inner.host or (inner.host == url.host and inner.path == url.path and inner.query == url.query):
            break
        by.append(name)
        url = inner
    return Goal(url, tuple(by)) if by else None


def _may_lead_on(url: Url) -> bool:
    """Whether it is worth looking for an address inside: most links hold none, and this costs half a microsecond."""
    if len(url.path) < 9 and not url.query:
        return url.host.endswith(_HOSTS)
    low = url.written.lower()
    return (
        low.find("http", 8) > 0
        or low.find("www.", 12) > 0
        or "ahr0c" in low
        or "%2f" in low
        or "domain=" in low
        or "/amp/" in low
        or url.host.endswith(_HOSTS)
    )


def _known_goal(url: Url) -> tuple[str, Url] | None:
    """The next address inside an address of a known redirector."""
    known = _known()
    end = ".".join(url.host.rsplit(".", 2)[-2:])
    rules = known.by_end.get(end) or known.by_name.get(url.domain.partition(".")[0], ())
    for domain, rule in rules:
        if domain and url.host != domain and not url.host.endswith("." + domain):
            continue
        if url.path.startswith(rule.paths):
            inner = urls.read(_READERS[rule.decode](url, rule))
            if inner.host:
                return rule.name, inner
    return None


def _guessed_goal(url: Url) -> tuple[str, Url] | None:
    """An address of another domain inside an address, where a redirector would carry its goal."""
    known = _known()
    if url.domain in known.sharers or url.host in known.sharers:
        return None
    for key, value in _params(url.query):
        if key.lower() in known.params or not key:
            inner = urls.read(_address(value))
            if inner.host and inner.domain != url.domain:
                return GENERIC, inner
    inner = urls.read(_from_path(url, None))
    return (GENERIC, inner) if inner.host and inner.domain != url.domain else None


def _params(query: str) -> Iterator[tuple[str, str]]:
    """Keys and values, still escaped. A query that is itself an address comes with an empty key."""
    if query[:5].lower() in {"http:", "https", "http%"} or query[:4] == "www.":
        yield "", query
    for pair in query.split("&", PARAMS)[:PARAMS]:
        key, sign, value = pair.partition("=")
        if sign and len(value) > 6:
            yield key, value


def _address(value: str) -> str:
    """The address that a value holds: escaped once as it should be, or up to three times, or in base64; or nothing."""
    for _ in range(3):
        value = unquote(value) if "%" in value else value
        start = value[:12].lower()
        if start.startswith(("http:", "https:", "ftp:", "www.")) or start[:2] == "//":
            return value
        if "%" not in start:
            break
    return _base64(value) if "aHR0c" in value[:8] else ""


def _base64(value: str) -> str:
    """The http address that base64 holds, or an empty string."""
    word = value[value.find("aHR0c") :].partition("&")[0].rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(word[: len(word) - (len(word) % 4 == 1)] + "=" * (-len(word) % 4)).decode("latin-1")
    except (binascii.Error, ValueError):
        return ""


def _from_param(url: Url, rule: Redirector) -> str:
    """The address in the first parameter of the rule that is there, with or without scheme."""
    found = dict(reversed(list(_params(url.query))))
    for name in rule.params:
        value = found.get(name)
        if value:
            return _address(value) or unquote(value)
    return ""


def _from_base64(url: Url, rule: Redirector) -> str:
    """The address in base64 in a parameter, or plain where the site takes both."""
    found = dict(_params(url.query))
    for name in rule.params:
        value = unquote(found.get(name, ""))
        if value:
            return _base64(value) or _address(value)
    return ""


def _from_path(url: Url, _rule: Redirector | None) -> str:
    """The address that follows in the path."""
    tail = f"{url.path}?{url.query}" if url.query else url.path
    match = _NESTED.search(tail)
    if match is None:
        encoded = _ENCODED.search(url.path)
        return _base64(encoded[1]) if encoded else ""
    goal = match[1]
    if "%3a" in goal[:12].lower() and "%2f" not in goal[:24].lower():
        goal = unquote(goal)
    elif "%2f" in goal[:24].lower():  # escaped as a whole, so it ends where the outer path goes on
        goal = unquote(goal.partition("/")[0] if ":/" not in goal[:8] else goal)
    elif tail[: match.start() + 1].endswith("___"):
        goal = goal.partition("___")[0]
    return goal


def _from_domain(url: Url, rule: Redirector) -> str:
    """The bare host in a parameter: all that such a link tells."""
    found = dict(_params(url.query))
    return next((f"http://{found[name]}/" for name in rule.params if name in found), "")


def _from_urldefense2(url: Url, rule: Redirector) -> str:
    """Proofpoint v2: `-` for `%` and `_` for `/`."""
    found = dict(_params(url.query))
    return next((unquote(found[name].translate(_V2)) for name in rule.params if name in found), "")


def _from_urldefense3(url: Url, _rule: Redirector) -> str:
    """Proofpoint v3: odd characters are stars, and follow behind in base64."""
    match = _V3.match(f"{url.path}?{url.query}")
    if match is None:
        return ""
    word = match[2].rstrip("=")
    try:
        odd = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        odd = ""
    at = 0

    def put(token: re.Match[str]) -> str:
        nonlocal at
        start, at = at, at + (_V3_RUNS.find(token[1]) + 2 if token[1] else 1)
        return odd[start:at]

    goal = _V3_TOKEN.sub(put, match[1])
    return re.sub(r"\A([a-z]{3,5}:/)(?=[^/])", r"\1/", goal)


def _from_translate_host(url: Url, _rule: Redirector) -> str:
    """Google's translation proxy: dots are hyphens, hyphens are doubled."""
    label = url.host.partition(".")[0]
    host = label.replace("--", "\0").replace("-", ".").replace("\0", "-")
    return f"https://{host}{url.path}?{url.query}"


def _from_amp(url: Url, _rule: Redirector) -> str:
    """AMP viewers and caches: host and path follow, `s` stands for https."""
    match = _AMP.match(url.path)
    return f"http{'s' if match[1] else ''}://{match[2]}" if match else ""


_READERS: dict[str, Callable[[Url, Redirector], str]] = {
    "url": _from_param,
    "base64": _from_base64,
    "path": _from_path,
    "domain": _from_domain,
    "urldefense2": _from_urldefense2,
    "urldefense3": _from_urldefense3,
    "translate-host": _from_translate_host,
    "amp-path": _from_amp,
}


@cache
def _known() -> Known:
    """The table, read once."""
    table = tomllib.loads((Path(__file__).parent / "redirectors.toml").read_text("utf-8"))
    by_end: dict[str, list[tuple[str, Redirector]]] = {}
    by_name: dict[str, list[tuple[str, Redirector]]] = {}
    for rule in convert(table["redirector"], tuple[Redirector, ...]):
        for domain in rule.domains:
            name, _, suffix = domain.rpartition(".")
            if suffix == "*":
                by_name.setdefault(name, []).append(("", rule))
            else:
                by_end.setdefault(".".join(domain.rsplit(".", 2)[-2:]), []).append((domain, rule))
    generic = table["generic"]
    return Known(
        {end: tuple(rules) for end, rules in by_end.items()},
        {name: tuple(rules) for name, rules in by_name.items()},
        frozenset(generic["params"]),
        frozenset(generic["sharers"]),
    )
