"""Which sites have a good name: mail that was judged wanted leads to them, and none that was not."""

from __future__ import annotations

from typing import Any


def honest(facts: Any) -> list[str]:
    """Sites with a good name, from a relation of facts."""
    rows = (
        facts.filter("kind = 'verdict' AND starts_with(about, 'site:')")
        .aggregate(
            "substr(about, 6) AS site, bool_or(value = 'wanted') AS good, bool_or(value = 'unwanted') AS bad", "about"
        )
        .filter("good AND NOT bad")
        .order("site")
    )
    return [row[0] for row in rows.fetchall()]
