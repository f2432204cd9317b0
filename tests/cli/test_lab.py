"""`fyke lab`: mail and what is known of sites become networks, nothing is taken twice; the chain; the map."""

import json
import shutil

from tests.cli.conftest import mail


def told(ran):
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_what_was_taken_is_not_taken_again(fyke, world):
    """The second time all is known, and the same is concluded."""
    before = fyke("gangs", "--json", "--least", "1").out
    again = told(fyke("lab", "run", world, "--jobs", "1", "--json"))
    assert again["received"] == again["facts"] == 0
    assert again["passed"] > 300
    assert fyke("gangs", "--json", "--least", "1").out == before


def test_mail_from_elsewhere_is_taken_too(fyke, world, tmp_path):
    """`--mail`, once a message."""
    (tmp_path / "one.eml").write_bytes(mail(body="Look at http://pills-of-tests.com/a now, all of you, it is cheap\n"))
    assert told(fyke("lab", "run", "--mail", tmp_path / "one.eml", "--json"))["received"] == 1
    assert told(fyke("lab", "run", "--mail", tmp_path / "one.eml", "--json"))["received"] == 0
    assert "mail:" in fyke("sites", "pills-of-tests.com").out


def test_the_chain_holds_until_somebody_changes_it(fyke, world, tmp_path):
    """`check` says 0 and the head; after a change 1 and where."""
    whole = told(fyke("lab", "check", "--json"))
    assert whole["broken_at"] == 0
    assert whole["entries"] > 300
    chain = tmp_path / "site" / "lab" / "custody.jsonl"
    lines = chain.read_bytes().splitlines(keepends=True)
    lines[9] = lines[9].replace(b'"size_bytes":', b'"size_bytes":1')
    chain.write_bytes(b"".join(lines))
    broken = fyke("lab", "check", "--json")
    assert broken.code == 1
    assert json.loads(broken.out)["broken_at"] == 10
    assert "entry 10" in fyke("lab", "check").out


def test_the_map_is_one_page_that_asks_nobody(fyke, world, tmp_path):
    """It names the sites of the operation, and loads nothing from anywhere."""
    operation = json.loads(fyke("gangs", "--json").out.splitlines()[0])
    ran = fyke("lab", "graph", operation["id"], "--html", tmp_path / "gang.html")
    assert ran.code == 0
    page = (tmp_path / "gang.html").read_text()
    shown = json.loads(fyke("gangs", operation["id"], "--json").out)
    assert all(site in page for network in shown["members"] for site in network["sites"])
    assert 'src="http' not in page
    assert "@import" not in page


def test_mistakes_are_told(fyke, world, tmp_path):
    """A wrong verb, a folder that is none, a map of nothing, before anything was concluded."""
    assert "takes run, fetch, evidence, graph or check" in fyke("lab", "rnu").err
    assert fyke("lab", "rnu").code == 2
    assert fyke("lab", "run", tmp_path / "none").code == 2
    assert "no such operation" in fyke("lab", "graph", "g-nothing", "--html", tmp_path / "x.html").err
    assert "--html" in fyke("lab", "graph").err
    shutil.rmtree(tmp_path / "site")
    assert "nothing is concluded" in fyke("lab", "graph", "--html", tmp_path / "x.html").err
