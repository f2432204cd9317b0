"""`fyke known`: taught from sent mail, shown, forgotten; and wrong words are told."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from fyke.config import Config, Site
from fyke.house import correspondents
from tests.store.acquaintances import met

ANN, CAT = "ann@our.example", "cat@their.example"


def letter(number, sender=ANN, to=CAT, days_ago=1, extra=""):
    date = format_datetime(datetime.now(UTC) - timedelta(days=days_ago))
    return (
        f"From: Ann Example <{sender}>\nTo: Cat <{to}>\nBcc: dan@third.example\n{extra}Date: {date}\n"
        f"Message-ID: <{number}@our.example>\nSubject: x\n\nHello.\n"
    )


@pytest.fixture
def sent(tmp_path):
    """A folder of sent mail, with some in it that must not teach."""
    folder = tmp_path / "sent"
    folder.mkdir()
    mails = [
        letter(1),
        letter(2, extra="In-Reply-To: <9@their.example>\n"),
        letter(3, sender="mallory@evil.example"),
        letter(4, extra="Auto-Submitted: auto-replied\n"),
        letter(5, days_ago=400),
        letter(6, sender="bob@our.example"),
        "From: ann@our.example\nTo: cat@their.example\n\nNo date.\n",
    ]
    for number, mail in enumerate(mails):
        (folder / f"{number}.eml").write_text(mail)
    return folder


def test_sent_mail_teaches_to_whom(fyke, sent):
    """Only that of the own domains, of people, and of late; twice is once."""
    for _ in range(2):
        ran = fyke("known", "--sent", "--own-domain", "our.example", sent)
        assert ran.code == 0
        assert ran.out.splitlines()[0] == "3 sent messages taught"
        for reason in ("not sent from", "sent by a machine", "older than 180 days", "without a date"):
            assert f"1 message passed over: {reason}" in ran.out
    told = json.loads(fyke("known", "show", CAT.upper(), "--json").out)
    assert {account: (tie["began"], tie["answered"]) for account, tie in told["ties"].items()} == {
        "@our.example": (2, 1),
        ANN: (1, 1),
        "bob@our.example": (1, 0),
    }
    assert "dan@third.example" in fyke("known", "show", "dan@third.example").out
    assert "2 times" in fyke("known", "show", CAT, "--user", ANN).out
    assert "bob" not in fyke("known", "show", CAT, "--user", ANN).out


def test_one_user_is_taught_alone(fyke, sent):
    """Without a domain of the site, the user says whose it is."""
    told = json.loads(fyke("known", "--sent", "--user", ANN, "--json", sent).out)
    assert told["taught"] == 2
    assert told["passed"]["not sent from a domain of site.own_domains or by --user"] == 2


def test_who_is_known_is_shown_and_forgotten(fyke, tmp_path, monkeypatch):
    """Since when, how the mail comes, and then no more."""
    monkeypatch.setenv("FYKE_SITE_FOLDER", str(tmp_path / "state"))
    assert "Nothing that came is remembered yet" in fyke("known").out
    store = correspondents(Config(site=Site(folder=str(tmp_path / "state"))))
    for day in range(3):
        store.remember(met(CAT, day, ways=(("signer", "their\x1b.example"),)), met(CAT, 3, wanted=False))
    store.close()
    shown = fyke("known", "show", CAT).out
    assert "all of our.example: wanted mail on 3 days; unwanted on 1 day; from 2026-03-01 to 2026-03-03" in shown
    assert "signed by their\\x1b.example: 3 days, last 2026-03-03" in shown
    assert "2 ties between senders and accounts, 0 numbers of sent mail" in fyke("known").out
    assert "remembered since 2026-03-01" in fyke("known").out
    assert json.loads(fyke("known", "--json").out)["ties"] == 2
    assert f"{CAT} is forgotten by {ANN}" in fyke("known", "forget", CAT, "--user", ANN).out
    assert f"{CAT} is not known to {ANN}" in fyke("known", "show", CAT, "--user", ANN).out
    assert json.loads(fyke("known", "forget", CAT, "--json").out)["forgotten"] == 1
    ran = fyke("known", "forget", CAT)
    assert (ran.code, f"{CAT} is not known here" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show"], "fyke known show: takes one address"),
        (["show", "nobody"], "fyke known show: takes one address"),
        (["forget", "a@b.example", "c@d.example"], "fyke known forget: takes one address"),
        (["sent.mbox"], "fyke known sent.mbox: takes show ADDRESS, forget ADDRESS, or mail with --sent"),
        (["--sent"], "--sent: takes mail"),
        (["--sent", "x.mbox"], "--sent: say whose mail it is"),
        (["--sent", "--user", ANN, "nowhere.mbox"], "no such file"),
    ],
)
def test_wrong_words_are_told(fyke, words, said):
    """One sentence, and 2."""
    ran = fyke("known", *words)
    assert ran.code == 2
    assert said in ran.err
