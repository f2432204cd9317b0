"""Lines that line up."""

import io

import msgspec
import pytest

from fyke.cli import record as records
from fyke.cli.screen import Screen, cells
from fyke.cli.table import Table, top_reason
from fyke.house import build
from fyke.model import Contribution, Label

RECORD = msgspec.structs.replace(records.broken("box/日本.eml", "why", build().policy), id="1", faults=())


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_no_line_is_wider_than_the_screen(width):
    """Whatever the subject holds."""
    stream = io.StringIO()
    table = Table(Screen(stream, {"COLUMNS": str(width)}), show_all=True, root="box/")
    table.add(msgspec.structs.replace(RECORD, subject="日本語" * 99, sender="a" * 99, sender_name="ä\u0308" * 20))
    table.end()
    assert all(cells(line) <= max(width, 78) for line in stream.getvalue().splitlines())
    assert "日本.eml" in stream.getvalue()


def test_top_reason_is_of_the_side_that_won():
    """What made it spam for spam, what spoke for it for ham."""
    shares = (Contribution("A", -3.0, "known"), Contribution("B", 2.0, "link"), Contribution("PRIOR", -2.0, "prior"))
    reasons = {
        label: top_reason(msgspec.structs.replace(RECORD, label=label, contributions=shares))
        for label in (Label.SPAM, Label.HAM, Label.UNSURE)
    }
    assert reasons == {Label.SPAM: "link", Label.HAM: "known", Label.UNSURE: "link"}


def test_top_reason_of_bulk_is_what_says_so():
    """Its own evidence, weighed apart."""
    bulk = (Contribution("LIST", 2.5, "tells how to unsubscribe"),)
    assert top_reason(msgspec.structs.replace(RECORD, label=Label.BULK, bulk=bulk)) == "tells how to unsubscribe"
