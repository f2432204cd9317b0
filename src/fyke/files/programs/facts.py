"""What a Windows program can do and what it hides, told from its headers, imports and resources. Nothing is run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from fyke.files.base import Content, Said, Scanner
from fyke.files.entropy import entropy
from fyke.files.programs.pe import DEBUG, NET, Import, Program, certificates, exports, imports, read
from fyke.files.programs.resources import has_own_signature, version_info
from fyke.model import Finding, Label, Symbol

PACKED = Symbol("PE_PACKED", "A Windows program is packed by a known packer", "files", 1.0, Label.MALWARE)
CRYPTED = Symbol(
    "PE_CRYPTED", "A Windows program is unfolded only as it runs, by a packer that hides what it does", "files", 3.0,
    Label.MALWARE, family="Win32.Packed.Generic",
)  # fmt: skip
INJECTS = Symbol(
    "PE_INJECTS", "A small Windows program can put its code into other programs", "files", 3.0, Label.MALWARE,
    family="Win32.Trojan.Injector",
)  # fmt: skip
DOWNLOADS = Symbol(
    "PE_DOWNLOAD_RUN", "A small Windows program fetches files from the net and runs them", "files", 3.0, Label.MALWARE,
    family="Win32.Trojan.Downloader",
)  # fmt: skip
KEYS = Symbol(
    "PE_KEYS_SENT", "A small Windows program can read all keys pressed and talk to the net", "files", 3.0,
    Label.MALWARE, family="Win32.Spy.KeyLogger",
)  # fmt: skip
ADD_IN = Symbol(
    "PE_ADD_IN", "A library that Excel runs as soon as it is opened", "files", 4.0, Label.MALWARE,
    family="Win32.Dropper.ExcelAddIn",
)  # fmt: skip
CONTROL = Symbol("PE_CONTROL_PANEL", "A library that Windows runs when it is opened", "files", 1.0, Label.MALWARE)
MISNAMED = Symbol(
    "PE_MISNAMED", "A Windows program goes under the name of a document or a picture", "files", 6.0, Label.MALWARE,
    family="Win32.Trojan.DoubleExtension",
)  # fmt: skip
POSES = Symbol(
    "PE_POSES", "A packed Windows program says that a well-known maker made it, and bears no signature", "files", 3.0,
    Label.MALWARE, family="Win32.Packed.Impostor",
)  # fmt: skip
CLAIMS = Symbol("PE_CLAIMS", "A Windows program says a well-known maker made it, and bears no signature", "files", 0.5)
TORN = Symbol(
    "PE_SIGNATURE_ALIEN", "The signature in a Windows program was made of other bytes than it has", "files", 3.0,
    Label.MALWARE, family="Win32.Trojan.StolenSignature",
)  # fmt: skip
SIGNED = Symbol("PE_SIGNATURE", "A Windows program bears a signature; nobody asked here who signed it", "files", 0.0)
DATED = Symbol("PE_DATE", "A Windows program says that it was built at an impossible time", "files", 0.3)
LOADER = Symbol(
    "PE_NET_LOADER", "A small .NET program unfolds another one out of its pictures or texts", "files", 4.0,
    Label.MALWARE, family="MSIL.Trojan.Loader",
)  # fmt: skip
OBFUSCATED = Symbol("PE_NET_OBFUSCATED", "A .NET program went through a tool that hides its code", "files", 1.0)

SMALL_BYTES = 2 << 20  # honest programs with a wide choice of abilities (browsers, debuggers, runtimes) are larger
FEW_IMPORTS = 25  # distinct functions: what an unfolding stub asks for
PACKED_ENTROPY = 7.2  # bits a byte: compiled code has 5.5 to 6.8
EARLIEST, LATEST = 662_688_000, 4_102_444_800  # 1991, before Windows NT; 2100
REPRODUCIBLE = 16  # IMAGE_DEBUG_TYPE_REPRO: the date is a digest
STRINGS_BYTES = 1 << 20  # of .NET names looked through

HONEST_PACKERS = {"upx": "UPX", ".mpress": "MPRESS"}  # their section names, lower case, and what they are called
PACKERS = {
    ".aspack": "ASPack", ".adata": "ASPack", "mew": "MEW", "petite": "Petite", ".petite": "Petite", "pec1": "PECompact",
    "pec2": "PECompact", "pecompact": "PECompact", "fsg!": "FSG", ".themida": "Themida", ".winlice": "WinLicense",
    ".vmp": "VMProtect", ".enigma": "Enigma", "nsp": "NsPack", ".nsp": "NsPack", "yc": "yoda's Crypter",
    ".y0da": "yoda's Crypter", ".wwp32": "WWPack", "wwpack": "WWPack", ".perplex": "Perplex", "pelock": "PELock",
    ".svkp": "SVKP", "kungbim": "PESpin", ".packed": "RLPack", ".rlpack": "RLPack", "upack": "Upack",
    ".neolit": "NeoLite", "neolit": "NeoLite", ".nsp0": "NsPack", ".sforce": "StarForce", "pepack": "PEPack",
}  # fmt: skip
_PLACES = frozenset({"virtualallocex", "ntallocatevirtualmemory", "zwallocatevirtualmemory", "ntmapviewofsection",
    "ntunmapviewofsection", "zwunmapviewofsection"})  # fmt: skip
_REMOTE = frozenset({"writeprocessmemory", "ntwritevirtualmemory", "zwwritevirtualmemory"})
_STARTS = frozenset({
    "createremotethread", "createremotethreadex", "ntcreatethreadex", "rtlcreateuserthread", "queueuserapc",
    "setthreadcontext", "wow64setthreadcontext", "ntunmapviewofsection", "zwunmapviewofsection",
})  # fmt: skip
_FETCHES = frozenset({"urldownloadtofilea", "urldownloadtofilew", "urldownloadtocachefilea", "urldownloadtocachefilew"})
_RUNS = frozenset({
    "winexec", "shellexecutea", "shellexecutew", "shellexecuteexa", "shellexecuteexw", "createprocessa",
    "createprocessw", "createprocessasusera", "createprocessasuserw",
})  # fmt: skip
_KEYS = frozenset({"getasynckeystate", "getkeyboardstate"})
_HOOKS = frozenset({"setwindowshookexa", "setwindowshookexw", "getrawinputdata"})
_WATCHES = frozenset({"getforegroundwindow", "getwindowtexta", "getwindowtextw"})
_NETS = ("wininet.dll", "winhttp.dll", "ws2_32.dll", "wsock32.dll", "urlmon.dll")
_DEBUGGERS = frozenset({"waitfordebugevent", "debugactiveprocess", "waitfordebugeventex"})

MAKERS = re.compile(r"microsoft|adobe|google|mozilla|oracle|apple inc|intel corp|nvidia|vmware", re.IGNORECASE)
READS_AS = frozenset(
    "pdf doc docx docm xls xlsx xlsm ppt pptx rtf txt csv jpg jpeg png gif bmp tif mp3 mp4 avi htm html xml eml msg "
    "odt ods zip rar 7z iso one".split()
)
_NAME = re.compile(r"\.([a-z0-9]{2,4})[\s_.\u00a0-]{0,200}\.(exe|scr|com|pif|cpl|dll|bat|cmd)\Z", re.IGNORECASE)
_TURNED = "\u202e"  # right-to-left override: "annexe\u202efdp.exe" is shown as "annexeexe.pdf"
_OBFUSCATORS = (
    (b"ConfusedByAttribute", "ConfuserEx"), (b"SmartAssembly.Attributes", "SmartAssembly"),
    (b".NET Reactor", ".NET Reactor"), (b"DotfuscatorAttribute", "Dotfuscator"), (b"YanoAttribute", "Yano"),
    (b"BabelObfuscatorAttribute", "Babel"), (b"Eazfuscator", "Eazfuscator"), (b"CryptoObfuscator", "CryptoObfuscator"),
)  # fmt: skip


class WindowsPrograms(Scanner):
    """What can this program do, and what does it hide?"""

    name = "windows_programs"
    kinds = frozenset({"pe"})
    symbols = (
        PACKED, CRYPTED, INJECTS, DOWNLOADS, KEYS, ADD_IN, CONTROL, MISNAMED, POSES, CLAIMS, TORN, SIGNED, DATED,
        LOADER, OBFUSCATED,
    )  # fmt: skip

    def look(self, file: Content) -> Iterable[Said]:
        """Ask the name first: it needs no headers that could be broken."""
        if why := misnamed(file.name):
            yield Finding(MISNAMED, why)
        program = read(file.data)
        asked = imports(file.data, program)
        packer = list(_packed(file.data, program, asked))
        yield from packer
        for question in _QUESTIONS:
            yield from question(file.data, program, asked)
        yield from _signature(file.data, program, is_packed=bool(packer))


def misnamed(name: str) -> str:
    """How a name hides that it is a program's; empty where it does not."""
    if _TURNED in name:
        return "name is turned round with U+202E: " + name.replace(_TURNED, "<U+202E>")[-80:]
    if (doubled := _NAME.search(name[-255:])) and doubled[1].lower() in READS_AS:
        return name[-80:]
    last = name.lower().rpartition(".")[2]
    return name[-80:] if "." in name and last in READS_AS else ""


