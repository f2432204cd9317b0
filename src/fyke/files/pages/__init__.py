"""Web pages and drawings that are opened from a disk."""

from fyke.files.base import Tenant

TENANTS: tuple[Tenant, ...] = ()
