"""A cell that was taken over: what a file says, it does. Run by the tests as a cell's program, by its path."""

# It is the bare calls that must fail.
# ruff: noqa: PTH108, PTH116, PTH123, PTH208, SIM115, PLW0108, PLW1510

import ctypes
import mmap
import os
import signal
import socket
import subprocess
import sys
import threading
import time

from fyke.files.base import Scanner
from fyke.lookup import cell
from fyke.lookup.calls import call
from fyke.model import Finding, Symbol

CAME_BY = Symbol("TEST_CAME_BY", "It was looked at", "files", 0.0)
KEEPER = os.getppid()
TREASURE = os.open("/etc/passwd", os.O_RDONLY)  # what is open before stays so


def reply(text):
    """Lie to the keeper: bytes on its line that are no answer."""
    os.write(int(sys.argv[-1]), text)


def spin():
    while True:
        pass


def share():
    mmap.mmap(-1, 1 << 20)


DEEDS = {
    "nothing": lambda: "ok",
    "socket": lambda: socket.socket(),
    "connect": lambda: socket.create_connection(("127.0.0.1", 25)),
    "write": lambda: open("/tmp/fyke-was-here", "w"),
    "write-here": lambda: os.open("x", os.O_CREAT | os.O_WRONLY),
    "delete": lambda: os.unlink("/tmp/fyke-was-here"),
    "read": lambda: open("/etc/passwd").read(),
    "read-open": lambda: os.pread(TREASURE, 4, 0).decode(),
    "stat": lambda: os.stat("/etc/passwd"),
    "list": lambda: os.listdir("/"),
    "fork": lambda: os.fork(),
    "thread": lambda: threading.Thread(target=time.sleep, args=(0,)).start(),
    "exec": lambda: os.execv("/bin/true", ["true"]),
    "spawn": lambda: subprocess.run(["/bin/true"]),
    "ptrace": lambda: call("ptrace", 16, KEEPER, 0, 0),
    "kill": lambda: os.kill(KEEPER, signal.SIGTERM),
    "unshare": lambda: call("unshare", 0x10000000),
    "bpf": lambda: call("bpf", 0, 0, 0),
    "io_uring": lambda: call("io_uring_setup", 1, 0),
    "keyctl": lambda: call("keyctl", 0, 0),
    "limits": lambda: __import__("resource").setrlimit(__import__("resource").RLIMIT_CPU, (1, 1)),
    "executable": lambda: mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7),
    "share": share,
    "memory": lambda: len(bytearray(2 << 30)),
    "spin": spin,
    "segfault": lambda: ctypes.string_at(0),
    "abort": lambda: os.abort(),
    "exit": lambda: os._exit(3),
    "panic": lambda: sys.exit("panic"),
    "lie": lambda: reply(b"\1" + bytes(8) + b"\5" + bytes(7) + b"never"),
    "flood": lambda: reply(b"\xff" * 64),
    "pid": lambda: str(os.getpid()),
    "environ": lambda: ",".join(sorted(os.environ)),
    "surrogate": lambda: "\udc80",
    "fat": lambda: str(len(HOARD.append(bytearray(340 << 20)) or HOARD)),
}
HOARD = []


class Evil(Scanner):
    """Does what the file says."""

    name = "evil"
    symbols = (CAME_BY,)

    def look(self, file):
        """Do it."""
        deed = DEEDS.get(file.data[:20].decode("latin-1").strip())
        yield Finding(CAME_BY, str(deed()) if deed else "")


if __name__ == "__main__":
    cell.main(lambda _terms: ((Evil(),), ()))
