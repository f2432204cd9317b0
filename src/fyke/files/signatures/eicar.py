"""The agreed test texts: EICAR's of virus scanners, GTUBE of spam filters, wherever they are nested.

They are put together here so that no file of ours holds them.
"""

from __future__ import annotations

from collections.abc import Iterable

from fyke.files.base import Content, Said, Scanner
from fyke.model import Finding, Label, Symbol

EICAR = Symbol(
    "FILE_EICAR",
    "The test file of virus scanners: harmless, to be treated as a virus",
    "test",
    8.0,
    Label.MALWARE,
    family="Eicar-Test-Signature",
)
GTUBE = Symbol("FILE_GTUBE", "The agreed test text of spam filters: harmless, to be treated as spam", "test", 8.0)

EICAR_SIGN = b"X5O!P%@AP[4\\PZX54(P^)" + b"7CC)7}$EI" + b"CAR-STANDARD-" + b"ANTIVIRUS-TEST-" + b"FILE!$H+H*"
GTUBE_SIGN = b"XJS*C4JDBQADN1." + b"NSBN3*2IDNEN*" + b"GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
PLACE_BYTES = 1_024  # the test file has 68 bytes and stands at the start; room for a wrapper
MAILS = frozenset({"mail", "mbox"})  # their parts are looked at, not what people write about the sign


class TestTexts(Scanner):
    """Is it one of the agreed test files?"""

    name = "test_texts"
    symbols = (EICAR, GTUBE)

    def look(self, file: Content) -> Iterable[Said]:
        """Look at the start for the one, anywhere in a text for the other."""
        if file.kind in MAILS:
            return
        if EICAR_SIGN in file.data[:PLACE_BYTES]:
            yield Finding(EICAR, file.name)
        if GTUBE_SIGN in file.data:
            yield Finding(GTUBE, file.name)
