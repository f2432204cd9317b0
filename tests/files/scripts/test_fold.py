"""What scripts spell in pieces, put together; and that it takes no longer for long scripts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.files.scripts.fold import folded


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        ("js", "x = 'WScr' + \"ipt\" + '.Shell';", '"WScript.Shell"'),
        ("js", "String.fromCharCode(99, 0x6d, 100)", '"cmd"'),
        ("js", 'x = "llehs".split("").reverse().join("");', '"shell"'),
        ("js", 'x = "s#he#ll".split("#").join("");', '"shell"'),
        ("js", 'x = "sxhxell".replace(/x/g, "");', '"shell"'),
        ("js", 'x = atob("c2hlbGw=");', '"shell"'),
        ("js", 'x = unescape("%73%u0068ell");', '"shell"'),
        ("js", r'x = "\x73\u0068ell";', '"shell"'),
        ("js", 'var a = "she"; run(a + "ll");', 'run("shell")'),
        ("vbs", 'x = "s" & Chr(104) & ChrW(&H65) & Chr(109 - 1) & "l"', '"shell"'),
        ("vbs", 'x = StrReverse("llehs")', '"shell"'),
        ("vbs", 'x = Replace("sh#el#l", "#", "")', '"shell"'),
        ("vbs", 'x = "she" & _\r\n "ll"', '"shell"'),
        ("powershell", "i`e`x ('she'+'ll')", 'iex "shell"'),
        ("powershell", "(\"{1}{0}\" -f 'll','she')", '"shell"'),
        ("powershell", "[char]115+[char]0x68", '"sh"'),
        ("powershell", "([char[]](115,104) -join '')", '"sh"'),
        ("powershell", "'s#hell'.replace('#','')", '"shell"'),
        ("batch", "s^h^e^l^l", "shell"),
        ("batch", "set a=she\n%a%ll", "shell"),
        ("batch", "%comspec:~-7,3%", "cmd"),
        ("batch", "set a=sXell\n%a:X=h%", "shell"),
    ],
)
def test_pieces_put_together(kind, written, expected):
    """Each of the usual ways to take words apart is undone."""
    assert expected in folded(written, kind)


@given(
    st.text(alphabet="ab0x,()[]{}'\"+-&%^`~:;=.$_\\/ \n", max_size=400),
    st.sampled_from(["js", "vbs", "powershell", "batch"]),
)
@settings(max_examples=80, deadline=None)
def test_any_text(text, kind):
    """Any text is folded, to no more than a small multiple of its length."""
    assert len(folded(text, kind)) <= 2 * len(text) + 65_536


@pytest.mark.parametrize("kind", ["js", "vbs", "powershell", "batch"])
@pytest.mark.parametrize(
    "piece",
    [
        "'", '"', '\\"', "('a'+", '"a"+', "fromCharCode(1,", "1,", "[char]", "{", "`", "^", "%a", "a=", '.split("")',
        "Chr(", " ", 'x="aaaaaaaa";x+', "set a=%a%%a%\n%a%",
    ],
)  # fmt: skip
def test_time_is_in_proportion(kind, piece):
    """No piece said a hundred thousand times takes more than seconds."""
    started = time.process_time()
    folded(piece * 100_000, kind)
    assert time.process_time() - started < 4
