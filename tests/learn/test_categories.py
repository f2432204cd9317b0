"""Categories: learned from examples, named only when sure, and never from headers."""

import numpy as np
import pytest

from fyke.learn import categories
from fyke.learn.features import Reader
from tests.learn.mails import mail

READER = Reader()


def read(text, **more):
    return READER.read(mail(text, **more), ())


@pytest.fixture(scope="module")
def trained():
    told = []
    for number in range(30):
        told.append((read(f"order cheap pills and tablets from our pharmacy {number}"), ("drugs",)))
        told.append((read(f"spin the roulette at our casino tonight {number}"), ("gambling",)))
        told.append((read(f"see you at the meeting tonight {number}"), ()))
    return categories.fit(told, 4)


def named(model, features):
    return [finding.symbol.category for finding in model.findings(features)]


def test_a_trade_is_known_by_words_of_its_examples(trained):
    """Unseen mail with such words is named; wanted mail is not."""
    assert named(trained, read("order tablets and cheap pills from the pharmacy")) == ["drugs"]
    assert named(trained, read("our casino tonight: spin the roulette")) == ["gambling"]
    assert named(trained, read("the meeting is at noon")) == []


def test_headers_name_no_trade(trained):
    """Only words, subject and links count: another sender changes nothing."""
    one, other = read("cheap tablets"), read("cheap tablets", sender="Casino <roulette@casino.example>")
    assert (trained.bits(one) == trained.bits(other)).all()


def test_the_file_comes_back_as_it_went(trained):
    """Packed and unpacked, the same weights; another file is refused."""
    back = categories.unpack(categories.pack(trained))
    assert (back.weights == trained.weights).all()
    assert (back.offsets == trained.offsets).all()
    with pytest.raises(ValueError, match="categories"):
        categories.unpack(b"FYKECAT1")


def test_the_same_examples_give_the_same_bytes():
    """Training hangs on nothing but the examples and their order."""
    told = [(read("cheap pills"), ("drugs",)), (read("see you soon"), ())]
    assert categories.pack(categories.fit(told, 3)) == categories.pack(categories.fit(told, 3))


def test_the_packaged_model_knows_all_categories():
    """One column each, together with the base within two megabytes."""
    packaged = categories.packaged()
    assert packaged.weights.shape == (categories.SLOTS, len(categories.CATEGORIES))
    assert np.any(packaged.weights, axis=0).all()
    assert categories.PACKAGED.stat().st_size + 2 * 2**18 < 2_000_000


def test_a_label_of_the_site_names_what_the_package_does_not_know(trained):
    """One label, and mail like it is in that trade, and in no other that was wrongly named."""
    learned = np.zeros((categories.SLOTS, len(categories.CATEGORIES)), np.int16)
    watches = read("order tablets and cheap pills and fine watches from the pharmacy")
    trained.correct(learned, watches, "replica")
    assert [finding.symbol.category for finding in trained.findings(watches, learned)] == ["replica"]
    assert named(trained, watches) == ["drugs"]
