"""What a case says of its sender, a fact a line:

`since DATE` (how long the store has watched), `own DAYS DATE` and `site DAYS DATE` (wanted mail, since when),
`unwanted DAYS`, `began TIMES DATE` and `answered TIMES DATE` (mail written to the sender), `way KIND VALUE DAYS`,
`name ADDRESS` or `name ADDRESS own`, `near DOMAIN`, `reply sender|domain|nobody`, `reply sender opening`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from fyke.model.known import Acquaintance, Answered, Namesake, Tie, Way


def acquaintance(lines: Sequence[str]) -> Acquaintance:
    """What the lines say. Raises ValueError for a line that says nothing."""
    own: dict[str, Any] = {}
    site: dict[str, Any] = {}
    rest: dict[str, Any] = {"ways": (), "namesakes": (), "near": ()}
    for line in lines:
        key, *words = line.split()
        if key == "since":
            rest["since"] = _date(words[0])
        elif key in ("own", "site"):
            said = {"wanted": int(words[0]), "first_at": _date(words[1])}
            site.update(said)
            own.update(said if key == "own" else {})
        elif key == "unwanted":
            own["unwanted"] = site["unwanted"] = int(words[0])
        elif key in ("began", "answered"):
            said = {key: int(words[0]), "written_at": _date(words[1])}
            own.update(said)
            site.update(said)
        elif key == "way":
            kind, value, days = words[0], " ".join(words[1:-1]), int(words[-1])
            at = _date("2025-01-01")
            rest["ways"] += (Way(kind, value, days, at, at),)
        elif key == "name":
            rest["namesakes"] += (Namesake(words[0], "", is_own="own" in words, days=9),)
        elif key == "near":
            rest["near"] += (words[0],)
        elif key == "reply":
            rest["answered"] = Answered(
                at=_date("2026-02-20"),
                by_account=True,
                to_sender=words[0] == "sender",
                to_domain=words[0] in ("sender", "domain"),
                is_opening="opening" in words,
            )
        else:
            raise ValueError(f"nothing is known by {line!r}")
    return Acquaintance(own=Tie(**own) if own else None, site=Tie(**site) if site else None, **rest)


def _date(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
