"""A program, a Linux one, and a database of each format of ClamAV that matches what is built here."""

from __future__ import annotations

import hashlib
import io
import struct
import tarfile
import zipfile

MARK = b"\x90\x90FYKE-TEST-PROGRAM\xcc\xcc"
CODE = MARK + b"\x01\x02\x03\x04gap-of-five\x05\x06\x07" + bytes(range(64)) + b"tail-of-code"


def program(code: bytes = CODE) -> bytes:
    """A PE file of two sections that starts to run at the start of the first, 0x200."""
    code = code.ljust(0x200, b"\0")
    head = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + b"PE\0\0"
    head += struct.pack("<HHIIIHH", 0x14C, 2, 0x5F000000, 0, 0, 224, 0x102)
    optional = struct.pack("<HBBIIIII", 0x10B, 9, 0, 0x200, 0x200, 0, 0x1000, 0x1000)
    optional += struct.pack("<IIIIHHHHHHIIII", 0x2000, 0x400000, 0x1000, 0x200, 4, 0, 0, 0, 4, 0, 0, 0x3000, 0x200, 0)
    optional += struct.pack("<HHIIIIII", 3, 0, 0x100000, 0x1000, 0x100000, 0x1000, 0, 16) + bytes(128)
    head += optional
    head += struct.pack("<8sIIIIIIHHI", b".text", 0x200, 0x1000, 0x200, 0x200, 0, 0, 0, 0, 0x60000020)
    head += struct.pack("<8sIIIIIIHHI", b".data", 0x200, 0x2000, 0x200, 0x400, 0, 0, 0, 0, 0xC0000040)
    return head.ljust(0x200, b"\0") + code + b"DATA-SECTION".ljust(0x200, b"\x11")


def linux() -> bytes:
    """An ELF file that starts to run at 0x80."""
    head = b"\x7fELF\2\1\1" + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0x400080, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    head += struct.pack("<IIQQQQQQ", 1, 5, 0, 0x400000, 0x400000, 0x200, 0x200, 0x1000)
    return head.ljust(0x80, b"\0") + b"FYKE-ELF-ENTRY".ljust(0x180, b"\x22")


