"""OLE2 documents: macros, objects, equations, fields; and what an enemy makes of sectors."""

from struct import pack

from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.analyst import Analyst
from fyke.files.base import Broken, Content
from fyke.files.budget import Meter
from fyke.files.documents import TENANTS
from fyke.files.documents.compound import Compound
from fyke.files.documents.vba_project import decompress
from fyke.model import Analyse
from tests.files.builders import office

PLAIN = 'Sub Total()\r\n    ActiveDocument.Range.Text = "Sum of the month"\r\nEnd Sub\r\n'


def look(data, name="a.doc", words=()):
    return Analyst(TENANTS).analyse(Analyse("", name, "", words, data))


def names(analysis):
    assert not analysis.faults
    return {finding.symbol.name for finding in analysis.findings}


def test_a_macro_is_taken_out_as_source():
    """The module's text, headed by its name; a plain macro is a note."""
    analysis = look(office.macro_doc(PLAIN))
    assert [file.kind for file in analysis.root.walk()] == ["doc", "vba"]
    assert names(analysis) == {"MACRO"}


def test_source_is_found_without_the_directory():
    """A directory stream of rubbish hides no module."""
    streams = {f"Macros/{path}": data for path, data in office.project(PLAIN).items()} | {"Macros/VBA/dir": b"rubbish"}
    assert "MACRO" in names(look(office.compound({"WordDocument": bytes(600)} | streams)))


def test_compression_copies_what_was_there():
    """A copy token repeats bytes; an overlapping one too ([MS-OVBA] 3.2.2)."""
    raw = bytes([1, 4, 0xB0, 2]) + b"a" + pack("<H", 0x0005)
    assert b"".join(decompress(raw)) == b"a" * 9


def test_a_stomped_macro_is_told():
    """No source, but compiled code; or code that loads texts which the source does not have."""
    assert "VBA_STOMPED" in names(look(office.macro_doc(None, bytes(6_000))))
    load = b"\xb9\0" + pack("<H", 22) + b"powershell -enc AAAAAA"
    assert "VBA_STOMPED" in names(look(office.macro_doc(PLAIN, bytes(200) + load)))


def test_a_package_is_taken_out_under_its_name():
    """A text is no finding, a program is one."""
    path = "ObjectPool/_1/\1Ole10Native"
    analysis = look(office.compound({"WordDocument": bytes(600), path: office.native("a.txt", b"hello")}))
    assert [(file.name, file.size_bytes) for file in analysis.root.children] == [("a.txt", 5)]
    assert names(analysis) == set()
    runs = office.compound({"WordDocument": bytes(600), path: office.native("a.js", b"x")})
    assert names(look(runs)) == {"OLE_PACKAGE_RUNS"}


def test_equations_and_links_are_told():
    """An equation is a note, one with a long name an exploit; an object that is fetched is suspicious."""
    body = pack("<H", 28) + bytes(26) + b"\3\1\1\3\n"
    assert names(look(office.compound({"WordDocument": b"", "Equation Native": body + b"\n\1"}))) == {"EQUATION_OBJECT"}
    hurt = body + b"\x08\1\1" + b"A" * 60
    assert names(look(office.compound({"WordDocument": b"", "Equation Native": hurt}))) == {"EQUATION_EXPLOIT"}
    link = bytes(20) + "http://example.org/a.hta".encode("utf-16-le")
    assert names(look(office.compound({"WordDocument": b"", "\1Ole": link}))) == {"OLE_LINK"}


def test_a_field_that_runs_a_program():
    """DDEAUTO in a Word document of one byte a character and of two."""
    for text in (b'\x13DDEAUTO c:\\\\cmd.exe "/c calc"\x14', "\x13 DDEAUTO cmd.exe /c calc\x14".encode("utf-16-le")):
        assert names(look(office.compound({"WordDocument": bytes(512) + text + bytes(90)}))) == {"DDE_RUNS"}


def test_chains_in_a_circle_end():
    """Every sector leads to itself, every entry is its own child; reading ends."""
    data = bytearray(office.macro_doc(PLAIN + "' " + "x" * 9_000))
    table = data.rfind(pack("<I", 0xFFFFFFFD)) // 512 * 512
    for number in range(128):
        data[table + 4 * number : table + 4 * number + 4] = pack("<I", number)
    compound = Compound(bytes(data))
    assert sum(len(compound.read(entry)) for entry in compound.streams()) <= 4 * len(data)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_broken_files_raise_broken_and_nothing_else(data):
    """Flipped and cut anywhere, a document is read or is broken."""
    raw = bytearray(office.macro_doc(PLAIN))
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(8, len(raw) - 1))] = data.draw(st.integers(0, 255))
    raw = bytes(raw[: data.draw(st.integers(9, len(raw)))])
    meter = Meter()
    for tenant in TENANTS:
        if "doc" in tenant.kinds and hasattr(tenant, "open"):
            try:
                list(tenant.open(Content(raw, "a.doc", "doc"), meter))
            except Broken:
                pass
