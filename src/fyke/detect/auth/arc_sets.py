"""The ARC fields of a message, sorted into its hops' sets; refused where RFC 8617 5.2 wants it."""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct

from fyke.detect.auth.dkim_fields import (
    FIELD_BYTES,
    Tags,
    is_missing,
    read_algorithm,
    read_field,
    read_name,
    read_value,
)
from fyke.detect.auth.keys import RefusedError
from fyke.mail.canonical import Signable, relaxed_field
from fyke.model.auth import AuthResult

T = TypeVar("T")

HOPS = 50  # RFC 8617 4.2.1: instances are 1 to 50

RESULTS = b"arc-authentication-results"
SIGNATURE = b"arc-message-signature"
SEAL = b"arc-seal"


class ArcSet(Struct, frozen=True):
    """The three fields of one hop, as they stand."""

    instance: int
    results: bytes
    signature: bytes
    seal: bytes
    said: str  # the value of the results, without i=
    signature_tags: Tags
    seal_tags: Tags


class Seal(Struct, frozen=True):
    """What an ARC-Seal says (RFC 8617 4.1.3)."""

    domain: str
    selector: str
    key_kind: str
    cv: str
    value: bytes
    sealed_at: int | None

    @property
    def key_name(self) -> tuple[str, str]:
        """Where its key is asked for."""
        return self.domain, self.selector


def find_sets(message: Signable) -> list[ArcSet]:
    """The sets, oldest first; none where there is no field of ARC. Raises RefusedError where they make no chain."""
    numbers = {name: message.names.get(name, []) for name in (RESULTS, SIGNATURE, SEAL)}
    counts = {len(found) for found in numbers.values()}
    if counts == {0}:
        return []
    if max(counts) > HOPS:
        raise _broken(f"it has more than {HOPS} hops")
    if len(counts) != 1:
        raise _broken("a set of its fields is not whole")
    if message.is_cut:
        raise RefusedError(AuthResult.NEUTRAL, "The header is too large to be checked.")
    results: dict[int, tuple[bytes, str]] = {}
    for number in numbers[RESULTS]:
        field = message.fields[number]
        instance, said = _read_results(field)
        _put(results, instance, (field, said))
    signatures, seals = (_by_instance(message, numbers[name]) for name in (SIGNATURE, SEAL))
    expected = set(range(1, len(results) + 1))
    if not expected == results.keys() == signatures.keys() == seals.keys():
        raise _broken("its hops are not numbered one by one")
    return [
        ArcSet(at, results[at][0], signatures[at][0], seals[at][0], results[at][1], signatures[at][1], seals[at][1])
        for at in sorted(expected)
    ]


def read_seal(each: ArcSet) -> Seal:
    """What the seal of a set says. Raises RefusedError."""
    tags = each.seal_tags
    missing = is_missing(tags, ("a", "b", "cv", "d", "s"))
    if missing:
        raise _broken(f"the seal of hop {each.instance} has no {missing}=")
    if "h" in tags or "bh" in tags:  # RFC 8617 4.1.3: a seal is over sets alone
        raise _broken(f"the seal of hop {each.instance} has an h= or a bh=")
    cv = tags["cv"].lower()
    if cv not in {"none", "pass", "fail"}:
        raise _broken(f"the seal of hop {each.instance} says cv={cv[:20]!r}")
    try:
        stamp = tags.get("t", "")
        return Seal(
            read_name(tags, "d"),
            read_name(tags, "s"),
            read_algorithm(tags),
            cv,
            read_value(tags),
            int(stamp) if stamp.isascii() and stamp.isdigit() and len(stamp) <= 20 else None,
        )
    except RefusedError as error:
        raise _broken(f"the seal of hop {each.instance} is not accepted. {error.reason}") from None


def _by_instance(message: Signable, numbers: list[int]) -> dict[int, tuple[bytes, Tags]]:
    """Signatures or seals by their i=."""
    found: dict[int, tuple[bytes, Tags]] = {}
    for number in numbers:
        field = message.fields[number]
        try:
            tags = read_field(field)
        except RefusedError as error:
            raise _broken(f"one of its fields is not accepted. {error.reason}") from None
        _put(found, _instance(tags.get("i", "")), (field, tags))
    return found


def _read_results(field: bytes) -> tuple[int, str]:
    """The instance of an ARC-Authentication-Results field, and what it says behind that (RFC 8617 4.1.1)."""
    if len(field) > 4 * FIELD_BYTES:
        raise _broken(f"one of its fields has {len(field)} bytes")
    text = relaxed_field(field).partition(b":")[2].decode("utf-8", "replace")
    tag, _, said = text.partition(";")
    name, _, value = tag.partition("=")
    return _instance(value.strip() if name.strip() == "i" else ""), said.strip()


def _instance(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 2 and 1 <= int(value) <= HOPS):
        raise _broken(f"a field of it has no number of a hop: {value[:20]!r}")
    return int(value)


def _put(found: dict[int, T], instance: int, item: T) -> None:
    if instance in found:
        raise _broken(f"hop {instance} has two fields of one name")
    found[instance] = item


def _broken(why: str) -> RefusedError:
    return RefusedError(AuthResult.FAIL, f"The chain of seals is broken: {why.removesuffix('.')}.")
