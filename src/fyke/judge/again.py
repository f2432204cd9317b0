"""A mail judged again from its record alone: what was found then, weighed by a policy of now.

What only the mail itself could tell stays as it was: findings, and what the model said of its words.
"""

from __future__ import annotations

from msgspec import Struct

from fyke.judge.decide import fate, judge
from fyke.judge.policy import Policy
from fyke.judge.site import Occasion, occasion
from fyke.model import Fate, Finding, Label, Scan, Symbol, Verdict

WANTED = (Label.HAM, Label.BULK)


class Names(Struct, frozen=True):
    """Symbols of what was learned, which is told by recipient and by what the rest comes to."""

    own: Symbol  # what a reader's own corrections say
    trades: frozenset[str]  # asked only of mail that may be unwanted


class Again(Struct, frozen=True):
    """A mail judged again."""

    verdicts: tuple[Verdict, ...]  # of each recipient; one where there is none
    fates: tuple[Fate, ...]  # as many
    left_out: tuple[str, ...] = ()  # symbols in groups that the policy does not have
    is_asked: bool = True  # false: it may be unwanted now, so its trade would have been asked about, and was not


def may_be_judged(scan: Scan) -> bool:
    """Whether the record says what was found: not where scanning broke, or where the record had to be cut."""
    return bool(scan.verdict.contributions)


def again(scan: Scan, policy: Policy, names: Names) -> Again:
    """The verdicts and fates of a recorded mail by that policy."""
    groups = policy.rules.groups
    known = [finding for finding in scan.verdict.findings if finding.symbol.group in groups]
    left_out = {finding.symbol.name for finding in scan.verdict.findings if finding.symbol.group not in groups}
    trades = tuple(finding for finding in known if finding.symbol.name in names.trades)
    rest = tuple(finding for finding in known if finding.symbol.name not in names.trades)
    recipients = scan.envelope.rcpt_to or ("",)
    when = recorded_occasion(scan)
    verdicts = []
    for at, recipient in enumerate(recipients):
        found = _with_own(rest, scan.own_bits[at], names.own) if at < len(scan.own_bits) else rest
        verdict = judge(found, policy, recipient)
        if trades and verdict.bits >= policy.rules.thresholds.unsure:
            verdict = judge((*found, *trades), policy, recipient)
        verdicts.append(verdict)
    is_suspect = any(verdict.bits >= policy.rules.thresholds.unsure for verdict in verdicts)
    return Again(
        tuple(verdicts),
        tuple(fate(each, policy, who, when) for each, who in zip(verdicts, recipients, strict=True)),
        tuple(sorted(left_out)),
        is_asked=bool(trades) or not scan.model_id or scan.verdict.label not in WANTED or not is_suspect,
    )


def recorded_occasion(scan: Scan) -> Occasion:
    """What rules may ask of a recorded mail beside its verdict."""
    return occasion(scan.envelope, scan.sender, scan.auth, scan.came_at)


def _with_own(findings: tuple[Finding, ...], bits: float, own: Symbol) -> tuple[Finding, ...]:
    """The findings with what this reader's corrections say in place of what another's do."""
    at = next((at for at, finding in enumerate(findings) if finding.symbol.name == own.name), len(findings))
    mine = (Finding(own, weight=bits),) if bits else ()
    return (*findings[:at], *mine, *findings[at + 1 :])
