"""Bits to a label, a probability and an action. The policy says where the lines are; nothing else does."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from fyke.judge.policy import Policy, Recipients, Thresholds
from fyke.judge.site import Occasion, ruled
from fyke.judge.weigh import Weighed, weigh
from fyke.model import UNWANTED, Action, Fate, Finding, Label, Verdict

# Where two labels have equally much for them, the more dangerous is said.
DANGER = (Label.MALWARE, Label.PHISHING, Label.SCAM, Label.SPAM)
# From what does least to what does most.
STRENGTH = (Action.ACCEPT, Action.TAG, Action.QUARANTINE, Action.TEMPFAIL, Action.REJECT, Action.DISCARD)
UNSCANNED = "unscanned"  # the group of facts that say that something was not looked into


def judge(findings: Sequence[Finding], policy: Policy, recipient: str = "") -> Verdict:
    """The explained verdict on one mail, by the thresholds that hold for the recipient."""
    weighed = weigh(findings, policy)
    floor = policy.rules.category * 100
    named = sorted((-bits, name) for name, bits in weighed.categories.items() if bits >= floor)
    label = _label(weighed, policy, recipients_of(policy, recipient))
    return Verdict(
        label=label,
        categories=tuple(name for _, name in named),
        bits=weighed.total / 100,
        probability=probability(weighed.total / 100, policy),
        contributions=weighed.unwanted,
        bulk=weighed.bulk,
        trade=weighed.trade,
        findings=tuple(findings),
        family=_family(findings, policy) if label is Label.MALWARE else "",
    )


def decide(verdict: Verdict, policy: Policy, recipient: str = "") -> Action:
    """What is done with a mail of that verdict for that recipient."""
    special = recipients_of(policy, recipient)
    action = policy.rules.actions[verdict.label]
    if special is not None and verdict.label in special.actions:
        action = special.actions[verdict.label]
    if any(finding.symbol.group == UNSCANNED for finding in verdict.findings):
        return max(action, policy.rules.unscannable, key=STRENGTH.index)
    return action


def fate(verdict: Verdict, policy: Policy, recipient: str, mail: Occasion) -> Fate:
    """What happens to one recipient's copy: as the verdict has it, or as a rule of the site orders."""
    action = decide(verdict, policy, recipient)
    if not policy.rules.rules or (found := ruled(policy.rules.rules, verdict, recipient, mail)) is None:
        return Fate(recipient, action)
    name, rule = found
    return Fate(recipient, action if rule.action is None else rule.action, name)


def probability(bits: float, policy: Policy) -> float:
    """The calibrated probability that a mail of that many bits is unwanted."""
    calibration = policy.rules.calibration
    exponent = max(-60.0, min(60.0, calibration.slope * bits + calibration.offset))  # beyond, a float says 0 or 1
    return float(1.0 / (1.0 + 2.0**-exponent))


def recipients_of(policy: Policy, recipient: str) -> Recipients | None:
    """The first group of recipients that the address is in, if any."""
    if recipient:
        address = recipient.lower()
        for group in policy.rules.recipients.values():
            if any(fnmatchcase(address, pattern) for pattern in group.match):
                return group
    return None


def thresholds_of(policy: Policy, recipient: str) -> Thresholds:
    """The thresholds that hold for the recipient."""
    general = policy.rules.thresholds
    special = recipients_of(policy, recipient)
    if special is None:
        return general
    unwanted = general.unwanted if special.unwanted is None else special.unwanted
    return Thresholds(unwanted, general.unsure if special.unsure is None else special.unsure, general.bulk)


def _label(weighed: Weighed, policy: Policy, special: Recipients | None) -> Label:
    thresholds = policy.rules.thresholds
    unwanted = thresholds.unwanted if special is None or special.unwanted is None else special.unwanted
    unsure = thresholds.unsure if special is None or special.unsure is None else special.unsure
    if weighed.total >= unwanted * 100:
        most, _, label = max((weighed.labels.get(label, 0), -at, label) for at, label in enumerate(DANGER))
        return label if most >= policy.rules.category * 100 else Label.SPAM
    if weighed.total >= unsure * 100:
        return Label.UNSURE
    return Label.BULK if weighed.bulk_total >= thresholds.bulk * 100 else Label.HAM


def _family(findings: Sequence[Finding], policy: Policy) -> str:
    """The name of the malware: as the finding that weighs most has it."""
    best, name = 0.0, ""
    for finding in findings:
        symbol = finding.symbol
        family = finding.family or symbol.family
        bits = policy.rules.bits.get(symbol.name, symbol.bits)
        if family and bits > best:
            best, name = bits, family
    return name


def is_unwanted(verdict: Verdict) -> bool:
    """Whether the label is one that nobody wants in the inbox."""
    return verdict.label in UNWANTED
