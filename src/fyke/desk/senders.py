"""Who sends, as counters know them: the network of a client, a sender without what changes from mail to mail, hashes.

Mailing lists, forwarders and bounce protection write something new into the sender of each mail (VERP, SRS, BATV). A
sender that comes again must be known again, so all of that is folded to what stays.
"""

from __future__ import annotations

import hashlib
import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

KEY_BYTES = 16  # of a hash: more than any flood of guesses makes two of alike
ADDRESS_CHARS = 320  # RFC 3696 errata 1690: 64 + 1 + 255
V4_BITS, V6_BITS = 24, 64  # a sender's machines stand together; RFC 4291 2.5.4: a network of one site has 64 bits
_PRVS = re.compile(r"prvs=(?:[0-9a-f]{6,12}=(.+)|(.+)/[0-9a-f]{6,12})")  # draft-levine-smtp-batv-01, two orders
_BTV1 = re.compile(r"btv1==[^=]*==(.+)")  # Barracuda's
_SRS0 = re.compile(r"srs0[=+-][^=]+=[^=]+=([^=]+)=(.+)")  # hash, day, domain, local part
_SRS1 = re.compile(r"srs1[=+-][^=]+=([^=]+)=[=+-][^=]+=[^=]+=([^=]+)=(.+)")  # by a second forwarder
# A word with a digit, which is a number or a hash; or letters that are a group of a UUID's.
_COUNTED = re.compile(r"[a-z]*\d[a-z0-9]*|(?<![a-z0-9])[a-f]{4}(?![a-z0-9])")
_RUN = re.compile(r"#(?:[-_.=~]#)+")
Networks = tuple[IPv4Network | IPv6Network, ...]


def network(ip: str) -> str:
    """The network around a client's address; empty for what is no address."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ""
    return str(ip_network((address, V4_BITS if address.version == 4 else V6_BITS), strict=False))


def one(ip: str) -> str:
    """What one customer of a provider has: an address of IPv4, a network of IPv6."""
    return network(ip) if ":" in ip else ip


def networks(texts: tuple[str, ...]) -> Networks:
    """Networks that are written as such, or as addresses. Raises `ValueError`."""
    return tuple(ip_network(text) for text in texts)


def is_in(ip: str, nets: Networks) -> bool:
    """Whether an address is in one of the networks."""
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    return any(address in net for net in nets)


def folded(mail_from: str, recipient: str) -> str:
    """A sender without what is of this mail alone, lower case; empty for the null sender."""
    local, at, domain = mail_from.lower()[:ADDRESS_CHARS].rpartition("@")
    if not at:
        return domain
    if found := _PRVS.fullmatch(local) or _BTV1.fullmatch(local):
        local = next(group for group in found.groups() if group)
    if found := _SRS0.fullmatch(local) or _SRS1.fullmatch(local):
        local = f"srs={'='.join(_counted(group) for group in found.groups())}"
    else:
        local = _RUN.sub("#", _counted(_unnamed(local, recipient.lower())))
    return f"{local}@{domain}"


def _counted(text: str) -> str:
    return _COUNTED.sub("#", text)


def _unnamed(local: str, recipient: str) -> str:
    """A sender that names its recipient (VERP): `list-bob=example.org@` or `list+bob=example.org@`."""
    for sign in "=~#":
        named = recipient.replace("@", sign)
        if len(named) > 3 and named in local:
            return local.replace(named, "#")
    return local


def key(*parts: str) -> str:
    """A key of the parts: short, and saying nothing of anybody."""
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=KEY_BYTES).hexdigest()
