"""Identifiers by which somebody counts visitors or earns a share: they tie sites and mails to one account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from fyke.model import Html, Link

SCRIPTS = 50  # of a message; even a copied web page has fewer
SCRIPT_CHARS = 4_000  # of one script; the account stands at its start
KNOWN = 1_024  # queries remembered between messages, as `links.KNOWN`
KNOWN_CHARS = 200  # of such a query

# Google Analytics, Tag Manager and Ads.
_GOOGLE = re.compile(r"\b(?:UA-\d{4,10}-\d{1,4}|G-[A-Z0-9]{10}|GTM-[A-Z0-9]{5,8}|AW-\d{9,11})\b")
# Parameters that networks of affiliates and trackers use for the account, the campaign and the click.
_PARAM = re.compile(
    r"(?:\A|[&;])(aff|aff_?id|affiliate_?(?:id)?|a_aid|a_bid|afid|sub_?id\d?|s[1-5]|aff_sub\d?|click_?id|offer_?id|pub_?id"
    r"|partner_?(?:id)?|ref_?id|campaign_?id|c_?id|camp|utm_campaign|utm_source|vndr|hop|irclickid)=([^&;#\s]{2,64})",
    re.IGNORECASE,
)
_HINTS = ("aff", "id=", "sub", "utm_", "partner", "camp", "offer", "s1=", "s2=", "afid", "hop=")
_NOT_ALONE = frozenset(("utm_campaign", "utm_source", "cid", "camp", "s1", "s2", "s3", "s4", "s5", "partner"))
_IN_SCRIPT = (
    ("facebook", re.compile(r"fbq\(\s{0,9}['\"]init['\"]\s{0,9},\s{0,9}['\"]?(\d{10,20})")),
    ("yandex", re.compile(r"\bym\(\s{0,9}(\d{5,10})")),
    ("matomo", re.compile(r"setSiteId['\"]\s{0,9},\s{0,9}['\"]?(\d{1,6})")),
    ("hotjar", re.compile(r"hjid:\s{0,9}(\d{4,9})")),
)  # fmt: skip
_SITES = {
    "facebook.com": ("facebook", re.compile(r"(?:\A|&)id=(\d{10,20})")),
    "yandex.ru": ("yandex", re.compile(r"\A/watch/(\d{5,10})")),
}  # fmt: skip


def of_link(link: Link) -> tuple[str, ...]:
    """The identifiers in a link's query, as "name=value"; a name that anybody uses comes with the link's domain."""
    read = _of_known if len(link.query) <= KNOWN_CHARS else _of_query
    return read(link.query, link.path if link.domain in _SITES else "", link.host, link.domain)


def _of_query(query: str, path: str, host: str, domain: str) -> tuple[str, ...]:
    found: list[str] = []
    low = query.lower()
    if any(hint in low for hint in _HINTS):
        for match in _PARAM.finditer(query, 0, 2_000):
            name = match[1].lower()
            found.append(f"{name}={match[2]} {domain}" if name in _NOT_ALONE else f"{name}={match[2]}")
    if "-" in query:
        found += _GOOGLE.findall(query, 0, 2_000)
    site = _SITES.get(domain)
    if site is not None:
        account = site[1].search(query or path)
        if account:
            found.append(f"{site[0]}={account[1]}")
    if "idsite=" in low:
        number = low.partition("idsite=")[2].partition("&")[0]
        found.append(f"matomo={number[:9]} {host}")
    return tuple(found)


_of_known = lru_cache(maxsize=KNOWN)(_of_query)


def of_html(html: Html) -> Iterator[str]:
    """The identifiers in scripts."""
    for script in (*html.scripts[:SCRIPTS], *html.script_srcs[:SCRIPTS]):
        start = script[:SCRIPT_CHARS]
        yield from _GOOGLE.findall(start)
        for name, pattern in _IN_SCRIPT:
            for account in pattern.findall(start):
                yield f"{name}={account}"
