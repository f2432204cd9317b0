"""What speaks against a mail that bears a known sender's address: no proof, other ways, answers to somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fyke.model import Finding, Label, Symbol
from fyke.model.known import WAYS, Acquaintance, Way
from fyke.model.proof import Proof


def _symbol(name: str, text: str, bits: float) -> Symbol:
    return Symbol(name, text, "acquaintance", bits, Label.PHISHING)


KNOWN_UNPROVED = _symbol(
    "KNOWN_UNPROVED", "It bears a known sender's address, but lacks the proof that all their mail has", 3.5
)
KNOWN_CHANGED = _symbol(
    "KNOWN_CHANGED", "It is from a known sender's account, but comes in ways in which their mail never came", 2.0
)
KNOWN_REPLY_ELSEWHERE = _symbol(
    "KNOWN_REPLY_ELSEWHERE", "It is from a known sender, but answers go where they never went", 2.5
)

SYMBOLS = (KNOWN_UNPROVED, KNOWN_CHANGED, KNOWN_REPLY_ELSEWHERE)

STEADY_DAYS = 4  # of mail, before what was always so is a habit
STEADY_SHARE = 0.8  # of these days on which a habit shows
USUAL_DAYS = 2  # a way of one day is no habit: it may be the thief's first mail
_SPF_ONLY = 0.4  # whoever forwards breaks that proof
_LIST = 0.3
_BY_CHANGES = {2: 0.5, 3: 0.8}
_HABITS = ("signer", "network", "host", "program")  # keys are rotated, so a new key of the old signer is none


def alarm(
    found: Acquaintance, proved: Proof, now: Mapping[str, set[str]], reply_domain: str, *, is_lists: bool
) -> Iterator[Finding]:
    """What is wrong with a known sender's mail. `now` are its ways; `reply_domain` where answers go, if elsewhere."""
    usual = _by_kind(found.ways)
    days = _days(usual)
    if days < STEADY_DAYS:
        return
    if not proved.by:
        if not proved.is_open:
            yield from _unproved(usual, days, is_lists=is_lists)
        return
    changes = [kind for kind in _HABITS if _is_new(usual.get(kind, ()), now.get(kind, set()), days)]
    if len(changes) > 1 and not is_lists:
        said = "; ".join(f"{WAYS[kind]} {', '.join(sorted(now.get(kind, ()))) or 'none'}" for kind in changes)
        yield Finding(KNOWN_CHANGED, said[:200], weight=_BY_CHANGES.get(len(changes), 1.0))
    if reply_domain and not is_lists:
        known = {way.value.rpartition("@")[2] for way in usual.get("reply", ()) if way.days >= USUAL_DAYS}
        if reply_domain not in known:
            yield Finding(KNOWN_REPLY_ELSEWHERE, reply_domain[:200])


def held(ways: tuple[Way, ...], proved: Proof) -> Proof:
    """The proof, held to what is usual: who always signs is not proved by a server that strangers may share."""
    usual = _by_kind(ways)
    return Proof() if proved.by == "spf" and _is_signed(usual, _days(usual)) else proved


def _unproved(usual: Mapping[str, tuple[Way, ...]], days: int, *, is_lists: bool) -> Iterator[Finding]:
    """All their mail was proved: only proved mail is remembered. What matters is how."""
    is_signed = _is_signed(usual, days)
    weight = (1.0 if is_signed else _SPF_ONLY) * (_LIST if is_lists else 1.0)
    how = "signature" if is_signed else "server"
    yield Finding(KNOWN_UNPROVED, f"proved on {days} days by its {how}", weight=weight)


def _is_signed(usual: Mapping[str, tuple[Way, ...]], days: int) -> bool:
    """Whether the sender's mail is nearly always signed."""
    by = {way.value: way.days for way in usual.get("proof", ())}
    return days >= STEADY_DAYS and by.get("dkim", 0) + by.get("arc", 0) >= days * STEADY_SHARE


def _by_kind(ways: tuple[Way, ...]) -> dict[str, tuple[Way, ...]]:
    found: dict[str, tuple[Way, ...]] = {}
    for way in ways:
        found[way.kind] = (*found.get(way.kind, ()), way)
    return found


def _days(usual: Mapping[str, tuple[Way, ...]]) -> int:
    """On how many days proved mail came, at least."""
    return max((way.days for way in usual.get("proof", ())), default=0)


def _is_new(usual: tuple[Way, ...], now: set[str], days: int) -> bool:
    """Whether a habit is broken: one was kept on nearly all days, and what is there now never was one."""
    is_steady = any(way.days >= max(STEADY_DAYS, days * STEADY_SHARE) for way in usual)
    return is_steady and not now & {way.value for way in usual if way.days >= USUAL_DAYS}
