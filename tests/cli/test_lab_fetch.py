"""`fyke lab fetch`: facts of sites from a small internet on loopback, into the lab, and used by it."""

import json

import pytest

from tests.lab.sites import servers

NAME = "pills-now.com"


@pytest.fixture
def internet(tmp_path, monkeypatch):
    """The config that leads there."""
    ca, context = servers.authority(tmp_path, NAME, "rdap.registry.org")
    table = {"/": (200, {"Content-Type": "text/html"}, servers.PAGE), f"/domain/{NAME}": (200, {}, servers.rdap(NAME))}
    with servers.names() as names, servers.web(table, context) as web:
        monkeypatch.setenv("FYKE_SITE_FOLDER", str(tmp_path / "site"))
        (tmp_path / "fyke.toml").write_text(
            f'[dns]\nservers = ["127.0.0.1:{names.port}"]\n[fetch]\nallow = ["127.0.0.0/8"]\nports = [{web.port}]\n'
            f'pause_s = 0.0\nrdap = "https://rdap.registry.org:{web.port}"\nca = "{ca}"\n'
        )
        yield tmp_path / "fyke.toml", web


def test_what_is_fetched_is_known_and_weighed(fyke, internet):
    """Facts, evidence, and a run that uses them."""
    config, _ = internet
    ran = fyke("lab", "fetch", f"https://www.{NAME}/x", "--config", config, "--json")
    told = json.loads(ran.out)
    assert (ran.code, told["sites"], told["problems"]) == (0, 1, [])
    assert told["facts"] > 10
    shown = fyke("sites", NAME, "--config", config).out
    assert "M4711" in shown
    assert "boss@gang.net" in shown
    assert fyke("lab", "run", "--config", config).code == 0
    assert fyke("lab", "check", "--config", config).code == 0


def test_nobody_is_asked_by_itself(fyke, internet):
    """A run asks nobody unless the config says how many."""
    config, web = internet
    mail = config.with_name("one.eml")
    mail.write_bytes(b"From: a@b.com\nSubject: x\n\nGo to http://pills-now.com/ now\n")
    assert fyke("lab", "run", "--mail", mail, "--jobs", "1", "--offline", "--config", config).code == 0
    assert web.heard == []


def test_a_run_asks_where_the_config_says_so(fyke, internet, monkeypatch):
    """Sites of unwanted mail of which only mail told, once."""
    config, web = internet
    spam = b"From: a@b.com\nSubject: x\n\nhttp://pills-now.com/ XJS*C4JDBQADN1.NSBN3*2IDNEN*"
    mail = config.with_name("one.eml")
    mail.write_bytes(spam + b"GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n")
    monkeypatch.setenv("FYKE_FETCH_EACH_RUN", "5")
    words = ("lab", "run", "--mail", mail, "--jobs", "1", "--config", config)
    fyke(*words, "--offline")
    assert web.heard == []
    fyke(*words)
    asked = len(web.heard)
    assert asked >= 2
    fyke(*words)
    assert len(web.heard) == asked


def test_mistakes_are_told(fyke, internet):
    """No site, no such network, a proxy or a network that is none."""
    config, web = internet
    assert "to ask" in fyke("lab", "fetch", NAME, "--offline", "--config", config).err
    assert "takes sites" in fyke("lab", "fetch", "--config", config).err
    assert "no site" in fyke("lab", "fetch", "localhost", "--config", config).err
    assert "no such network" in fyke("lab", "fetch", "--network", "n-1", "--config", config).err
    config.write_text('[fetch]\nallow = ["nonsense"]\n')
    ran = fyke("lab", "fetch", NAME, "--config", config)
    assert (ran.code, "fetch" in ran.err) == (2, True)
    config.write_text('[fetch]\nproxy = "socks5://a:1"\n')
    assert "proxy" in fyke("lab", "fetch", NAME, "--config", config).err
    assert web.heard == []
