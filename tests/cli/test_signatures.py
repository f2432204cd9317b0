"""`fyke signatures`."""

import hashlib
import json

import pytest

DATA = b"harmless, but known"


@pytest.fixture
def config(tmp_path):
    """A site with a small database: one line is no signature."""
    digest = hashlib.sha256(DATA).hexdigest()
    (tmp_path / "site.hsb").write_text(f"{digest}:{len(DATA)}:Site.Test.Known:73\nnonsense\n")
    path = tmp_path / "fyke.toml"
    path.write_text(f'[files]\nsignatures = ["{tmp_path / "site.hsb"}"]\n[site]\nfolder = "{tmp_path / "state"}"\n')
    return path


def test_it_counts_what_was_loaded_and_what_not(fyke, config):
    """Exactly, with the reason."""
    done = fyke("signatures", "--config", config)
    assert done.code == 0
    assert "1 signature of 1 file loaded, 1 not" in done.out
    assert json.loads(fyke("signatures", "--json", "--config", config).out)["signatures"] == 1


def test_what_is_known_is_found_by_its_name(fyke, config, tmp_path):
    """In the closed process, whatever the file is called."""
    (tmp_path / "list.txt").write_bytes(DATA)
    done = fyke("scan", "--files", "--config", config, tmp_path / "list.txt")
    assert done.code == 1
    assert "Site.Test.Known" in done.out


def test_without_signatures_it_says_how_to_have_some(fyke):
    """And that is no failure."""
    done = fyke("signatures")
    assert done.code == 0
    assert "files.signatures" in done.out


def test_a_path_that_is_not_there_is_told(fyke, tmp_path):
    """Before any scan."""
    path = tmp_path / "fyke.toml"
    path.write_text('[files]\nsignatures = ["/no/such/folder"]\n')
    assert "/no/such/folder" in fyke("signatures", "--config", path).err
    assert fyke("scan", "--config", path, path).code == 2
