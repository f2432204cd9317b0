"""Bytes to text: what is declared, what is there, and what a mail program shows."""

import pytest

from fyke.mail.charset import codec, decode
from fyke.mail.defects import Notes


@pytest.mark.parametrize(
    ("content", "label", "text", "kinds"),
    [
        (b"plain", "", "plain", []),
        (b"plain", "utf-8", "plain", []),
        ("Grüße".encode(), "utf-8", "Grüße", []),
        (b"\x93quoted\x94 \x80", "iso-8859-1", "“quoted” €", []),
        (b"\x81\x93", "windows-1252", "\x81“", []),
        ("你好".encode("gbk"), "gb2312", "你好", []),
        ("𠀀".encode("gb18030"), "gbk", "𠀀", []),
        ("안녕".encode("cp949"), "ks_c_5601-1987", "안녕", []),
        ("こんにちは".encode("iso2022_jp"), "iso-2022-jp", "こんにちは", []),
        ("привет".encode("koi8-r"), "koi8-r", "привет", []),
        ("hi".encode("utf-16"), "utf-16", "hi", []),
        ("\ufeffhi".encode(), "utf-8", "hi", []),
        ("Grüße".encode(), "", "Grüße", ["charset-8bit"]),
        (b"caf\xe9", "us-ascii", "café", ["charset-8bit"]),
        ("Grüße".encode(), "iso-8859-1", "Grüße", ["charset-lies"]),
        (b"plain text", "utf-16", "plain text", ["charset-lies"]),
        ("plain text".encode("utf-16-le"), "utf-8", "plain text", ["charset-lies"]),
        (b"plain", "klingon", "plain", ["charset-unknown"]),
        (b"caf\xe9", "klingon", "café", ["charset-unknown"]),
        (b"caf\xe9", "utf-8", "caf\ufffd", ["charset-broken"]),
        (b"+ADw-script+AD4-", "utf-7", "<script>", ["charset-utf7"]),
        (b"a very long plain text with a\0zero", "utf-8", "a very long plain text with azero", ["nul"]),
        (b"", "klingon", "", ["charset-unknown"]),
    ],
)
def test_text_is_decoded(content, label, text, kinds):
    """As a browser would (WHATWG Encoding); what does not fit is a defect."""
    notes = Notes()
    assert decode(content, label, notes) == text
    assert [defect.kind for defect in notes.defects] == kinds


@pytest.mark.parametrize(
    "label",
    [
        "zlib",
        "hex",
        "rot13",
        "idna",
        "punycode",
        "unicode_escape",
        "undefined",
        "base64",
        "uu",
        "\0",
        "x" * 500,
        "mbcs",
    ],
)
def test_only_charsets_are_chosen(label):
    """Python knows codecs that a stranger must not choose."""
    assert codec(label) == ""


@pytest.mark.parametrize("label", ["UTF-8", '"utf-8"', " utf8 ", "utf_8", "unicode-1-1-utf-8"])
def test_a_charset_has_many_names(label):
    """Quotes, case and white space do not matter."""
    assert codec(label) in {"utf-8", "utf8"}


def test_html_names_its_charset_itself():
    """Where the header declares none, the meta element counts (HTML 13.2.3.2)."""
    content = b'<html><meta http-equiv="Content-Type" content="text/html; charset=koi8-r">' + "привет".encode("koi8-r")
    assert decode(content, "", Notes(), html=True).endswith("привет")
