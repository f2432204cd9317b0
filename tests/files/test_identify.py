"""What a file is by its content."""

import gzip
import io
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.files.identify import also, extension, identify
from fyke.files.kinds import KINDS
from tests.files.looking import program


def zipped(*names):
    """A ZIP with empty members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return out.getvalue()


def tarred():
    """A tar archive with one member."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("x"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (zipped("a.txt"), "x", "zip"),
        (zipped("[Content_Types].xml", "word/document.xml"), "x", "docx"),
        (zipped("xl/workbook.xml"), "x", "xlsx"),
        (zipped("AndroidManifest.xml", "classes.dex", "META-INF/MANIFEST.MF"), "x", "apk"),
        (zipped("META-INF/MANIFEST.MF"), "x", "jar"),
        (tarred(), "x", "tar"),
        (gzip.compress(b"x"), "x", "gzip"),
        (program(), "picture.jpg", "pe"),
        (b"MZ" + bytes(100), "x", "dos"),
        (b"%PDF-1.7\n", "x", "pdf"),
        (b"{\\rt hello}", "x", "rtf"),
        (b"<!DOCTYPE html><html></html>", "x", "html"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "x", "svg"),
        (b"<html><head><hta:application id=a></head>", "x", "hta"),
        (b"<?xml version='1.0'?><package><job id='a'><script>x</script></job></package>", "x", "wsf"),
        (b"<?xml version='1.0'?><extension><script><command>a.py</command></script></extension>", "x", "html"),
        (b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nhello", "x", "mail"),
        (b"From: a@example.org\nTo: b@example.org\nSubject: x\n\n<html><body>hello", "x", "mail"),
        (b"[InternetShortcut]\r\nURL=https://www.example.org\r\n", "x", "url"),
        (b"#!/bin/bash\necho", "x", "shell"),
        (b"#!/usr/bin/env python3\n", "x", "python"),
        (b"var a = 1;", "x.js", "js"),
        (b"var a = 1;", "x.txt", "text"),
        (b"@echo off\r\n", "x.txt", "batch"),
        ("Grüße".encode(), "x", "text"),
        ("Hello".encode("utf-16"), "x", "text"),
        (bytes(range(256)), "x", "data"),
        (b"", "x", "empty"),
    ],
)
def test_content_tells(data, name, kind):
    """The name has a say among scripts only."""
    assert identify(data, name) == kind


def test_every_answer_is_a_kind_with_a_text():
    """And extensions are written as `extension` gives them."""
    for kind in KINDS.values():
        assert kind.text
        assert all(extension(f"x.{each}") == each for each in kind.extensions)


@given(st.binary(max_size=600))
def test_any_bytes_are_some_kind(data):
    """Never an exception, never an unknown word."""
    kind = identify(data, "x")
    assert kind in KINDS
    assert all(other in KINDS for other in also(data, kind))


@pytest.mark.parametrize(
    ("data", "others"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50) + zipped("a"), ("zip",)),
        (program() + zipped("a"), ("zip",)),
        (b"%PDF-1.4\n" + zipped("a"), ("zip",)),
        (b"\xff\xd8\xff\xe0" + b"%PDF-1.4\n", ("pdf",)),
        (b"GIF89a<script>x</script>", ("html",)),
        (zipped("a"), ()),
        (b"%PDF-1.4\nhello", ()),
    ],
)
def test_what_else_the_same_bytes_are(data, others):
    """Polyglots are told, plain files are not."""
    assert also(data, identify(data)) == others


@pytest.mark.parametrize(
    ("name", "last"), [("a.EXE", "exe"), ("a.txt.js ", "js"), ("a", ""), (".profile", ""), ("a.exe. .", "exe")]
)
def test_the_extension_is_the_last(name, last):
    """As Windows takes it: blanks and dots at the end do not count."""
    assert extension(name) == last
