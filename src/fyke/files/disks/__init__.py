"""Images of disks."""

from fyke.files.base import Tenant

TENANTS: tuple[Tenant, ...] = ()
