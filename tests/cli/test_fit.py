"""`fyke fit`."""

import json
import shutil

import pytest

from fyke.cli import demo
from fyke.cli.fit import COMPOSITES, LEAST, example, terms_of
from fyke.cli.given import Given
from fyke.cli.mailbox import Slot
from fyke.cli.work import scan_one
from fyke.house import build
from fyke.learn.fit import score
from fyke.model import Envelope
from tests.cli.conftest import SPAM, mail

ENGINE = build()
MAIL = 60  # messages of either side


def hasty(at):
    """Unwanted mail of one make: it claims to have been asked for, in a page alone."""
    page = f"<html><body><p>Offer {at} of the week. You received this email because you opted in.</p></body></html>"
    raw = mail(f"Offer {at}", page, f"shop{at}@offers{at % 7}.test")
    return raw.replace(b"\nSubject:", b"\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nSubject:", 1)


@pytest.fixture
def sorted_mail(tmp_path):
    """Two folders: notes between people, and mailings of one make that the shipped weights let through."""
    for kind in ("ham", "spam"):
        (tmp_path / kind).mkdir()
        for at in range(MAIL):
            raw = hasty(at) if kind == "spam" else mail(f"Note {at}", f"Shall we meet at {at}?\n")
            (tmp_path / kind / f"{at:02}.eml").write_bytes(raw)
    return tmp_path


def fitted(fyke, folder, *words):
    return fyke("fit", "--ham", folder / "ham", "--spam", folder / "spam", *words)


def test_before_and_after_on_held_out_mail(fyke, sorted_mail):
    """Nothing is written where no file is named."""
    before = sorted(sorted_mail.iterdir())
    ran = fitted(fyke, sorted_mail)
    assert ran.code == 0
    assert "60 wanted, 60 unwanted messages from 1 source" in ran.out
    assert "Held out: each fifth of the mail" in ran.out
    assert "(1-AUC)%" in ran.out
    assert sorted(sorted_mail.iterdir()) == before


def test_the_layer_loads_and_changes_verdicts_as_told(fyke, sorted_mail):
    """What the file says is what `fyke policy` shows and what a scan then adds up to."""
    layer = sorted_mail / "layer.toml"
    assert fitted(fyke, sorted_mail, "-o", layer).code == 0
    told = {
        entry["name"].removeprefix("bits."): entry["value"]
        for line in fyke("policy", "--changed", "--json", "--policy", layer).out.splitlines()
        if (entry := json.loads(line))["name"].startswith("bits.")
    }
    assert told
    one = sorted_mail / "spam" / "00.eml"
    plain, layered = (
        {share["name"]: share["bits"] for share in json.loads(fyke("scan", "--json", one, *words).out)["contributions"]}
        for words in ((), ("--policy", layer))
    )
    hit = told.keys() & plain.keys()
    assert hit
    for name in hit:
        assert layered[name] == pytest.approx(told[name])
        assert layered[name] != plain[name]


def test_every_line_of_the_layer_has_its_reason(fyke, sorted_mail):
    """What it was, how sure it is, in how much mail it is."""
    layer = sorted_mail / "layer.toml"
    fitted(fyke, sorted_mail, "-o", layer)
    bits = layer.read_text().partition("[bits]")[2]
    lines = [line for line in bits.splitlines() if " = " in line]
    assert lines
    assert all("# was " in line and "of 60 ham" in line and "spam" in line for line in lines)


def test_a_layer_is_not_its_own_beginning(fyke, sorted_mail):
    """Fitted again with the old layer in force and named as output, the same bytes come out."""
    layer = sorted_mail / "layer.toml"
    fitted(fyke, sorted_mail, "-o", layer)
    first = layer.read_bytes()
    fitted(fyke, sorted_mail, "-o", layer, "--policy", layer, "--jobs", "2")
    assert layer.read_bytes() == first


