"""A page as facts: what it looks like, who is paid, counted and called by it, and where it leads.

A page is read as the HTML of a mail is, by the same hostile-proof reader: visible text, links, numbers and addresses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from itertools import islice

from msgspec import Struct

from fyke.lab.sites.base import VALUE_CHARS, Read, received, site
from fyke.lab.sites.sketch import runs, sketch
from fyke.mail import parse
from fyke.mail.charset import codec
from fyke.mail.domains import registered
from fyke.model import Message
from fyke.model.fact import Fact

PAGE_BYTES = 4 << 20  # of a page that are read; the median page of the web has 30 kB of HTML
FORMS = 20
FIELDS = 60  # of a form
EACH = 40  # facts of one kind of one page
HEAD_CHARS = 200_000  # in which title and generator are sought

_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9-]{0,30})")
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,400})", re.IGNORECASE)
_FORM = re.compile(r"<form\b([^>]{0,2000})>", re.IGNORECASE)
_FIELD = re.compile(r"<(?:input|select|textarea)\b([^>]{0,1000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""\b(name|action|value|type)\s{0,5}=\s{0,5}(?:"([^"]{0,500})"|'([^']{0,500})'|([^\s"'>]{1,500}))""", re.IGNORECASE
)
_ASSET = re.compile(
    r"""<(?:script|link|img)\b[^>]{0,500}?\b(?:src|href)\s{0,5}=\s{0,5}["']?([^"'\s>]{1,300})""", re.IGNORECASE
)
_GENERATOR = re.compile(
    r"""<meta\b[^>]{0,200}\bname=["']?generator["']?[^>]{0,200}\bcontent=["']([^"']{1,100})""", re.IGNORECASE
)
_COMPANY = re.compile(
    r"\b((?:[A-Z][\w&'.-]{1,30} ){1,5}"
    r"(?:Ltd|Limited|LLC|Inc|Corp|GmbH|S\.?A\.?|S\.?L\.?|B\.?V\.?|Oy|AB|Pty|OOO|Services Ltd)\b\.?)"
)
# Names of hidden fields under which shops tell the processor whom to pay.
_MERCHANT = re.compile(
    r"(?:merchant|mid|shop|store|seller|vendor|account|business|receiver|payee)[_-]?(?:id|no|nr|number|code|login)?",
    re.IGNORECASE,
)
_PAYS = re.compile(r"(?:checkout|payment|pay|order|cart|billing|purchase|gateway)", re.IGNORECASE)
_TRACKED = frozenset(
    {
        "aff",
        "affid",
        "aff_id",
        "affiliate",
        "affiliateid",
        "affiliate_id",
        "a_aid",
        "afid",
        "pub_id",
        "ref",
        "partner",
        "hop",
    }
)
_KINDS = {"phone": "phone", "wallet": "wallet", "postal": "postal", "po_box": "po_box", "email": "email"}


class Captured(Struct, frozen=True):
    """A page as it was captured."""

    host: str
    path: str
    body: bytes
    at: datetime
    source: str  # the file it was read from
    charset: str = "utf-8"
    location: str = ""  # where the answer led
    content_type: str = "text/html"
    raw: bytes = b""  # what was received, such as a record of a WARC file; empty: the body


def page(captured: Captured) -> Read:
    """What a capture tells of its site."""
    about = site(captured.host)
    if not about:
        return Read(problem=f"{captured.source}: {captured.host[:80]!r} is no public name")
    entry = received("page", captured.raw or captured.body, captured.source)
    told: dict[tuple[str, str], None] = {}
    count: Counter[str] = Counter()
    for kind, written in _facts(captured, about):
        value = " ".join(written.split())[:VALUE_CHARS]
        if value and count[kind] < EACH and (kind, value) not in told:
            told[kind, value] = None
            count[kind] += 1
    facts = tuple(
        Fact(about, kind, value, captured.at, captured.at, f"page:{captured.source}", entry.digest)
        for kind, value in told
    )
    cut = len(captured.body) > PAGE_BYTES and "html" in captured.content_type
    return Read(facts, (entry,), f"{captured.source}: {about}: only {PAGE_BYTES >> 20} MiB are read" if cut else "")


