"""Messages to hashed features: each once, by family, and nothing of the receiver."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fyke.learn.features import HEAD_BYTES, SLOT_BITS, Family, Reader
from fyke.mail import parse
from tests.learn.mails import mail


def codes(message, family):
    features = Reader().read(message, ())
    start = features.ends[family - 1] if family else 0
    return set(features.codes[start : features.ends[family]].tolist())


def test_equal_messages_have_equal_features_whoever_reads_them():
    """The hash hangs on nothing but the message."""
    one, other = Reader().read(mail("cheap pills for you"), ()), Reader().read(mail("cheap pills for you"), ())
    assert one.codes.tolist() == other.codes.tolist()
    assert one.ends == other.ends


def test_a_word_counts_once_however_often_it_is_written():
    """Repeating buys a sender nothing."""
    once, often = mail("viagra"), mail("viagra " * 400)
    assert codes(once, Family.WORDS) == codes(often, Family.WORDS)


def test_each_word_has_its_own_code_and_keeps_it_at_any_place():
    """A word is the same at the beginning, in the middle and at the end."""
    first, middle, last = (codes(mail(text), Family.WORDS) for text in ("pills a b", "a pills b", "a b pills"))
    assert first == middle == last
    assert codes(mail("a b"), Family.WORDS) < first


def test_pairs_know_their_order():
    """Two words the other way round are another pair."""
    assert codes(mail("free money"), Family.PAIRS) != codes(mail("money free"), Family.PAIRS)


def test_the_receiver_leaves_no_trace():
    """To, Cc, Delivered-To, Received and verdicts of other filters change nothing."""
    plain = mail("hello there")
    told = mail("hello there", more="Delivered-To: x@y.example\r\nX-Spam-Status: Yes\r\nReceived: from a by b\r\n")
    assert Reader().read(plain, ()).codes.tolist() == Reader().read(told, ()).codes.tolist()


def test_the_middle_of_a_long_text_is_left_out():
    """Head and tail are read, so the cost is bounded and appended text cannot drown the head."""
    filler = "lorem " * 3_000
    assert codes(mail("pills " + filler), Family.WORDS) == codes(mail("pills " + filler * 4), Family.WORDS)
    assert len(Reader().read(mail(filler * 40), ()).codes) < 3 * HEAD_BYTES


def test_no_slot_is_taken_twice():
    """What shares a slot counts once, so a sum over slots is a sum over features."""
    text = " ".join(f"word{number}" for number in range(600))
    slots = Reader().read(mail(text), ()).codes & np.uint32((1 << SLOT_BITS) - 1)
    assert len(set(slots.tolist())) == len(slots)


@given(st.binary(max_size=2_000))
def test_any_bytes_have_features(raw):
    """Whatever the mail, the features are whole and in order."""
    features = Reader().read(parse(raw), ())
    assert list(features.ends) == sorted(features.ends)
    assert features.ends[-1] == len(features.codes)
