"""What a site orders for some mail: FROM, TO, WHEN, WHAT -> what is done. The first rule that holds is followed.

A sender in FROM is believed only where the mail is proved to be theirs: anybody can write any name. And no rule that
does not name malware lets malware pass.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, time
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct, field

from fyke.model import Action, Envelope, Finding, Label, Verdict
from fyke.model.auth import Auth, AuthResult

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WHATS = ("label", "category", "symbol", "family")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_FIELD = re.compile(r"[!-9;-~]{1,100}")  # RFC 5322 2.2
_WEAK = frozenset((Action.ACCEPT, Action.TAG))


class When(Struct, frozen=True, forbid_unknown_fields=True):
    """Days and hours, in a time zone."""

    days: tuple[str, ...] = ()  # "mon" to "sun"; none: all
    hours: str = ""  # "08:00-18:00"; past midnight where the first is the later one
    zone: str = "UTC"  # a name of the time zone database, such as "Europe/Berlin"


class SiteRule(Struct, frozen=True, forbid_unknown_fields=True, rename={"senders": "from"}):
    """One rule. What is left out holds for all mail."""

    text: str = ""  # why, for people
    senders: tuple[str, ...] = ()  # shell patterns over the author's address and the envelope's, lower case
    unproven: bool = False  # believe a sender's name without proof
    to: tuple[str, ...] = ()  # shell patterns over the recipient, lower case
    when: When | None = None
    what: tuple[str, ...] = ()  # any of: "label:spam", "category:drugs", "symbol:NAME", "family:Doc.*"
    action: Action | None = None  # none: as the verdict has it
    subject: str = ""  # put before the subject of what is delivered
    add: dict[str, str] = field(default_factory=dict)  # header fields of what is delivered


class Occasion(Struct, frozen=True):
    """What rules may ask of a mail beside its verdict."""

    author: str = ""  # address of From
    mail_from: str = ""
    is_authors: bool = False  # it is proved that the author's domain stands behind it
    is_senders: bool = False  # the same of the envelope's
    at: datetime | None = None


def occasion(envelope: Envelope, author: str, auth: Auth | None, at: datetime | None) -> Occasion:
    """The occasion of a mail. Who logged in is who they are, for the envelope's address."""
    is_authors = auth is not None and auth.dmarc is not None and auth.dmarc.result is AuthResult.PASS
    is_senders = auth is not None and auth.spf is not None and auth.spf.result is AuthResult.PASS
    return Occasion(
        author.lower(),
        envelope.mail_from.lower(),
        is_authors=is_authors,
        is_senders=is_senders or bool(envelope.login),
        at=at,
    )


def ruled(
    rules: Mapping[str, SiteRule], verdict: Verdict, recipient: str, mail: Occasion
) -> tuple[str, SiteRule] | None:
    """The first rule that holds, with its name."""
    for name, rule in rules.items():
        if _holds(rule, verdict, recipient.lower(), mail):
            return name, rule
    return None


def _holds(rule: SiteRule, verdict: Verdict, recipient: str, mail: Occasion) -> bool:
    if rule.to and not _matches(recipient, rule.to):
        return False
    if rule.senders and not _is_from(rule, mail):
        return False
    if rule.when is not None and not _is_time(rule.when, mail.at):
        return False
    if rule.what and not any(_is_what(word, verdict) for word in rule.what):
        return False
    is_weaker = rule.action in _WEAK and verdict.label is Label.MALWARE
    return not is_weaker or "label:malware" in rule.what or any(word.startswith("family:") for word in rule.what)


def _is_from(rule: SiteRule, mail: Occasion) -> bool:
    if mail.author and (rule.unproven or mail.is_authors) and _matches(mail.author, rule.senders):
        return True
    return bool(mail.mail_from) and (rule.unproven or mail.is_senders) and _matches(mail.mail_from, rule.senders)


def _matches(address: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(address, pattern) for pattern in patterns)


def _is_time(when: When, at: datetime | None) -> bool:
    """Whether it came then. Where nobody knows when it came, no."""
    if at is None:
        return False
    local = at.astimezone(ZoneInfo(when.zone))
    if when.days and DAYS[local.weekday()] not in when.days:
        return False
    if not when.hours:
        return True
    start, end = (time.fromisoformat(word) for word in when.hours.split("-"))
    now = local.time()
    return start <= now < end if start <= end else now >= start or now < end


def _is_what(word: str, verdict: Verdict) -> bool:
    kind, _, name = word.partition(":")
    if kind == "label":
        return verdict.label == name
    if kind == "category":
        return name in verdict.categories
    if kind == "family":
        return fnmatchcase(verdict.family, name)
    return _has(verdict.findings, name)


def _has(findings: Iterable[Finding], name: str) -> bool:
    return any(finding.symbol.name == name for finding in findings)


def complaint(rule: SiteRule, symbols: Collection[str]) -> tuple[str, str, Iterable[str]] | None:
    """What is wrong with a rule: which key, what of it, and what would be right; None for a sound one."""
    for word in rule.what:
        kind, _, name = word.partition(":")
        if kind not in WHATS or not name:
            return "what", f"{word} is none of label:, category:, symbol: and family:", ()
        if kind == "label" and name not in list(Label):
            return "what", f"{name} is no label", list(Label)
        if kind == "symbol" and name not in symbols:
            return "what", f"no detector declares {name}", symbols
    if rule.when is not None and (wrong := _wrong_time(rule.when)):
        return wrong
    for name, value in rule.add.items():
        if _FIELD.fullmatch(name) is None or not value.isprintable():
            return "add", f"{name} cannot be a header field of that value", ()
    if not rule.subject.isprintable():
        return "subject", "it has characters that cannot be printed", ()
    return None


def _wrong_time(when: When) -> tuple[str, str, Iterable[str]] | None:
    if unknown := next((day for day in when.days if day not in DAYS), None):
        return "when.days", f"{unknown} is no day", DAYS
    if when.hours and _HOURS.fullmatch(when.hours) is None:
        return "when.hours", f"{when.hours} is not like 08:00-18:00", ()
    try:
        ZoneInfo(when.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "when.zone", f"{when.zone} is no time zone such as Europe/Berlin", ()
    return None