def zipped(*files: tuple[str, bytes]) -> bytes:
    """An archive."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name), data)
    return written.getvalue()


PAGE = b"<html><body><p>An  Ordinary <b>PAGE</b> &amp; more</p><!-- said nothing --></body></html>"
NOTE = b"Plain TEXT of\tthe   test,\r\nwith some Words: fyke-alpha fyke-beta fyke-beta FYKE-GAMMA\r\n"
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(32))
SCRAPS = b"aa11bb--xx22yy--aa11bb--word-fyke word fykes\nline-fyke\nw\0i\0d\0e\0-\0f\0y\0k\0e\0"


def samples() -> dict[str, bytes]:
    """Files by name."""
    return {
        "program.exe": program(), "linux": linux(), "page.html": PAGE, "note.txt": NOTE, "picture.png": PICTURE,
        "scraps.bin": b"\1\2\3\0" + SCRAPS, "archive.zip": zipped(("in.exe", program()), ("note.txt", NOTE)),
        "clean.txt": b"Nothing to see here.\n", "known.dat": b"known by its hash alone\0\1\2",
        "allowed.dat": b"known, and allowed\0\1\2",
    }  # fmt: skip


def written(text: str | bytes) -> str:
    """Bytes in hexadecimal."""
    return (text.encode() if isinstance(text, str) else text).hex()


def digest(algorithm: str, data: bytes) -> str:
    """A digest in hexadecimal."""
    return hashlib.new(algorithm, data).hexdigest()


def databases() -> dict[str, str]:
    """Databases by file name: each name says what it tests; those with No in it match nothing."""
    w, d, files = written, digest, samples()
    known, allowed = files["known.dat"], files["allowed.dat"]
    section = program()[0x200:0x400]
    ndb = [
        f"Pat.Any:0:*:{w('FYKE-TEST')}", f"Pat.Pe:1:*:{w('FYKE-TEST')}", f"Pat.No.Elf:6:*:{w('FYKE-TEST')}",
        f"Pat.Elf.Entry:6:EP+0:{w('FYKE-ELF-ENTRY')}", f"Pat.Entry:1:EP+2:{w('FYKE-TEST')}",
        f"Pat.No.Entry:1:EP+3:{w('FYKE-TEST')}", f"Pat.Shift:1:EP+0,5:{w('FYKE-TEST')}",
        f"Pat.No.Shift:1:EP-4,2:{w('FYKE-TEST')}", f"Pat.Section:1:S0+2:{w('FYKE-TEST')}",
        f"Pat.No.Section:1:S1+2:{w('FYKE-TEST')}", f"Pat.Last:1:SL+0:{w('DATA-SECTION')}",
        f"Pat.Whole:1:SE1:{w('DATA-SECTION')}", f"Pat.WholeEnd:1:SE0:{w('DATA-SECTION')}",
        f"Pat.Start:0:0:{w(b'MZ' + bytes(6))}", f"Pat.No.Start:0:1:{w('MZ')}0000",
        f"Pat.Absolute:0:514:{w('FYKE-TEST')}", f"Pat.End:0:EOF-512:{w('DATA-SECTION')}",
        f"Pat.No.End:0:EOF-511:{w('DATA-SECTION')}", f"Pat.Wild:0:*:{w('FYKE')}??{w('TEST')}",
        f"Pat.Nibble:0:*:{w('FYKE')}2?{w('TES')}?4{w('-PROG')}", f"Pat.No.Nibble:0:*:{w('FYKE')}3?{w('TEST')}",
        f"Pat.Star:0:*:{w('FYKE-TEST')}*{w('tail-of-code')}", f"Pat.No.Star:0:*:{w('tail-of-code')}*{w('FYKE-TEST')}",
        f"Pat.Gap:0:*:{w('FYKE-TEST')}{{14}}{w('gap-of-five')}",
        f"Pat.No.Gap:0:*:{w('FYKE-TEST')}{{13}}{w('gap-of-five')}",
        f"Pat.GapSpan:0:*:{w('FYKE-TEST')}{{2-20}}{w('gap-of-five')}",
        f"Pat.No.GapSpan:0:*:{w('FYKE-TEST')}{{2-9}}{w('gap-of-five')}",
        f"Pat.GapMost:0:*:{w('FYKE-TEST')}{{-20}}{w('gap-of-five')}",
        f"Pat.GapLeast:0:*:{w('FYKE-TEST')}{{5-}}{w('tail-of')}",
        f"Pat.No.GapLeast:0:*:{w('FYKE-TEST')}{{500-}}{w('tail-of')}",
        f"Pat.Choice:0:*:{w('FYKE-')}({w('TEST')}|{w('REAL')}){w('-PROG')}",
        f"Pat.No.Choice:0:*:{w('FYKE-')}({w('FAKE')}|{w('REAL')}){w('-PROG')}",
        f"Pat.Choices:0:*:{w('FYKE-')}({w('TE')}|{w('TEST-')}|{w('A')}){w('PROG')}",
        f"Pat.Not:0:*:{w('FYKE-')}!({w('FAKE')}|{w('REAL')}){w('-PROG')}",
        f"Pat.No.Not:0:*:{w('FYKE-')}!({w('TEST')}|{w('REAL')}){w('-PROG')}",
        f"Pat.Anchored:0:*:{w('-of-five')}[0-4]06",
        f"Pat.Text:7:*:{w('plain text of the test, with')}", f"Pat.No.Text:7:*:{w('Plain TEXT')}",
        f"Pat.Raw:0:*:{w('Plain TEXT')}", f"Pat.Page:3:*:{w('an ordinary')}", f"Pat.No.Page:3:*:{w('An  Ordinary')}",
        f"Pat.No.Comment:3:*:{w('said nothing')}", f"Pat.Picture:5:*:{w('IHDR')}", f"Pat.No.Picture:5:*:{w('FYKE')}",
        f"PUA.Pat.Unwanted:0:*:{w('FYKE-ELF')}", f"Pat.Ignored:0:*:{w('FYKE-ELF')}",
        f"Pat.No.Level:0:*:{w('FYKE-ELF')}:300", f"Pat.Level:0:*:{w('FYKE-ELF')}:50:300",
    ]  # fmt: skip
    alpha, beta, delta = (w(f"fyke-{name}") for name in ("alpha", "beta", "delta"))
    engine = "Engine:51-255,Target:0"
    ldb = [
        f"Log.And;{engine};0&1;{alpha};{beta}", f"Log.No.And;{engine};0&1;{alpha};{delta}",
        f"Log.Or;{engine};0|1;{alpha};{delta}", f"Log.Count;{engine};0>1;{beta}", f"Log.No.Count;{engine};0>9;{beta}",
        f"Log.Group;{engine};(0|1)>2;{alpha};{beta}", f"Log.Kinds;{engine};(0|1|2)>1,2;{alpha};{beta};{delta}",
        f"Log.No.Kinds;{engine};(0|1|2)>1,3;{alpha};{beta};{delta}", f"Log.None;{engine};0&1=0;{alpha};{delta}",
        f"Log.No.None;{engine};0&1=0;{alpha};{beta}",
        f"Log.Nested;{engine};0&(1|2)&3;{alpha};{delta};{beta};{w('text')}",
        f"Log.Case;{engine};0&1;{w('FyKe-GaMmA')}::i;{alpha}", f"Log.Wide;{engine};0&1;{w('wide-fyke')}::w;{w('aa11')}",
        f"Log.WideOrNot;{engine};0&1;{w('wide-fyke')}::wa;{w('aa11')}",
        f"Log.No.Wide;{engine};0&1;{w('word-fyke')}::w;{w('aa11')}",
        f"Log.Word;{engine};0&1;{w('word-fyke')}::f;{w('aa11')}",
        f"Log.No.Word;{engine};0&1;{w('word fyke')}::f;{w('aa11')}",
        f"Log.Offset;Engine:51-255,Target:1;0&1;EP+2:{w('FYKE')};{w('tail')}",
        f"Log.Size;Engine:51-255,FileSize:1500-1600,Target:1;0;{w('FYKE-TEST')}",
        f"Log.No.Size;Engine:51-255,FileSize:1-100,Target:1;0;{w('FYKE-TEST')}",
        f"Log.Inside;Engine:51-255,Container:CL_TYPE_ZIP,Target:1;0;{w('FYKE-TEST')}",
        f"Log.No.Inside;Engine:51-255,Container:CL_TYPE_RAR,Target:1;0;{w('FYKE-TEST')}",
        f"Log.Sections;Engine:51-255,NumberOfSections:2-2,Target:1;0;{w('FYKE-TEST')}",
        f"Log.No.Sections;Engine:51-255,NumberOfSections:3-9,Target:1;0;{w('FYKE-TEST')}",
        f"Log.EntryPoint;Engine:51-255,EntryPoint:512-512,Target:1;0;{w('FYKE-TEST')}",
        f"Log.Regex;Engine:81-255,Target:0;0&1;{w('aa11')};0/xx[0-9]{{2}}yy/",
        f"Log.No.Regex;Engine:81-255,Target:0;0&1;{w('aa11')};0/xx[a-z]{{2}}yy/",
        f"Log.RegexCase;Engine:81-255,Target:0;0&1;{w('aa11')};0/XX[0-9]{{2}}YY/i",
        f"Log.Mixed;{engine};0|1&2;{alpha};{delta};{delta}",
    ]  # fmt: skip
    return {
        "h.hdb": f"{d('md5', known)}:{len(known)}:Hash.Md5\n{d('md5', allowed)}:{len(allowed)}:Hash.Allowed\n"
        f"{d('md5', known)}:5:Hash.No.Size\n",
        "h.hsb": f"{d('sha256', known)}:{len(known)}:Hash.Sha256\n{d('sha1', known)}:*:Hash.Sha1:73\n",
        "h.mdb": f"512:{d('md5', section)}:Hash.Section\n",
        "h.msb": f"512:{d('sha256', section)}:Hash.Section256\n",
        "h.fp": f"{d('md5', allowed)}:{len(allowed)}:Allowed\n",
        "n.ign2": "Pat.Ignored\n",
        "n.ndb": "\n".join(ndb) + "\n",
        "o.db": f"Old.Pattern={w('FYKE-TEST-PROG')}\n",
        "l.ldb": "\n".join(ldb) + "\n",
        "c.cdb": "Box.Name:CL_TYPE_ZIP:*:\\.exe$:*:*:*:*:*:*\nBox.No.Name:CL_TYPE_ZIP:*:\\.scr$:*:*:*:*:*:*\n"
        f"Box.Size:CL_TYPE_ZIP:*:*:*:{len(program())}:*:*:*:*\nBox.Position:CL_TYPE_ZIP:*:note:*:*:*:2:*:*\n",
        "y.yar": 'rule Rule_Elf { meta: description = "test" strings: $a = "FYKE-ELF" condition: $a }\n',
    }


def container(members: dict[str, str], *, signed: bool = False) -> bytes:
    """A .cvd (or .cud), whose signature is nonsense."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    head = f"ClamAV-VDB:01 Jan 2026 00-00 +0000:1:1:90:X:{'x' if signed else ''}:test:0"
    return head.encode().ljust(512) + packed.getvalue()
