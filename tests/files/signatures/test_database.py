"""Signatures of a site: what of them is in a file, and the same as ClamAV finds."""

import os
import re
import shutil
import subprocess

import pytest

from fyke.files import packaged
from fyke.files.analyst import Analyst
from fyke.files.base import Content
from fyke.files.signatures import compiling
from fyke.files.signatures.database import Signatures
from fyke.files.signatures.known import Known
from fyke.model import Analyse
from tests.files.builders import signatures as built


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of databases of all formats, compiled."""
    folder = tmp_path_factory.mktemp("signatures")
    (folder / "db").mkdir()
    for name, text in built.databases().items():
        (folder / "db" / name).write_text(text)
    compiling.compile([folder / "db"], folder)
    return folder


@pytest.fixture(scope="module")
def found(folder):
    """What is found in each sample."""
    analyst = Analyst((*packaged(), Known(Signatures.open(folder))))
    names = {}
    for name, data in built.samples().items():
        analysis = analyst.analyse(Analyse("", name, content=data))
        assert not analysis.faults
        names[name] = {each.family for each in analysis.findings if each.symbol.name.startswith("SIGNATURE_")}
    return names


def test_every_signature_that_should_match_does_and_no_other(found):
    """The names in the databases say which those are."""
    databases = built.databases()
    declared = {re.split("[:;]", line)[0] for name in ("n.ndb", "l.ldb", "c.cdb") for line in databases[name].split()}
    hit = {name.removesuffix(".UNOFFICIAL") for names in found.values() for name in names}
    assert not [name for name in hit if ".No." in name]
    missed = {name for name in declared if ".No." not in name and re.match("Pat|Log|Box|PUA", name)} - hit
    assert missed == {"Pat.Ignored"}


def test_a_file_is_known_by_each_of_its_hashes(found):
    """MD5 with size, SHA-1 of any size, SHA-256; another size is another file."""
    assert found["known.dat"] == {f"Hash.{name}.UNOFFICIAL" for name in ("Md5", "Sha1", "Sha256")}


def test_an_allowed_file_is_silent(found, folder):
    """So is what stands in it; a file beside it is not."""
    assert not found["allowed.dat"]
    signatures, data = Signatures.open(folder), built.samples()
    inner = Content(data["known.dat"], kind="data", around=(data["allowed.dat"],))
    assert not signatures.hits(inner)
    assert signatures.hits(Content(data["known.dat"], kind="data", around=(b"other",)))


def test_a_clean_file_is_clean(found):
    """No signature is a word of ordinary text."""
    assert not found["clean.txt"]


def test_unwanted_programs_weigh_less(folder):
    """PUA says little: many want them."""
    known = Known(Signatures.open(folder))
    findings = {each.family: each.symbol for each in known.look(Content(built.linux(), kind="elf"))}
    assert findings["PUA.Pat.Unwanted.UNOFFICIAL"].name == "SIGNATURE_PUA"
    assert findings["Pat.Elf.Entry.UNOFFICIAL"].name == "SIGNATURE_KNOWN"


# What the two call by another name.
RENAMED = {"YARA.Rule_Elf.UNOFFICIAL": "Rule_Elf"}


@pytest.mark.peer
def test_clamscan_finds_the_same(found, folder, tmp_path):
    """The same databases, the same files: the same names."""
    if not shutil.which("clamscan"):
        assert not os.environ.get("CI"), "clamscan is not installed: apt-get install clamav"
        pytest.skip("clamscan is not installed")
    for name, data in built.samples().items():
        (tmp_path / name).write_bytes(data)
    command = ["clamscan", "-d", folder / "db", "--allmatch", "--no-summary", "--detect-pua=yes", tmp_path]
    said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    theirs = {name: set() for name in built.samples()}
    for name, signature in re.findall(r"/([^/:\n]+): (\S+) FOUND", said.stdout):
        theirs[name].add(RENAMED.get(signature, signature))
    assert said.returncode == 1, said.stderr
    assert found == theirs
