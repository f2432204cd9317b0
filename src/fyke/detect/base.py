"""What a detector is: a question about a mail, answered with findings.

A detector never writes, never opens a socket, never reads the clock: the same mail, answers and policy give the same
verdict. What it must know from outside it yields as a `Query` and is resumed with the answer, or with `UNKNOWN`.
"""

from __future__ import annotations

from collections.abc import Generator
from enum import IntEnum, IntFlag
from typing import Any, ClassVar

from fyke.model import Finding, Mail, Query, Symbol
from fyke.model.auth import Auth

# A tuple of queries is asked at once, and answered with a tuple. Who sent the mail is no finding but a record of facts.
Look = Generator[Finding | Query[Any] | tuple[Query[Any], ...] | Auth, Any, None]


class Reads(IntEnum):
    """How much of a mail a detector needs, so how early a door may run it."""

    ENVELOPE = 0
    HEADERS = 1
    PARTS = 2
    FILES = 3  # what was found in its files


class Cost(IntEnum):
    """What a detector costs, so when it runs, and what may be skipped once the outcome is certain."""

    CHEAP = 0
    ASK = 1
    HEAVY = 2


class Needs(IntFlag):
    """What a message must have at all for a detector to find anything: without it the detector is not asked."""

    NOTHING = 0
    LINKS = 1
    HTML = 2
    FILES = 4


class Detector:
    """One question about a mail. Subclasses declare, then look."""

    name: ClassVar[str]
    symbols: ClassVar[tuple[Symbol, ...]]
    reads: ClassVar[Reads] = Reads.PARTS
    cost: ClassVar[Cost] = Cost.CHEAP
    needs: ClassVar[Needs] = Needs.NOTHING

    def look(self, mail: Mail) -> Look:
        """Yield a `Finding` for each fact there is, a `Query` for each thing to be known first."""
        raise NotImplementedError
