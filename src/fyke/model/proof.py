"""Whether a mail is proved to be its author's, and the ways in which it came: one rule to ask by and to remember by.

Proof is a signature or a sending server of the author's own domain. DMARC's word goes first, where it has one.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterator

from msgspec import Struct

from fyke.model.auth import Auth, AuthResult, DkimResult
from fyke.model.known import Traits

VALUE_CHARS = 120  # of one way: longer names tell nothing more
NO_PROGRAM = "-"
_KEY_CHARS = 12  # of a hash in hex: 48 bits, enough to tell the keys of one selector apart


class Proof(Struct, frozen=True):
    """Why a mail is its author's, if it is."""

    by: str = ""  # "dkim", "arc" (a trusted forwarder vouches), "spf" (weakest: others may share the servers) or empty
    is_open: bool = False  # somebody did not answer: it may be proved all the same


def proof(auth: Auth | None, domain: str) -> Proof:
    """Who vouches for the author's registered domain."""
    if auth is None or not domain:
        return Proof(is_open=True)
    dmarc = auth.dmarc
    if dmarc is not None and any(each.type == "trusted_forwarder" for each in dmarc.overrides):
        return Proof("arc")
    if dmarc is not None and dmarc.result in (AuthResult.FAIL, AuthResult.PERMERROR):
        return Proof()
    if any(_proves(each, domain) for each in auth.dkim or ()):
        return Proof("dkim")
    spf = auth.spf
    if (
        spf is not None
        and spf.result is AuthResult.PASS
        and spf.identity == "mailfrom"
        and is_within(spf.domain, domain)
    ):
        return Proof("spf")
    results = [each.result for each in (spf, *(auth.dkim or ()), dmarc) if each is not None]
    return Proof(is_open=auth.dkim is None or AuthResult.TEMPERROR in results)


def _proves(signature: DkimResult, domain: str) -> bool:
    """Whether a signature of the author's domain holds, and covers all that a reader sees."""
    return (
        signature.result is AuthResult.PASS
        and is_within(signature.domain, domain)
        and "from" in signature.headers
        and "from" not in signature.unsigned
        and not signature.unsigned_bytes
    )


def is_within(host: str, domain: str) -> bool:
    """Whether a host is the domain or below it."""
    return host == domain or host.endswith("." + domain)


def ways(auth: Auth | None, client_ip: str, traits: Traits) -> tuple[tuple[str, str], ...]:
    """The ways in which a mail came: kind (`fyke.model.known.WAYS`) and value."""
    found = dict.fromkeys((kind, value[:VALUE_CHARS]) for kind, value in _ways(auth, client_ip, traits) if value)
    return tuple(found)


def _ways(auth: Auth | None, client_ip: str, traits: Traits) -> Iterator[tuple[str, str]]:
    yield "proof", proof(auth, traits.domain).by
    for signature in (auth and auth.dkim) or ():
        if _proves(signature, traits.domain):
            yield "signer", signature.domain
            yield "key", key_of(signature)
    yield "network", network(client_ip)
    yield "host", traits.host
    yield "program", traits.program or NO_PROGRAM
    yield "reply", traits.reply_to
    yield "name", traits.name


def key_of(signature: DkimResult) -> str:
    """A key, so that the same one is known again: domain, selector and the beginning of a hash of its record."""
    digest = hashlib.sha256(signature.key_record.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{signature.domain}/{signature.selector}/{digest[:_KEY_CHARS]}"


def network(ip: str) -> str:
    """The network around an address, as providers give them out: /24, or /48 of IPv6; empty for what is none."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_loopback or (address.is_private and not _is_example(address)):
        return ""
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))


_EXAMPLES = tuple(map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))


def _is_example(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """RFC 5737, RFC 3849: nobody's, so that documents and tests may have them."""
    return any(address in network for network in _EXAMPLES if network.version == address.version)
