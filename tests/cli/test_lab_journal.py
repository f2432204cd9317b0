"""The mail of the journal becomes facts of the lab: once, with the campaigns that it is of."""

import json

from fyke import house
from fyke.config import load
from fyke.model import Action, Envelope
from fyke.store.journal import Entry
from tests.cli.conftest import mail
from tests.store.journals import AT

PITCH = "Cheap tablets of every kind are sold at http://{}/buy today, ask no doctor and wait for nobody, number {}\n"


def written(count, *, counting=True):
    """A journal with some mails of one text; the sketches of mail are kept where its campaigns are counted."""
    config = load().config
    counted = house.counting(config, in_memory=True) if counting else None
    engine, journal = house.build(config, counting=counted), house.journal(config)
    for at in range(count):
        raw = mail(body=PITCH.format(f"tablets-{at % 2}.com", at))
        scan = engine.scan(Envelope(client_ip="192.0.2.9", rcpt_to=("ann@example.net",)), raw)
        assert bool(scan.sketch) == counting
        journal.append(Entry(AT, scan, Action.TAG)).result()
    journal.close()


def test_the_journal_is_taken_once(fyke, tmp_path, monkeypatch):
    """Sites that judged mail leads to are known, with their campaign; the second time nothing is new."""
    monkeypatch.setenv("FYKE_SITE_FOLDER", str(tmp_path))
    written(6)
    first = json.loads(fyke("lab", "run", "--json").out)
    assert first["received"] == 6
    assert json.loads(fyke("lab", "run", "--journal", "--json").out)["received"] == 0
    lines = [json.loads(line) for line in fyke("sites", "--json", "--least", "0").out.splitlines()]
    assert {line["site"] for line in lines} == {"tablets-0.com", "tablets-1.com"}
    assert all(line["campaigns"] == 1 for line in lines)
    shown = json.loads(fyke("sites", "tablets-0.com", "--json").out)
    assert all(fact["source"] == "mail:journal" for fact in shown["facts"])
    assert "custody.jsonl" in {path.name for path in (tmp_path / "lab").iterdir()}
    assert json.loads(fyke("lab", "check", "--json").out)["entries"] == 6


def test_mail_without_a_sketch_is_not_lost(fyke, tmp_path, monkeypatch):
    """Where nobody counted campaigns, the sites are known all the same."""
    monkeypatch.setenv("FYKE_SITE_FOLDER", str(tmp_path))
    written(2, counting=False)
    assert json.loads(fyke("lab", "run", "--json").out)["received"] == 2
    assert fyke("sites", "tablets-1.com").code == 0


def test_without_a_journal_nothing_is_taken(fyke, tmp_path, monkeypatch):
    """And none is made."""
    monkeypatch.setenv("FYKE_SITE_FOLDER", str(tmp_path))
    assert json.loads(fyke("lab", "run", "--json").out)["received"] == 0
    assert not (tmp_path / "journal").exists()
