"""The reader of Windows programs: against what was put together, and against another reader."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.base import Broken
from fyke.files.programs import pe
from fyke.files.programs.resources import has_own_signature, resources, version_info
from tests.files.builders.pe import program

IMPORTS = {"KERNEL32.dll": ["CreateFileA", "WinExec"], "WS2_32.dll": ["#3"]}
WHOLE = program(IMPORTS, exports=("xlAutoOpen",), company="Example Ltd", overlay=b"behind", signed="own")


def test_parts():
    """Sections, entry, imports, exports and overlay are those put in."""
    read = pe.read(WHOLE)
    assert [section.name for section in read.sections] == [".text", ".idata", ".edata", ".rsrc"]
    assert read.entry_offset == 0x400 == pe.entry_offset(WHOLE)
    assert [(one.library, one.function) for one in pe.imports(WHOLE, read)] == [
        ("kernel32.dll", "CreateFileA"), ("kernel32.dll", "WinExec"), ("ws2_32.dll", "#3"),
    ]  # fmt: skip
    assert pe.exports(WHOLE, read) == ("built.dll", ("xlAutoOpen",))
    assert WHOLE[pe.overlay(WHOLE, read) :] == b"behind"
    assert pe.sections(WHOLE) == read.sections


def test_resources_and_signature():
    """What the program says of itself; a signature of these bytes, of others, and none."""
    assert version_info(WHOLE, pe.read(WHOLE)) == {"CompanyName": "Example Ltd"}
    found = program(resource=b"MZ" * 50)
    assert [one.size for one in resources(found, pe.read(found))] == [100]
    for signed, expected in (("own", True), ("alien", False), ("", None)):
        data = program(signed=signed)
        assert has_own_signature(data, pe.read(data)) is expected


def test_same_as_another_reader():
    """LIEF reads the same sections and imports, and makes the same digest of them."""
    lief = pytest.importorskip("lief")
    other = lief.parse(list(WHOLE))
    read = pe.read(WHOLE)
    assert [one.name for one in other.sections] == [one.name for one in read.sections]
    assert pe.imphash(pe.imports(WHOLE, read), {"ws2_32.dll": {3: "closesocket"}}) == lief.PE.get_imphash(
        other, lief.PE.IMPHASH_MODE.PEFILE
    )


def test_no_program():
    """Other bytes have no sections, and reading them says so."""
    assert pe.sections(b"hello") == ()
    assert pe.entry_offset(b"") == -1
    with pytest.raises(Broken):
        pe.read(b"MZ")


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_damage_is_broken_or_read(data):
    """Cut and changed programs raise nothing but Broken."""
    good = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(0, 8))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    changed = bytes(good[: data.draw(st.integers(0, len(good)))])
    try:
        read = pe.read(changed)
    except Broken:
        return
    pe.imports(changed, read)
    pe.exports(changed, read)
    pe.overlay(changed, read)
    list(resources(changed, read))
    version_info(changed, read)
    has_own_signature(changed, read)
