"""PDF: what it carries, runs, leads to and shows."""

import io
from contextlib import suppress

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.base import Broken, Content
from fyke.files.budget import Budget, Meter
from fyke.files.documents.pdf import Cargo, Pdf
from tests.files.builders.pdf import carrying, document, in_object_stream, lure, stream
from tests.files.looking import bits, found, holds, look, names, program

TENANTS = (Pdf(), Cargo())
SAMPLE = carrying(b"a.exe", program())


def pdf_look(data, **how):
    return look(data, "a.pdf", tenants=TENANTS, **how)


def locked(data, word, user=None):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as opened:
        opened.save(out, encryption=pikepdf.Encryption(owner="owner-word", user=word if user is None else user))
    return out.getvalue()


def test_a_letter_is_read_and_nothing_is_said_against_it():
    """Text of the first pages is a reading."""
    analysis = pdf_look(document(words=b"The minutes of Monday"))
    assert not found(analysis)
    assert analysis.readings[0].text == "The minutes of Monday"


@pytest.mark.parametrize("packed", [True, False])
def test_a_carried_program_is_taken_out(packed):
    """The file is given byte for byte, under its name."""
    analysis = pdf_look(carrying(b"a.exe", program(), packed=packed))
    assert holds(analysis, program())
    assert names(analysis) == ["a.exe"]
    assert "PDF_CARRIES_PROGRAM" in found(analysis)


def test_a_carried_table_is_a_note():
    """Invoices carry their figures as a file."""
    analysis = pdf_look(carrying(b"factur-x.xml", b"<?xml version='1.0'?><invoice/>"))
    assert found(analysis) == {"PDF_CARRIES_FILE"}


def test_a_file_that_no_name_leads_to_is_taken_out():
    """Readers do not show it, but a script can save it."""
    assert holds(pdf_look(document(more=[stream(program(), b"/Type/EmbeddedFile")])), program())


def test_a_script_on_opening_is_a_note_and_an_attack_is_told():
    """Forms have scripts too; what only attacks call is more."""
    plain = pdf_look(document(b"/OpenAction<</S/JavaScript/JS(this.print\\(\\);)>>"))
    assert found(plain) == {"PDF_SCRIPT_RUNS"}
    bad = document(b"/OpenAction<</S/JavaScript/JS(var x = Collab.getIcon\\(y\\);)>>")
    assert "PDF_SCRIPT_EXPLOITS" in found(pdf_look(bad))
    drops = document(b"/OpenAction<</S/JavaScript/JS(this.exportDataObject\\({cName:'a', nLaunch: 2}\\);)>>")
    assert "PDF_SCRIPT_DROPS" in found(pdf_look(drops))


def test_a_script_in_a_stream_in_utf16_is_a_member():
    """The script is given to those who read scripts."""
    script = "app.alert('here');"
    data = document(
        b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS 5 0 R>>]>>>>",
        more=[stream(b"\xfe\xff" + script.encode("utf-16-be"))],
    )
    assert holds(pdf_look(data), script.encode())


def test_launch_of_a_command_is_malware_and_of_a_film_is_a_note():
    """TeX's links to films are launches too."""
    runs = document(b"/OpenAction<</S/Launch/Win<</F(cmd.exe)/P(/c start calc)>>>>")
    assert "PDF_LAUNCH_RUNS" in found(pdf_look(runs))
    assert found(pdf_look(document(b"/OpenAction<</S/Launch/F(film.avi)>>"))) == {"PDF_LAUNCH"}


def test_a_name_in_disguise_is_read_and_told():
    """`/J#61vaScript` is the same name to a reader."""
    data = document(b"/OpenAction<</S/J#61vaScript/J#53(app.alert\\(1\\))>>")
    assert {"PDF_DISGUISED_NAME", "PDF_SCRIPT_RUNS"} <= found(pdf_look(data))


