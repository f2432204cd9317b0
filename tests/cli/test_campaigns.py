"""`fyke campaigns`: found in any mail, listed, shown, told as JSON."""

import json

import pytest

from fyke.cli.campaigns import timeline
from tests.lab.campaigns.mails import made


@pytest.fixture
def mail(tmp_path):
    """A folder of mails."""
    folder = tmp_path / "trap"
    folder.mkdir()
    for at, each in enumerate(made(churn=0.1)[0]):
        (folder / f"{at}.eml").write_bytes(each.raw)
    return str(folder)


def test_campaigns_of_any_mail(fyke, mail):
    """The largest first, with days and subjects; one of them by the beginning of its id."""
    ran = fyke("campaigns", "--mail", mail, "--json")
    assert ran.code == 0, ran.err
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert [each["mails"] for each in found] == sorted((each["mails"] for each in found), reverse=True)
    first = found[0]
    assert sum(count for _, count in first["days"]) == first["mails"]
    listed = fyke("campaigns", "--mail", mail).out
    assert first["id"] in listed
    shown = fyke("campaigns", first["id"], "--mail", mail).out
    assert "Subjects" in shown
    assert "at most" in shown


def test_few_are_left_out(fyke, mail):
    """From so many mails on."""
    found = [json.loads(line) for line in fyke("campaigns", "--mail", mail, "--json", "--least", "20").out.splitlines()]
    assert found
    assert all(each["mails"] >= 20 for each in found)


def test_what_the_lab_found(fyke, world):
    """Kept by `lab run`; shown with its history; no campaign is an error that says so."""
    found = [json.loads(line) for line in fyke("campaigns", "--json").out.splitlines()]
    assert found
    one = json.loads(fyke("campaigns", found[0]["id"], "--json").out)
    assert (one["id"], one["mails"]) == (found[0]["id"], found[0]["mails"])
    assert "history" in one
    ran = fyke("campaigns", "c-none")
    assert ran.code == 2
    assert "no such campaign" in ran.err


def test_nothing_is_counted_yet(fyke):
    """Without an index there is nothing to show now."""
    ran = fyke("campaigns", "--now")
    assert ran.code == 2
    assert "nothing is counted" in ran.err


def test_the_timeline():
    """A bar a day with gaps; many days are drawn together; none is none."""
    assert timeline([]) == []
    (short,) = timeline([("2026-01-01", 8), ("2026-01-03", 1)])
    assert short.startswith("2026-01-01 ")
    assert short.endswith(" 2026-01-03  at most 8 a day")
    (line,) = timeline([("2026-01-01", 5), ("2026-12-31", 5)])
    assert len(line) < 120
    assert "days" in line
