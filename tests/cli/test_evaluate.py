"""`fyke evaluate`."""

import json

import pytest

from fyke.cli.main import parsers
from tests.cli.conftest import SPAM, mail


@pytest.fixture
def sorted_mail(tmp_path):
    """Two sources: in each eight wanted messages and four unwanted ones, one of which looks wanted."""
    for source in ("one", "two"):
        for at in range(8):
            write(tmp_path / source / "ham" / f"{at}.eml", mail(f"Lunch {at}", f"Shall we meet at {at}?\n"))
        for at in range(3):
            write(tmp_path / source / "spam" / f"{at}.eml", SPAM)
        write(tmp_path / source / "spam" / "9.eml", mail("Dinner", "Shall we dine?\n"))
    return tmp_path


def write(path, raw):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)


def kinds(folder):
    return ["--ham", folder / "one/ham", folder / "two/ham", "--spam", folder / "one/spam", folder / "two/spam"]


def test_figures_for_people(fyke, sorted_mail):
    """Counts, ranks, the policy's line, sources, and what is on the wrong side; 0, for nothing went wrong."""
    ran = fyke("evaluate", *kinds(sorted_mail))
    assert ran.code == 0
    assert ran.out.startswith("16 wanted, 8 unwanted, from 2 sources. Each message judged once")
    for line in ("(1-AUC)%", "found at 0.1 % false positives", "lam%", "Brier score", "Unwanted, but not found"):
        assert line in ran.out
    assert "0 of 16 wanted messages may be flagged" in ran.out
    assert [line.split()[0] for line in ran.out.splitlines() if line.startswith(("  one", "  two"))] == ["one", "two"]
    assert not ran.err


def test_json_has_all(fyke, sorted_mail):
    """One object: the figures, the curve, the sources, and each message on the wrong side."""
    ran = fyke("evaluate", "--json", *kinds(sorted_mail))
    found = json.loads(ran.out)
    assert found["how"] == "once"
    assert found["quality"]["at_line"]["recall"] == 0.75
    assert [each["name"] for each in found["sources"]] == ["one", "two"]
    assert [each["path"][-14:] for each in found["wrong"]] == ["one/spam/9.eml", "two/spam/9.eml"]
    assert found["roc"][-1][:2] == [16, 8]


def test_jobs_give_the_same(fyke, sorted_mail):
    """As one process, to the last figure, whatever is measured."""
    for mode in ([], ["--online"], ["--cross"]):
        words = ["evaluate", "--json", *mode, *kinds(sorted_mail)]
        assert fyke(*words).out == fyke(*words, "--jobs", "2").out


def test_online_learns_and_leaves_no_trace(fyke, sorted_mail, tmp_path, monkeypatch):
    """What it is told of, it finds later; what was learned here before is neither used nor changed."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for at in range(12):
        write(sorted_mail / "one/spam" / f"odd{at}.eml", mail("Dinner", f"Shall we dine on turnips {at}?\n"))
    once = json.loads(fyke("evaluate", "--json", *kinds(sorted_mail)).out)
    online = json.loads(fyke("evaluate", "--json", "--online", *kinds(sorted_mail)).out)
    assert online["how"] == "online"
    assert online["quality"]["one_minus_auc_pct"] < once["quality"]["one_minus_auc_pct"]
    assert not (tmp_path / "state").exists()


def test_cross_learns_from_the_others(fyke, sorted_mail):
    """A kind of mail that only another source has taught is found."""
    for source in ("one", "two"):
        for at in range(12):
            raw = mail("Dinner", f"Shall we dine on turnips {at}?\n")
            write(sorted_mail / source / "spam" / f"odd{at}.eml", raw)
    ran = fyke("evaluate", "--json", "--cross", *kinds(sorted_mail))
    found = json.loads(ran.out)
    assert found["how"] == "cross"
    assert {each["quality"]["one_minus_auc_pct"] for each in found["sources"]} == {0.0}


def test_cross_takes_two_sources(fyke, sorted_mail):
    """One source alone has no others."""
    ran = fyke("evaluate", "--cross", "--ham", sorted_mail / "one/ham", "--spam", sorted_mail / "one/spam")
    assert ran.code == 2
    assert "--cross takes mail of two sources or more" in ran.err


def test_categories(fyke, sorted_mail):
    """Mail given by category is unwanted mail; a name that nothing can say is told with the nearest."""
    words = ["evaluate", "--ham", sorted_mail / "one/ham", "--category"]
    ran = fyke(*words, f"drugs={sorted_mail}/one/spam")
    assert ran.code == 0
    assert "By category" in ran.out
    assert (
        fyke(*words, f"drgus={sorted_mail}/one/spam").err
        == "fyke: --category: no category drgus; did you mean drugs?\n"
    )


def test_what_cannot_be_read_is_2_and_the_rest_is_measured(fyke, sorted_mail):
    """As in a scan."""
    ran = fyke("evaluate", *kinds(sorted_mail), sorted_mail / "gone")
    assert ran.code == 2
    assert "gone: no such file or folder" in ran.err
    assert ran.out.startswith("16 wanted, 8 unwanted")


@pytest.mark.parametrize("mode", [[], ["--online"]])
def test_nothing_to_measure(fyke, tmp_path, mode):
    """An empty folder is no filter of 100 %."""
    ran = fyke("evaluate", *mode, "--ham", tmp_path)
    assert ran.code == 2
    assert ran.err == "fyke: no message found, so there is nothing to measure\n"
    assert not ran.out


@pytest.mark.parametrize("mode", [[], ["--online"]])
def test_one_kind_alone(fyke, sorted_mail, mode):
    """What takes both kinds is a dash, and the page says so."""
    page = sorted_mail / "page.html"
    ran = fyke("evaluate", *mode, "--spam", sorted_mail / "one/spam", "--html", page)
    assert ran.code == 0
    assert "  (1-AUC)%                                   -" in ran.out
    assert "This takes both wanted and unwanted mail." in page.read_text()


@pytest.mark.parametrize("raw", [b"", b"\0" * 100, b"\xff\xfe", b"Content-Type: multipart/mixed\n\n--"])
def test_a_broken_message_is_measured(fyke, tmp_path, raw):
    """Bad mail is evidence, for a learner too."""
    write(tmp_path / "spam" / "1.eml", raw)
    write(tmp_path / "ham" / "1.eml", mail())
    for mode in ([], ["--online"]):
        assert fyke("evaluate", *mode, "--ham", tmp_path / "ham", "--spam", tmp_path / "spam").code == 0


def test_help_has_examples():
    """What to type first."""
    help_text = parsers(["evaluate"])[1]["evaluate"].format_help()
    assert "examples:\n  fyke evaluate --ham" in help_text


def test_page_is_checked_before_the_work(fyke, sorted_mail):
    """Nobody waits for a page that cannot be written."""
    ran = fyke("evaluate", *kinds(sorted_mail), "--html", sorted_mail / "gone" / "x.html")
    assert ran.code == 2
    assert "no such file or folder" in ran.err
    assert not ran.out
