"""Certificates as facts: PEM files, and JSON lines as monitors of certificate logs have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from fyke.lab.sites.base import VALUE_CHARS, moment, site
from fyke.model.fact import Fact

LINE_BYTES = 256 << 10
NAMES = 100  # of one certificate: a CDN's has so many, and says nothing


def pem(raw: bytes, source: str) -> Iterator[Fact | str]:
    """Facts of all certificates of a PEM file; each is known from when it was issued."""
    from cryptography import x509  # noqa: PLC0415

    try:
        found = x509.load_pem_x509_certificates(raw)
    except ValueError as error:
        yield f"{source}: {str(error)[:200]}"
        return
    for certificate in found:
        told = _read(certificate)
        yield from _facts(told, told["not_before"], told["not_before"], f"certificate:{source}")


def lines(rows: Iterable[bytes], source: str) -> Iterator[Fact | str]:
    """Facts of each line, or a sentence for one that cannot be read."""
    for number, line in enumerate(rows, 1):
        if not line.strip():
            continue
        told: Any = None
        try:
            told = msgspec.json.decode(line) if len(line) <= LINE_BYTES else None
        except msgspec.DecodeError:
            told = None
        if not isinstance(told, dict):
            yield f"{source}:{number}: not a certificate's record"
            continue
        if isinstance(told.get("pem"), str):
            yield from pem(told["pem"].encode(), f"{source}:{number}")
            continue
        first = moment(told.get("seen_from")) or moment(told.get("not_before"))
        names = told.get("names") or ([told["name"]] if told.get("name") else None)
        if first is None or not isinstance(names, list):
            yield f"{source}:{number}: not a certificate's record with names and not_before or seen_from"
            continue
        yield from _facts(
            {**told, "names": names}, first, moment(told.get("seen_to")) or first, f"certificate:{source}"
        )


def _read(certificate: Any) -> dict[str, Any]:
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    der = certificate.public_bytes(Encoding.DER)
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(
            x509.DNSName
        )
    except (x509.ExtensionNotFound, ValueError):
        names = [str(each.value) for each in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "fingerprint": sha256(der).hexdigest(),
        "key": sha256(key).hexdigest(),
        "issuer": certificate.issuer.rfc4514_string(),
        "not_before": certificate.not_valid_before_utc,
        "names": names,
    }


def _facts(told: dict[str, Any], first: datetime, last: datetime, source: str) -> Iterator[Fact]:
    names = [str(name).removeprefix("*.") for name in told["names"][: NAMES + 1]]
    abouts = sorted({about for name in names if (about := site(name))})
    if len(names) > NAMES:
        return
    issued = moment(told.get("not_before")) if not isinstance(told.get("not_before"), datetime) else told["not_before"]
    for about in abouts:
        values = {
            "certificate": str(told.get("fingerprint") or ""),
            "certificate_key": str(told.get("key") or ""),
            "certificate_issued": f"{told.get('issuer') or ''}|{issued.isoformat()}" if issued else "",
        }
        for kind, value in values.items():
            if value:
                yield Fact(about, kind, value[:VALUE_CHARS], first, last, source)
        for other in abouts:
            if other != about:
                yield Fact(about, "certificate_name", other.removeprefix("site:"), first, last, source)
                yield Fact(about, "certificate_name", about.removeprefix("site:"), first, last, source)
