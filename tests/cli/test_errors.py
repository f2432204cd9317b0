"""Sentences for mistakes."""

import pytest

from fyke.cli.errors import nearest, no_such_path


@pytest.mark.parametrize(("word", "said"), [("spma", "; did you mean spam?"), ("zzz", ""), ("", "")])
def test_nearest(word, said):
    """The nearest name, or silence."""
    assert nearest(word, ["ham", "spam"]) == said


def test_a_mistake_in_the_middle_of_a_path(tmp_path):
    """The first folder that is not there is the one that was mistyped."""
    (tmp_path / "archive" / "2025").mkdir(parents=True)
    said = no_such_path(str(tmp_path / "archiv" / "2025" / "x"))
    assert said.endswith(f"did you mean {tmp_path}/archive/2025/x?")


def test_relative_paths(tmp_path, monkeypatch):
    """As they were typed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inbox").mkdir()
    assert no_such_path("imbox") == "imbox: no such file or folder; did you mean inbox?"
