"""What a site's rules order of a recipient before the message has come: only what no message could change any more.

A rule that asks for a verdict, or for an author, cannot be told from the envelope. Since the first that holds is
followed, no rule behind such a one can be told either, unless both order the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from fyke.judge.site import Occasion, SiteRule, ruled
from fyke.model import Action, Envelope, Label, Verdict

_NONE = Verdict(Label.UNSURE, (), 0.0, 0.5, (), (), ())  # rules without WHAT do not ask for it
_WEAK = frozenset((Action.ACCEPT, Action.TAG))


class Ordered(Struct, frozen=True):
    """What a rule orders."""

    rule: str
    action: Action | None


class _Parts(Struct, frozen=True):
    """A rule, and what of it can be asked apart."""

    rule: SiteRule
    around: Mapping[str, SiteRule]  # TO and WHEN alone
    all: Mapping[str, SiteRule]  # with FROM


class Foretold:
    """The rules of a site, as an envelope alone meets them."""

    def __init__(self, rules: Mapping[str, SiteRule]) -> None:
        self._parts = {
            name: _Parts(
                rule,
                {name: replace(rule, senders=(), what=(), action=None)},
                {name: replace(rule, what=(), action=None)},
            )
            for name, rule in rules.items()
        }

    def __bool__(self) -> bool:
        return any(not parts.rule.what for parts in self._parts.values())

    def of(self, envelope: Envelope, recipient: str) -> Ordered | None:
        """What is ordered for one recipient; None where nothing is, or where only the message can tell.

        An ACCEPT or TAG is what the first rule that holds for sure says; one before it may still order otherwise.
        """
        mail = Occasion(mail_from=envelope.mail_from.lower(), is_senders=bool(envelope.login), at=envelope.received_at)
        perhaps = set()  # what rules order that only the message can tell of
        for name, parts in self._parts.items():
            action = parts.rule.action
            if not ruled(parts.around, _NONE, recipient, mail):
                continue
            if parts.rule.what or not ruled(parts.all, _NONE, recipient, mail):
                perhaps.add(action)
            elif action in _WEAK or perhaps <= {action}:
                return Ordered(name, action)
            else:
                return None
        return None
