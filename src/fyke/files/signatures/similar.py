"""What a file is alike: its TLSH, by which one build of a family is known from another."""

from __future__ import annotations

from collections.abc import Iterable

from fyke.files.base import Content, Said, Scanner
from fyke.files.kinds import KINDS
from fyke.model import Observable

LEAST_BYTES = 256  # a shorter file has too few triplets to be alike another for a reason
MOST_BYTES = 1 << 20  # of a file that is hashed, some 70 ms: droppers and documents are smaller
# What malware comes as: an archive is alike another for its packing only, a picture is no program.
FAMILIES = frozenset({"program", "document", "script"})


class Similar(Scanner):
    """Which files elsewhere is it alike?"""

    name = "similar"
    kinds = frozenset(kind for kind, what in KINDS.items() if what.family in FAMILIES)

    def look(self, file: Content) -> Iterable[Said]:
        """Yield what it is to be compared by: it says nothing alone."""
        from fyke.files.signatures.tlsh import tlsh  # noqa: PLC0415  it loads numpy

        if LEAST_BYTES <= len(file.data) <= MOST_BYTES and (told := tlsh(file.data)):
            yield Observable("tlsh", told, "attachment")
