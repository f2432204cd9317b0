"""Web pages and drawings that are opened from a disk."""

from fyke.files.base import Tenant
from fyke.files.pages.smuggling import Smuggling

TENANTS: tuple[Tenant, ...] = (Smuggling(),)
