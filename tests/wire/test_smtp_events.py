"""What a client of SMTP can want: nouns that compare by what they say and cannot be changed."""

from typing import get_args

import pytest
from msgspec import Struct

from fyke.wire.smtp_events import Event, Recipient, TooLong


def test_events_are_frozen_nouns_each_with_its_sentence():
    """All of them."""
    for kind in get_args(Event):
        assert issubclass(kind, Struct)
        assert kind.__struct_config__.frozen
        assert kind.__doc__
    assert Recipient("a@b") == Recipient("a@b")
    with pytest.raises(AttributeError):
        Recipient("a@b").address = "c@d"
    assert TooLong().is_last, "all but a chunk end a mail"
