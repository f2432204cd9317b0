"""All unpackers and scanners that come with fyke: loaded where files are looked into, and nowhere else."""

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
TENANTS: tuple[Tenant, ...] = tuple(tenant for family in FAMILIES for tenant in family.TENANTS)
