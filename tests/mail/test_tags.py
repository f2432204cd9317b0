"""Tag lists are read as RFC 6376 3.2 has them, and lists that say two things say nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.mail.tags import TAGS, BadTagsError, read_tags, without_space, without_value


def test_tags_are_read_in_order_with_folds():
    """Space around names and values goes, space within values stays."""
    assert read_tags(" a = b ;\r\n\tc=d\r\n e ; f=; ") == {"a": "b", "c": "d\r\n e", "f": ""}


@pytest.mark.parametrize("text", ["a=1;a=2", "a", "=1", "1a=2", "a b=1", ";".join(f"a{n}=" for n in range(TAGS + 1))])
def test_lists_that_are_refused(text):
    """Twins, what is no tag, and more tags than anybody writes."""
    with pytest.raises(BadTagsError):
        read_tags(text)


def test_a_lenient_reader_passes_over_what_is_no_tag():
    """Records in the DNS were typed by hand."""
    assert read_tags("v=DKIM1;; hello; p=x y", is_lenient=True) == {"v": "DKIM1", "p": "x y"}


@given(st.text(alphabet="ab=; \t\r\n1_", max_size=60))
def test_any_text_is_read_or_refused(text):
    """No other error, and no value keeps the space around it."""
    try:
        tags = read_tags(text)
    except BadTagsError:
        return
    assert all(value == value.strip(" \t\r\n") for value in tags.values())


@given(st.text(alphabet="ab \t\r\n", max_size=40))
def test_space_goes(text):
    """All of it."""
    assert without_space(text) == "".join(text.split())


@pytest.mark.parametrize(
    ("field", "left"),
    [
        (b"X: b=1; a=2", b"X: b=; a=2"),
        (b"X: bh=1;\r\n b =\r\n 2 \r\n ;c=b=3", b"X: bh=1;\r\n b =;c=b=3"),
        (b"X: h=a:b; b=", b"X: h=a:b; b="),
        (b"X: h=a", b"X: h=a"),
        (b"X: h=from:b=;b=2", b"X: h=from:b=;b="),
    ],
)
def test_the_value_of_one_tag_is_deleted(field, left):
    """With the space around it, and nothing else."""
    assert without_value(field, b"b") == left