def _packed(data: bytes, program: Program, asked: tuple[Import, ...]) -> Iterator[Finding]:
    names = [section.name.lower().strip(" \0") for section in program.sections]
    for sign, title in (PACKERS | HONEST_PACKERS).items():
        for section, name in zip(program.sections, names, strict=True):
            if name.startswith(sign):
                yield Finding(
                    PACKED if sign in HONEST_PACKERS else CRYPTED, f"{title} (section {section.name.strip()})"
                )
                return
    if data[2:14] == b"KERNEL32.DLL":  # its headers lie within one another, and no section has a name
        yield Finding(CRYPTED, "Upack (the name of a library in the DOS header)")
        return
    home = program.section_at(program.entry)
    if home is None or program.directory(NET)[0]:
        return
    functions = {one.function for one in asked}
    full = [s for s in program.sections if s.raw_size > 4_096 and entropy(s.raw(data)) > PACKED_ENTROPY]
    holes = [s for s in program.sections if not s.raw_size and s.virtual_size > 4_096 and s.executes]
    odd = home.writes or home is program.sections[-1]
    if len(functions) <= FEW_IMPORTS and odd and (full or holes):
        yield Finding(CRYPTED, f"{len(functions)} imports, starts in {home.name.strip() or 'a section without name'}")


