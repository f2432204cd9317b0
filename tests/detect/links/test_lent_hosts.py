"""Hosts that lend their name to anyone."""

from __future__ import annotations

import pytest

from fyke.detect.links.lent_hosts import lent_hosts, read


def test_host_and_hosts_below_it_are_found():
    """An entry holds for the host itself and for all hosts below it."""
    hosts = read("[site]\nfree.example\n")
    assert hosts.kind("free.example") == hosts.kind("a.b.free.example") == "site"
    assert not hosts.kind("notfree.example")


def test_path_entry_holds_for_its_path_alone():
    """A host that lends only a part of itself is found by the start of the path."""
    hosts = read("[form]\ndocs.example/forms\n")
    assert hosts.kind("docs.example", "/forms/d/1") == "form"
    assert not hosts.kind("docs.example", "/document/d/1")


def test_entry_without_kind_is_refused():
    """A mistake is told with its line."""
    with pytest.raises(ValueError, match="line 1"):
        read("free.example\n")


def test_shipped_list_is_large_and_knows_each_kind():
    """The shipped list holds hundreds of hosts of eleven kinds."""
    hosts = lent_hosts()
    assert len(hosts.kinds) > 900
    assert len(set(hosts.kinds.values())) >= 11
    assert hosts.kind("abc.weebly.com") == "site"


def test_host_of_many_labels_is_looked_up_at_its_end():
    """What stands before the fifth label cannot change the answer, and costs nothing."""
    assert lent_hosts().kind("a." * 100 + "weebly.com") == "site"
