"""Android apps by what they ask for; Java archives."""

from __future__ import annotations

import io
import zipfile

import pytest

from fyke.files.base import Broken, Content
from fyke.files.identify import identify
from fyke.files.programs.apk import AndroidApps, JavaArchives
from tests.files.builders.apk import app

SMS = ("RECEIVE_SMS", "READ_SMS")
ACCESS = ("BIND_ACCESSIBILITY_SERVICE",)
WATCH = ("RECORD_AUDIO", "CAMERA", "ACCESS_FINE_LOCATION", "READ_CONTACTS", "READ_CALL_LOG", "READ_SMS", "INTERNET")
RECEIVED = "android.provider.Telephony.SMS_RECEIVED"


def _found(data):
    return {one.symbol.name: one.detail for one in AndroidApps().look(Content(data, "a.apk", "apk"))}


@pytest.mark.parametrize(
    ("data", "symbol"),
    [
        (app((*SMS, "SYSTEM_ALERT_WINDOW", "INTERNET"), ACCESS), "APK_BANKER"),
        (app(("SYSTEM_ALERT_WINDOW",), ACCESS), "APK_ACCESSIBILITY"),
        (app((*SMS, "INTERNET"), actions=(RECEIVED,)), "APK_SMS"),
        (app(("REQUEST_INSTALL_PACKAGES",), code=b"Ldalvik/system/DexClassLoader;"), "APK_DROPPER"),
        (app((), ("BIND_DEVICE_ADMIN",)), "APK_ADMIN"),
        (app(WATCH), "APK_SPY"),
        (app(more={"META-INF/CERT.RSA": b"..CN=Android Debug.."}), "APK_DEBUG"),
    ],
)  # fmt: skip
def test_shapes(data, symbol):
    """Each shape is found."""
    assert identify(data) == "apk"
    assert symbol in _found(data)


@pytest.mark.parametrize("is_utf8", [False, True])
def test_wanted_app(is_utf8):
    """An app with usual permissions is named, and no more."""
    data = app(("INTERNET", "CAMERA", "ACCESS_NETWORK_STATE", "RECEIVE_BOOT_COMPLETED"), is_utf8=is_utf8)
    assert _found(data) == {"APK": "test.example.app"}


def test_methods_that_only_phones_read():
    """A manifest under a method that no program knows is read all the same, and told."""
    data = bytearray(app(("INTERNET",)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        raw = archive.read("AndroidManifest.xml")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("AndroidManifest.xml", raw)
    data = bytearray(out.getvalue())
    at = data.find(b"PK\1\2")
    data[at + 8] |= 1
    data[at + 10 : at + 12] = b"\x77\x77"
    found = _found(bytes(data))
    assert found["APK"] == "test.example.app"
    assert "30583" in found["APK_MALFORMED"]
    assert "encrypted" in found["APK_MALFORMED"]


def test_damaged_apps():
    """Cut apps are broken, never a fault."""
    data = app(("INTERNET",))
    for size in range(0, len(data), 37):
        with pytest.raises(Broken):
            _found(data[:size])


def test_java_archive_names_its_program():
    """A Java archive with a program to start is a note; without one, nothing."""
    for text, expected in (("Main-Class: test.Main\n", ["test.Main"]), ("Created-By: 17\n", [])):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("META-INF/MANIFEST.MF", f"Manifest-Version: 1.0\n{text}")
        found = JavaArchives().look(Content(out.getvalue(), "a.jar", "jar"))
        assert [one.detail for one in found] == expected