def _abilities(data: bytes, _: Program, asked: tuple[Import, ...]) -> Iterator[Finding]:
    """Combinations of imports that small honest programs do not have."""
    if len(data) > SMALL_BYTES:
        return
    functions = {one.function.lower() for one in asked}
    places, remote, starts = functions & _PLACES, functions & _REMOTE, functions & _STARTS
    if places and remote and starts and not functions & _DEBUGGERS:
        yield Finding(INJECTS, ", ".join(sorted(places | remote | starts))[:200])
    fetches, runs = functions & _FETCHES, functions & _RUNS
    if fetches and runs:
        yield Finding(DOWNLOADS, ", ".join(sorted(fetches | runs))[:200])
    keys = functions & _KEYS
    if keys and functions & _HOOKS and functions & _WATCHES and any(one.library in _NETS for one in asked):
        yield Finding(KEYS, ", ".join(sorted(keys | (functions & _HOOKS))))


def _library(data: bytes, program: Program, _: tuple[Import, ...]) -> Iterator[Finding]:
    if program.is_dll:
        names = exports(data, program)[1]
        if "xlAutoOpen" in names:
            yield Finding(ADD_IN, "xlAutoOpen")
        if "CPlApplet" in names:
            yield Finding(CONTROL, "CPlApplet")


def _date(data: bytes, program: Program, _: tuple[Import, ...]) -> Iterator[Finding]:
    """A date before Windows NT or after 2100, unless it is the digest of a reproducible build."""
    if not program.timestamp or EARLIEST <= program.timestamp <= LATEST:
        return
    address, size = program.directory(DEBUG)
    at = program.offset(address) if address else -1
    block = data[at : at + min(size, 28 * 16)] if at >= 0 else b""
    if not any(block[place + 12 : place + 16] == bytes([REPRODUCIBLE, 0, 0, 0]) for place in range(0, len(block), 28)):
        yield Finding(DATED, f"{program.timestamp:#x}")


def _net(data: bytes, program: Program, _: tuple[Import, ...]) -> Iterator[Finding]:
    """A .NET program: its names stand as they are in the heap #Strings (ECMA-335 II.24.2.3)."""
    if not program.directory(NET)[0]:
        return
    at = data.find(b"#Strings\0\0\0\0")
    root = data.rfind(b"BSJB", 0, at) if at > 8 else -1
    if root < 0:
        return
    offset, size = int.from_bytes(data[at - 8 : at - 4], "little"), int.from_bytes(data[at - 4 : at], "little")
    heap = data[root + offset : root + offset + min(size, STRINGS_BYTES)]
    names = set(heap.split(b"\0"))
    for sign, title in _OBFUSCATORS:
        if sign in heap:
            yield Finding(OBFUSCATED, title)
    loads = b"Load" in names and (b"Assembly" in names or b"AppDomain" in names)
    calls = names & {b"Invoke", b"InvokeMember", b"CreateInstance", b"DynamicInvoke"}
    hides = names & {
        b"GetPixel",
        b"FromBase64String",
        b"RijndaelManaged",
        b"TripleDESCryptoServiceProvider",
        b"LockBits",
    }
    if loads and calls and b"GetPixel" in hides and len(data) <= SMALL_BYTES:
        yield Finding(LOADER, "Assembly.Load, " + b", ".join(sorted(hides | calls)).decode("latin-1"))


_QUESTIONS: tuple[Callable[[bytes, Program, tuple[Import, ...]], Iterator[Finding]], ...] = (
    _abilities, _library, _date, _net,
)  # fmt: skip


def _signature(data: bytes, program: Program, *, is_packed: bool) -> Iterator[Finding]:
    own = has_own_signature(data, program)
    if own is not None:
        yield Finding(SIGNED if own else TORN, "digest is the file's" if own else "digest is not the file's")
    if certificates(data, program)[1]:
        return
    company = version_info(data, program).get("CompanyName", "")
    if MAKERS.search(company[:200]):
        yield Finding(POSES if is_packed else CLAIMS, company[:80])
