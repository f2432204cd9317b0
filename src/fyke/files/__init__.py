"""Bytes to what a file is and what hides in it. A folder is a family of files: its unpackers and its scanners.

The same call serves mail, web, endpoint and mobile: `Analyst(packaged()).analyse(Analyse(...))`. Nothing here opens a
file, a socket or a process; `fyke.lookup.pool` runs it where a mishap harms nobody.
"""

from __future__ import annotations

from fyke.files import (
    archives,
    disks,
    documents,
    installers,
    mails,
    pages,
    pictures,
    programs,
    scripts,
    signatures,
)
from fyke.files.base import Tenant

FAMILIES = (archives, disks, installers, documents, mails, programs, scripts, pages, pictures, signatures)


def packaged() -> tuple[Tenant, ...]:
    """All unpackers and scanners that come with fyke, in the order in which they are asked."""
    return tuple(tenant for family in FAMILIES for tenant in family.TENANTS)
