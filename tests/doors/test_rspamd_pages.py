"""Figures as rspamd's controller tells them, made of what the gate counts."""

import asyncio

from fyke.doors.rspamd_pages import Pages
from fyke.doors.rspamd_reply import RspamdTerms
from fyke.wire.openmetrics import labelled
from tests.doors.gates import SYMBOLS, ToldGate

FIGURES = {
    labelled("symbol_found", symbol="LEX_BANK"): 7.0,
    "scanned": 10.0,
    "learned": 3.0,
    "uptime_seconds": 120.0,
    "action_accept": 6.0,
    "action_tag": 1.0,
    "action_reject": 2.0,
    "action_quarantine": 1.0,
}


def page(name, figures=None, bits=None):
    """One of them."""
    pages = Pages(
        ToldGate(figures=FIGURES if figures is None else figures), RspamdTerms(), SYMBOLS, bits or {}, "fyke 1"
    )
    return asyncio.run(getattr(pages, name)())


def test_figures():
    """With each name that rspamc prints, also where nothing was counted yet."""
    told = page("stat")
    assert (told["version"], told["scanned"], told["learned"], told["uptime"]) == ("fyke 1", 10, 3, 120)
    assert (told["ham_count"], told["spam_count"]) == (6, 4)
    assert {name: count for name, count in told["actions"].items() if count} == {
        "reject": 3,
        "add header": 1,
        "no action": 6,
    }
    nothing = page("stat", {})
    assert told.keys() == nothing.keys()
    assert (nothing["scanned"], nothing["ham_count"]) == (0, 0)
    assert page("auth")["auth"] == "ok"


def test_symbols_have_points_and_groups():
    """The policy's bits before those that are declared."""
    told = {rule["symbol"]: rule for group in page("symbols", bits={"LINK_IP": -400}) for rule in group["rules"]}
    assert told["LINK_IP"]["weight"] == -6.0
    assert told["LEX_BANK"] == {"symbol": "LEX_BANK", "weight": 6.75, "description": "It speaks of a bank."}


def test_actions_and_counters():
    """Every action of rspamd; every symbol, found or not."""
    values = {each["action"]: each["value"] for each in page("actions")}
    assert (values["reject"], values["add header"], values["no action"]) == (15.0, 6.0, None)
    hits = {each["symbol"]: (each["hits"], each["frequency"]) for each in page("counters")}
    assert hits == {"LEX_BANK": (7, 3.5), "LINK_IP": (0, 0.0)}
