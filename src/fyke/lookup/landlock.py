"""No file and no port: Landlock, by its system calls (kernel documentation, userspace-api/landlock)."""

from __future__ import annotations

import ctypes
import os
import struct

from fyke.lookup.calls import call

ASK_VERSION = 1  # LANDLOCK_CREATE_RULESET_VERSION
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many rights on files a version knows; 16 from version 5 on
TCP = 0b11  # bind and connect, from version 4 on
SCOPES = 0b11  # abstract sockets and signals of others, from version 6 on


def restrict() -> int:
    """Take all rights that Landlock knows from this thread; what is open stays so. Gives the version.

    Raises `OSError` where the kernel has none, or has it switched off.
    """
    version = call("landlock_create_ruleset", None, 0, ASK_VERSION)
    handled = struct.pack("=Q", (1 << RIGHTS.get(version, 16)) - 1)
    if version >= 4:
        handled += struct.pack("=Q", TCP)
    if version >= 6:
        handled += struct.pack("=Q", SCOPES)
    rules = call("landlock_create_ruleset", ctypes.c_char_p(handled), len(handled), 0)
    try:
        call("landlock_restrict_self", rules, 0)
    finally:
        os.close(rules)
    return version
