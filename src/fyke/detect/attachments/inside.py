"""What was found in the files of a mail, taken over as evidence: `fyke.files` looked, in its sandbox, before."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from fyke.detect.base import Cost, Detector, Look, Reads
from fyke.files.catalogue import symbols as found_in_files
from fyke.model import Finding, Mail, Symbol

UNSCANNED = Symbol(
    "FILE_UNSCANNED", "A file could not be looked into: the part that looks failed or was not there", "unscanned", 0.5
)


class Inside(Detector):
    """What hides in the attached files?"""

    name = "inside"
    symbols: ClassVar[tuple[Symbol, ...]] = (UNSCANNED, *found_in_files())
    reads = Reads.FILES
    cost = Cost.HEAVY

    def look(self, mail: Mail) -> Look:
        """Yield what each file's analysis found."""
        for number, analysis in enumerate(mail.files, 1):
            for finding in analysis.findings:
                yield replace(finding, part=f"{number}: {finding.part}")
            for fault in analysis.faults:
                yield Finding(UNSCANNED, fault.who, f"{number}: {analysis.root.name}")
