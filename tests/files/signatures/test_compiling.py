"""From database files to one compiled file."""

import os

import pytest

from fyke.files.base import Content
from fyke.files.signatures import compiling
from fyke.files.signatures.compiling import FILE
from fyke.files.signatures.database import Signatures
from fyke.files.signatures.mapped import Damaged
from tests.files.builders import signatures as built


def site(folder, **files):
    """A folder of databases; a name's double underscore is its dot."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def test_what_is_not_loaded_is_counted_with_its_reason(tmp_path):
    """A bad line costs itself alone."""
    site(tmp_path, a__ndb="A:0:*:6162636465\nB:0:VI:6162\nC:0:*:61zz\nD:99:*:6162\n# no line\n", b__pdb="R:a:b\n")
    site(
        tmp_path, c__ldb="E;Target:0;0;${1-2}3$\nF;IconGroup1:X;0;6162\nG;Target:0;0&1;6162;0/a(?=b)/\n", d__cbc="x\ny"
    )
    loaded = compiling.compile([tmp_path], tmp_path / "cache")
    assert loaded.signatures == 1
    assert sum(loaded.refused.values()) == 8
    assert loaded.by_file == {"a.ndb": (1, 3), "b.pdb": (0, 1), "c.ldb": (0, 3), "d.cbc": (0, 1)}
    assert loaded.examples["bytecode is not run"] == ("d.cbc",)


def test_a_second_time_nothing_is_compiled(tmp_path):
    """The file stays as it is until a source changes, and the account is the same."""
    site(tmp_path, a__ndb="A:0:*:6162636465\n")
    first, cache = compiling.compile([tmp_path], tmp_path / "cache"), tmp_path / "cache" / FILE
    about = cache.stat().st_ino
    assert compiling.compile([tmp_path], tmp_path / "cache") == first
    assert cache.stat().st_ino == about
    site(tmp_path, a__ndb="A:0:*:6162636465\nB:0:*:6162636466\n")
    assert compiling.compile([tmp_path], tmp_path / "cache").signatures == 2


@pytest.mark.parametrize("place", [3, 20, 60, -5])
def test_a_damaged_file_is_noticed_and_made_anew(tmp_path, place):
    """Wherever the damage is."""
    site(tmp_path, a__ndb="A:0:*:6162636465\n", b__hdb=f"{built.digest('md5', b'x')}:1:B\n")
    cache = tmp_path / "cache" / FILE
    loaded = compiling.compile([tmp_path], tmp_path / "cache")
    data = bytearray(cache.read_bytes())
    data[len(data) - 100 if place < 0 else place] ^= 0x55
    cache.write_bytes(data)
    os.utime(cache)
    with pytest.raises(Damaged):
        Signatures.open(tmp_path / "cache")
    assert compiling.compile([tmp_path], tmp_path / "cache") == loaded
    assert Signatures.open(tmp_path / "cache").hits(Content(b"--abcde--", kind="data"))


def test_containers_of_clamav_are_opened(tmp_path):
    """Names out of a signed one are official, out of an unsigned one not."""
    (tmp_path / "x.cvd").write_bytes(built.container({"x.ndb": "A:0:*:6162636465\n", "x.info": "x"}, signed=True))
    (tmp_path / "y.cud").write_bytes(built.container({"y.ndb": "B:0:*:6162636465\n"}))
    (tmp_path / "z.cld").write_bytes(b"ClamAV-VDB:".ljust(512) + b"\x1f\x8bnothing")
    loaded = compiling.compile([tmp_path], tmp_path / "cache")
    assert loaded.by_file["z.cld"] == (0, 1)
    names = {hit.name for hit in Signatures.open(tmp_path / "cache").hits(Content(b"abcde", kind="data"))}
    assert names == {"A", "B.UNOFFICIAL"}


def test_plain_lists_of_hashes_are_read(tmp_path):
    """One a line, with a name before or behind it, or none."""
    digests = [built.digest(name, b"x") for name in ("sha256", "sha1", "md5")]
    site(tmp_path, a__txt=f"{digests[0]}\n{digests[1]}  Bad.Thing\n", b__csv=f'"Worse","{digests[2]}"\nno hash\n')
    assert compiling.compile([tmp_path], tmp_path / "cache").refused == {"no hash stands in a line of a list": 1}
    hits = Signatures.open(tmp_path / "cache").hits(Content(b"x", kind="data"))
    assert {hit.name for hit in hits} == {"Site.List", "Bad.Thing", "Worse"}


def test_a_bad_rule_costs_itself_alone(tmp_path):
    """The others of its file are loaded."""
    site(tmp_path, a__yar="rule a { condition: true }\nrule b { condition: nothing }\n", b__yar="rule {\n")
    loaded = compiling.compile([tmp_path], tmp_path / "cache")
    assert loaded.by_file["a.yar"] == (1, 1)
    assert loaded.by_file["b.yar"][0] == 0
    assert loaded.by_file["b.yar"][1] == 1


def test_no_databases_are_no_signatures(tmp_path):
    """An empty folder compiles, and finds nothing."""
    assert compiling.compile([tmp_path], tmp_path / "cache").signatures == 0
    assert not Signatures.open(tmp_path / "cache").hits(Content(b"x", kind="data"))
