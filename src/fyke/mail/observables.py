"""Things seen in a message that may be seen again in another: normalised, without opinion."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

from fyke.mail import domains, sketches, tracking, urls
from fyke.mail.links import LinkReading
from fyke.mail.phones import normal
from fyke.mail.tokens import Tokens
from fyke.model import Address, Defect, Html, Link, Observable, Part, Received, Text

# Values of one kind kept of a message. A campaign shows itself in the first ones; a digest or a directory has hundreds.
LIMITS = {
    "domain": 200, "url": 50, "email": 50, "ip": 20, "phone": 20, "wallet": 20, "postal": 10, "po_box": 10,
    "unsubscribe": 10, "tracking_id": 40, "message_id_form": 1, "template": 4, "attachment": 100,
    "machine": 10, "mac": 10,
}  # fmt: skip
HOPS = 3  # newest public addresses of the trace; older hops are easily forged
UNSUBSCRIBE_CHARS = 4_000
KNOWN = 512  # fields remembered between messages: a mailing list writes the same one in each
KNOWN_CHARS = 300  # of such a field; longer ones name their recipient and do not come again
TOKEN_CHARS = 20  # a local part so long, or with digits, names the recipient

_TARGET = re.compile(r"<\s{0,9}([^<>\s]{3,2000})\s{0,9}>")
_DIGIT = re.compile(r"[0-9]")
_CONTACTS = frozenset(("phone", "wallet", "postal", "po_box"))


class ObservableReading(Struct, frozen=True):
    """What was seen, kind by kind, and what was left out."""

    observables: tuple[Observable, ...]
    defects: tuple[Defect, ...] = ()


class _Seen:
    """What was seen so far, each value once, and how much of each kind was dropped."""

    __slots__ = ("cut", "found")

    def __init__(self) -> None:
        self.found: dict[str, dict[str, Observable]] = {}  # by kind and value, with where it stood first
        self.cut: dict[str, int] = {}

    def add(self, kind: str, value: str, where: str) -> None:
        """Note a value, unless there are enough of its kind."""
        values = self.found.get(kind)
        if values is None:
            self.found[kind] = {value: Observable(kind, value, where)}
        elif value not in values:
            if len(values) < LIMITS[kind]:
                values[value] = Observable(kind, value, where)
            else:
                self.cut[kind] = self.cut.get(kind, 0) + 1


def read(
    reading: LinkReading,
    text: Text,
    html: Html,
    *,
    senders: Sequence[Address] = (),
    reply_to: Sequence[Address] = (),
    received: Sequence[Received] = (),
    message_id: str = "",
    unsubscribe: str = "",
    attachments: Sequence[Part] = (),
) -> ObservableReading:
    """All observables of a message. `unsubscribe` is the value of List-Unsubscribe. Never raises."""
    seen = _Seen()
    _add_headers(seen, senders, reply_to, received)
    _add_links(seen, reading.links)
    _add_tokens(seen, reading.visible, "text")
    _add_tokens(seen, reading.hidden, "hidden")
    if unsubscribe:
        known = len(unsubscribe) <= KNOWN_CHARS
        forms = _unsubscribing_known(unsubscribe) if known else _unsubscribing(unsubscribe[:UNSUBSCRIBE_CHARS])
        for form in forms:
            seen.add("unsubscribe", form, "header")
    if html.scripts or html.script_srcs:
        for value in tracking.of_html(html):
            seen.add("tracking_id", value, "text")
    if message_id:
        seen.add("message_id_form", sketches.message_id_form(message_id), "header")
    for value in _templates(reading.links, text, html):
        seen.add("template", value, "text")
    _add_attachments(seen, attachments)
    observables = tuple([observable for values in seen.found.values() for observable in values.values()])
    if not seen.cut:
        return ObservableReading(observables)
    defects = tuple([Defect("observables-cut", f"{count} of kind {kind}") for kind, count in seen.cut.items()])
    return ObservableReading(observables, defects)


def url_form(link: Link) -> str:
    """A link's URL as all its spellings have it: scheme, host, path and query; no user, no fragment."""
    host, query = link.host, link.query
    if ":" in host:
        host = f"[{host}]"
    if link.port:
        host = f"{host}:{link.port}"
    scheme = link.scheme or "http"
    return f"{scheme}://{host}{link.path}?{query}" if query else f"{scheme}://{host}{link.path}"


