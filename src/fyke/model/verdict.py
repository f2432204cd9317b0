"""What we think a mail is, why, and what is done with it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from fyke.model.finding import UNWANTED, Contribution, Finding, Label


class Action(StrEnum):
    """What is done with a mail. A door maps it to its protocol."""

    ACCEPT = "accept"
    TAG = "tag"
    QUARANTINE = "quarantine"
    TEMPFAIL = "tempfail"
    REJECT = "reject"
    DISCARD = "discard"


class Fate(Struct, frozen=True):
    """What happens to one recipient's copy of a mail."""

    recipient: str
    action: Action
    rule: str = ""  # of the site, that says so; empty: the verdict does


class Verdict(Struct, frozen=True):
    """An explained judgement. `bits` is the exact sum of the contributions' bits."""

    label: Label
    categories: tuple[str, ...]  # strongest first
    bits: float
    probability: float  # that the mail is unwanted
    contributions: tuple[Contribution, ...]  # largest first, the prior at the end
    bulk: tuple[Contribution, ...]  # what says that it was sent to many; weighed apart from unwanted
    findings: tuple[Finding, ...]
    trade: tuple[Contribution, ...] = ()  # what its words say of the trade it is in; counts for no label
    family: str = ""  # of malware, where that is the label and a finding names it: "Doc.Macro.AutoRunDownloader"


def strongest(verdict: Verdict) -> str:
    """The sentence that weighs most on the side that won."""
    if verdict.label is Label.BULK and verdict.bulk:
        return verdict.bulk[0].why
    sign = 1 if verdict.label in UNWANTED or verdict.label is Label.UNSURE else -1
    return next((share.why for share in verdict.contributions if share.bits * sign > 0 and share.name != "PRIOR"), "")
