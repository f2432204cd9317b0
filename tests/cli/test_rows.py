"""Labels as lines: legible, aligned, and nothing of an enemy's raw."""

import io
import json

from fyke.cli.rows import HEADS, print_json, print_table, row
from fyke.cli.screen import Screen
from fyke.cli.teaching import Judged
from tests.store.contract import said

HOSTILE = said(subject="\x1b[2J\u202eevil", sender="\x9b@example.org", account="a\x1b@example.org", note="\x1b]0;x\x07")


def printed(*rows, columns="120", how=print_table):
    stream = io.StringIO()
    how(Screen(stream, {"COLUMNS": columns}), rows)
    return stream.getvalue()


def test_columns_line_up():
    """Whatever stands in them."""
    rows = [
        row("said", said(seq=7, bits=-12.5, subject="Short"), Judged(said(), 4.25, True)),
        row("said", said(seq=1234, spam=False, category="advance_fee", account="a" * 300, sender="x@example.org")),
    ]
    head, first, second = printed(*rows).splitlines()
    assert head.split() == [*HEADS, "mail"]
    at = head.index("mail")
    assert first[at - 2 : at] == second[at - 2 : at] == "  "
    assert max(map(len, (head, first, second))) <= 120
    assert "-12.50" in first
    assert "+4.25" in first


def test_a_label_that_does_not_hold_is_marked():
    """Without colours, too."""
    assert "! -1.00" in printed(row("said", said(bits=1.0), Judged(said(), -1.0, False)))


def test_no_byte_of_an_enemy_reaches_the_terminal_raw():
    """Neither in the table nor in the JSON, in which nothing is lost."""
    for how in (print_table, print_json):
        text = printed(row("said", HOSTILE), how=how)
        assert all(char.isprintable() or char == "\n" for char in text)
    assert json.loads(text)["subject"] == HOSTILE.subject


def test_nothing_is_no_table():
    """Not even a head."""
    assert printed() == ""