def _add_headers(
    seen: _Seen, senders: Iterable[Address], reply_to: Iterable[Address], received: Iterable[Received]
) -> None:
    """Domains of the senders, addresses that replies go to, public addresses that the mail came over."""
    for sender in senders:
        if sender.domain:
            seen.add("domain", domains.registered(sender.domain), "header")
    for address in reply_to:
        if address.domain:
            seen.add("domain", domains.registered(address.domain), "header")
            seen.add("email", f"{address.local}@{address.domain}".lower(), "header")
    left = HOPS
    for hop in received:
        if hop.ip and domains.is_public_ip(hop.ip):
            seen.add("ip", hop.ip, "header")
            left -= 1
            if not left:
                break


def _add_links(seen: _Seen, links: Iterable[Link]) -> None:
    """Domains, URLs, addresses, numbers and accounts of the links, and of where they lead in the end."""
    last = ""
    for link in links:
        where = "hidden" if link.hidden else "header" if link.source == "header" else "link"
        if not link.host:
            _add_opaque(seen, link, where)
            continue
        oddities = link.oddities
        if oddities and "unreadable" in oddities:
            continue
        if link.domain != last:
            last = link.domain
            seen.add("ip" if oddities and "ip-host" in oddities else "domain", last, where)
        seen.add("url", url_form(link), where)
        if link.hops and link.target_domain != link.domain:
            seen.add("domain", link.target_domain, where)
            seen.add("url", url_form_of(link.target), where)
        if link.query:
            for value in tracking.of_link(link):
                seen.add("tracking_id", value, where)


def url_form_of(written: str) -> str:
    """`url_form` of a URL that is no link of its own."""
    url = urls.read(written)
    return url_form(Link(url.written, "", url.scheme, url.host, url.domain, url.path, url.query, port=url.port))


def _add_opaque(seen: _Seen, link: Link, where: str) -> None:
    """The address of a mailto:, the number of a tel:, the goal of a script."""
    if link.scheme == "mailto":
        for address in link.path.split(",", 9):
            if "@" in address:
                seen.add("email", address.strip().lower()[:320], where)
    elif link.scheme in {"tel", "sms", "callto", "whatsapp"}:
        digits = normal(link.path.encode("utf-8", "replace"))
        if len(digits) >= 7:
            seen.add("phone", digits[:15], where)
    elif link.target_domain:
        seen.add("domain", link.target_domain, where)


def _add_tokens(seen: _Seen, tokens: Tokens, where: str) -> None:
    """Addresses, numbers, wallets and places of a text."""
    for token in tokens.found:
        kind = token.kind
        if kind == "email":
            seen.add(kind, token.value.lower(), where)
        elif kind in _CONTACTS:
            seen.add(kind, token.value, where)


def _unsubscribing(value: str) -> tuple[str, ...]:
    """Where List-Unsubscribe leads, without what names the recipient."""
    forms: list[str] = []
    for target in _TARGET.findall(value) or value.split(None, 1)[:1]:
        if target[:7].lower() == "mailto:":
            local, _, domain = target[7:].partition("?")[0].lower().rpartition("@")
            names = len(local) >= TOKEN_CHARS or _DIGIT.search(local) is not None
            forms.append(f"{'*' if names else local}@{domain}")
            continue
        url = urls.read(target)
        if url.host:
            forms.append(f"{url.host}{sketches.path_form(url.path)}")
    return tuple(forms)


_unsubscribing_known = lru_cache(maxsize=KNOWN)(_unsubscribing)


def _templates(links: Sequence[Link], text: Text, html: Html) -> Iterable[str]:
    """Sketches of the template that the message may be made from."""
    if html.skeleton:
        yield f"dom:{html.skeleton}"
    paths = sketches.paths_sketch(links) if links else ""
    if paths:
        yield f"path:{paths}"
    lines = sketches.text_sketch(text.current or text.visible) if not html.size_chars else ""
    if lines:
        yield f"text:{lines}"


def _add_attachments(seen: _Seen, attachments: Iterable[Part]) -> None:
    """Digest and name of each file."""
    for part in attachments:
        if part.content:
            seen.add("attachment", f"sha256:{hashlib.sha256(part.content).hexdigest()}", "attachment")
        if part.filename:
            seen.add("attachment", f"name:{part.filename.lower()[:255]}", "attachment")
