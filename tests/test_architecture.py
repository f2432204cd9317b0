"""Who may import whom: the rooms of the house hold to their plan (docs/explanation/architecture.md)."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "fyke"

MAY = {
    "model": set(),
    "config": set(),
    "mail": {"model"},
    "files": {"model", "mail"},
    "seal": {"model", "mail"},
    "wire": set(),
    "lookup": {"model", "wire", "files"},
    "detect": {"model", "mail", "files"},
    "learn": {"model", "mail"},
    "store": {"model"},
    "desk": {"model", "store", "judge", "mail"},
    "lab": {"model", "store", "mail"},
    "drill": {"model"},
    "doors": {"model", "wire"},
    "judge": {"model", "config"},
    "engine": {"model", "mail", "detect", "judge", "learn"},
    "house": {
        "model",
        "config",
        "mail",
        "detect",
        "judge",
        "learn",
        "engine",
        "store",
        "files",
        "lookup",
        "desk",
        "doors",
        "lab",
    },
    "teacher": {"model", "mail", "engine", "judge", "learn", "store"},
    "service": {"model", "doors"},
    "serving": {
        "model",
        "config",
        "mail",
        "detect",
        "judge",
        "learn",
        "engine",
        "store",
        "desk",
        "doors",
        "service",
        "teacher",
        "house",
        "lookup",
    },
    "__main__": {"cli"},
    "cli": {
        "model",
        "config",
        "mail",
        "detect",
        "judge",
        "learn",
        "engine",
        "store",
        "files",
        "house",
        "teacher",
        "serving",
        "service",
        "desk",
        "doors",
        "lab",
        "drill",
        "cli",
    },
}

FILES = sorted(path for path in SOURCE.rglob("*.py") if path != SOURCE / "__init__.py")


def room(path):
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def imports(path):
    """Rooms of ours that a file imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names = [f"fyke.{alias.name}" for alias in node.names] if node.module == "fyke" else [node.module or ""]
        for name in names:
            if name.startswith("fyke."):
                yield name.split(".")[1]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_follow_the_plan(path):
    """A room imports itself and what the plan lets it import, nothing else of ours."""
    own = room(path)
    used = set(imports(path)) - {own, "__version__"}
    assert used <= MAY[own], f"{own} may not import {sorted(used - MAY[own])}"


def test_every_room_is_planned_and_inhabited():
    """No empty room, and no room that the plan does not know."""
    assert {room(path) for path in FILES} == set(MAY)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_file_says_what_it_is_for(path):
    """A file opens with a docstring of at most eight lines."""
    doc = ast.get_docstring(ast.parse(path.read_text()))
    assert doc
    assert len(doc.splitlines()) <= 8
