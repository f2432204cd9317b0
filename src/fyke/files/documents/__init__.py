"""Documents and what hides in them: macros, objects, links to elsewhere."""

from fyke.files.base import Tenant

TENANTS: tuple[Tenant, ...] = ()
