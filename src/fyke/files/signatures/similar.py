"""What a file is alike: its TLSH, by which one build of a family is known from another."""

from __future__ import annotations

from collections.abc import Iterable

from fyke.files.base import Content, Said, Scanner
from fyke.files.kinds import KINDS
from fyke.model import Observable

LEAST_BYTES = 256  # a shorter file has too few triplets to be alike another for a reason
# Of a file that is hashed, by family: a megabyte takes a tenth of a second, so only programs, whose builds of one
# family are told by it, may have as much. An archive is alike another for its packing only, a picture is no program.
MOST_BYTES = {"program": 1 << 20, "document": 1 << 18, "script": 1 << 18}


class Similar(Scanner):
    """Which files elsewhere is it alike?"""

    name = "similar"
    kinds = frozenset(kind for kind, what in KINDS.items() if what.family in MOST_BYTES)

    def look(self, file: Content) -> Iterable[Said]:
        """Yield what it is to be compared by: it says nothing alone."""
        from fyke.files.signatures.tlsh import tlsh  # noqa: PLC0415  it loads numpy

        most = MOST_BYTES.get(KINDS[file.kind].family, 0)
        if LEAST_BYTES <= len(file.data) <= most and (told := tlsh(file.data)):
            yield Observable("tlsh", told, "attachment")
