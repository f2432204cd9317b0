"""History judged again: who would have got what, beside what they got.

A stream of the journal in, a stream of changes out, and sums; nothing is kept of a mail that stays as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from fyke.desk.fates import divisible, joined
from fyke.judge.again import Again, Names, again, may_be_judged
from fyke.judge.decide import STRENGTH
from fyke.judge.policy import Policy
from fyke.model import Action, Fate, Label, Scan, Verdict
from fyke.model.verdict import strongest
from fyke.store.journal import Entry

RELEASED = "released"  # the rule of a fate that a person's word decided


class Outcome(Struct, frozen=True):
    """What a mail was said to be, and what each recipient got."""

    label: Label
    bits: float
    action: Action
    fates: tuple[Fate, ...]
    why: str


class Change(Struct, frozen=True):
    """A mail that would fare otherwise."""

    at: datetime
    case: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    before: Outcome
    after: Outcome
    rules: tuple[str, ...] = ()  # of the site, that decide now
    raw: bool = False  # whether the mail itself was read again

    @property
    def gravity(self) -> tuple[int, int, float]:
        """How much it matters: how far apart the actions are, then the labels, then the bits."""
        moved = max(abs(STRENGTH.index(was) - STRENGTH.index(now)) for _, was, now in copies(self))
        return moved, int(self.before.label != self.after.label), abs(self.after.bits - self.before.bits)


class Sums(Struct):
    """What a replay came to. Labels are counted by mail, actions by copy."""

    mails: int = 0
    changed: int = 0  # mails whose label, or what is done with a copy, is another
    moved: int = 0  # mails whose bits are others, changed or not
    from_raw: int = 0  # that were read again
    unjudged: int = 0  # whose record does not say what was found: they broke, or the record was cut
    no_raw: int = 0  # that were to be read again and are not kept
    unasked: int = 0  # of which something would be asked now that was not asked then
    labels: Counter[tuple[Label, Label]] = field(default_factory=Counter)
    actions: Counter[tuple[Action, Action]] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)  # symbols that the policy knows no more
    policies: Counter[str] = field(default_factory=Counter)  # by which it was judged then
    models: Counter[str] = field(default_factory=Counter)


class Read(Struct, frozen=True):
    """A mail that was read again."""

    scan: Scan
    verdict: Verdict
    missing: int = 0  # questions that were not asked then


Reread = Callable[[Scan], Read | None]  # None: the mail itself is not kept


class Replay:
    """Judges entries anew, and sums up."""

    def __init__(
        self, policy: Policy, names: Names, *, against: Policy | None = None, reread: Reread | None = None,
        keeps: bool = True,
    ) -> None:  # fmt: skip
        """`against` is a policy to compare with in place of what was done; `keeps`: copies are set aside here."""
        self._policy, self._names, self._against = policy, names, against
        self._reread, self._keeps = reread, keeps
        self.sums = Sums()

    def changes(self, entries: Iterable[Entry]) -> Iterator[Change | None]:
        """For each entry the change, or None where it stays as it was."""
        for entry in entries:
            yield self.judged(entry)

    def judged(self, entry: Entry) -> Change | None:
        """What becomes of one entry."""
        scan, sums = entry.scan, self.sums
        sums.mails += 1
        sums.policies[scan.policy_id] += 1
        sums.models[scan.model_id] += 1
        read = self._reread(scan) if self._reread is not None else None
        if read is not None:
            sums.from_raw += 1
            sums.unasked += bool(read.missing)
            after = self._outcome(entry, read.verdict, _fates(read.scan))
        else:
            sums.no_raw += self._reread is not None
            if not may_be_judged(scan):
                sums.unjudged += 1
                return None
            weighed = again(scan, self._policy, self._names)
            sums.left_out.update(weighed.left_out)
            sums.unasked += not weighed.is_asked
            after = self._outcome(entry, weighed.verdicts[0], weighed.fates)
        before = self._before(entry)
        return self._compared(entry, before, after, raw=read is not None)

    def _before(self, entry: Entry) -> Outcome:
        if self._against is not None and may_be_judged(entry.scan):
            weighed: Again = again(entry.scan, self._against, self._names)
            return self._outcome(entry, weighed.verdicts[0], weighed.fates)
        verdict = entry.scan.verdict
        fates = entry.fates or tuple(Fate(who, entry.action) for who in entry.scan.envelope.rcpt_to)
        return Outcome(verdict.label, verdict.bits, entry.action, fates, strongest(verdict))

    def _outcome(self, entry: Entry, verdict: Verdict, fates: tuple[Fate, ...]) -> Outcome:
        """What a door would have done. What a person released stays released."""
        then = entry.scan.fates
        if then and len(then) == len(fates) and all(fate.rule == RELEASED for fate in then):
            fates = then
        is_clients = len({fate.action for fate in then}) > 1 and any(fate.action in _REFUSED for fate in then)
        if not is_clients:  # of a client that sees to its copies alone each may fare as it likes
            fates = divisible(fates)
            if not self._keeps:
                fates = tuple(
                    replace(fate, action=Action.TAG) if fate.action is Action.QUARANTINE else fate for fate in fates
                )
        action, _ = joined(fates, keeps=not is_clients)
        shown = fates if entry.scan.envelope.rcpt_to else ()
        return Outcome(verdict.label, verdict.bits, action, shown, strongest(verdict))

    def _compared(self, entry: Entry, before: Outcome, after: Outcome, *, raw: bool) -> Change | None:
        sums, scan = self.sums, entry.scan
        change = Change(
            at=entry.at,
            case=entry.case or scan.id,
            sender=scan.sender or scan.envelope.mail_from,
            recipients=scan.envelope.rcpt_to,
            subject=scan.subject,
            before=before,
            after=after,
            rules=tuple(dict.fromkeys(fate.rule for fate in after.fates if fate.rule)),
            raw=raw,
        )
        sums.labels[before.label, after.label] += 1
        moved = [(was, now) for _, was, now in copies(change)]
        sums.actions.update(moved)
        sums.moved += before.bits != after.bits
        if before.label == after.label and all(was == now for was, now in moved):
            return None
        sums.changed += 1
        return change


_REFUSED = (Action.REJECT, Action.TEMPFAIL)


def copies(change: Change) -> list[tuple[str, Action, Action]]:
    """Each copy of a mail: whose it is, what was done with it, what would be done."""
    if not change.recipients:
        return [("", change.before.action, change.after.action)]
    was = [fate.action for fate in change.before.fates] or [change.before.action] * len(change.recipients)
    now = [fate.action for fate in change.after.fates] or [change.after.action] * len(change.recipients)
    return list(zip(change.recipients, was, now, strict=False))


def _fates(scan: Scan) -> tuple[Fate, ...]:
    return scan.fates or (Fate("", scan.action),)


def told(change: Change) -> dict[str, Any]:
    """The change as it is told to programs."""
    return {
        "event": "changed",
        "at": change.at,
        "case": change.case,
        "sender": change.sender,
        "subject": change.subject,
        "before": _told(change.before),
        "after": _told(change.after),
        "copies": [{"recipient": who, "before": was, "after": now} for who, was, now in copies(change)],
        "rules": change.rules,
        "raw": change.raw,
    }


def _told(outcome: Outcome) -> dict[str, Any]:
    return {"label": outcome.label, "bits": outcome.bits, "action": outcome.action, "why": outcome.why}
