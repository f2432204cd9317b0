"""What a process costs, read from /proc (Linux)."""

from __future__ import annotations

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """Processes that this one started, and theirs."""
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found += [int(entry.name), *children(int(entry.name))]
        except OSError:
            continue
    return found


def cpu_s(pids: list[int], *, reaped: bool = False) -> float:
    """User and system seconds of the processes; with `reaped` also of children they have waited for."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(int(field) for field in fields[11 : 15 if reaped else 13])
    return ticks / _TICK


def memory_mib(pid: int, what: str = "VmRSS") -> float:
    """Resident memory of a process now (VmRSS), or the most it ever had (VmHWM)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1024
    return 0.0
