"""Images of discs and disks: all that lies on them is found, and what a hostile one claims costs nothing."""

from __future__ import annotations

import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.base import Broken, Content
from fyke.files.budget import Budget, Meter
from fyke.files.disks.images import Discs, Disks
from fyke.files.disks.virtual import _chunk, dmg
from fyke.files.identify import identify
from tests.files.builders import disks
from tests.files.looking import found, holds, look, names, program

FILES = {"an invoice.exe": program(b"payload"), "read me.txt": b"hello " * 500, "note.txt": b"a note"}


@pytest.mark.parametrize("kind", disks.ALL)
def test_every_image_gives_its_files(kind):
    """Whatever the disk is made of, the files on it are those that were put there."""
    analysis = look(disks.ALL[kind](FILES), "a.img")
    assert not analysis.faults
    assert all(holds(analysis, data) for data in FILES.values()), names(analysis)
    assert "FILE_BROKEN" not in {finding.symbol.name for finding in analysis.root.findings}


@pytest.mark.parametrize("kind", sorted(set(disks.ALL) - {"iso", "dmg"}))
def test_long_names_are_kept(kind):
    """The names are those that a person sees."""
    assert "an invoice.exe" in names(look(disks.ALL[kind](FILES), "a.img"))


@pytest.mark.parametrize("made", [disks.iso(FILES, loop=True), disks.udf(FILES, loop=True)])
def test_a_folder_within_itself_is_entered_once(made):
    """A directory that holds itself ends."""
    assert len(names(look(made))) == len(FILES)


def test_a_chain_that_bites_its_tail_ends():
    """A FAT chain is followed as far as the declared size, and the meter stops that."""
    analysis = look(disks.fat({"a.bin": b"x" * 600}, circle=True), budget=Budget(size=1 << 20))
    assert {cut.cap for cut in analysis.cuts} & {"size", "ratio", "total"}


def test_files_in_several_extents_are_joined():
    """A file of ISO 9660 may lie in several places."""
    data = bytes(range(256)) * 64
    assert holds(look(disks.iso({"a.bin": data}, extents=3)), data)


def test_udf_keeps_small_files_in_their_entry():
    """Embedded bytes are read where they stand."""
    assert holds(look(disks.udf(FILES | {"read me.txt": b"x"}, embedded=True)), FILES["an invoice.exe"])


def test_a_disc_that_boots_is_noted():
    """El Torito's record is told."""
    assert "DISK_BOOTS" in found(look(disks.iso(FILES, boots=True)))


SAMPLES = {kind: disks.ALL[kind]({"a.exe": program(b"x"), "b.txt": b"b" * 3_000}) for kind in disks.ALL}


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_bad_bytes_raise_nothing_but_broken(kind, data):
    """Cut anywhere and with any bytes changed, an image is read or `Broken`, soon."""
    raw = bytearray(SAMPLES[kind])
    used = [at for at in range(0, len(raw), 16) if any(raw[at : at + 16])]
    for _ in range(data.draw(st.integers(1, 8))):
        raw[min(len(raw) - 1, data.draw(st.sampled_from(used)) + data.draw(st.integers(0, 15)))] = data.draw(
            st.integers(0, 255)
        )
    raw = raw[: data.draw(st.integers(len(raw) // 2, len(raw)))]
    tenant = Discs() if kind in {"iso", "joliet", "rock", "udf"} else Disks()
    real = identify(SAMPLES[kind])
    started = time.process_time()
    try:
        list(tenant.open(Content(bytes(raw), "a", real), Meter(Budget(time=1.0))))
    except Broken:
        pass
    assert time.process_time() - started < 8


def test_a_chunk_of_no_size_stays_empty():
    """A packed chunk of a DMG that promises nothing is not unpacked without a limit."""
    assert _chunk(0x8000_0005, zlib.compress(bytes(1 << 20)), 0) == b""


def test_a_list_of_another_shape_is_broken():
    """The property list of a DMG may be any XML."""
    image = disks.dmg(b"x" * 512)
    with pytest.raises(Broken):
        list(dmg(image.replace(b'<plist version="1.0">', b"</dict></array><dict>")))
