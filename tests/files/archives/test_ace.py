"""ACE: told, walked, stored members read."""

from tests.files.archives.opening import FILES, details, opened, survives
from tests.files.builders.olds import ace


def test_it_reads_stored_files_and_tells_the_format():
    """Stored files are read, and that it is ACE is a fact."""
    assert opened(ace(FILES))
    assert details(ace(FILES), "ACE_ARCHIVE")


def test_what_is_not_read_is_told():
    """Packed and encrypted members are named."""
    assert "minutes.txt: ACE" in details(ace(FILES, method=1), "ARCHIVE_UNREAD")
    assert details(ace(FILES, flags=0x4000), "FILE_LOCKED")


def test_broken_bytes_raise_nothing():
    """A bit turned over anywhere gives findings and no fault."""
    assert all(survives(ace(FILES), at, at % 8, 1.0) for at in range(0, 300, 3))
