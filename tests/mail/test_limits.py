"""Every limit has its reason beside it."""

import re
from pathlib import Path

from fyke.mail import limits


def test_every_limit_says_why():
    """The line that sets it has a comment."""
    lines = Path(limits.__file__).read_text().splitlines()
    assert all(re.search(r"  # \w", line) for line in lines if re.match(r"[A-Z_]+ = ", line))


def test_limits_are_in_proportion():
    """What is of a whole message holds at least what is of one of its pieces."""
    assert limits.HEADERS_BYTES >= limits.HEADER_BYTES >= limits.FIELD_CHARS
    assert limits.HEADERS_FIELDS >= limits.HEADER_FIELDS
    assert limits.TEXTS_BYTES >= limits.TEXT_BYTES
