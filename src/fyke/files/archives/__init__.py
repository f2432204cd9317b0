"""Archives of many files, and files made smaller."""

from fyke.files.base import Tenant

TENANTS: tuple[Tenant, ...] = ()
