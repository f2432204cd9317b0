"""Where the config comes from."""

from fyke.cli.setup import standard_config


def test_the_first_of_the_standard_places(tmp_path):
    """$FYKE_CONFIG, then the user's own; never one of the current folder."""
    own = tmp_path / "fyke" / "fyke.toml"
    assert standard_config({"XDG_CONFIG_HOME": str(tmp_path)}) != own
    own.parent.mkdir()
    own.touch()
    assert standard_config({"XDG_CONFIG_HOME": str(tmp_path)}) == own
    assert str(standard_config({"XDG_CONFIG_HOME": str(tmp_path), "FYKE_CONFIG": "x.toml"})) == "x.toml"


def test_config_of_the_current_folder_is_not_read(fyke, box, monkeypatch):
    """It may be a mailbox, and its owner an enemy."""
    (box / "fyke.toml").write_text('[judge]\ndisabled = ["gtube"]\n')
    monkeypatch.chdir(box)
    assert fyke("scan", "2.eml").code == 1
