"""Small mails in `tests/cases`: all packaged detectors look at each of them, as they do in the product."""

from __future__ import annotations

import pytest

from fyke.detect import packaged
from fyke.detect.base import Reads
from fyke.detect.runner import Roster, run
from fyke.mail import parse
from fyke.model import Mail
from tests.cases import load

CASES = load()
DETECTORS = packaged(
    own_domains=["own-house.example"],
    sealers=["trusted.example"],
    address_lists=["bl.test"],
    domain_lists=["uri.test"],
    origins=["origin.test", "origin6.test"],
)
# What hides in files has its own tests, where such files are built: tests/files.
OF_MAIL = [detector for detector in DETECTORS if detector.reads is not Reads.FILES]
DECLARED = [symbol.name for detector in OF_MAIL for symbol in detector.symbols]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case):
    """What a case expects is found, what it refuses is not, and no detector fails on it."""
    looked = run(DETECTORS, Mail(case.envelope, parse(case.raw), raw=case.raw), case.ask)
    found = {finding.symbol.name for finding in looked.findings}
    assert not looked.faults
    assert case.expect <= found, f"missing {sorted(case.expect - found)}; found {sorted(found)}"
    assert not case.refuse & found, f"must not be there: {sorted(case.refuse & found)}"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_who_is_not_asked_would_find_nothing(case):
    """A detector that is left out, since the message lacks what it needs, loses no finding."""
    mail = Mail(case.envelope, parse(case.raw))
    asked = Roster(DETECTORS).of(mail.message)
    left_out = [detector for detector in DETECTORS if detector not in asked]
    assert run(left_out, mail).findings == ()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case_names_declared_symbols(case):
    """A case that names a symbol which nobody declares would prove nothing."""
    assert (case.expect | case.refuse) <= set(DECLARED)


@pytest.mark.parametrize("symbol", DECLARED)
def test_symbol_fires_and_is_refused(symbol):
    """Every declared symbol has a case where it fires and one where it must not."""
    assert any(symbol in case.expect for case in CASES), "no case expects it"
    assert any(symbol in case.refuse for case in CASES), "no case refuses it"
