"""Detectors: one question about a mail a file, answered with findings.

`packaged` is the one list of them, in running order: cheap ones first, those that need the parts later.
Strangers' detectors come by the entry point group `fyke.detectors` and keep the same contract.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from fyke.detect.base import Detector
from fyke.detect.check import complaints
from fyke.detect.date import Date
from fyke.detect.defects import Defects
from fyke.detect.headers import Headers
from fyke.detect.messageid import MessageId
from fyke.detect.received import Trace

ENTRY_POINTS = "fyke.detectors"


def packaged(own_domains: Iterable[str] = (), lexicons: Iterable[Path] = ()) -> tuple[Detector, ...]:
    """All detectors in running order. `own_domains` are those whose users this filter protects.

    `lexicons` are folders with a site's own lexicon files, beside the packaged ones.
    """
    _own = tuple(own_domains)
    _folders = tuple(lexicons)
    # One a line, a block a family; add yours at the end of its block.
    ours: tuple[Detector, ...] = (
        # headers and structure
        Trace(),
        Date(),
        MessageId(),
        Headers(),
        Defects(),
    )
    return ours + strangers()


@cache
def strangers() -> tuple[Detector, ...]:
    """Detectors of other packages. Raises TypeError for one that breaks the contract."""
    found = tuple(point.load()() for point in entry_points(group=ENTRY_POINTS))
    broken = complaints(found)
    if broken:
        raise TypeError("; ".join(broken))
    return found
