"""What archives hold that is not read here, as facts: nothing is left out silently."""

from __future__ import annotations

from fyke.model import Finding, Symbol

UNREAD = Symbol(
    "ARCHIVE_UNREAD",
    "A member of an archive is packed in a way that is not read here, and was not looked into",
    "unscanned",
    1.0,
)
SPLIT = Symbol(
    "ARCHIVE_SPLIT", "An archive is one of several parts, and what lies in the others was not looked into", "unscanned",
    1.0,
)  # fmt: skip
NAME_CHARS = 120  # of a member's name in a detail


def unread(name: str, method: str) -> Finding:
    """A member that was not read, and the method that is not known."""
    return Finding(UNREAD, f"{name[-NAME_CHARS:]}: {method}" if name else method)
