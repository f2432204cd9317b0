"""Names and addresses of hosts: what a client is called and whether the name leads back, its HELO, a sender's domain.

Every look-up is a generator of questions. None of them concludes: that a client has no name is a fact, not a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import AF_INET6, inet_aton, inet_pton

from fyke.detect.auth.keys import Asking
from fyke.detect.auth.spf_macro import is_name
from fyke.detect.facts.hops import is_line
from fyke.mail.domains import is_ip, to_ascii
from fyke.model import Dns, Records, Unknown
from fyke.model.auth import Helo, HeloForm, HostNames, MailDomain, Origin

Ip = IPv4Address | IPv6Address

PTR_NAMES = 10  # RFC 7208 4.6.4: further names of an address are ignored
HOSTS = 50  # of one domain that are kept: the largest houses have ten
TEXT_CHARS = 1_024  # of a HELO: RFC 5321 4.5.3.1.2 allows 255
NAME_CHARS = 253

_LABELS = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?", re.ASCII)
_NUMBERS = re.compile(r"\d{1,10}(?: +\d{1,10}){0,9}", re.ASCII)
_LITERAL = re.compile(r"\[(?:ipv6:)?([0-9a-f:.]{2,45})\]", re.ASCII | re.IGNORECASE)


def read_ip(text: str) -> Ip | None:
    """A client's address, an IPv4 address where it is one mapped into IPv6 (RFC 7208 5); None where it is none."""
    if not text:
        return None  # a file has no client, and an exception costs more than all else that is asked of it
    try:
        ip = ip_address(text.strip("[] ").partition("%")[0])
    except ValueError:
        return None
    return (ip.version == 6 and ip.ipv4_mapped) or ip


def number(address: str, version: int) -> int | None:
    """The number of an address as answers have it; None where it is none of that version."""
    try:
        return int.from_bytes(inet_aton(address) if version == 4 else inet_pton(AF_INET6, address), "big")
    except (OSError, UnicodeError, ValueError):
        return None


def read_domain(text: str) -> str:
    """The domain that an address or a HELO names, as A-labels; an empty string where it can be none with a mail server.

    It needs two labels, letters, digits and hyphens (and underscores, which are used), and a top label with a letter.
    """
    return _read_domain(text) if len(text) <= NAME_CHARS + 1 else ""


@lru_cache(maxsize=4096)  # most mail comes from few machines, of few domains
def _read_domain(text: str) -> str:
    name = to_ascii(text).removesuffix(".")
    first, dot, _ = name.partition(".")
    if not first or not dot or len(name) > NAME_CHARS or name.rpartition(".")[2].isdigit():
        return ""
    if not all(len(label) <= 63 and _LABELS.fullmatch(label) for label in name.split(".")):
        return ""
    return name


def ask_names(ip: Ip) -> Asking[tuple[str, ...] | None]:
    """What an address is called by whoever has it; None where nobody answered."""
    answer: Records | Unknown = yield Dns(ip.reverse_pointer.lower(), "PTR")
    if isinstance(answer, Unknown):
        return None
    names = (name.lower().removesuffix(".") for name in answer.values[:PTR_NAMES])
    return tuple(dict.fromkeys(name for name in names if name))


def lead_to(names: Collection[str], ip: Ip) -> Asking[dict[str, bool | None]]:
    """Which names have an address; None where nobody answered. What the DNS cannot have leads nowhere."""
    asked = {name: Dns(name, "A" if ip.version == 4 else "AAAA") for name in names if is_name(name)}
    leads: dict[str, bool | None] = dict.fromkeys(names, False)
    if asked:
        answers: tuple[Records | Unknown, ...] = yield tuple(asked.values())
        for name, answer in zip(asked, answers, strict=True):
            leads[name] = None if isinstance(answer, Unknown) else _has(answer, ip)
    return leads


def _has(answer: Records, ip: Ip) -> bool:
    return any(number(address, ip.version) == int(ip) for address in answer.values)


def look_up_host(ip: Ip) -> Asking[HostNames]:
    """What an address is called, and which of the names lead back to it (RFC 8601 2.7.3, "iprev")."""
    names = yield from ask_names(ip)
    if names is None:
        return HostNames(str(ip), is_known=False)
    sorted_out: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for name, leads in (yield from lead_to(names, ip)).items():
        sorted_out[leads].append(name)
    return HostNames(
        str(ip),
        tuple(sorted_out[True]),
        tuple(sorted_out[False]),
        tuple(sorted_out[None]),
        is_dynamic=bool(names) and all(is_line(name, str(ip)) for name in names),
    )


