"""Conclusions in SQLite: the contract; what people decided is never changed, whoever tries."""

import sqlite3

import pytest

from fyke.model.gang import Alias
from fyke.store.labels import StoreError
from fyke.store.sqlite.cases import SqliteCases
from tests.store.cases import AT, check_cases, concluded


def test_contract(tmp_path):
    """As every store of conclusions."""
    check_cases(lambda: SqliteCases(tmp_path / "cases.db"))


def test_decisions_are_never_changed_or_deleted(tmp_path):
    """Not even by a program that is not ours."""
    from fyke.model.gang import Decision

    cases = SqliteCases(tmp_path / "cases.db")
    cases.decide(Decision(AT, "ann", "join", ("a.com",)))
    cases.close()
    connection = sqlite3.connect(tmp_path / "cases.db")
    for statement in ("UPDATE decisions SET told = 'x'", "DELETE FROM decisions"):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            connection.execute(statement)
    connection.close()


def test_a_rebuild_that_fails_changes_nothing(tmp_path):
    """All of it or none: what was concluded before stands."""
    cases = SqliteCases(tmp_path / "cases.db")
    cases.replace(concluded(["a.com", "b.com"]), [])

    def broken():
        yield Alias("n-1", "n-2", "merged", AT)
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        cases.replace(concluded(["x.com"]), broken())
    assert cases.network_of("a.com")
    assert cases.aliases() == []
    cases.close()


def test_a_reader_sees_the_old_or_the_new(tmp_path):
    """Another process that looks meanwhile."""
    one, other = SqliteCases(tmp_path / "cases.db"), SqliteCases(tmp_path / "cases.db")
    one.replace(concluded(["a.com", "b.com"]), [])
    assert other.network_of("a.com")
    one.replace(concluded(["x.com"]), [])
    assert (other.network_of("a.com"), bool(other.network_of("x.com"))) == ("", True)
    one.close()
    other.close()


def test_what_is_no_database_is_told(tmp_path):
    """A sentence."""
    (tmp_path / "cases.db").write_bytes(b"nonsense" * 500)
    with pytest.raises(StoreError, match=r"cases\.db"):
        SqliteCases(tmp_path / "cases.db")
