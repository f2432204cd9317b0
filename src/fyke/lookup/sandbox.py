"""Close a process before it reads a hostile byte: it may compute, and answer on the line it has, and nothing else.

Layer over layer, for each alone has had holes. What the kernel lacks is left out and told: `Closed.missing`.
`detach` is for a process that has done nothing yet; `close` for one that has loaded all that it will ever need.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from fyke.lookup import landlock, seccomp
from fyke.lookup.calls import call, prctl, unshare

NOBODY = 65_534  # where root started us, we go on as this
STACK_BYTES = 16 << 20  # grows outside of RLIMIT_DATA

# <linux/sched.h>, <linux/prctl.h>, <linux/capability.h>
NEW_USER, NEW_IPC, NEW_NET = 0x10000000, 0x08000000, 0x40000000
PDEATHSIG, DUMPABLE, NO_NEW_PRIVS = 1, 4, 38
CAPABILITY_VERSION = 0x20080522


class Closed(Struct, frozen=True):
    """What a process was closed with, and what could not be had, each with the system's reason."""

    layers: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class _Layers:
    """Tries layers, and writes down what came of each."""

    def __init__(self) -> None:
        self.had: list[str] = []
        self.missing: list[str] = []

    def add(self, name: str, put_on: Callable[[], object]) -> None:
        try:
            said = put_on()
        except (OSError, ValueError, AttributeError, ImportError) as error:  # other systems lack even the names
            self.missing.append(f"{name}: {getattr(error, 'strerror', None) or error}")
        else:
            self.had.append(f"{name} {said}" if said else name)

    @property
    def closed(self) -> Closed:
        return Closed(tuple(self.had), tuple(self.missing))


def detach() -> Closed:
    """Leave the network and what processes share, while there is one thread: a new user may do that alone."""
    layers = _Layers()
    layers.add("namespaces", _namespaces)
    return layers.closed


def close(memory_bytes: int, cpu_s: int, parent: int = 0) -> Closed:
    """Take from this process all that computing does not need. There is no way back.

    `memory_bytes` is for all that it writes to, what it has loaded included; `cpu_s` for its whole life. With `parent`,
    it ends when that process does. What is open stays open; nothing can be opened.
    """
    layers = _Layers()
    threads = _threads()
    layers.add("first to go when memory is short", _sacrifice)
    if sys.platform == "linux" and os.geteuid() == 0:
        layers.add("nobody", _become_nobody)
    layers.add("no capabilities", _drop_capabilities)
    layers.add("no new privileges", lambda: prctl(NO_NEW_PRIVS, 1))
    layers.add("not dumpable", lambda: prctl(DUMPABLE, 0))
    if parent:
        layers.add("dies with its parent", lambda: _die_with(parent))
    layers.add("landlock", landlock.restrict)
    if threads > 1:  # the kernel's other layers take all threads along
        layers.missing.append(f"landlock of {threads - 1} threads that libraries started")
    layers.add("limits", lambda: _limit(memory_bytes, cpu_s))
    layers.add("seccomp", lambda: seccomp.restrict(os.getpid()))
    return layers.closed


def _namespaces() -> None:
    try:
        unshare(NEW_NET | NEW_IPC)  # root may
    except PermissionError:
        unshare(NEW_USER | NEW_NET | NEW_IPC)


def _threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208  pathlib says no more
    except OSError:
        return 1


def _sacrifice() -> None:
    Path("/proc/self/oom_score_adj").write_text("1000")


def _become_nobody() -> None:
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def _drop_capabilities() -> None:
    head, none = bytearray(8), bytes(24)
    head[:4] = CAPABILITY_VERSION.to_bytes(4, sys.byteorder)
    call("capset", bytes(head), none)


def _limit(memory_bytes: int, cpu_s: int) -> None:
    wanted = {
        "DATA": memory_bytes,  # not AS: libraries reserve gigabytes of addresses that they never write to
        "STACK": STACK_BYTES,
        "CPU": cpu_s,
        "FSIZE": 0,
        "CORE": 0,
        "NPROC": 0,
        "NOFILE": 0,  # nothing more can be opened, whatever call it is by
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
    }
    for name, most in wanted.items():
        what = getattr(resource, f"RLIMIT_{name}", None)
        if what is not None:
            _, hard = resource.getrlimit(what)
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (least, least))


def _die_with(parent: int) -> None:
    prctl(PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was quicker
        os.kill(os.getpid(), signal.SIGKILL)
