"""What brings programs onto a machine: cabinets, packages, set-up programs."""

from fyke.files.base import Tenant

TENANTS: tuple[Tenant, ...] = ()
