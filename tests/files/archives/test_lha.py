"""LHA: stored files, methods that are not read, broken bytes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.files.archives.opening import FILES, details, opened, survives
from tests.files.builders.olds import lha


def test_it_reads_stored_files():
    """Files are read with their names."""
    assert opened(lha(FILES))


def test_an_unknown_method_is_told():
    """What is not read is no silence."""
    assert "LHA -lh1-" in details(lha(FILES, method=b"lh1"), "ARCHIVE_UNREAD")[0]


@settings(max_examples=50, deadline=None)
@given(st.sampled_from([b"lh0", b"lh5", b"lh7"]), st.integers(0, 4_000), st.integers(0, 7), st.floats(0.05, 1))
def test_broken_bytes_raise_nothing(method, at, bit, cut):
    """A bit turned over anywhere, any end, and any bytes as a packed stream give findings and no fault."""
    assert survives(lha(FILES, method=method), at, bit, cut)
