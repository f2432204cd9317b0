"""Detectors of other packages: they come by the entry point group `fyke.detectors` and keep the contract of ours.

Hardly any site has one, and `importlib.metadata` takes 30 ms to load: so it is asked only where a package names the
group, or where packages may lie in other ways than as folders.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, cast

from fyke.detect.base import Detector
from fyke.detect.check import DetectorError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

ENTRY_POINTS = "fyke.detectors"


@cache
def strangers() -> tuple[Detector, ...]:
    """Detectors of other packages. Raises `DetectorError` for one that cannot be loaded."""
    if not _may_be_any():
        return ()
    from importlib.metadata import entry_points  # noqa: PLC0415

    return tuple(_loaded(point) for point in entry_points(group=ENTRY_POINTS))


def _may_be_any() -> bool:
    """Whether an installed package may name the group."""
    if any(finder is not PathFinder and hasattr(finder, "find_distributions") for finder in sys.meta_path):
        return True
    try:
        return any(ENTRY_POINTS.encode() in file.read_bytes() for file in _declarations())
    except OSError:  # an archive, or a folder that is not for everybody: the library knows how to read it
        return True


def _declarations() -> Iterator[Path]:
    """The files in which installed packages declare their entry points. Raises OSError."""
    for folder in map(Path, sys.path):
        if not folder.exists():
            continue
        for name in os.listdir(folder):  # noqa: PTH208  it is three times quicker, and a folder of packages is long
            if name.endswith((".dist-info", ".egg-info", ".egg")):
                for declared in ("entry_points.txt", "EGG-INFO/entry_points.txt"):
                    file = folder / name / declared
                    if file.exists():
                        yield file


def _loaded(point: EntryPoint) -> Detector:
    try:
        return cast("Detector", point.load()())
    except Exception as error:  # whatever it is, an operator must hear which package to mend
        raise DetectorError(
            f"the detector {point.name} ({point.value}) cannot be loaded: {type(error).__name__}: {error}"
        ) from error
