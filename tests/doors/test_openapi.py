"""The description of the REST API: it is of the paths that there are, and each reference leads somewhere."""

import json

from fyke.doors.openapi import document
from fyke.doors.rest import Rest
from tests.doors.gates import ToldGate


def references(found):
    """All `$ref` in it."""
    if isinstance(found, dict):
        yield from ([found["$ref"]] if "$ref" in found else ())
        for each in found.values():
            yield from references(each)
    elif isinstance(found, list):
        for each in found:
            yield from references(each)


def test_every_path_of_the_door_is_described():
    """With the method that it takes."""
    paths = document()["paths"]
    for path, (method, _) in Rest(ToldGate())._paths.items():
        assert method.lower() in paths[path]
    assert {"/healthy", "/ready", "/metrics"} <= paths.keys()


def test_every_reference_leads_somewhere():
    """And all of it can be written as JSON."""
    whole = json.loads(json.dumps(document()))
    names = {reference.rpartition("/")[2] for reference in references(whole)}
    assert names
    assert names <= whole["components"]["schemas"].keys()


def test_operations_have_names_of_their_own():
    """Clients are made of them."""
    names = [each["operationId"] for path in document()["paths"].values() for each in path.values()]
    assert len(names) == len(set(names))
    assert all(names)
