"""Which labels stand: the rules, on lists."""

from hypothesis import given
from hypothesis import strategies as st

from fyke.model import RANKS, Forgotten, Source
from fyke.store import standing as rules
from tests.store.contract import AT, said

WORD = st.one_of(
    st.builds(said, st.sampled_from("ab"), st.booleans(), st.sampled_from(Source), st.sampled_from(["", "ann"])),
    st.builds(Forgotten, st.sampled_from(["a" * 64, "b" * 64]), st.sampled_from(["", "ann"]), st.just(AT)),
)


@st.composite
def histories(draw):
    return [numbered(word, seq) for seq, word in enumerate(draw(st.lists(WORD, max_size=12)), 1)]


def numbered(word, seq):
    fields = {name: getattr(word, name) for name in word.__struct_fields__}
    return type(word)(**{**fields, "seq": seq})


@given(histories())
def test_nothing_automatic_undoes_a_human(words):
    """Where a human's word is live it stands, and it is the last of them."""
    for labels in rules.live(words).values():
        human = [label for label in labels if label.source is Source.HUMAN]
        assert rules.winner(labels) == (human[-1] if human else rules.winner(labels))


@given(histories(), st.integers(0, 12))
def test_what_is_not_disturbed_goes_on_where_it_was(words, applied):
    """A learner that applied all that stood, and then what stands beyond, has what a fresh one has, in order."""
    if not rules.is_disturbed(words, applied):
        before = rules.standing(word for word in words if word.seq <= applied)
        beyond = [label for label in rules.standing(words) if label.seq > applied]
        assert before + beyond == rules.standing(words)


@given(histories())
def test_one_stands_for_each_mail_and_account(words):
    """None twice, in order, and none that was forgotten."""
    stands = rules.standing(words)
    assert len({(label.digest, label.account) for label in stands}) == len(stands) == len(rules.live(words))
    assert [label.seq for label in stands] == sorted(label.seq for label in stands)


def test_ranks():
    """Every source has its rank: the human's above all, fyke's own below all."""
    assert set(RANKS) == set(Source)
    assert max(RANKS, key=RANKS.get) is Source.HUMAN
    assert min(RANKS, key=RANKS.get) is Source.AUTO


def test_words():
    """A label reads as one word, or as one with its trade."""
    assert said("a").says == "spam"
    assert said("a", spam=False).says == "ham"
    assert said("a", category="drugs").says == "spam (drugs)"
