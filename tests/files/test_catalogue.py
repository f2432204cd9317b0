"""What may be found in files, as the policy knows it."""

import re

import pytest

from fyke.detect.check import GROUPS
from fyke.files import catalogue, packaged
from fyke.files.base import NOTE_BITS, Scanner, Unpacker
from fyke.files.kinds import KINDS

SYMBOLS = catalogue.symbols()


def test_the_catalogue_is_current():
    """`python -m fyke.files.catalogue` writes it."""
    assert catalogue.PATH.read_bytes() == catalogue.written(catalogue.declared(packaged()))


@pytest.mark.parametrize("symbol", SYMBOLS, ids=lambda symbol: symbol.name)
def test_a_symbol_is_a_sentence_with_a_weight(symbol):
    """What a detector's symbols owe, those of files owe too."""
    assert re.fullmatch(r"[A-Z][A-Z0-9_]+", symbol.name)
    assert symbol.text[0].isupper()
    assert len(symbol.text) > 15
    assert symbol.group in GROUPS
    assert 0 <= symbol.bits <= 8
    assert symbol.group != "unscanned" or symbol.bits <= NOTE_BITS


def test_no_name_is_declared_twice():
    """Two facts have two names."""
    names = [symbol.name for symbol in SYMBOLS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("tenant", packaged(), ids=lambda tenant: tenant.name)
def test_a_tenant_takes_kinds_that_there_are(tenant):
    """And says what it is for."""
    assert tenant.kinds <= set(KINDS)
    assert (type(tenant).__doc__ or "").strip().endswith(("?", "."))
    assert isinstance(tenant, Scanner) or (isinstance(tenant, Unpacker) and tenant.kinds)


def test_tenants_have_names_of_their_own():
    """A fault says who failed."""
    names = [tenant.name for tenant in packaged()]
    assert len(names) == len(set(names))
