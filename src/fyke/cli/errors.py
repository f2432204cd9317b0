"""What a user did wrong, in one clear sentence; `main` prints it to stderr and leaves with 2."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


class Wrong(Exception):  # noqa: N818  it is what a user must mend, not a bug
    """One sentence for the user, without a full stop at its end."""


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?` with the nearest known name, or nothing where none is near."""
    near = closest(word, known)
    return f"; did you mean {near}?" if near else ""


def closest(word: str, known: Iterable[str]) -> str:
    """The nearest known name, or nothing where none is near."""
    from difflib import get_close_matches  # noqa: PLC0415  only after a mistake; `fyke --version` is light

    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


def no_such_path(path: str) -> str:
    """The sentence for a path that is not there, with the nearest name in the first folder of it that is."""
    missing = Path(path)
    while not os.path.lexists(missing.parent):
        missing = missing.parent
    if not missing.parent.is_dir():
        return f"{path}: {missing.parent} is not a folder"
    try:
        beside = [path.name for path in missing.parent.iterdir()]
    except OSError:
        beside = []
    near = closest(missing.name, beside)
    rest = Path(path).relative_to(missing)
    return f"{path}: no such file or folder" + (f"; did you mean {missing.with_name(near) / rest}?" if near else "")
