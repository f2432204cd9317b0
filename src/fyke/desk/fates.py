"""Fates of copies as a door can give them, and what is done with the mail as a whole."""

from __future__ import annotations

from msgspec.structs import replace

from fyke.model import Action, Fate
from fyke.model.gate import DELIVERS

_MILD = (Action.ACCEPT, Action.TAG, Action.QUARANTINE, Action.TEMPFAIL, Action.REJECT, Action.DISCARD)


def divisible(fates: tuple[Fate, ...]) -> tuple[Fate, ...]:
    """Fates that a door can give to copies of one mail: where they differ, refusing one is setting it aside."""
    if len({fate.action for fate in fates}) == 1:
        return fates
    return tuple(
        replace(fate, action=Action.QUARANTINE) if fate.action in (Action.REJECT, Action.TEMPFAIL) else fate
        for fate in fates
    )


def joined(fates: tuple[Fate, ...], *, keeps: bool) -> tuple[Action, Fate]:
    """What is done with the mail as a whole, and the fate that says so.

    Of several: the strongest that delivers, where copies are kept; the mildest, where the client sees to it alone.
    """
    delivered = [fate for fate in fates if fate.action in DELIVERS]
    if delivered and keeps:
        fate = max(delivered, key=lambda each: _MILD.index(each.action))
    else:
        fate = min(fates, key=lambda each: _MILD.index(each.action))
    return fate.action, fate
