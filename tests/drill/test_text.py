"""Templates: no two copies are equal, and all are of one template."""

import random

import pytest

from fyke.drill.text import Template, expanded, prose
from fyke.drill.words import GOODS, LANGUAGES, SENTENCES


@pytest.mark.parametrize("goods", GOODS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_speaks_its_language(goods, language):
    """Its own where the goods are told in it, else English; the same seed is the same template."""
    template = Template("1", goods, language)
    assert template.language == (language if language in SENTENCES[goods] else "en")
    assert template.lines == Template("1", goods, language).lines
    assert template.lines != Template("2", goods, language).lines


@pytest.mark.parametrize("churn", [0.05, 0.15, 0.25, 0.35])
def test_churn_is_the_share_of_words_that_change(churn):
    """As far as a word is not exchanged for itself, and macros say the same."""
    template = Template("7", "pills", "en")
    template.lines = ["one two three four five six seven eight nine ten"] * 20
    changed = total = 0
    for seed in range(40):
        _, lines = template.copy(random.Random(seed), churn)
        for line, told in zip(template.lines, lines, strict=True):
            words = list(zip(line.split(), told.split(), strict=True))
            changed += sum(one != other for one, other in words)
            total += len(words)
    assert changed / total == pytest.approx(churn, abs=0.02)


def test_macros_take_one_of_their_words():
    """And each of them sometimes."""
    said = {expanded("{a|b} and {c|}", random.Random(at)) for at in range(40)}
    assert said == {"a and c", "b and c", "a and ", "b and "}


def test_paraphrase_changes_lines_beyond_churn():
    """None of them where it is 0, all that have synonyms where it is 1."""
    template = Template("7", "pills", "en")
    template.lines = ["buy watches online this week"] * 50
    assert set(template.copy(random.Random(1), 0.0)[1]) == {"buy watches online this week"}
    _, lines = template.copy(random.Random(1), 0.0, 1.0)
    assert len(set(lines)) > 5


def test_prose_is_of_its_goods():
    """The same seed says the same; honest sites have nothing to do with the trade."""
    assert prose("1", "pills", 9) == prose("1", "pills", 9) != prose("2", "pills", 9)
    assert "viagra" not in "".join(prose(str(at), "honest", 30) for at in range(20))
