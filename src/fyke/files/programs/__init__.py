"""Programs, apps and shortcuts."""

from fyke.files.base import Tenant

TENANTS: tuple[Tenant, ...] = ()