def _facts(captured: Captured, about: str) -> Iterator[tuple[str, str]]:
    if captured.location and (other := site(_host(captured.location))) and other != about:
        yield "redirects_to", other.removeprefix("site:")
    if captured.path.partition("?")[0].endswith(("favicon.ico", "favicon.png")):
        if captured.body:
            yield "favicon", sha256(captured.body).hexdigest()[:32]
        return
    if "html" not in captured.content_type:
        return
    body = captured.body[:PAGE_BYTES]
    source = body.decode(codec(captured.charset) or "utf-8", "replace")
    message = parse(b"Content-Type: text/html; charset=utf-8\r\n\r\n" + source.encode("utf-8", "replace"))
    yield from _looks(source, message)
    yield from _forms(source, about)
    yield from _seen(message, about)


def _looks(source: str, message: Message) -> Iterator[tuple[str, str]]:
    if title := _TITLE.search(source, 0, HEAD_CHARS):
        yield "title", title[1]
    tags = [tag.lower() for tag in _TAG.findall(source)]
    yield "dom", sketch(runs(tags, 4))
    words = re.findall(r"[^\W\d_]{2,30}", message.text.visible.lower())
    yield "text", sketch(runs(words, 2))
    paths = sorted({_asset(found) for found in _ASSET.findall(source)} - {""})
    made = _GENERATOR.search(source, 0, HEAD_CHARS)
    if len(paths) >= 3 or made:
        yield "kit", " ".join([made[1] if made else "", *paths[:30]])
    for company in _COMPANY.findall(message.text.visible[:200_000]):
        yield "company", company.rstrip(".").lower()


def _forms(source: str, about: str) -> Iterator[tuple[str, str]]:
    """Skeletons of forms, and whom their hidden fields say to pay."""
    begins = list(islice(_FORM.finditer(source), FORMS + 1))
    for at, form in enumerate(begins[:FORMS]):
        until = begins[at + 1].start() if at + 1 < len(begins) else form.end() + 50_000
        fields = [_attributes(each[1]) for each in islice(_FIELD.finditer(source, form.end(), until), FIELDS)]
        names = [each["name"] for each in fields if each.get("name")]
        action = _attributes(form[1]).get("action", "")
        pays = bool(_PAYS.search(action)) or any(_PAYS.search(name) for name in names)
        if len(names) >= 3:
            yield "form", f"{_shape(action)} {' '.join(names)}"
        host = _host(action)
        if host and (other := site(host)) and other != about and pays:
            yield "processor", other.removeprefix("site:")
        for each in fields:
            if _MERCHANT.fullmatch(each.get("name", "")) and 3 <= len(each.get("value", "")) <= 80:
                yield "merchant", f"{registered(host) if host else ''} {each['value']}".strip()


def _seen(message: Message, about: str) -> Iterator[tuple[str, str]]:
    own = about.removeprefix("site:")
    for each in message.observables:
        if kind := _KINDS.get(each.kind):
            if kind != "email" or not each.value.endswith("@" + own):
                yield kind, each.value
        elif each.kind == "tracking_id":
            name, _, value = each.value.partition("=")
            yield ("affiliate" if value and name in _TRACKED else "analytics"), each.value
    for link in message.links:
        if link.source == "refresh" and link.domain and link.domain != own:
            yield "redirects_to", link.domain


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): one or two or three for name, one, two, three in _ATTRIBUTE.findall(text)}


def _asset(path: str) -> str:
    """The path of a file of the site's own, without what changes from version to version."""
    if "//" in path or path.startswith("data:"):
        return ""
    return re.sub(r"\d+", "9", path.partition("?")[0].lower().lstrip("./"))


def _shape(action: str) -> str:
    return re.sub(r"\d+", "9", action.rpartition("//")[2].partition("/")[2].partition("?")[0])


def _host(url: str) -> str:
    if "//" not in url:
        return ""
    return url.partition("//")[2].partition("/")[0].rpartition("@")[2].partition(":")[0].lower()
