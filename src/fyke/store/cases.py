"""The contract of what the lab concluded: links, networks, operations, ids that were, and what people decided.

Conclusions are made anew and replaced whole; aliases and decisions only grow. Every back end passes `check_cases`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from fyke.model.gang import Alias, Decision, Hypothesis, Link, Network, Operation


class Conclusions(Struct, frozen=True):
    """All that one rebuild says."""

    at: datetime
    networks: tuple[Network, ...]
    operations: tuple[Operation, ...]
    links: tuple[Link, ...]  # within networks
    hypotheses: tuple[Hypothesis, ...] = ()
    sites: int = 0  # that were compared


class Cases(Protocol):
    """Any number of processes may read; one rebuild writes at a time."""

    def replace(self, conclusions: Conclusions, aliases: Sequence[Alias]) -> None:
        """Put these in place of what was concluded before, in one step."""

    def latest(self) -> Conclusions | None:
        """What was concluded last, without its links; None before the first rebuild."""

    def links(self, sites: Sequence[str]) -> list[Link]:
        """The links both of whose sites are among these."""

    def network_of(self, site: str) -> str:
        """The id of the site's network; empty where it has none."""

    def aliases(self) -> list[Alias]:
        """All ids that were, oldest first."""

    def decide(self, decision: Decision) -> None:
        """Keep what a person said."""

    def decisions(self) -> list[Decision]:
        """All of it, oldest first."""

    def close(self) -> None:
        """Let go."""
