"""What Windows programs can do and hide; wanted ones give notes at most."""

from __future__ import annotations

import random
import struct

import pytest

from fyke.files.base import Content
from fyke.files.budget import Meter
from fyke.files.programs.carried import EmbeddedPrograms, UnixPrograms
from fyke.files.programs.facts import WindowsPrograms, misnamed
from tests.files.builders.pe import READ, RUN, WRITE, program

NOISE = random.Random(7).randbytes(20_000)
INJECT = {"kernel32.dll": ["VirtualAllocEx", "WriteProcessMemory", "CreateRemoteThread"]}
FETCH = {"urlmon.dll": ["URLDownloadToFileA"], "shell32.dll": ["ShellExecuteA"]}
KEYS = {"user32.dll": ["GetAsyncKeyState", "SetWindowsHookExA", "GetForegroundWindow"], "ws2_32.dll": ["#3"]}


def _found(data, name="a.exe"):
    return {one.symbol.name: one for one in WindowsPrograms().look(Content(data, name, "pe"))}


def _net():
    names = b"\0".join([b"", b"Load", b"Assembly", b"Invoke", b"GetPixel", b""])
    root = b"BSJB" + bytes(12) + struct.pack("<II", 40, len(names)) + b"#Strings\0\0\0\0"
    return root.ljust(40, b"\0") + names


@pytest.mark.parametrize(
    ("data", "symbol"),
    [
        (program(name=b"UPX0"), "PE_PACKED"),
        (program(name=b".aspack"), "PE_CRYPTED"),
        (b"MZKERNEL32.DLL" + program()[14:], "PE_CRYPTED"),
        (program(code=NOISE, flags=READ | RUN | WRITE), "PE_CRYPTED"),
        (program(INJECT), "PE_INJECTS"),
        (program(FETCH), "PE_DOWNLOAD_RUN"),
        (program(KEYS), "PE_KEYS_SENT"),
        (program(exports=("xlAutoOpen",)), "PE_ADD_IN"),
        (program(exports=("CPlApplet",)), "PE_CONTROL_PANEL"),
        (program(name=b".petite", company="Microsoft Corporation"), "PE_POSES"),
        (program(company="Adobe Inc."), "PE_CLAIMS"),
        (program(signed="alien"), "PE_SIGNATURE_ALIEN"),
        (program(signed="own"), "PE_SIGNATURE"),
        (program(timestamp=5), "PE_DATE"),
        (program(net=_net()), "PE_NET_LOADER"),
    ],
)
def test_facts(data, symbol):
    """Each fact is found."""
    assert symbol in _found(data)


@pytest.mark.parametrize(
    "data",
    [
        program({"kernel32.dll": ["CreateFileA", "ExitProcess"]}),
        program(company="Microsoft Corporation"),
        program({"kernel32.dll": ["WriteProcessMemory", "SetThreadContext", "WaitForDebugEvent", "VirtualAllocEx"]}),
        program(FETCH, overlay=bytes(3 << 20)),
        program(signed="own"),
    ],
)
def test_wanted_programs(data):
    """Plain programs, debuggers and large downloaders give notes at most."""
    assert all(one.symbol.bits <= 1.0 for one in _found(data).values())


@pytest.mark.parametrize(
    "name", ["invoice.pdf.exe", "a.docx    .scr", "annexe\u202efdp.exe", "scan.jpg", "Invoice.PDF"]
)
def test_names_that_lie(name):
    """Names of documents on programs are found."""
    assert misnamed(name)


@pytest.mark.parametrize(
    "name", ["setup.exe", "python3.11.exe", "a.b.dll", "", "v1.2.exe", "driver.sys", "noextension"]
)
def test_names_that_do_not(name):
    """Names of programs are not."""
    assert not misnamed(name)


def test_programs_among_resources_come_out():
    """A program kept as a resource is given on byte for byte; a text is not."""
    inner = program(FETCH)
    members = list(EmbeddedPrograms().open(Content(program(resource=inner), "a.exe", "pe"), Meter()))
    assert [member.data for member in members] == [inner]
    assert not list(EmbeddedPrograms().open(Content(program(resource=b"hello " * 30), "a.exe", "pe"), Meter()))


def test_packed_for_linux():
    """UPX in a Linux program is a note."""
    assert [one.detail for one in UnixPrograms().look(Content(b"\x7fELF" + bytes(99) + b"UPX!", "a", "elf"))] == [
        "UPX, elf"
    ]
    assert not list(UnixPrograms().look(Content(b"\x7fELF" + bytes(999), "a", "elf")))
