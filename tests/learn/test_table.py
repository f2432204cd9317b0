"""The mapped file: of one size, whole or refused, seen by all at once."""

import pytest

from fyke.learn.table import SIZE_BYTES, Table, TableError


def test_a_new_table_knows_nothing_and_has_its_final_size(tmp_path):
    """The file never grows: it is made as large as it will ever be."""
    table = Table.create(tmp_path / "t")
    assert (table.labels, table.begun, table.finished) == (0, 0, 0)
    assert (tmp_path / "t").stat().st_size == SIZE_BYTES
    assert not table.shared.any()


def test_readers_see_at_once_what_is_written(tmp_path):
    """One writes, another mapping of the same file reads it."""
    writer = Table.create(tmp_path / "t")
    reader = Table(tmp_path / "t")
    writer.begin(7)
    writer.shared[5] = 123
    assert (reader.begun, reader.finished, int(reader.shared[5])) == (7, 0, 123)
    writer.finish(7)
    assert (reader.finished, reader.labels) == (7, 1)


def test_a_reader_cannot_write(tmp_path):
    """Workers hold the pages read-only."""
    Table.create(tmp_path / "t")
    with pytest.raises(ValueError, match="read-only"):
        Table(tmp_path / "t").shared[0] = 1


@pytest.mark.parametrize("content", [b"", b"short", b"X" * SIZE_BYTES])
def test_another_file_is_refused_in_one_sentence(tmp_path, content):
    """Wrong size or wrong magic: the path is named."""
    (tmp_path / "t").write_bytes(content)
    with pytest.raises(TableError, match=str(tmp_path / "t")):
        Table(tmp_path / "t")
