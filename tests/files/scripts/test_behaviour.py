"""What scripts do, and what is said of wanted ones."""

from __future__ import annotations

import pytest

from fyke.files.analyst import Analyst
from fyke.files.scripts import TENANTS
from fyke.model import Analyse
from tests.files.builders import scripts

ANALYST = Analyst(TENANTS)


def _found(text, name):
    analysis = ANALYST.analyse(Analyse("", name, content=text.encode()))
    assert not analysis.faults
    return {finding.symbol.name: finding for finding in analysis.findings}


@pytest.mark.parametrize(
    ("text", "name", "symbol", "family"),
    [
        (scripts.POWERSHELL, "a.ps1", "SCRIPT_DOWNLOAD_RUN", "Script.PowerShell.DownloadRun"),
        (scripts.JS, "a.js", "SCRIPT_DOWNLOAD_RUN", "Script.JS.DownloadRun"),
        (scripts.JS, "a.js", "SCRIPT_OBFUSCATED", "Script.JS.Obfuscated"),
        (scripts.VBS, "a.vbs", "SCRIPT_DOWNLOAD_RUN", "Script.VBS.DownloadRun"),
        (scripts.BATCH, "a.bat", "SCRIPT_DOWNLOAD_RUN", "Script.Batch.DownloadRun"),
        (scripts.HTA, "a.hta", "SCRIPT_DOWNLOAD_RUN", "Script.VBS.DownloadRun"),
        (f"x='{scripts.program().hex()}'", "a.vbs", "SCRIPT_HOLDS_PROGRAM", "Script.VBS.Dropper"),
        ("vssadmin delete shadows /all /quiet", "a.bat", "SCRIPT_DISABLES", "Script.Batch.DisableAV"),
        ("schtasks /create /tn x /tr y.exe", "a.cmd", "SCRIPT_PERSISTS", "Script.Batch.Autorun"),
        (scripts.script_encoded('MsgBox "hello"'), "a.vbe", "SCRIPT_ENCODER", "Script.VBS.Encoded"),
        ("[Reflection.Assembly]::Load($b)", "a.ps1", "SCRIPT_IN_MEMORY", "Script.PowerShell.Loader"),
    ],
)  # fmt: skip
def test_bad_scripts(text, name, symbol, family):
    """Each deed is found, under the family's name."""
    assert _found(text, name)[symbol].family == family


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("@echo off\nsetlocal\nset JAVA=%JAVA_HOME%\\bin\\java.exe\n\"%JAVA%\" -jar x.jar %*\n", "gradlew.bat"),
        ("Invoke-WebRequest https://example.org/a.zip -OutFile a.zip\nExpand-Archive a.zip\n", "get.ps1"),
        ("const x = new XMLHttpRequest(); x.open('GET', '/api'); fetch('https://example.org')", "app.js"),
        ("require('child_process').exec('ls'); var b = 'a' + 'b';", "build.js"),
        ('Set o = CreateObject("Scripting.FileSystemObject")\nMsgBox o.GetFolder(".").Size', "size.vbs"),
    ],
)  # fmt: skip
def test_wanted_scripts(text, name):
    """Wrappers, installers, pages and tools get notes at most."""
    assert all(finding.symbol.bits <= 1.0 for finding in _found(text, name).values())


def test_addresses_are_leads():
    """Where a script fetches from is given on, though it was spelled in pieces."""
    leads = ANALYST.analyse(Analyse("", "a.js", content=scripts.JS.encode())).leads
    assert "http://example.test/a.exe" in {lead.url for lead in leads}
