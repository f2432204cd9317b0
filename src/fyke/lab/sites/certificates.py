"""Certificates as facts: PEM files, and JSON lines as monitors of certificate logs have them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from fyke.lab.sites.base import UNREADABLE, VALUE_CHARS, moment, site
from fyke.model.fact import Fact

LINE_BYTES = 256 << 10  # of a line, and of a certificate: the largest that the web has are a tenth of it
NAMES = 100  # of one certificate: a CDN's has so many, and says nothing

_PEM = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]*(?:-----END [A-Z0-9 ]{1,40}-----)?")

Span = tuple[datetime, datetime]


def pem(raw: bytes, source: str, seen: Span | None = None) -> Iterator[Fact | str]:
    """Facts of all certificates of a PEM file, or a sentence for each that is none.

    Each is known from when it was issued; `seen`: from when to when it was served.
    """
    number = 0
    for number, found in enumerate(_PEM.finditer(raw), 1):
        try:
            told = _read(found[0])
        except Exception as error:  # its extensions and keys are a stranger's: many kinds of errors
            yield f"{source}: certificate {number}: {type(error).__name__}: {str(error)[:200]}"
            continue
        first, last = seen or (told["not_before"], told["not_before"])
        yield from _facts(told, min(first, last), max(first, last), f"certificate:{source}")
    if not number:
        yield f"{source}: holds no certificate in PEM"


def lines(rows: Iterable[bytes], source: str) -> Iterator[Fact | str]:
    """Facts of each line, or a sentence for one that cannot be read."""
    for number, line in enumerate(rows, 1):
        if not line.strip():
            continue
        told: Any = None
        try:
            told = msgspec.json.decode(line) if len(line) <= LINE_BYTES else None
        except UNREADABLE:
            told = None
        if not isinstance(told, dict):
            yield f"{source}:{number}: not a certificate's record"
            continue
        first = moment(told.get("seen_from"))
        last = moment(told.get("seen_to")) or first
        if isinstance(told.get("pem"), str):
            raw = told["pem"].encode("utf-8", "replace")
            yield from pem(raw, f"{source}:{number}", (first, last) if first and last else None)
            continue
        first = first or moment(told.get("not_before"))
        names = told.get("names") or ([told["name"]] if told.get("name") else None)
        if first is None or not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            yield f"{source}:{number}: not a certificate's record with names and not_before or seen_from"
            continue
        yield from _facts(_tidy(told, names), first, max(first, last or first), f"certificate:{source}")


def _tidy(told: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """A record as `_read` gives one: digests as bare small hex, as ours are; what is no text left out."""
    text = {key: told[key] for key in ("fingerprint", "key", "issuer") if isinstance(told.get(key), str)}
    for key in text.keys() - {"issuer"}:
        text[key] = text[key].replace(":", "").lower()
    return {**text, "names": names, "not_before": moment(told.get("not_before"))}


def _read(found: bytes) -> dict[str, Any]:
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    if len(found) > LINE_BYTES:
        raise ValueError(f"longer than {LINE_BYTES >> 10} KiB")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old keys and serial numbers: a gang's are as they are
        certificate = x509.load_pem_x509_certificate(found)
        return _parts(certificate, x509, Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _parts(certificate: Any, x509: Any, der: Any, spki: Any) -> dict[str, Any]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(
            x509.DNSName
        )
    except (x509.ExtensionNotFound, ValueError):
        names = [str(each.value) for each in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    begun = moment(certificate.not_valid_before_utc.isoformat())
    if begun is None:
        raise ValueError(f"issued at {certificate.not_valid_before_utc.isoformat()}")
    return {
        "fingerprint": sha256(certificate.public_bytes(der)).hexdigest(),
        "key": sha256(certificate.public_key().public_bytes(der, spki)).hexdigest(),
        "issuer": certificate.issuer.rfc4514_string(),
        "not_before": begun,
        "names": names,
    }


def _facts(told: dict[str, Any], first: datetime, last: datetime, source: str) -> Iterator[Fact]:
    if len(told["names"]) > NAMES:
        return
    names = [name.removeprefix("*.") for name in told["names"]]
    abouts = sorted({about for name in names if (about := site(name))})
    issued = told["not_before"]
    for about in abouts:
        values = {
            "certificate": told.get("fingerprint", ""),
            "certificate_key": told.get("key", ""),
            "certificate_issued": f"{told.get('issuer', '')}|{issued.isoformat()}" if issued else "",
        }
        for kind, value in values.items():
            if value:
                yield Fact(about, kind, value[:VALUE_CHARS], first, last, source)
        for other in abouts if len(abouts) > 1 else ():
            yield Fact(about, "certificate_name", other.removeprefix("site:"), first, last, source)
