"""Office files that are encrypted: opened with the words of the mail, after the word that Excel itself knows.

New formats are opened by `ecma_lock`; those of 97 to 2003 (XOR, RC4, RC4 of CryptoAPI) by msoffcrypto-tool, once our
own reader has found the compound file sane.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib import import_module
from struct import error as LayoutError  # noqa: N812  it is a class
from struct import unpack_from

from fyke.files.base import Broken, Content, Item, Locked, Member, Unpacker
from fyke.files.budget import MIB, Meter
from fyke.files.documents import ecma_lock
from fyke.files.documents.compound import MAGIC, Compound
from fyke.files.documents.office_symbols import DEFAULT_LOCK
from fyke.model import Finding

DEFAULT_WORD = "VelvetSweatshop"  # Excel tries it unasked, and PowerPoint the other one
DEFAULT_WORDS = (DEFAULT_WORD, "/01Hannes Ruescher/01")
WORDS = 25  # tried on one file; a try takes up to 0.1 s
OLD_BYTES = 16 * MIB  # of files of 97 to 2003: their keystream is made in Python
FIB_ENCRYPTED = 0x0100  # [MS-DOC] 2.5.2: fEncrypted
FILEPASS = 0x2F
CRYPT_SESSION = b"\x14\x2f"  # [MS-PPT] 2.13.24: RT_CryptSession10Container
BIFF_HEAD_RECORDS = 50  # FILEPASS follows the first BOF, after at most a few records


class OfficeLocks(Unpacker):
    """Is an Office document encrypted, and does a word open it?"""

    name = "office_locks"
    kinds = frozenset({"ole", "doc", "xls", "ppt"})
    symbols = (DEFAULT_LOCK,)

    def warm(self) -> None:
        """Load what the library loads when it is first needed."""
        for name in ("doc97", "ooxml", "ppt97", "xls97"):
            import_module(f"msoffcrypto.format.{name}")
        import_module("cryptography.hazmat.backends").default_backend()

    def open(self, file: Content, meter: Meter) -> Iterator[Item]:
        """The document in the clear, or that it is locked."""
        if not file.data.startswith(MAGIC):
            return
        compound = Compound(file.data)
        words = list(dict.fromkeys((*DEFAULT_WORDS, *file.words)))[:WORDS]
        package = compound.find("EncryptedPackage")
        if package is not None:
            yield from _new(compound, compound.read(package), words, file, meter)
        elif kind := old_lock(compound):
            yield from _old(file, kind, words, meter)


def _given(data: bytes, word: str, file: Content) -> Iterator[Item]:
    if word in DEFAULT_WORDS:
        yield Finding(DEFAULT_LOCK, word)
    yield Member(data, file.name, f"opened with {word}")


def _new(compound: Compound, package: bytes, words: list[str], file: Content, meter: Meter) -> Iterator[Item]:
    """Office Open XML within OLE2."""
    lock = ecma_lock.read(compound.read(compound.find("EncryptionInfo"), 1 << 20))
    detail = "Office, agile AES" if lock.is_agile else "Office, AES"
    if lock.spins > ecma_lock.SPINS:
        yield Locked(detail=f"{detail}, {lock.spins:,} rounds")
        return
    for word in words:
        if not meter.admits(file.name, len(package)):
            break
        try:
            key = ecma_lock.secret(lock, word)
        except ValueError as error:
            raise Broken(f"EncryptionInfo: {error}") from None
        if key:
            yield from _given(meter.gather(ecma_lock.opened(lock, key, package), len(package), file.name), word, file)
            return
    yield Locked(detail=detail)


def old_lock(compound: Compound) -> str:
    """Which program has encrypted a file of 97 to 2003, if one has."""
    if document := compound.find("WordDocument"):
        head = compound.read(document, 32)
        return "Word" if len(head) >= 12 and unpack_from("<H", head, 10)[0] & FIB_ENCRYPTED else ""
    if book := compound.find("Workbook", "Book"):
        head, at = compound.read(book, 65_536), 0
        for _ in range(BIFF_HEAD_RECORDS):
            if at + 4 > len(head):
                break
            kind, size = unpack_from("<HH", head, at)
            if kind == FILEPASS:
                return "Excel"
            at += 4 + size
        return ""
    if compound.find("PowerPoint Document"):
        user = compound.read(compound.find("Current User"), 64)
        # [MS-PPT] 2.3.2: the token of a file that is encrypted.
        return "PowerPoint" if user[12:16] == b"\xdf\xc4\xd1\xf3" else ""
    return ""


def _old(file: Content, kind: str, words: list[str], meter: Meter) -> Iterator[Item]:
    """Doc, xls, ppt."""
    if len(file.data) > OLD_BYTES:
        meter.cut("size", "encrypted, and larger than is opened")
        yield Locked(detail=kind)
        return
    for word in words:
        if not meter.admits(file.name, len(file.data)):
            break
        if plain := _tried(file.data, word):
            yield from _given(meter.took(plain), word, file)
            return
    yield Locked(detail=f"{kind} 97-2003")


def _tried(data: bytes, word: str) -> bytes:
    """The file in the clear, if the word is right."""
    import msoffcrypto  # type: ignore[import-untyped]  # noqa: PLC0415
    from msoffcrypto.exceptions import (  # type: ignore[import-untyped]  # noqa: PLC0415
        DecryptionError,
        FileFormatError,
        ParseError,
    )

    out = io.BytesIO()
    try:
        document = msoffcrypto.OfficeFile(io.BytesIO(data))
        document.load_key(password=word)
        document.decrypt(out)
    except (DecryptionError, FileFormatError, ParseError, LayoutError, ValueError, IndexError, KeyError, TypeError):
        return b""
    except (OSError, AssertionError, AttributeError, NotImplementedError, UnicodeError, EOFError, OverflowError):
        return b""  # what its reader makes of bad bytes
    return out.getvalue()
