"""Pictures: what they show to a phone, and what else hides in them."""

from fyke.files.base import Tenant
from fyke.files.pictures.eye import Eye

TENANTS: tuple[Tenant, ...] = (Eye(),)