def look_up_helo(helo: str, ip: Ip | None, ours: Collection[str] = ()) -> Asking[Helo]:
    """What a client called itself, and whether it is that; `ours` are the recipient's own hosts, domains, addresses."""
    text = helo.strip()[:TEXT_CHARS]
    literal = _LITERAL.fullmatch(text)
    if literal is not None or is_ip(text):
        meant = read_ip(literal[1] if literal is not None else text)
        form = HeloForm.MALFORMED if meant is None else HeloForm.ADDRESS if literal is None else HeloForm.LITERAL
        is_clients = None if ip is None else meant == ip
        return Helo(text, form, None, is_clients, not is_clients and meant is not None and str(meant) in ours)
    name = read_domain(text)
    if not name:
        return Helo(text, _form(text), is_ours=text.lower() in ours)
    exists, is_clients = yield from _look_up_name(name, ip)
    return Helo(text, HeloForm.NAME, exists, is_clients, name in ours)


def _form(text: str) -> HeloForm:
    if not text:
        return HeloForm.NOTHING
    return HeloForm.WORD if _LABELS.fullmatch(text.lower()) else HeloForm.MALFORMED


def _look_up_name(name: str, ip: Ip | None) -> Asking[tuple[bool | None, bool | None]]:
    """Whether a name has an address, and whether it has this one."""
    types = ("A", "AAAA") if ip is None or ip.version == 4 else ("AAAA", "A")
    exists: bool | None = False
    is_clients: bool | None = None
    for kind in types:
        answer: Records | Unknown = yield Dns(name, kind)
        if isinstance(answer, Unknown):
            exists = exists or None
            continue
        if ip is not None and kind == types[0]:
            is_clients = _has(answer, ip)
        if answer.values:
            return True, is_clients
        if not answer.exists:
            return False, None if ip is None else False
    return exists, is_clients


def look_up_mail_domain(name: str) -> Asking[MailDomain]:
    """Whether a sender's domain takes mail: its MX, else its own address; a null MX says that it does not."""
    domain = read_domain(name)
    if not domain:
        return MailDomain(name[:NAME_CHARS], exists=False)
    answer: Records | Unknown = yield Dns(domain, "MX")
    if isinstance(answer, Unknown):
        return MailDomain(domain)
    if not answer.exists:
        return MailDomain(domain, exists=False)
    hosts = read_mx(answer.values)
    if hosts:
        return MailDomain(domain, True, hosts)
    if answer.values:
        return MailDomain(domain, True, is_null=True)
    has_address, _ = yield from _look_up_name(domain, None)
    return MailDomain(domain, True, has_address=has_address)


def read_mx(values: Collection[str]) -> tuple[str, ...]:
    """The hosts of MX records, the preferred one first; the null MX (RFC 7505) is none."""
    found: list[tuple[int, str]] = []
    for value in values:
        preference, _, host = value.partition(" ")
        host = host.strip().lower().removesuffix(".")
        if host:
            found.append((int(preference) if preference.isascii() and preference.isdigit() else 0, host))
    return tuple(dict.fromkeys(host for _, host in sorted(found)[:HOSTS]))


def look_up_origin(ip: Ip, zone4: str = "", zone6: str = "") -> Asking[Origin]:
    """Which networks announce an address, by a zone that answers "64496 | 192.0.2.0/24 | US" to reversed addresses.

    Without a zone nothing is asked: it tells whose mail one gets.
    """
    zone = zone4 if ip.version == 4 else zone6
    if not zone:
        return Origin(str(ip), is_known=False)
    reverse = ip.reverse_pointer.lower().removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa")
    answer: Records | Unknown = yield Dns(f"{reverse}.{zone}", "TXT")
    if isinstance(answer, Unknown):
        return Origin(str(ip), is_known=False)
    numbers: list[int] = []
    block = country = ""
    for value in answer.values[:PTR_NAMES]:
        fields = [field.strip() for field in value[:TEXT_CHARS].split("|")]
        if len(fields) < 2 or _NUMBERS.fullmatch(fields[0]) is None:
            continue
        numbers += [int(found) for found in fields[0].split()]
        block = max(block, fields[1][:50], key=_prefix)
        country = country or (fields[2][:2] if len(fields) > 2 else "")
    return Origin(str(ip), tuple(dict.fromkeys(numbers)), block, country)


def _prefix(block: str) -> int:
    """How long a block's prefix is: the longest is the route that counts."""
    length = block.rpartition("/")[2]
    return int(length) if length.isascii() and length.isdigit() and len(length) < 4 else -1
