"""Every container of installers gives what was put into it, and what a hostile one claims costs nothing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.base import Broken, Content
from fyke.files.budget import Budget, Meter
from fyke.files.identify import identify
from fyke.files.installers import TENANTS
from fyke.files.programs.upx import Upx
from tests.files.builders import installers
from tests.files.looking import found, holds, look, names

FILES = {"setup.exe": installers.program(), "big.bin": installers.noise(90_001), "note.txt": b"a note" * 900}


@pytest.mark.parametrize("kind", installers.ALL)
def test_every_installer_gives_its_files(kind):
    """The files are there byte for byte, under their names."""
    analysis = look(installers.ALL[kind](FILES))
    assert not analysis.faults
    assert all(holds(analysis, data) for data in FILES.values()), names(analysis)
    assert {name.rpartition("/")[2] for name in names(analysis)} >= set(FILES)
    assert "FILE_BROKEN" not in {finding.symbol.name for finding in analysis.root.findings}


@pytest.mark.parametrize("new", [True, False])
def test_files_in_autoit_scripts(new):
    """What a compiled AutoIt script carries is decrypted."""
    analysis = look(installers.autoit("a.bin", b"carried " * 99, new=new))
    assert holds(analysis, b"carried " * 99)


@pytest.mark.parametrize("method", ["lzma", "b", "d", "e"])
def test_what_upx_packed(method):
    """The image is unpacked by each method of UPX."""
    image = installers.noise(4_000) + b"text " * 800
    assert holds(look(installers.upx(image, method=method)), image)


def test_a_package_gives_its_payload():
    """What follows an RPM's headers is a member."""
    assert holds(look(installers.rpm(b"\x1f\x8b payload")), b"\x1f\x8b payload")


def test_an_appended_file_is_a_member():
    """A file of a known kind behind a program is looked at."""
    assert "overlay" in names(look(installers.program(b"%PDF-1.4\n" + b"x" * 99)))


def test_what_cannot_be_opened_is_told():
    """Inno Setup, Symbian 9, cabinets that span: said, not passed over."""
    assert "PE_SETUP_UNREAD" in found(look(installers.program(b"Inno Setup Setup Data (5.5.0)" + bytes(99))))
    assert "INSTALLER_UNREAD" in found(look(b"\x7a\x1a\x20\x10" + bytes(99)))
    assert "CAB_SPANS" in found(look(installers.cab(FILES, spans=True)))


@pytest.mark.parametrize("solid", [True, False])
def test_bzip2_of_nsis_is_told(solid):
    """Its bzip2 is not that of others: not read, and said so."""
    analysis = look(installers.nsis(FILES, solid=solid, method="bzip2"))
    assert not analysis.faults
    assert "PE_SETUP_UNREAD" in found(analysis)


def test_a_bomb_ends_by_a_cap():
    """A cabinet of zeros is cut by its ratio."""
    analysis = look(installers.cab({"zeros": bytes(16 << 20)}), budget=Budget(ratio=100))
    assert {cut.cap for cut in analysis.cuts} == {"ratio"}


SMALL = {"a.exe": installers.program(), "b.txt": b"hello " * 900}
SAMPLES = [make(SMALL) for make in installers.ALL.values()]
SAMPLES += [installers.autoit("a", b"x" * 500, new=new) for new in (True, False)]
SAMPLES += [installers.upx(b"text" * 300, method=method) for method in ("lzma", "b", "d", "e")]
SAMPLES += [installers.rpm(b"x" * 50)]


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(SAMPLES), st.data())
def test_bad_bytes_raise_nothing_but_broken(sample, data):
    """Cut anywhere and with any bytes changed, an installer is read or `Broken`, soon."""
    raw = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    raw = raw[: data.draw(st.integers(len(raw) // 2, len(raw)))]
    kind = identify(sample)
    started = time.process_time()
    for tenant in (*TENANTS, Upx()):
        if kind in tenant.kinds:
            try:
                list(tenant.open(Content(bytes(raw), "a", kind), Meter(Budget(time=1.0))))
            except Broken:
                pass
    assert time.process_time() - started < 8
