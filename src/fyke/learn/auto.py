"""When fyke may learn from its own verdict: only where evidence of several kinds, each strong, says the same.

Filters that learn from every verdict feed on their errors. Here what was learned has no say; one kind of evidence,
however loud, is not enough; and a mail on which a human has spoken is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from fyke.model import Labelled, Scan, Source

LEAST_GROUPS = 3  # kinds of evidence that must agree: the policy's groups, which hold what depends on each other
LEAST_BITS = 1.5  # of each kind: a fact about three times as frequent on that side
MARGIN_BITS = 3.0  # beyond the line between wanted and unwanted: eight times surer than a verdict must be
LEARNED = ("LEARNED_", "CAP_LEARNED")  # shares that what was learned has in a verdict


def sure(scan: Scan, line_bits: float, said: Iterable[Labelled] = ()) -> bool | None:
    """Whether the mail is surely unwanted (True) or surely wanted (False); None where that is not sure enough.

    `line_bits` is where unwanted begins; `said` are the live labels on the mail, of all accounts.
    """
    if any(label.source is Source.HUMAN for label in said) or scan.faults:
        return None
    total = scan.verdict.bits - learned_bits(scan)
    kinds = _kinds(scan)
    against = sum(bits >= LEAST_BITS for bits in kinds.values())
    wanted = sum(bits <= -LEAST_BITS for bits in kinds.values())
    if total >= line_bits + MARGIN_BITS and against >= LEAST_GROUPS and not wanted:
        return True
    if total <= line_bits - MARGIN_BITS and wanted >= LEAST_GROUPS and not against:
        return False
    return None


def learned_bits(scan: Scan) -> float:
    """What was learned contributed to the verdict: fyke must not be its own witness."""
    return sum(share.bits for share in scan.verdict.contributions if share.name.startswith(LEARNED))


def _kinds(scan: Scan) -> dict[str, float]:
    """Bits of each group of evidence, within its caps; nothing of what was learned."""
    groups = {finding.symbol.name: finding.symbol.group for finding in scan.verdict.findings}
    caps = {f"CAP_{group.upper()}": group for group in groups.values()}
    kinds: dict[str, float] = {}
    for share in scan.verdict.contributions:
        group = groups.get(share.name) or caps.get(share.name)
        if group and not share.name.startswith(LEARNED):
            kinds[group] = kinds.get(group, 0.0) + share.bits
    return kinds
