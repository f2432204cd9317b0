"""The layer as a file: readable, in order, the same to the byte."""

import re
import tomllib

import pytest

from fyke.cli import layer
from tests.cli.fits import fitting, weight


@pytest.fixture(scope="module")
def ran():
    """A fit with changes in two groups, one of a composite, and facts that stay."""
    return fitting(
        weight("HTML_ONLY", "structure", 0.8, 0.3),
        weight("DATE_PAST", "headers", 1.7, 0.0),
        weight("DATE_FUTURE", "headers", 1.9, 2.4),
        weight("BRAND_PHISHING", "composites", 2.0, 2.6),
        weight("LINK_IP", "links", 2.5, 2.5),
        weight("FROM_IS_TO", "sender", 1.6, 1.6, is_fitted=False),
    )


def test_what_changed_stands_in_it_and_nothing_else(ran):
    """As TOML reads it."""
    tree = tomllib.loads(layer.text(ran))
    assert tree == {
        "calibration": {"slope": 1.2, "offset": -0.5},
        "bits": {"DATE_FUTURE": 2.4, "DATE_PAST": 0.0, "HTML_ONLY": 0.3},
        "composites": {"BRAND_PHISHING": {"bits": 2.6}},
    }


def test_symbols_are_sorted_by_group_and_name(ran):
    """Each group under its sentence."""
    text = layer.text(ran)
    order = [text.index(word) for word in ("(headers)", "DATE_FUTURE =", "DATE_PAST =", "(structure)", "HTML_ONLY =")]
    assert order == sorted(order)


def test_a_line_says_why(ran):
    """Before, certainty, counts, precision."""
    line = next(line for line in layer.text(ran).splitlines() if line.startswith("HTML_ONLY"))
    assert re.search(
        r"was \+0\.8, sure to within 0\.4; in 3 of 100 ham and 40 of 100 spam; 93\.0 % \(\d+ to \d+\) spam", line
    )


def test_without_changes_only_the_calibration_stands():
    """And the file says what it was fitted on."""
    text = layer.text(fitting(weight("LINK_IP", "links", 2.5, 2.5)))
    assert set(tomllib.loads(text)) == {"calibration"}
    assert "2 wanted, 2 unwanted messages" in text


def test_the_same_fit_gives_the_same_bytes(ran):
    """No date, no path, no order of a set."""
    assert layer.text(ran) == layer.text(ran)