def test_objects_in_object_streams_are_seen():
    """A plain search does not see them."""
    hidden = in_object_stream([b"<</S/Launch/F(evil.exe)>>"], 6)
    assert "PDF_LAUNCH_RUNS" in found(pdf_look(document(b"/OpenAction 6 0 R", more=[hidden])))


def test_a_file_on_another_machine_is_told():
    """The reader's machine greets that one with its owner's name."""
    data = document(b"/OpenAction<</S/GoToE/F(\\\\\\\\192.0.2.7\\\\share\\\\a.pdf)/D[0/Fit]>>")
    assert "PDF_REMOTE_FILE" in found(pdf_look(data))
    assert not found(pdf_look(document(b"/OpenAction<</S/GoToR/F(chapter2.pdf)/D[0/Fit]>>")))


def test_links_and_addresses_in_text_are_leads():
    """Of annotations, of forms, and as written."""
    page = b"/Annots[<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.com/a)>>>>]"
    analysis = pdf_look(document(page=page, words=b"see https://example.org/b now"))
    assert {lead.url for lead in analysis.leads} == {"https://example.com/a", "https://example.org/b"}


def test_a_picture_with_a_link_over_it_is_a_lure():
    """The usual phishing PDF; a small picture with a link is a letterhead."""
    assert "PDF_LURE" in found(pdf_look(lure()))
    assert "PDF_LURE" not in found(pdf_look(lure(side=b"50 0 0 50 40 70 cm")))


def test_a_short_page_that_beckons_is_told():
    """One link, few words, and they ask to follow it."""
    page = b"/Annots[<</Subtype/Link/Rect[0 0 90 20]/A<</S/URI/URI(https://example.com/a)>>>>]"
    assert "PDF_BECKONS" in found(pdf_look(document(page=page, words=b"Click here to view the secure document")))
    assert not found(pdf_look(document(page=page, words=b"Our menu of this week")))


def test_encrypted_files_open_with_a_word_of_the_mail():
    """And without any where only the owner has one."""
    data = locked(SAMPLE, "secret")
    assert "FILE_LOCKED" in found(pdf_look(data))
    opened = pdf_look(data, words=("wrong", "secret"))
    assert "PDF_OPENED_BY_WORD" in found(opened)
    assert holds(opened, program())
    assert holds(pdf_look(locked(SAMPLE, "", "")), program())


def test_what_qpdf_refuses_is_looked_at():
    """The own look needs no table, no catalog and no end."""
    data = (
        SAMPLE[: SAMPLE.rindex(b"xref\n")].replace(b"/Type/Catalog", b"/Type/Nothing").replace(b"%PDF-1.7", b"%PDF-x")
    )
    assert holds(pdf_look(data), program())


def test_a_bomb_ends_by_a_cap():
    """A stream of nothing but zeroes."""
    analysis = pdf_look(carrying(b"zeroes", bytes(30_000_000)), budget=Budget(size=20_000_000))
    assert {"FILE_BOMB"} <= found(analysis)
    assert analysis.elapsed_us < 3_000_000


def test_ordinary_files_are_at_most_noted():
    """None of the harmless ones above has more than a note."""
    for data in (document(), carrying(b"a.csv", b"1,2\n"), document(b"/AcroForm<</Fields[]/XFA 4 0 R>>")):
        assert bits(pdf_look(data)) <= 1.0


@settings(max_examples=50, deadline=None)
@given(st.integers(0, len(SAMPLE)), st.integers(0, len(SAMPLE) - 1), st.integers(0, 255))
def test_broken_ones_raise_nothing_else(cut, at, byte):
    """Cut or flipped: what is left is read, and the rest is said to be broken."""
    data = SAMPLE[:at] + bytes([byte]) + SAMPLE[at + 1 :]
    for raw in (data, SAMPLE[:cut]):
        with suppress(Broken):
            list(Pdf().open(Content(raw, kind="pdf"), Meter()))
