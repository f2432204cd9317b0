"""What brings programs onto a machine: cabinets, packages, set-up programs."""

from fyke.files.base import Tenant
from fyke.files.installers.cab import Cab
from fyke.files.installers.chm import Chm

TENANTS: tuple[Tenant, ...] = (Cab(), Chm())
