"""The lexicon detector on whole messages."""

import os
from pathlib import Path

import pytest

from fyke.detect.lexicon.lexicon import DISGUISED, Lexicon
from fyke.detect.lexicon.themes import SHIPPED, LexiconError, read_themes
from fyke.mail import parse
from fyke.model import Envelope, Mail
from tests import cheap

LEXICON = Lexicon()


def look(body="", subject="Hello", sender="Robin <robin@example.org>", lexicon=LEXICON):
    raw = f"From: {sender}\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}".encode()
    return {finding.symbol.name: finding for finding in lexicon.look(Mail(Envelope(), parse(raw)))}


def test_detail_shows_the_words():
    """The evidence is the words as they stand in the mail, strongest first, cut at 200 characters."""
    found = look("Viagra and Cialis, no prescription needed: discreet packaging.")["LEX_DRUGS"]
    assert found.detail.startswith("no prescription needed, ")
    assert found.detail.endswith("viagra and cialis, discreet packaging")
    assert found.weight == 1.0
    assert len(look("Viagra. Levitra! Kamagra? Phentermine; " + " ".join(WORDS))["LEX_DRUGS"].detail) <= 200


WORDS = [f"enlarge your {what} penis" for what in ("a", "b")] + [
    "lose 30 pounds in weeks",
    "canadian pharmacy online",
    "adipex vicodin",
] * 3


def test_subject_counts_more_than_text():
    """A strong phrase in the subject is full weight alone, in the text half."""
    assert look(subject="Canadian pharmacy")["LEX_DRUGS"].weight == 1.0
    assert look("Canadian pharmacy")["LEX_DRUGS"].weight == 0.5


def test_quoted_thread_counts_half():
    """What another wrote before is another's word."""
    mine, theirs = (
        look("Canadian pharmacy\r\n"),
        look("Thanks!\r\n\r\nOn Monday Bob wrote:\r\n> Canadian pharmacy\r\n> it said\r\n", "Re: x"),
    )
    assert theirs["LEX_DRUGS"].weight == mine["LEX_DRUGS"].weight / 2


def test_long_texts_dilute():
    """A digest that mentions a trade is not the trade."""
    words = "A rolex and some gucci. "
    assert look(words)["LEX_REPLICA"].weight >= 0.5
    assert "LEX_REPLICA" not in look(words + "The weather was fine in the north of the country. " * 2_000)


def test_sender_and_hosts_are_read():
    """The trade may stand in the sender's name or in a host alone."""
    assert look(sender="Viagra Shop <x@example.org>")["LEX_DRUGS"].weight == 1.0
    assert "best-casino" in look("http://www.best-casino-club.example/")["LEX_GAMBLING"].detail


def test_disguises_are_seen_and_told():
    """A word in disguise counts as the word, and the disguise is told."""
    found = look("Get V1AGRA and c i a l i s today")
    assert {"LEX_DISGUISED", "LEX_DRUGS"} <= set(found)
    assert "v1agra (viagra)" in found[DISGUISED.name].detail


def test_one_slip_is_no_disguise():
    """One word in halves happens to anyone; two do not."""
    assert "LEX_DISGUISED" not in look("Buy via gra today")
    assert look("Buy via gra and pha rmacy today")["LEX_DISGUISED"].weight == 0.5


def test_own_folder_adds_a_theme(tmp_path):
    """A site's own file is another symbol, declared by the detector."""
    (tmp_path / "own.toml").write_text(
        'symbol="OWN"\ntext="Offers what nobody else offers"\ncategory="b2b"\nleans="spam"\nbits=1.0\n'
        '[en]\nstrong=["zirconium flanges"]\n'
    )
    own = Lexicon([tmp_path])
    assert "LEX_OWN" in {symbol.name for symbol in own.symbols}
    assert look("Zirconium flanges", lexicon=own)["LEX_OWN"].weight == 0.5


def test_bad_folder_is_told(tmp_path):
    """A bad file stops the start with one clear sentence, not the mail."""
    (tmp_path / "bad.toml").write_text("symbol = 1")
    with pytest.raises(LexiconError, match=r"bad.toml: needs `symbol`, a string"):
        Lexicon([tmp_path])


def test_empty_and_odd_messages_say_nothing():
    """Nothing in, nothing out; and nothing is raised."""
    assert look() == {}
    assert look("\0\ud800".encode("utf-8", "replace").decode() * 50, subject="", sender="") == {}


def test_a_text_of_all_phrases_costs_in_proportion():
    """A mail that says everything that any lexicon knows, ten times over, is read in under half a second."""
    words = (entry.phrase.words for theme in read_themes([SHIPPED]) for entry in theme.entries)
    body = " ".join(word.decode() for _ in range(10) for run in words for word in run)
    mail = Mail(Envelope(), parse(f"From: a@b.example\r\nSubject: x\r\n\r\n{body}".encode()))
    assert cheap.seconds(lambda: list(LEXICON.look(mail)), enough=0.5) < 0.5
    found = list(LEXICON.look(mail))
    assert len(found) >= 15


@pytest.mark.corpus
@pytest.mark.parametrize("pack", ["enron_ham/ham", "list_linux_api/ham"])
def test_goods_are_rare_in_wanted_mail(pack):
    """None of the four goods reaches half weight in more than one of a thousand wanted mails."""
    folder = Path(os.environ.get("FYKE_CORPORA", Path(__file__).parents[3] / "shared" / "corpora")) / pack
    paths = sorted(folder.glob("*.eml"))[:2_000:2]
    if not paths:
        pytest.skip(f"no {pack} unpacked")
    goods = {"LEX_ADULT", "LEX_DRUGS", "LEX_REPLICA", "LEX_SOFTWARE"}
    mails = (Mail(Envelope(), parse(path.read_bytes())) for path in paths)
    strong = [one for mail in mails for one in LEXICON.look(mail) if one.symbol.name in goods and one.weight >= 0.5]
    assert len(strong) <= len(paths) / 1000
