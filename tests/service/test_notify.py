"""What systemd hears."""

import socket

from fyke.service.notify import notify, reloading, watchdog_s


def test_words_reach_who_listens(tmp_path):
    """As sd_notify(3) has it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(tmp_path / "notify"))
        notify("READY=1", "STATUS=well", environ={"NOTIFY_SOCKET": str(tmp_path / "notify")})
        assert ear.recv(1_000) == b"READY=1\nSTATUS=well"


def test_nobody_listening_is_no_error(tmp_path):
    """Most machines run it without."""
    notify("READY=1", environ={})
    notify("READY=1", environ={"NOTIFY_SOCKET": str(tmp_path / "nobody")})


def test_a_watchdog_is_fed_twice_as_often_as_it_must_be():
    """And never where there is none."""
    assert watchdog_s({"WATCHDOG_USEC": "30000000"}) == 15.0
    assert watchdog_s({}) == watchdog_s({"WATCHDOG_USEC": "x"}) == 0.0
    assert reloading().startswith("RELOADING=1\nMONOTONIC_USEC=")
