"""`fyke config`."""

import json
import re


def test_every_knob_with_its_origin(fyke, tmp_path, monkeypatch):
    """File, environment and command line, each named."""
    config = tmp_path / "fyke.toml"
    config.write_text('[judge]\ndisabled = ["gtube"]\n')
    monkeypatch.setenv("FYKE_SITE_OWN_DOMAINS", "example.org")
    ran = fyke("config", "--config", config)
    assert re.search(rf'judge.disabled +\["gtube"\]  \({re.escape(str(config))}:2\)', ran.out)
    assert "($FYKE_SITE_OWN_DOMAINS)" in ran.out
    knobs = [json.loads(line) for line in fyke("config", "--json", "--own-domain", "example.net").out.splitlines()]
    assert {knob["name"]: knob["origin"] for knob in knobs}["site.own_domains"] == "command line"
    assert next(knob["value"] for knob in knobs if knob["name"] == "site.own_domains") == ["example.org", "example.net"]


def test_the_last_line_says_who_weighs(fyke, monkeypatch):
    """Whether the native kernel is in use; no line of it among the knobs of --json."""
    monkeypatch.setenv("FYKE_KERNEL", "off")
    assert (
        fyke("config").out.splitlines()[-1] == "numpy reads and weighs: the native kernel is turned off by $FYKE_KERNEL"
    )
    assert "kernel" not in fyke("config", "--json").out


def test_check(fyke, tmp_path):
    """Right, or one sentence with line and nearest name."""
    config = tmp_path / "fyke.toml"
    config.write_text('[judge]\ndisabled = ["gtube"]\n')
    assert "right" in fyke("config", "check", config).out
    config.write_text("[judge]\ndisable = []\n")
    ran = fyke("config", "check", config)
    assert ran.code == 2
    assert f"{config}:2: no knob disable in [judge]; did you mean disabled?" in ran.err
    config.write_text('[judge]\ndisabled = ["gtub"]\n')
    assert "did you mean gtube?" in fyke("config", "check", config).err


def test_missing_config(fyke, tmp_path):
    """Named by an option, it must be there."""
    (tmp_path / "fyke.toml").touch()
    ran = fyke("config", "--config", tmp_path / "fyk.toml")
    assert ran.code == 2
    assert f"did you mean {tmp_path}/fyke.toml?" in ran.err
