"""tar, cpio, ar and xar: names, sizes, what they refuse."""

import io
import tarfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.archives import TENANTS
from tests.files import looking

TEXT = b"The minutes of Monday are in the usual place.\n" * 40
LONG = "folder/" * 30 + "long.txt"


def look(data, name="a.tar"):
    return looking.look(data, name, tenants=TENANTS)


def tar(form, **files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as made:
        for name, data in files.items():
            info = tarfile.TarInfo(LONG if name == "long" else name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return out.getvalue()


def newc(name, data, mode=0o100644):
    fields = [1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
    head = b"070701" + b"".join(b"%08x" % field for field in fields) + name.encode() + b"\0"
    return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)


CPIO = newc("folder", b"", 0o040755) + newc("folder/a.txt", TEXT) + newc("TRAILER!!!", b"")
AR = (
    b"!<arch>\n"
     b"//" + b" " * 46 + b"%-10d`\n" % 14 + b"a long name/\n\n"
    + b"/0" + b" " * 46 + b"%-10d`\n" % len(TEXT) + TEXT
    + b"#1/8" + b" " * 44 + b"%-10d`\n" % 13 + b"bsd.name" + b"hello"
)  # fmt: skip
TABLE = zlib.compress(
    b'<xar><toc><file id="1"><name>folder</name><file id="2"><data><length>%d</length><offset>0</offset>'
    b'<encoding style="application/x-gzip"/></data><name>a.txt</name></file></file></toc></xar>'
    % len(zlib.compress(TEXT))
)
XAR = b"xar!\0\x1c\0\1" + len(TABLE).to_bytes(8, "big") + bytes(12) + TABLE + zlib.compress(TEXT)
ALL = {"tar": tar(tarfile.PAX_FORMAT, a=TEXT, long=b"x"), "cpio": CPIO, "ar": AR, "xar": XAR}


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar_agrees_with_python(form):
    """Long names and contents, in the three forms that are written today."""
    analysis = look(tar(form, a=TEXT, long=b"second", empty=b""))
    assert looking.names(analysis) == ["a", LONG, "empty"]
    assert looking.holds(analysis, TEXT)
    assert looking.holds(analysis, b"second")


def test_an_old_tar_is_read():
    """Before POSIX there was no sign."""
    data = bytearray(tar(tarfile.USTAR_FORMAT, a=TEXT))
    data[257:265] = bytes(8)
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    assert looking.holds(look(bytes(data)), TEXT)


def test_members_behind_the_end_are_looked_at():
    """Two archives in a row: who ignores zeros reads both."""
    analysis = look(tar(tarfile.GNU_FORMAT, a=b"first") + tar(tarfile.GNU_FORMAT, b=b"second"))
    assert looking.holds(analysis, b"second")


@pytest.mark.parametrize(("kind", "name"), [("cpio", "folder/a.txt"), ("ar", "a long name"), ("xar", "folder/a.txt")])
def test_the_others_are_read(kind, name):
    """Names and contents of cpio, ar and xar."""
    analysis = look(ALL[kind])
    assert analysis.root.kind == kind
    assert looking.names(analysis)[0] == name
    assert looking.holds(analysis, TEXT)
    assert not looking.found(analysis)


def test_bsd_keeps_names_with_the_data():
    """The name is no part of the content."""
    assert looking.holds(look(AR), b"hello")
    assert "bsd.name" in looking.names(look(AR))


@pytest.mark.parametrize("kind", ALL)
def test_what_is_cut_off_is_broken(kind):
    """An archive that ends early says so."""
    assert "FILE_BROKEN" in looking.found(look(ALL[kind][: len(ALL[kind]) * 2 // 5]))


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(list(ALL.values())), st.integers(0, 100_000), st.integers(0, 255))
def test_a_flipped_byte_is_no_fault_of_ours(data, at, value):
    """Nothing but evidence comes of broken bytes."""
    at %= min(len(data), 3_000)
    assert not look(data[:at] + bytes((value,)) + data[at + 1 :]).faults
