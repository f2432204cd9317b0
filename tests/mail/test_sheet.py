"""Which rules of a style sheet hide or colour, and which elements they meet."""

import pytest

from fyke.mail.sheet import EMPTY, RULES, read_sheet


def hides(sheet, tag="p", classes="", name=""):
    """How the rules that meet an element hide it."""
    return [style.hides for style in read_sheet(sheet).meeting(tag, classes, name) if style.hides]


@pytest.mark.parametrize(
    ("sheet", "meets"),
    [
        (".a{display:none}", True),
        ("p.a{display:none}", True),
        ("#k{display:none}", True),
        ("p{display:none}", True),
        (".a.b{display:none}", True),
        ("x, .b , y{display:none}", True),
        ("*{display:none}", True),
        ("<!-- .a{display:none} -->", True),
        ("/* x */ .a /* y */ {display:none}", True),
        ("@media screen{.a{display:none}}", True),
        ("@import url(x); .a{display:none}", True),
        ("div.a{display:none}", False),
        (".a.c{display:none}", False),
        ("#a{display:none}", False),
        ("@media (max-width:600px){.a{display:none}}", False),
        ("@media print{.a{display:none}}", False),
        ("div .a{display:none}", False),
        (".a:hover{display:none}", False),
        (".a{margin:0}", False),
    ],
)
def test_meeting(sheet, meets):
    """Rules of one element on every screen are read; others, and those of other elements, are not."""
    assert bool(hides(sheet, "p", "a b", "k")) == meets


def test_rules_after_a_closed_condition():
    """A rule holds again where the condition before it has ended."""
    assert hides("@media (x){.a{display:none} .b{display:none}} .c{display:none}", classes="a b c") == ["display-none"]


def test_same_selector():
    """Of two rules with one selector the later one holds."""
    assert hides(".a{display:none} .a{display:block}", classes="a") == []


@pytest.mark.parametrize("piece", ["{", "}", "@media x{", "/*", ".a{color:red}", "a,", "\\"])
def test_hostile(piece):
    """A sheet of one piece a hundred thousand times ends, with rules in bounds."""
    assert len(read_sheet(piece * 100_000).rules) <= RULES


def test_empty():
    """No sheet has no rules."""
    assert read_sheet("") is EMPTY
