"""Let go of root: what reads mail from strangers needs none of its powers."""

from __future__ import annotations

import grp
import os
import pwd


class NoSuchUserError(ValueError):
    """The config names a user or a group that this machine does not have."""


def ids(user: str, group: str) -> tuple[int, int] | None:
    """The numbers of a user and a group (the user's, where none is named); None where nothing is named."""
    if not user:
        return None
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        raise NoSuchUserError(f"serve.user: no user {user} on this machine") from None
    try:
        return entry.pw_uid, grp.getgrnam(group).gr_gid if group else entry.pw_gid
    except KeyError:
        raise NoSuchUserError(f"serve.group: no group {group} on this machine") from None


def drop(user: str, group: str) -> None:
    """Be that user for good, where this process is root's; else it stays who it is. Raises `NoSuchUserError`."""
    wanted = ids(user, group)
    if wanted is None or os.getuid() != 0:
        return
    number, of_group = wanted
    os.setgroups(sorted({of_group, *os.getgrouplist(user, of_group)}))
    os.setgid(of_group)
    os.setuid(number)
    os.umask(0o077)
