"""Bytes to what a file is and what hides in it. A folder is a family of files: its unpackers and its scanners.

The same call serves mail, web, endpoint and mobile: `Analyst(packaged()).analyse(Analyse(...))`. Nothing here opens a
file, a socket or a process; `fyke.lookup.pool` runs it where a mishap harms nobody.
"""

from __future__ import annotations

from fyke.files.base import Tenant


def packaged() -> tuple[Tenant, ...]:
    """All unpackers and scanners that come with fyke, in the order in which they are asked.

    Loaded here and not above: who only asks about files, and has them looked into elsewhere, starts sooner.
    """
    from fyke.files.roster import TENANTS  # noqa: PLC0415

    return TENANTS
