"""The figures of the service as Prometheus itself reads them."""

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from fyke.doors.figures import GAUGES, NAMES, TEXTS, metrics
from fyke.service.ledger import Ledger


def families(figures):
    """What the parser of Prometheus makes of the page; it raises for whatever the format forbids."""
    return {family.name: family for family in text_string_to_metric_families(metrics(figures).decode())}


def test_every_figure_of_the_ledger_is_valid_and_of_its_kind():
    """What only goes up is a counter, with help and unit; gauges are named."""
    figures = dict.fromkeys(Ledger().figures(), 2.5)
    found = families(figures)
    for name, family in found.items():
        plain = name.removeprefix("fyke_")
        assert family.type == ("gauge" if plain in GAUGES else "counter"), name
        assert family.documentation == TEXTS[plain]
        assert all(sample.name.endswith("_total") == (family.type == "counter") for sample in family.samples)
    assert found["fyke_scanned_bytes"].unit == found["fyke_received_bytes"].unit == "bytes"
    assert found["fyke_scan_seconds"].unit == "seconds"
    assert found["fyke_connections_open"].samples[0].value == 2.5
    assert sum(len(family.samples) for family in found.values()) == len(figures)


def test_labels_and_actions_are_one_family_each():
    """So that a sum over them is the sum of all mail."""
    found = families({"label_ham": 3.0, "label_spam": 4.0, "action_accept": 7.0, "early_reject": 1.0})
    assert {sample.labels["label"]: sample.value for sample in found["fyke_label"].samples} == {"ham": 3, "spam": 4}
    assert {sample.labels["action"] for sample in found["fyke_action"].samples} == {"accept"}
    assert found["fyke_early"].samples[0].labels == {"action": "reject"}


@pytest.mark.parametrize("name", ["broken", "bytes", "something_new", 'other{kind="x"}', "done_total"])
def test_others_are_counters(name):
    """One that nobody described too."""
    (family,) = families({name: 1.0}).values()
    assert family.type == "counter"
    assert NAMES.get(name, name).partition("{")[0].removesuffix("_total") in family.name
