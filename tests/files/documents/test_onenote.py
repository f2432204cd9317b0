"""OneNote sections."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.files.builders.onenote import onenote
from tests.files.looking import found, holds, look, names, program


def picture():
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return out.getvalue()


PICTURE = picture()
SCRIPT = b"@echo off\r\nstart https://a.example.test\r\n"


def test_a_script_under_a_button_is_told():
    """The lure of 2023: a picture of a button over a file that runs."""
    analysis = look(onenote([("", PICTURE), ("open.bat", SCRIPT)], "https://a.example.test/x"), "note.one")
    assert analysis.root.kind == "onenote"
    assert {"ONENOTE_PROGRAM", "ONENOTE_BUTTON"} <= found(analysis)
    assert "open.bat" in names(analysis)
    assert "https://a.example.test/x" in [lead.url for lead in analysis.leads]


def test_pictures_and_documents_are_nothing_odd():
    """What notes are made of."""
    analysis = look(onenote([("", PICTURE), ("list.csv", b"a,b\n1,2\n")]), "note.one")
    assert not found(analysis)
    assert len(names(analysis)) == 2


def test_a_file_that_declares_more_than_there_is_ends_at_its_end():
    """Its length is not believed."""
    data = onenote([("x.exe", program())])
    at = data.index(bytes.fromhex("e716e3bd")) + 16
    assert holds(look(data[:at] + b"\xff" * 8 + data[at + 8 :], "note.one"), program())


@settings(max_examples=50)
@given(st.binary(max_size=400))
def test_any_bytes_after_the_start_end_quietly(data):
    """No fault, whatever comes."""
    assert not look(onenote([])[:1_024] + data, "note.one").faults
