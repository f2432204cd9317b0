"""`fyke scan --files` and `fyke explain` of files, as a user has them: with the closed process."""

import io
import json
import zipfile

import pytest

from fyke.files.signatures.eicar import EICAR_SIGN
from tests.cli.conftest import SPAM
from tests.files.builders.mails import mail


@pytest.fixture
def folder(tmp_path):
    """A clean file, and the test file of virus scanners in a ZIP."""
    (tmp_path / "clean.txt").write_bytes(b"hello")
    with zipfile.ZipFile(tmp_path / "parcel.zip", "w") as archive:
        archive.writestr("inner/eicar.com", EICAR_SIGN)
    return tmp_path


def test_what_is_found_is_named_and_counted(fyke, folder):
    """With the exit code of other scanners."""
    done = fyke("scan", "--files", folder)
    assert done.code == 1
    assert "parcel.zip: Eicar-Test-Signature FOUND" in done.out
    assert "clean.txt: OK" in done.out
    assert "Files scanned:           2" in done.out
    assert "Infected files:          1" in done.out


def test_nothing_found_is_nought_and_nothing_there_is_two(fyke, folder):
    """0, and 2."""
    assert fyke("scan", "--files", folder / "clean.txt").code == 0
    assert fyke("scan", "--files", folder / "none").code == 2


def test_json_tells_the_tree(fyke, folder):
    """A line a file."""
    lines = [json.loads(line) for line in fyke("scan", "--files", "--json", folder).out.splitlines()]
    parcel = next(line for line in lines if line["path"].endswith("parcel.zip"))
    assert parcel["family"] == "Eicar-Test-Signature"
    inner = parcel["files"][0]["children"][0]
    assert inner["name"] == "inner/eicar.com"
    assert "FILE_EICAR" in {fact["name"] for fact in inner["facts"]}


def test_explain_shows_the_tree(fyke, folder):
    """Of a file, without being told that it is one."""
    done = fyke("explain", folder / "parcel.zip")
    assert done.code == 0
    assert "FOUND" in done.out.splitlines()[0]
    assert "parcel.zip  ZIP archive" in done.out
    assert "inner/eicar.com" in done.out
    assert "FILE_EICAR" in done.out


def test_explain_of_a_mail_shows_its_files(fyke, folder):
    """Each in its place."""
    raw = mail([("parcel.zip", (folder / "parcel.zip").read_bytes())])
    (folder / "x.eml").write_bytes(raw)
    done = fyke("explain", folder / "x.eml")
    assert "Its files, and what is in them" in done.out
    assert "eicar.com" in done.out
    assert done.out.startswith("MALWARE")


def test_a_mail_is_still_explained_as_mail(fyke, folder):
    """Unless its reader says otherwise."""
    (folder / "x.eml").write_bytes(SPAM)
    assert fyke("explain", folder / "x.eml").out.startswith("SPAM")
    assert "What is in it" in fyke("explain", "--files", folder / "x.eml").out


def test_two_processes_find_what_one_does(fyke, folder):
    """Each has a closed process of its own."""
    for number in range(40):
        (folder / f"{number}.txt").write_bytes(b"%d" % number)
    assert "Infected files:          1" in fyke("scan", "--files", "--jobs", "2", folder).out


def test_a_picture_that_is_no_picture_of_use_is_no_error(fyke, folder):
    """Broken files are evidence."""
    data = io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(40))
    (folder / "broken.png").write_bytes(data.getvalue())
    assert fyke("scan", "--files", folder / "broken.png").code == 0
