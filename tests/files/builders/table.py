"""One table of all that the builders can make: a name and bytes of every sample, for runs that break them."""

from __future__ import annotations

import base64
import bz2
import functools
import gzip
import io
import lzma
import tarfile
import zlib

from tests.files.builders import disks, installers, mails, office, olds, pdf, pictures, rars, scripts, sevenzip, zips
from tests.files.builders.apk import app
from tests.files.builders.lnk import shortcut
from tests.files.builders.onenote import onenote
from tests.files.builders.pe import program
from tests.files.builders.rtf import ole1, package, rtf

FILES = {"minutes.txt": b"The minutes of Monday are in the usual place.\n" * 20, "b.bin": bytes(range(256)) * 4}
WORD = "word"
MACRO = 'Sub AutoOpen()\r\nShell "cmd /c echo " & Chr(104) & "i"\r\nEnd Sub\r\n'


def tar(files):
    """A tar archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zipped(files, method=8):
    """A ZIP archive."""
    return zips.build([zips.Entry(name, data, method) for name, data in files.items()])


def cpio(files):
    """A cpio archive in the new format."""
    out = b""
    for name, data in [*files.items(), ("TRAILER!!!", b"")]:
        raw = name.encode() + b"\0"
        fields = (1, 0o100644, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(raw), 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + raw
        out += head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)
    return out


def ar(files):
    """An ar archive."""
    out = b"!<arch>\n"
    for name, data in files.items():
        out += (
            f"{name + '/':16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode() + data + b"\n" * (len(data) % 2)
        )
    return out


def pages(data):
    """Pages that carry a file."""
    text = base64.b64encode(data).decode()
    return (
        f'<html><body><script>var b=atob("{text}");var a=document.createElement("a");a.href=URL.createObjectURL('
        f'new Blob([b]));a.download="a.zip";a.click();</script></body></html>'
    ).encode()


CONTAINERS = {  # what holds files, each made from a dict of them
    "zip": zipped,
    "zip stored": lambda files: zipped(files, 0),
    "tar": tar,
    "cpio": cpio,
    "ar": ar,
    "7z": sevenzip.sevenzip,
    "7z copied": lambda files: sevenzip.sevenzip(files, method="copy"),
    "7z packed names": lambda files: sevenzip.sevenzip(files, pack_names=True),
    "rar 3": rars.rar3,
    "rar 3 packed": lambda files: rars.rar3(files, method=3),
    "rar 5": rars.rar5,
    "rar 5 packed": lambda files: rars.rar5(files, method=3),
    "arj": olds.arj,
    "lha": olds.lha,
    "ace": olds.ace,
    **disks.ALL,
    **installers.ALL,
    "rpm": lambda files: installers.rpm(gzip.compress(cpio(files), mtime=0)),
    "eml": lambda files: mails.mail(list(files.items())),
    "onenote": lambda files: onenote(list(files.items()), "See the file."),
    "docx": lambda files: office.package({f"word/embeddings/{name}": data for name, data in files.items()}),
    "msg": mails.message,
}  # fmt: skip

LOCKED = {  # the same under a word
    "zip crypto": lambda files, word: zips.build([zips.crypto_locked(*item, word) for item in files.items()]),
    "zip aes": lambda files, word: zips.build([zips.aes_locked(*item, word) for item in files.items()]),
    "7z locked": lambda files, word: sevenzip.sevenzip(files, word=word),
    "7z names locked": lambda files, word: sevenzip.sevenzip(files, word=word, lock_names=True),
    "rar 3 locked": lambda files, word: rars.rar3(files, word=word),
    "rar 3 names locked": lambda files, word: rars.rar3(files, word=word, lock_names=True),
    "rar 5 locked": lambda files, word: rars.rar5(files, word=word),
    "rar 5 names locked": lambda files, word: rars.rar5(files, word=word, lock_names=True),
    "arj locked": lambda files, word: olds.arj(files, word=word),
}  # fmt: skip


SINGLES = {  # what holds one file, made from its name and bytes
    "gzip": lambda name, data: gzip.compress(data, mtime=0),
    "bzip2": lambda name, data: bz2.compress(data),
    "xz": lambda name, data: lzma.compress(data),
    "lzma": lambda name, data: lzma.compress(data, lzma.FORMAT_ALONE),
    "uuencode": lambda name, data: mails.uuencode(data, name),
    "yenc": lambda name, data: mails.yenc(data, name),
    "binhex": lambda name, data: mails.binhex(data, name),
    "tnef": mails.tnef,
    "rtf": lambda name, data: rtf([ole1("Package", package(name, data))]),
    "pdf": lambda name, data: pdf.carrying(name.encode(), data),
    "doc": lambda name, data: office.compound(
        {"WordDocument": bytes(600), "ObjectPool/_1/\1Ole10Native": office.native(name, data)}
    ),
    "page": lambda name, data: pages(zipped({name: data})),  # of what is no program or archive it takes none out
    "autoit": installers.autoit,
    "autoit old": lambda name, data: installers.autoit(name, data, new=False),
}  # fmt: skip


@functools.cache
def samples():
    """Every sample by its name."""
    found = {name: make(FILES) for name, make in CONTAINERS.items()}
    found |= {name: make(FILES, WORD) for name, make in LOCKED.items()}
    found |= {name: make("minutes.txt", FILES["minutes.txt"]) for name, make in SINGLES.items()}
    found |= {
        "macros": office.macro_doc(MACRO),
        "macro sheet": office.macro_sheet(office.call(110, "cmd /c echo hi"), office.call(54)),
        "docx macros": office.package({"word/vbaProject.bin": office.compound(office.project(MACRO))}),
        "docx relations": office.package(
            {"word/_rels/settings.xml.rels": office.relation("attachedTemplate", "http://example.net/t.dotm")}
        ),
        "xlsx": office.package({"xl/worksheets/sheet1.xml": "<worksheet><f>A1</f></worksheet>"}, "xl/workbook.xml"),
        "pdf script": pdf.document(b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"),
        "pdf lure": pdf.lure(),
        "pdf objects": pdf.pdf([
            b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>",
            pdf.in_object_stream([b"<</S/URI/URI(http://example.net)>>"], 4),
        ]),
        "code": pictures.code("http://example.net/code"), "code jpeg": pictures.code("http://example.net/", "JPEG"),
        "gif": pictures.pattern("GIF"), "bmp": pictures.pattern("BMP"),
        "shortcut": shortcut(target="C:\\Windows\\System32\\cmd.exe", arguments="/c echo hi", items=("C:\\", "a.exe"),
                             machine="desk", overlay=zipped(FILES)),
        "resources": program({"kernel32.dll": ["ExitProcess"]}, resource=program() * 3),
        "apk": app(("READ_SMS",), ("BIND_ACCESSIBILITY_SERVICE",)),
        "pe": program({"kernel32.dll": ["CreateProcessA", "#4"]}, exports=("xlAutoOpen",), company="Example",
                      signed="own", overlay=b"tail" * 90),
        "upx": installers.upx(b"text" * 300), "upx nrv": installers.upx(b"text" * 300, method="b"),
        "a.js": scripts.JS.encode(), "a.vbs": scripts.VBS.encode(), "a.bat": scripts.BATCH.encode(),
        "a.hta": scripts.HTA.encode(), "a.wsf": scripts.WSF.encode(), "a.ps1": scripts.POWERSHELL.encode(),
        "deflated.ps1": scripts.deflated().encode(), "a.vbe": scripts.script_encoded(scripts.VBS).encode(),
        "zlib": zlib.compress(FILES["b.bin"]),
        "html page": b"<html><body><form action='http://example.net/a'><input type=password></form></body></html>",
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>location='http://example.net/'</script></svg>",
        "a.url": b"[InternetShortcut]\r\nURL=file://example.net/a/b.exe\r\nIconFile=\\\\example.net\\a\r\n",
        "a.slk": b"ID;P\nC;Y1;X1;ECALL(\"a\")\nE\n", "a.csv": b"a,b\n=cmd|'/c echo'!A1,2\n",
        "calendar": b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nURL:http://example.net\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    }  # fmt: skip
    return found
