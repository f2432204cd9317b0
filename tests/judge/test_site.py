"""What a site orders for some mail: FROM, TO, WHEN, WHAT -> ACTION."""

from datetime import UTC, datetime

import pytest

from fyke.config import Problem
from fyke.detect import packaged
from fyke.judge import fate, judge, load
from fyke.judge.site import Occasion
from fyke.model import Action, Finding, Label, Symbol

SPAM = Symbol("SPAM", "It is spam", "known", 9.0)
VIRUS = Symbol("VIRUS", "It has a virus", "files", 12.0, Label.MALWARE, family="Doc.Macro.Test")
SYMBOLS = [SPAM, VIRUS, *(symbol for detector in packaged() for symbol in detector.symbols)]
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PROVEN = Occasion("ann@partner.example", "ann@partner.example", is_authors=True, is_senders=True, at=MONDAY)
UNPROVEN = Occasion("ann@partner.example", "ann@partner.example", at=MONDAY)
TO = "sales@example.org"


def policy(tmp_path, text):
    """The shipped policy with one layer."""
    (tmp_path / "site.toml").write_text(text)
    return load(SYMBOLS, [tmp_path / "site.toml"])


def action(rules, symbol=SPAM, mail=PROVEN, recipient=TO):
    """What is done with a mail in which that was found."""
    return fate(judge([Finding(symbol)], rules), rules, recipient, mail)


PARTNER = '[rules.partner]\nfrom = ["*@partner.example"]\naction = "accept"\n'


def test_a_rule_comes_before_the_verdict(tmp_path):
    """And says its name."""
    rules = policy(tmp_path, PARTNER)
    assert (action(rules).action, action(rules).rule) == (Action.ACCEPT, "partner")
    assert action(rules, mail=Occasion("eve@example.net", is_authors=True)).action is not Action.ACCEPT


def test_a_name_alone_opens_no_door(tmp_path):
    """Anybody can write a sender; the site may say that it does not mind."""
    assert action(policy(tmp_path, PARTNER), mail=UNPROVEN).action is not Action.ACCEPT
    assert action(policy(tmp_path, PARTNER + "unproven = true\n"), mail=UNPROVEN).action is Action.ACCEPT


def test_malware_passes_by_no_rule_that_does_not_name_it(tmp_path):
    """A partner's machine may be infected."""
    assert action(policy(tmp_path, PARTNER), VIRUS).action is Action.REJECT
    assert action(policy(tmp_path, PARTNER + 'what = ["label:malware"]\n'), VIRUS).action is Action.ACCEPT


@pytest.mark.parametrize(
    ("key", "holds"),
    [
        ('to = ["sales@*"]', True),
        ('to = ["ann@*"]', False),
        ('what = ["label:spam"]', True),
        ('what = ["label:phishing", "symbol:SPAM"]', True),
        ('what = ["category:drugs"]', False),
        ('[rules.x.when]\ndays = ["mon"]\nhours = "08:00-18:00"', True),
        ('[rules.x.when]\ndays = ["sat", "sun"]', False),
        ('[rules.x.when]\nhours = "18:00-08:00"', False),
        ('[rules.x.when]\nhours = "18:00-08:00"\nzone = "Pacific/Auckland"', True),  # 23:00 there
    ],
)
def test_each_condition_must_hold(tmp_path, key, holds):
    """TO, WHAT and WHEN."""
    rules = policy(tmp_path, f'[rules.x]\naction = "quarantine"\n{key}\n')
    assert (action(rules).rule == "x") is holds


def test_when_nobody_knows_when_it_came_no_hour_holds(tmp_path):
    """The unknown is not a yes."""
    rules = policy(tmp_path, '[rules.x]\naction = "accept"\n[rules.x.when]\nhours = "00:00-23:59"\n')
    assert action(rules, mail=Occasion()).rule == ""


def test_the_first_rule_that_holds_is_followed(tmp_path):
    """In the order in which they are written."""
    text = '[rules.one]\naction = "tag"\n[rules.two]\naction = "accept"\n'
    assert action(policy(tmp_path, text)).rule == "one"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('what = ["label:spma"]', r"site\.toml:2: rules\.x\.what: .*did you mean spam"),
        ('what = ["symbol:VIRSU"]', "did you mean VIRUS"),
        ('what = ["colour:red"]', "none of label:"),
        ('[rules.x.when]\nhours = "8-18"', "is not like 08:00-18:00"),
        ('[rules.x.when]\ndays = ["monday"]', "did you mean mon"),
        ('[rules.x.when]\nzone = "Europe/Berlni"', "no time zone"),
        ('add = {"X Y" = "1"}', "header field"),
        ('form = ["a@b"]', "form"),
    ],
)
def test_a_wrong_rule_is_told(tmp_path, text, said):
    """With file, line and the nearest right name."""
    with pytest.raises(Problem, match=said):
        policy(tmp_path, f"[rules.x]\n{text}\n")
