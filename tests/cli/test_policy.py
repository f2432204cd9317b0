"""`fyke policy`."""

import json


def test_every_value_with_its_origin(fyke):
    """Shipped and declared ones."""
    out = fyke("policy").out
    assert "thresholds.unwanted" in out
    assert "shipped" in out
    assert "declared" in out


def test_changed_shows_only_what_differs(fyke, tmp_path):
    """With file and line, and what was shipped."""
    policy = tmp_path / "policy.toml"
    policy.write_text("[thresholds]\nunwanted = 9.5\nunsure = 1.5\n")
    ran = fyke("policy", "--changed", "--policy", policy)
    lines = [line for line in ran.out.splitlines() if line.startswith("thresholds")]
    assert len(lines) == 1
    assert f"{policy}:2" in lines[0]
    assert "9.5" in lines[0]
    assert "1 changed" in ran.out


def test_names_choose(fyke):
    """A part of a name is enough."""
    lines = [json.loads(line) for line in fyke("policy", "--json", "threshold").out.splitlines()]
    assert [line["name"] for line in lines] == ["thresholds.unwanted", "thresholds.unsure", "thresholds.bulk"]
    assert lines[0]["origin"] == "shipped"
