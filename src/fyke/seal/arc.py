"""Seal a message that we forward changed: say what we found of its origin, and sign it (RFC 8617 5.1)."""

from __future__ import annotations

import hashlib
from datetime import datetime

from fyke.mail.canonical import Signable, relaxed_field
from fyke.mail.tags import BadTagsError, read_tags
from fyke.seal.dkim import over_message, signed, written
from fyke.seal.keys import SigningKey

HOPS = 50  # RFC 8617 4.2.1

_SET = ("ARC-Authentication-Results", "ARC-Message-Signature", "ARC-Seal")
Sets = dict[int, dict[str, bytes]]


def seal(
    raw: bytes, key: SigningKey, domain: str, selector: str, at: datetime, *, results: str, chain: str = "none"
) -> bytes:
    """The three fields that go before the message as it is sent on, the seal first; empty where none may be added.

    `results` is what an Authentication-Results field would say, our name first; `chain` is what the chain before us
    was found to be: "none", "pass" or "fail". A chain that said itself that it is broken gets no more seals.
    """
    message = Signable(raw, is_signing=True)
    sets = read_sets(message, is_broken=chain == "fail")
    instance = max(sets, default=0) + 1
    is_over = any(_cv(fields) == "fail" for fields in sets.values())
    if instance > HOPS or is_over:
        return b""
    cv = "none" if instance == 1 else chain
    if cv not in {"pass", "fail"} and instance > 1:
        raise ValueError(f"the message is sealed already: its chain passes or fails, and is not {cv!r}")
    said = f"ARC-Authentication-Results: i={instance}; {results}".encode().replace(b"\r\n", b"").replace(b"\n", b"")
    tags = [f"i={instance}", f"a={key.algorithm}"]
    named = [f"d={domain}", f"s={selector}", f"t={int(at.timestamp())}"]
    over = over_message(message, _SET[1], [*tags, "c=relaxed/relaxed", *named], key, (True, True)).removesuffix(b"\r\n")
    own = written(_SET[2], [*tags, f"cv={cv}", *named, "b="])
    lines: list[bytes] = []
    if cv != "fail":  # RFC 8617 5.1.2: what is broken is not sealed, the last set stands for itself
        lines += [relaxed_field(sets[at][name]) for at in sorted(sets) for name in _SET]
    lines += [relaxed_field(said), relaxed_field(over), relaxed_field(own)]
    return signed(own, hashlib.sha256(b"\r\n".join(lines)).digest(), key) + over + b"\r\n" + said + b"\r\n"


def read_sets(message: Signable, *, is_broken: bool) -> Sets:
    """The sets of a message by their number. Raises ValueError where a field is missing that nobody called broken."""
    sets: Sets = {}
    for name in _SET:
        for number in message.names.get(name.lower().encode("ascii"), ()):
            sets.setdefault(_instance(message.fields[number]), {})[name] = message.fields[number]
    is_whole = sorted(sets) == list(range(1, len(sets) + 1)) and all(len(each) == len(_SET) for each in sets.values())
    if not is_whole and not is_broken:
        raise ValueError("the chain of the message is not whole, and cannot be sealed")
    return sets


def _instance(field: bytes) -> int:
    tag = field.partition(b":")[2]
    name, _, value = tag.partition(b";")[0].partition(b"=")
    if name.strip() != b"i":  # a seal may have its tags in any order
        value = _tags(field).get("i", "").encode()
    value = value.strip()
    return int(value) if value.isdigit() and len(value) <= 2 else 0


def _cv(fields: dict[str, bytes]) -> str:
    return _tags(fields.get(_SET[2], b"")).get("cv", "").lower()


def _tags(field: bytes) -> dict[str, str]:
    try:
        return read_tags(field.partition(b":")[2].decode("utf-8", "replace"), is_lenient=True)
    except BadTagsError:
        return {}
