"""What attackers can do to a learner, small: the claims that `make adversarial` measures on real mail."""

import pytest

from bench import poison
from bench.bare import FORMS, SAME, Bare, bag_of, typical
from fyke.house import build
from fyke.learn import base
from fyke.learn.features import Reader
from fyke.learn.model import Learner
from tests.learn.mails import mail

HAM = "minutes of the committee meeting on the garden tools and the budget, agenda of item"
SPAM = "buy cheap pills online now, no prescription, discreet shipping, offer number"
POLICY = build().policy


def read(text, spam, rules_bits=0.0):
    return poison.Read(Reader().read(mail(text), ()), rules_bits, spam)


@pytest.fixture
def known():
    """Sixty mails that a site has labelled."""
    return [read(f"{SPAM if number % 2 else HAM} {number}", bool(number % 2)) for number in range(60)]


@pytest.fixture
def learner(tmp_path, known):
    taught = Learner(tmp_path / "table", base.empty())
    for number, each in enumerate(known, 1):
        poison.teach(taught, number, each, spam=each.spam)
    taught.table.flush()
    return taught


def bits(learner, text):
    return learner.weigh(read(text, True).features).shared


def test_appended_ham_text_does_not_free_spam_that_is_known(learner):
    """Ten times as much wanted text below, and the mail still leans to spam."""
    assert bits(learner, f"{SPAM}\n{HAM * 10}") > 0.5


def test_repeated_words_count_once(learner):
    """A thousand times the best word of wanted mail does no more than three times."""
    thrice, often = (bits(learner, f"{SPAM} {'committee ' * times}") for times in (3, 1000))
    assert often > 0.9 * thrice


def test_a_counting_learner_is_moved_by_repeats():
    """Without the defence the same attack frees the mail: so the defence is what holds."""
    mails = [(mail(f"{SPAM if number % 2 else HAM} {number}"), bool(number % 2)) for number in range(60)]
    bags = [(bag_of(message, ()), spam) for message, spam in mails]
    stuffed = bag_of(mail(f"{SPAM} {'committee ' * 1000}"), ())
    weighed = []
    for form in (SAME, next(form for form in FORMS if form.name == "none of three")):
        learner = Bare(form, typical([bag for bag, _ in bags]))
        for bag, spam in bags:
            learner.learn(bag, spam=spam, rules_bits=0.0)
        weighed.append(learner.weigh(stuffed))
    assert weighed[0] > 0 > weighed[1]


def test_one_account_cannot_move_others_by_more_than_half_a_bit(learner, known, tmp_path):
    """Ten lies; taught to all in full the same lies would move others' mail by bits."""
    kept, free = (
        poison.lies(tmp_path / "table", base.empty(), known, POLICY, apart=apart)[1] for apart in (True, False)
    )
    assert kept.labels == free.labels == 10
    assert kept.most <= 0.5 < free.most


def test_saying_again_what_is_known_moves_nobody(known, tmp_path):
    """Two hundred lies of one template move others no further than the first few."""
    Learner(tmp_path / "fresh", base.empty()).table.flush()
    last = poison.lies(tmp_path / "fresh", base.empty(), known, POLICY, apart=True)[-1]
    assert last.labels == 200
    assert last.most < 0.2


def test_one_liar_among_ten_accounts_changes_no_verdict(tmp_path):
    """Of mail that the rules judge clearly; twenty lies about it instead of twenty true words move it by a bit."""
    mails = [
        read(f"{SPAM if number % 3 else HAM} {number}", bool(number % 3), 6.0 if number % 3 else -3.0)
        for number in range(260)
    ]
    _, lying = poison.ten(tmp_path, base.empty(), mails, POLICY, apart=True)
    assert lying.changed == 0
    assert lying.most <= 1.0


def test_effects_are_counted():
    """Median, most, changes of name and errors, from verdicts before and after."""
    mails = [read("a b c d", True), read("a b c d", False), read("a b c d", False)]
    found = poison.effect("x", 1, mails, ([5.0, 0.0, 0.0], [5.0, 4.5, 0.1]), POLICY)
    assert (found.most, found.changed, found.of, found.recall, found.flagged) == (4.5, 1, 3, 1.0, 0.5)
    assert found.median == pytest.approx(0.1)
