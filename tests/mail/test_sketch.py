"""What a sketch of a mail must hold: equal for copies whoever gets them, near for churn, cheap for anything."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.mail import parse
from fyke.mail.fold import fold
from fyke.mail.sketch import sketch, sketched
from fyke.model.sketch import GRAMS, LEADS, SHAPES, WORDS
from fyke.store.likeness import is_alike, jaccard
from tests import cheap

TEXT = (
    "the harbour office has moved to the second floor of the old customs building beside the northern bridge where"
    " visitors find tickets timetables lost umbrellas and a quiet waiting room open from seven until late evening"
)


def mail(text, to="anna.berg@our.example", link="", subject="The office moved"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "office@harbour.example", to, subject
    message.set_content(f"Dear {to.split('.')[0]},\n\n{text}\n{link}\n")
    return parse(message.as_bytes())


def test_copies_to_different_people_have_one_sketch():
    """Neither name nor address of a recipient is in it."""
    first = sketch(mail(TEXT, "anna.berg@our.example", "http://shop.example/go/17"))
    other = sketch(mail(TEXT, "boris.lund@elsewhere.example", "http://shop.example/go/92"))
    assert first == other


def test_recipients_of_the_envelope_are_left_out_too():
    """A blind copy is greeted by a name that only the envelope knows."""
    raw = b"From: a@b.example\r\nSubject: x\r\n\r\nDear %b,\r\n" + TEXT.encode()
    one = sketch(parse(raw.replace(b"%b", b"Gudrun")), ("gudrun@our.example",))
    assert one == sketch(parse(raw.replace(b"%b", b"Torvald")), ("torvald@our.example",))


def test_numbers_and_addresses_are_folded():
    """What a generator counts up is not what the text is."""
    one = sketch(mail(f"{TEXT} order 1745 for cat@a.example"))
    other = sketch(mail(f"{TEXT} order 99120 for dog@b.example"))
    assert (one.words, one.grams) == (other.words, other.grams)


def test_exchanged_words_leave_it_near():
    """A tenth of the words: still of one text, which a stranger's is not."""
    words = TEXT.split()
    churned = " ".join("zebra" if at % 10 == 0 else word for at, word in enumerate(words))
    one = sketch(mail(TEXT))
    assert jaccard(one.words, sketch(mail(churned)).words) > 0.6
    assert not is_alike(one, sketch(mail("completely unrelated letters about gardening tools seeds and soil " * 3)))


def test_who_copies_a_text_with_links_of_their_own_is_not_alike():
    """Another program, another site, another path: the text alone is no proof."""
    one = sketch(mail(TEXT, link="http://shop.example/order/kalmia"))
    raw = b"Subject: The office moved\r\nX-Mailer: Other\r\nFrom: x@y.example\r\nMessage-ID: <abc@y.example>\r\n\r\n"
    other = sketch(parse(raw + TEXT.encode() + b"\r\nhttp://rival.example/?buy=1\r\n"))
    assert not is_alike(one, other)


def test_short_mails_are_alike_only_if_equal():
    """Few words are no text: they must be the same, and link in the same way."""
    one = sketch(mail("Look here", link="http://a.example/pics/rosalind"))
    assert is_alike(one, sketch(mail("Look here", link="http://b.example/pics/rosalind")))
    assert not is_alike(one, sketch(mail("Look there", link="http://b.example/pics/rosalind")))
    assert not is_alike(one, sketch(mail("Look here", link="http://b.example/?q=1")))


def test_a_foot_below_the_text_is_not_of_it():
    """What a list puts below each text would make all its mails one campaign."""
    foot = "\n-- \nTo unsubscribe write to the list with the single word leave in the subject please thank you all\n"
    assert sketch(mail(TEXT + foot)).words == sketch(mail(TEXT)).words


def test_text_without_spaces_has_words():
    """Pairs of signs stand for words in scripts that write none apart."""
    assert not sketch(mail("".join(chr(0x4E00 + at * 7) for at in range(80)))).is_short


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"Subject: \r\n\r\n\r\n"])
def test_nothing_is_told_of_nothing(raw):
    """An empty mail has no campaign."""
    assert not sketch(parse(raw)).is_telling


@pytest.mark.parametrize(
    "body",
    [
        b" ".join(b"w%d" % (at * 7919) for at in range(150_000)),
        b"casino " * 150_000,
        b"a" * 1_000_000,
        b" ".join(b"http://x%d.example/p%d" % (at, at) for at in range(30_000)),
        "漢".encode() * 300_000,
    ],
    ids=["words", "one word", "no spaces", "links", "signs"],
)
def test_hostile_mail_costs_little(body):
    """A megabyte of anything is cut, and its sketch is of the usual size."""
    message = parse(b"Subject: x\r\n\r\n" + body)
    found = sketch(message)
    assert len(found.words) <= 4 * WORDS
    assert len(found.grams) <= 4 * GRAMS
    assert len(found.paths) <= 4 * SHAPES
    assert len(found.leads) <= 4 * LEADS
    assert cheap.seconds(lambda: sketch(message), 0.1) < 0.1


@given(st.text(max_size=600), st.lists(st.integers(0, 2**32 - 1), max_size=4))
def test_numpy_and_the_library_agree(text, left_out):
    """The same to the last bit, where there is a library."""
    folded = fold(text)
    assert sketched(folded, left_out) == sketched(folded, left_out, by_library=False)


def test_its_definition_stays():
    """A sketch that was kept years ago is compared with one of today."""
    words, grams, exact = sketched(b" the order left our house on friday ")
    assert (words.hex(), grams.hex(), exact) == KEPT


KEPT = ("8f2b06072b130d802bf560ce238357ef", "", "488035d75fc7113d")
