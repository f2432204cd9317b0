"""What systemd wants to hear (sd_notify(3)): that we are ready, that we reload, that we live, that we stop."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress


def notify(*words: str, environ: Mapping[str, str] = os.environ) -> None:
    """Say it, where somebody listens; never raises."""
    place = environ.get("NOTIFY_SOCKET", "")
    if not place.startswith(("/", "@")):
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.sendto("\n".join(words).encode(), "\0" + place[1:] if place[0] == "@" else place)


def reloading() -> str:
    """That a reload begins, with the time that Type=notify-reload asks for."""
    return f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1_000}"


def watchdog_s(environ: Mapping[str, str] = os.environ) -> float:
    """How often systemd wants a sign of life; 0: never."""
    try:
        return int(environ.get("WATCHDOG_USEC", "0")) / 2e6
    except ValueError:
        return 0.0
