"""Another reader of Authentication-Results understands what we write."""

import importlib
import os

import pytest

from fyke.detect.auth.results import write
from tests.detect.auth.test_results import AUTH


@pytest.mark.peer
def test_authres_reads_what_we_write():
    """Methods, results and properties come out as they went in."""
    try:
        authres = importlib.import_module("authres")
    except ImportError:
        assert not os.environ.get("CI"), "authres is not installed"
        pytest.skip("authres is not installed")
    value = write("mx.example.net", AUTH).replace("\r\n", "")
    header = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {value}")
    assert header.authserv_id == "mx.example.net"
    assert [(each.method, each.result) for each in header.results] == [
        ("spf", "pass"), ("dkim", "pass"), ("dkim", "fail"), ("dmarc", "fail"),
    ]  # fmt: skip
    properties = {(each.type, each.name): each.value for each in header.results[1].properties}
    assert properties["header", "d"] == "example.com"
    assert properties["header", "b"] == "AbC+/9=="
    reason = header.results[2].reason.replace('\\"', '"')  # authres leaves quoted pairs as they are
    assert reason == 'The body was "changed".'
