"""Excel 4 macros in BIFF, and encrypted workbooks' forms."""

from struct import pack

from tests.files.builders import office
from tests.files.documents.test_ole import look, names


def test_a_macro_sheet_that_runs_a_program():
    """Hidden, starts by itself, EXEC: all told, and together malware."""
    found = names(look(office.macro_sheet(office.call(110, "cmd /c calc"), office.call(54)), "a.xls"))
    assert {"XLM", "XLM_HIDDEN_SHEET", "XLM_AUTORUN", "XLM_EXEC", "XLM_AUTORUN_EXEC"} <= found


def test_a_plain_macro_sheet_is_a_note():
    """Visible, started by hand, returns."""
    assert names(look(office.macro_sheet(office.call(55), state=0, auto=False), "a.xls")) == {"XLM"}


def test_texts_of_single_letters_are_told():
    """CHAR and & by the dozen."""
    letters = b"".join(
        b"\x1e" + pack("<H", 65) + b"\x41" + pack("<H", 111) + (b"\x08" if n else b"") for n in range(20)
    )
    assert "XLM_BUILDS" in names(look(office.macro_sheet(letters), "a.xls"))


def test_an_exchange_in_a_book_of_links():
    """SupBook with a service and a topic."""
    body = pack("<HHB", 1, 12, 0) + b"cmd\3/c calc\0"
    head = (0x809, pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    assert names(look(office.compound({"Workbook": office.biff(head, (0x1AE, body), (10, b""))}), "a.xls")) == {
        "DDE_RUNS"
    }
