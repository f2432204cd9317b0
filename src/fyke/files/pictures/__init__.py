"""Pictures: what can be read in them."""

from fyke.files.base import Tenant

TENANTS: tuple[Tenant, ...] = ()
