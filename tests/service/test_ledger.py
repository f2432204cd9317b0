"""Counters that all processes share."""

import os

from fyke.service.ledger import Ledger


def test_what_other_processes_count_is_in_the_sum():
    """Each in a row of its own; what a dead one counted stays, and its successor goes on there."""
    ledger = Ledger()
    for row in (1, 2, 1):
        child = os.fork()
        if not child:
            ledger.choose(row)
            ledger.count("scanned", 2)
            ledger.gauge("connections_open", 5)
            os._exit(0)
        os.waitpid(child, 0)
    ledger.choose(3)
    ledger.count("scanned")
    assert ledger.figures()["scanned"] == 7
    assert ledger.figures()["connections_open"] == 10


def test_a_gauge_begins_anew_with_the_process():
    """What a dead worker had open is open no more."""
    ledger = Ledger()
    ledger.choose(1)
    ledger.gauge("connections_open", 5)
    ledger.choose(1)
    assert ledger.figures()["connections_open"] == 0
