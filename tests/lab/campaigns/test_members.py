"""Mails on disk: all of them, none torn."""

import pytest

from fyke.lab.campaigns.members import ROW, Member, Spool
from tests.lab.campaigns.mails import members


def test_what_is_kept_comes_back(tmp_path):
    """In order, in the next process too, and what is added stands behind."""
    mails = members()[:20]
    with Spool(tmp_path / "kept") as spool:
        for each in mails[:15]:
            spool.add(each)
    with Spool(tmp_path / "kept") as spool:
        assert spool.count == 15
        for each in mails[15:]:
            spool.add(each)
        assert [each.id for each in spool.members()] == [each.id for each in mails]
        assert [each.id for each in spool.members(15)] == [each.id for each in mails[15:]]
        assert [row.ljust(16, b"\0").hex() for row in spool.rows()["id"].tolist()] == [each.id for each in mails]


@pytest.mark.parametrize(("name", "cut"), [("rows", 1), ("rows", ROW.itemsize + 3), ("rest", 1), ("rest", 90)])
def test_what_a_kill_left_half_is_cut_off(tmp_path, name, cut):
    """Both files hold the same mails afterwards."""
    mails = members()[:10]
    with Spool(tmp_path) as spool:
        for each in mails:
            spool.add(each)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[:-cut])
    with Spool(tmp_path) as spool:
        assert 7 <= spool.count < 10
        assert [each.id for each in spool.members()] == [each.id for each in mails[: spool.count]]
        assert len(spool.rows()) == spool.count


def test_one_without_a_sketch_is_refused():
    """It could not be compared."""
    with Spool() as spool, pytest.raises(ValueError, match="sketch"):
        spool.add(Member("00" * 16, 0.0))
