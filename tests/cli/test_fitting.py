"""What is told of a fit."""

import io
import json

import pytest

from fyke.cli.fitting import advice, encode, show
from fyke.cli.screen import Screen
from tests.cli.fits import BAD, GOOD, fitting, side, weight


def shown(ran):
    stream = io.StringIO()
    show(Screen(stream, {"COLUMNS": "100"}), ran)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(BAD, GOOD, "told apart better by"), (GOOD, GOOD, "as well as before"), (GOOD, BAD, "look twice")],
)
def test_the_advice_follows_held_out_mail(before, after, said):
    """Better, the same, or not: a layer that gains nothing is not praised."""
    assert said in advice(fitting(before=before, after=after))


def test_largest_changes_come_first():
    """With what was, what is, and in how much mail."""
    text = shown(fitting(weight("DATE_PAST", "headers", 1.7, 1.5), weight("HTML_ONLY", "structure", 0.8, 0.0)))
    assert text.index("HTML_ONLY") < text.index("DATE_PAST")
    assert "2 weights change" in text


def test_many_changes_are_cut_and_counted():
    """The terminal has the first, the layer all."""
    text = shown(fitting(*(weight(f"FACT_{at}", "headers", 1.0, 2.0) for at in range(40))))
    assert "and 25 more" in text


def test_nothing_changed_prints_no_table():
    """But the figures."""
    text = shown(fitting(weight("DATE_PAST", "headers", 1.7, 1.7)))
    assert "0 weights change" in text
    assert "precision" not in text


def test_a_probability_is_moved_to_the_mix_of_the_mail():
    """One told for as much ham as spam means less where ham is frequent."""
    mail = [(5.0, True, 0.5), *((-1.0, False, 0.5) for _ in range(9))]
    assert side(mail).reliability.bins[0].predicted == pytest.approx(0.1)
    assert side(mail).reliability.calibration_error == pytest.approx(0.0, abs=1e-9)


def test_json_has_all_weights():
    """Each by itself, with its counts."""
    tree = json.loads(encode(fitting(weight("DATE_PAST", "headers", 1.7, 1.5))))
    assert tree["weights"][0]["was"] == 1.7
    assert tree["weights"][0]["precision"]["hits"] == 40
    assert tree["is_better"] is True
