"""What an Android app asks for, and whether that is the shape of a banking trojan, a dropper or a thief of messages.

An app may be installed from a mail only by hand, past Android's warnings: few wanted ones come that way.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from msgspec import Struct

from fyke.files.base import Broken, Content, Said, Scanner
from fyke.files.programs.axml import Element, Manifest, read
from fyke.model import Finding, Label, Symbol

APP = Symbol("APK", "An Android app is among the files", "files", 1.0, Label.MALWARE)
BANKER = Symbol(
    "APK_BANKER", "An Android app asks for the powers of a banking trojan: to read and press all, and to take messages",
    "files", 7.0, Label.MALWARE, family="Android.Trojan.Banker",
)  # fmt: skip
ACCESSIBILITY = Symbol(
    "APK_ACCESSIBILITY", "An Android app may read and press everything on the screen, and more", "files", 5.0,
    Label.MALWARE, family="Android.Trojan.Accessibility",
)  # fmt: skip
SMS = Symbol(
    "APK_SMS", "An Android app takes text messages as they come and talks to the net", "files", 4.0, Label.MALWARE,
    family="Android.Trojan.SmsStealer",
)  # fmt: skip
DROPPER = Symbol(
    "APK_DROPPER", "A small Android app installs others, or loads code that it carries hidden", "files", 4.0,
    Label.MALWARE, family="Android.Trojan.Dropper",
)  # fmt: skip
ADMIN = Symbol(
    "APK_ADMIN", "An Android app asks to be administrator of the phone", "files", 3.0, Label.MALWARE,
    family="Android.Trojan.DeviceAdmin",
)  # fmt: skip
SPY = Symbol(
    "APK_SPY", "An Android app may hear, see and locate, and read contacts, calls and messages", "files", 5.0,
    Label.MALWARE, family="Android.Spy.Agent",
)  # fmt: skip
ODD = Symbol(
    "APK_MALFORMED", "An Android app is put together so that programs that check it fail and phones do not", "files",
    5.0, Label.MALWARE, family="Android.Trojan.Evasion",
)  # fmt: skip
DEBUG = Symbol("APK_DEBUG", "An Android app is signed with the key for tests", "files", 1.0, Label.MALWARE)
JAR = Symbol("JAR_PROGRAM", "A Java archive that runs by a double click", "files", 1.0, Label.MALWARE)

MANIFEST_BYTES = 4 << 20
DEX_BYTES = 12 << 20
SMALL_BYTES = 15 << 20  # honest installers of other apps (shops, browsers) are larger
PREFIX = "android.permission."
_SMS = {"RECEIVE_SMS", "READ_SMS", "SEND_SMS", "RECEIVE_MMS"}
_WATCH = {"RECORD_AUDIO", "CAMERA", "ACCESS_FINE_LOCATION", "READ_CONTACTS", "READ_CALL_LOG", "READ_SMS",
          "PROCESS_OUTGOING_CALLS", "READ_PHONE_STATE"}  # fmt: skip
_DEBUG_KEY = b"CN=Android Debug", b"\x0c\x0dAndroid Debug", b"\x13\x0dAndroid Debug"


class Asked(Struct, frozen=True):
    """What a manifest asks for."""

    package: str
    permissions: frozenset[str]  # of Android itself, without their prefix
    guards: frozenset[str]  # permissions that its own services and receivers are bound by: what they are
    actions: frozenset[str]


def asked(manifest: Manifest) -> Asked:
    """The parts of a manifest that say what an app can do."""
    package, permissions, guards, actions = "", set(), set(), set()
    for element in manifest.elements:
        name = element.attributes.get("name", "")
        if element.name == "manifest":
            package = element.attributes.get("package", "")
        elif element.name.startswith("uses-permission"):
            permissions.add(name.removeprefix(PREFIX))
        elif element.name in {"service", "receiver"}:
            guards.add(_guard(element))
        elif element.name == "action":
            actions.add(name)
    return Asked(package, frozenset(permissions), frozenset(guards - {""}), frozenset(actions))


def _guard(element: Element) -> str:
    return element.attributes.get("permission", "").removeprefix(PREFIX)


class AndroidApps(Scanner):
    """What does this app ask for?"""

    name = "android_apps"
    kinds = frozenset({"apk"})
    symbols = (APP, BANKER, ACCESSIBILITY, SMS, DROPPER, ADMIN, SPY, ODD, DEBUG)

    def look(self, file: Content) -> Iterable[Said]:
        """Read the manifest, then the names in the code and the certificate."""
        files, odd = _opened(file.data)
        raw = files.get("AndroidManifest.xml", b"")
        if not raw:
            raise Broken("an app without a manifest that can be read")
        if raw.lstrip().startswith(b"<"):
            return  # source of an app, not one that can be installed
        manifest = read(raw)
        said = asked(manifest)
        yield Finding(APP, said.package[:100])
        if odd or manifest.oddities:
            yield Finding(ODD, "; ".join((*odd, *manifest.oddities))[:200])
        code = b"".join(data for name, data in files.items() if name.endswith(".dex"))
        yield from _judged(said, code, len(file.data))
        if any(sign in data for name, data in files.items() if name.startswith("META-INF/") for sign in _DEBUG_KEY):
            yield Finding(DEBUG, "CN=Android Debug")


def _judged(said: Asked, code: bytes, size: int) -> Iterator[Finding]:
    """Combinations of powers, the worst first."""
    may, guards = said.permissions, said.guards
    reads_all = "BIND_ACCESSIBILITY_SERVICE" in guards
    messages, covers = may & _SMS, "SYSTEM_ALERT_WINDOW" in may
    installs = "REQUEST_INSTALL_PACKAGES" in may
    listens = "BIND_NOTIFICATION_LISTENER_SERVICE" in guards
    starts = "RECEIVE_BOOT_COMPLETED" in may
    if reads_all and (messages or listens) and (covers or starts):
        yield Finding(
            BANKER, ", ".join(sorted({"accessibility", *messages} | ({"notifications"} if listens else set())))
        )
    elif reads_all and (messages or covers or installs or listens):
        extra = [name for name, has in (("overlay", covers), ("installs", installs), ("notifications", listens)) if has]
        yield Finding(ACCESSIBILITY, ", ".join(("accessibility", *sorted(messages), *extra)))
    elif "android.provider.Telephony.SMS_RECEIVED" in said.actions and "INTERNET" in may:
        yield Finding(SMS, ", ".join(sorted(messages)))
    loads = any(name in code for name in (b"Ldalvik/system/DexClassLoader;", b"Ldalvik/system/InMemoryDexClassLoader;"))
    if size <= SMALL_BYTES and installs and (loads or b"Landroid/content/pm/PackageInstaller$Session;" in code):
        yield Finding(DROPPER, "REQUEST_INSTALL_PACKAGES" + (", DexClassLoader" if loads else ", PackageInstaller"))
    if "BIND_DEVICE_ADMIN" in guards:
        yield Finding(ADMIN, "BIND_DEVICE_ADMIN")
    watched = may & _WATCH
    if len(watched) >= 6 and "INTERNET" in may:
        yield Finding(SPY, ", ".join(sorted(watched))[:200])


def _opened(data: bytes) -> tuple[dict[str, bytes], list[str]]:
    """The few members that matter, and the tricks in how they are stored. Sizes are capped, whatever they promise."""
    files: dict[str, bytes] = {}
    odd: dict[str, None] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            left = MANIFEST_BYTES + DEX_BYTES
            for info in archive.infolist()[:20_000]:
                if info.filename not in {"AndroidManifest.xml", "classes.dex", "classes2.dex"} and not (
                    info.filename.startswith("META-INF/") and info.filename.endswith((".RSA", ".DSA", ".EC"))
                ):
                    continue
                method = info.compress_type
                if method not in {0, 8}:  # Android takes any other method for stored
                    odd[f"{info.filename} with method {method}"] = None
                if info.flag_bits & 1:  # and does not look at this flag
                    odd[f"{info.filename} said to be encrypted"] = None
                if info.filename not in files and left > 0:
                    files[info.filename] = _member(data, info, left)
                    left -= len(files[info.filename])
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Broken(f"archive of the app: {error}") from error
    return files, list(odd)


def _member(data: bytes, info: zipfile.ZipInfo, room: int) -> bytes:
    """The bytes of a member, read past flags and methods as Android does."""
    at = info.header_offset
    start = (
        at + 30 + int.from_bytes(data[at + 26 : at + 28], "little") + int.from_bytes(data[at + 28 : at + 30], "little")
    )
    raw = data[start : start + info.compress_size]
    if info.compress_type != 8:
        return data[start : start + min(room, max(info.compress_size, info.file_size))]
    try:
        return zlib.decompressobj(-15).decompress(raw, room)
    except zlib.error:
        return b""


class JavaArchives(Scanner):
    """Does a Java archive run by a double click, and what first?"""

    name = "java_archives"
    kinds = frozenset({"jar"})
    symbols = (JAR,)

    def look(self, file: Content) -> Iterable[Said]:
        """Ask the manifest."""
        try:
            with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
                text = _member(file.data, archive.getinfo("META-INF/MANIFEST.MF"), 65_536).decode("utf-8", "replace")
        except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, OSError) as error:
            raise Broken(f"Java archive: {error}") from error
        for line in text.splitlines()[:1_000]:
            if line.lower().startswith("main-class:"):
                yield Finding(JAR, line[11:].strip()[:100])
                return
