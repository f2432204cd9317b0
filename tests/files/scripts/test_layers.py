"""What scripts unfold, as files in the tree."""

from __future__ import annotations

import base64

import pytest

from fyke.files.analyst import Analyst
from fyke.files.scripts import TENANTS
from fyke.model import Analyse
from tests.files.builders import scripts

ANALYST = Analyst(TENANTS)


def _tree(text, name):
    analysis = ANALYST.analyse(Analyse("", name, content=text if isinstance(text, bytes) else text.encode()))
    assert not analysis.faults
    return analysis


@pytest.mark.parametrize(
    ("text", "name", "children"),
    [
        (scripts.POWERSHELL, "a.ps1", [("powershell", "base64 in a script")]),
        (scripts.deflated(), "a.ps1", [("powershell", "base64 in a script")]),
        (scripts.JS, "a.js", [("js", "spelled in pieces")]),
        (scripts.VBS, "a.vbs", [("vbs", "spelled in pieces")]),
        (scripts.BATCH, "a.cmd", [("batch", "spelled in pieces")]),
        (scripts.HTA, "a.hta", [("vbs", "block of hta")]),
        (scripts.WSF, "a.wsf", [("js", "block of wsf")]),
        (scripts.script_encoded(scripts.JS), "a.jse", [("js", "encoded script"), ("js", "spelled in pieces")]),
        (f"x='{base64.b64encode(scripts.program()).decode()}'", "a.ps1", [("pe", "base64 in a script")]),
        (f"x='{scripts.program().hex()}'", "a.vbs", [("pe", "hex in a script")]),
        ("x=" + ",".join(map(str, scripts.program())), "a.ps1", [("pe", "bytes in a script")]),
        (scripts.POWERSHELL.encode("utf-16"), "a.ps1", [("powershell", "base64 in a script")]),
    ],
)
def test_layers(text, name, children):
    """Each way of wrapping gives the file that was wrapped."""
    assert [(file.kind, file.how) for file in _tree(text, name).root.walk()][1:] == children


def test_ordinary_script_has_no_layers():
    """A program of a page with pictures and long words as base64 gives no files."""
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4).decode()
    text = f"const logo = 'data:image/png;base64,{picture}';\nlet a = 'x' + 'y'; eval(a); atob('aGVsbG8gd29ybGQ=');"
    assert _tree(text, "app.js").root.children == ()


def test_layers_end_at_the_budget():
    """A script of a thousand programs ends by a limit, and says so."""
    one = base64.b64encode(scripts.program()).decode()
    analysis = _tree("\n".join(f"x='{one}'" for _ in range(300)), "a.ps1")
    assert analysis.cuts
    assert len(analysis.root.children) <= 60
