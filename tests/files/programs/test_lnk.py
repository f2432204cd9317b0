"""The four places of a target, the texts, the tracker; and what broken shortcuts do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.base import Broken
from fyke.files.programs.lnk import read
from tests.files.builders.lnk import shortcut


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        ({"target": "%windir%\\system32\\cmd.exe"}, "%windir%\\system32\\cmd.exe"),
        ({"items": ("C:\\", "Windows", "System32", "a long name.exe")}, "C:\\Windows\\System32\\a long name.exe"),
        ({"local": "C:\\a\\b.exe"}, "C:\\a\\b.exe"),
        ({"share": "\\\\files.example.test\\share\\b.exe"}, "\\\\files.example.test\\share\\b.exe"),
        ({"relative": "..\\b.exe"}, "..\\b.exe"),
    ],
)
def test_target_in_each_place(fields, target):
    """A target is found in the environment block, the items, the local path, the share, the relative path."""
    assert read(shortcut(**fields)).target == target


def test_texts_and_tracker():
    """Arguments, icon, the computer and its network card are read, and where the shortcut ends."""
    data = shortcut(target="a.exe", arguments="/c x", icon="b.ico", machine="desk-1", mac=b"\0\x1b\x2c\x3d\x4e\x5f")
    found = read(data + b"behind")
    assert (found.arguments, found.icon, found.machine, found.mac) == ("/c x", "b.ico", "desk-1", "00:1b:2c:3d:4e:5f")
    assert found.end == len(data)
    assert found.command == "a.exe /c x"


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_damage_is_broken_or_read(data):
    """Cut and changed shortcuts raise nothing but Broken."""
    good = bytearray(shortcut(items=("C:\\", "x.exe"), local="C:\\x.exe", target="x", arguments="y", machine="z"))
    for _ in range(data.draw(st.integers(0, 6))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(bytes(good[: data.draw(st.integers(0, len(good)))]))
    except Broken:
        pass
