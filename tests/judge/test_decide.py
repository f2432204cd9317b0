"""Deciding: thresholds, the more dangerous label, recipients with their own lines."""

import pytest

from fyke.judge import decide, judge
from fyke.model import Action, Finding, Label, Symbol
from tests.judge import load

LURE = Symbol("LURE", "A lure", "intent", 9.0, Label.PHISHING, "phishing")
VIRUS = Symbol("VIRUS", "A virus", "attachments", 9.0, Label.MALWARE, "malware")
HINT = Symbol("HINT", "A hint", "body", 4.0, Label.SPAM)
POLICY = load([LURE, VIRUS, HINT])


@pytest.mark.parametrize(
    ("found", "label"),
    [([], "ham"), ([HINT], "unsure"), ([LURE], "phishing"), ([LURE, HINT], "phishing"), ([LURE, VIRUS], "malware")],
)
def test_the_label_is_what_most_speaks_for(found, label):
    """Nothing is ham, a little is unsure, and above the line the strongest label wins."""
    policy = load([LURE, VIRUS, HINT], [])
    verdict = judge([Finding(symbol) for symbol in found], policy)
    assert verdict.label == label


def test_a_site_may_have_its_own_line_for_some_recipients(tmp_path):
    """Abuse desks want the mail that others must not get."""
    path = tmp_path / "site.toml"
    path.write_text(
        '[recipients.desk]\nmatch = ["abuse@*"]\nunwanted = 99.0\n[recipients.desk.actions]\nunsure = "accept"\n'
    )
    policy = load([LURE], [path])
    for recipient, label, action in [
        ("abuse@example.org", "unsure", "accept"),
        ("eve@example.org", "phishing", "quarantine"),
    ]:
        verdict = judge([Finding(LURE)], policy, recipient)
        assert (verdict.label, decide(verdict, policy, recipient)) == (label, action)


def test_probability_rises_with_bits():
    """More bits, more probable; at no evidence the prior speaks."""
    low, high = (judge(found, POLICY).probability for found in ([], [Finding(LURE)]))
    assert 0 < low < 0.5 < high < 1
    assert decide(judge([Finding(VIRUS)], POLICY), POLICY) is Action.REJECT
    assert judge([Finding(VIRUS)], POLICY).label is Label.MALWARE
