"""Scripts: what they do when somebody runs them."""

from fyke.files.base import Tenant

TENANTS: tuple[Tenant, ...] = ()
