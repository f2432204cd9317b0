"""Files in the forms in which mail carries them."""

from fyke.files.base import Tenant

TENANTS: tuple[Tenant, ...] = ()
