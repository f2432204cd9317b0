"""The real peers: they run here, and agree with fyke on what nobody disputes."""

import os

import pytest

from bench.peers import PEERS, Bogofilter
from fyke.house import build
from fyke.model import UNWANTED, Envelope

GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*" + "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL" + "*C.34X"
MAIL = (
    "Received: from mx.example.net (mx.example.net [192.0.2.7]) by mx.example.org; Mon, 23 Nov 2026 10:00:01 +0000\r\n"
    "From: Ann <ann@example.net>\r\nTo: Bob <bob@example.org>\r\nSubject: Minutes of Monday\r\n"
    "Message-ID: <20261123.1000.77@example.net>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\n{}\r\n"
)


@pytest.mark.peer
@pytest.mark.parametrize("kind", [peer for peer in PEERS if peer is not Bogofilter], ids=lambda kind: kind.name)
def test_the_test_message_is_spam_to_all_and_its_twin_to_none(kind):
    """GTUBE is unwanted to the peer and to fyke; the same mail without it is neither's."""
    if not kind.is_installed():
        assert not os.environ.get("CI"), f"{kind.name} is not installed: run `make peers`"
        pytest.skip(f"{kind.name} is not installed")
    engine = build()
    with kind() as peer:
        for text, is_spam in ((GTUBE, True), ("The minutes are in the usual place. See you on Thursday.", False)):
            raw = MAIL.format(text).encode()
            assert (peer.check(raw) >= (15 if kind.name == "rspamd" else 5)) is is_spam
            assert (engine.scan(Envelope(), raw).verdict.label in UNWANTED) is is_spam


@pytest.mark.peer
def test_bogofilter_learns_and_scores(tmp_path):
    """The peer of `make bench` that must be trained first separates what it was trained on."""
    if not Bogofilter.is_installed():
        assert not os.environ.get("CI"), "bogofilter is not installed: run `make peers`"
        pytest.skip("bogofilter is not installed")
    paths = {}
    for kind, words in (("ham", "minutes meeting thursday agenda"), ("spam", "casino bonus jackpot roulette")):
        paths[kind] = [tmp_path / f"{kind}{n}.eml" for n in range(20)]
        for n, path in enumerate(paths[kind]):
            path.write_text(MAIL.format(f"{words} number{n}"))
    with Bogofilter() as peer:
        peer.train(paths["ham"], paths["spam"])
        _, scores = peer.bulk([paths["ham"][0], paths["spam"][0]])
    assert scores[str(paths["ham"][0])] < 0.5 < scores[str(paths["spam"][0])]
