"""Mailing services by the names of their machines."""

from fyke.detect.facts.services import is_service


def test_services_are_known_below_their_domains():
    """A numbered machine of a service is the service's; a name that only ends alike is not."""
    assert is_service("o7.ptr4711.sendgrid.net")
    assert not is_service("notsendgrid.net")
    assert not is_service("")