def test_json_is_one_object(fyke, sorted_mail):
    """With every fact, its bits, and its counts."""
    ran = fitted(fyke, sorted_mail, "--json")
    tree = json.loads(ran.out)
    assert ran.out.count("\n") == 1
    assert {weight["name"] for weight in tree["weights"]} >= {"HTML_ONLY", "BRAND_PHISHING"}
    page_alone = next(weight for weight in tree["weights"] if weight["name"] == "HTML_ONLY")
    assert page_alone["spam"]["hits"] == page_alone["spam"]["of"] == MAIL
    assert tree["after"]["quality"]["ham"] == MAIL


def test_the_page_needs_no_other_file(fyke, sorted_mail):
    """Both plots, the table, and nothing that loads."""
    ran = fitted(fyke, sorted_mail, "--html", sorted_mail / "page.html")
    page = (sorted_mail / "page.html").read_text()
    assert "the page is in" in ran.err
    assert page.count("<svg") >= 2
    assert "HTML_ONLY" in page
    assert "http://" not in page
    assert "https://" not in page


def test_too_little_mail_is_one_sentence(fyke, sorted_mail):
    """And nothing is written."""
    for path in sorted((sorted_mail / "spam").iterdir())[LEAST - 1 :]:
        path.unlink()
    ran = fitted(fyke, sorted_mail, "-o", sorted_mail / "layer.toml")
    assert ran.code == 2
    assert ran.err == f"fyke: 60 wanted and {LEAST - 1} unwanted messages are too few: {LEAST} of each are the least\n"
    assert not (sorted_mail / "layer.toml").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--ham", "x"], "fyke: weights are fitted on both sides: --ham PATH and --spam PATH\n"),
        (["--ham", "x", "--spam", "y", "-o", "/"], "fyke: -o /: is a folder; name a file in it\n"),
        (["--ham", "x", "--spam", "y", "--jobs", "9999"], "fyke: --jobs 9999: at most 256 processes\n"),
    ],
)
def test_a_wrong_line_is_one_sentence(fyke, words, sentence):
    """Before any mail is read."""
    ran = fyke("fit", *words)
    assert ran.code == 2
    assert ran.err == sentence


def test_a_path_that_is_not_there_is_told_and_the_rest_is_fitted(fyke, sorted_mail):
    """2, as of a scan."""
    ran = fitted(fyke, sorted_mail, "--spam", sorted_mail / "spma")
    assert ran.code == 2
    assert "no such file or folder" in ran.err
    assert "60 wanted, 60 unwanted" in ran.out


def test_the_same_bytes_on_both_sides_are_not_believed(fyke, sorted_mail):
    """Neither side gets them, and copies count once."""
    shutil.copy(sorted_mail / "ham/00.eml", sorted_mail / "spam/copy.eml")
    shutil.copy(sorted_mail / "ham/01.eml", sorted_mail / "ham/again.eml")
    ran = fitted(fyke, sorted_mail)
    assert "59 wanted, 60 unwanted" in ran.out
    assert "1 message was given as both, and left out" in ran.out
    assert "1 message was given again, and counted once" in ran.out


def test_what_is_fitted_and_what_is_not_add_up_to_the_verdict():
    """For every message of the demo, to the hundredths that the judge rounds."""
    terms = terms_of(ENGINE.policy)
    shipped = {fact.name: fact.bits for fact in terms.facts}
    for path in sorted(demo.MAIL.iterdir()):
        outcome = scan_one(ENGINE, Envelope(), Slot("x", data=path.read_bytes()), counting=True)
        one = example(Given(Slot("x"), is_spam=True, source="s"), outcome.record, outcome.counted, terms)
        assert score([one], terms, shipped)[0] == pytest.approx(outcome.record.bits, abs=0.06), path.name


def test_tests_and_bulk_and_what_was_learned_are_not_fitted():
    """The test message counts a hundred bits whatever the mail says; bulk is another question."""
    groups = {fact.group for fact in terms_of(ENGINE.policy).facts}
    assert not groups & {"test", "bulk", "learned", "learned_base", "learned_own"}
    assert {"headers", "intent", COMPOSITES} <= groups
    outcome = scan_one(ENGINE, Envelope(), Slot("x", data=SPAM), counting=True)
    one = example(Given(Slot("x"), is_spam=True, source="s"), outcome.record, outcome.counted, terms_of(ENGINE.policy))
    assert one.rest > 3
