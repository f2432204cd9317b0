"""What brings programs onto a machine: cabinets, packages, set-up programs."""

from fyke.files.base import Tenant
from fyke.files.installers.cab import Cab
from fyke.files.installers.chm import Chm
from fyke.files.installers.msi import Msi
from fyke.files.installers.packages import Rpm, Sis
from fyke.files.installers.setups import Setups, ShieldCabinets

TENANTS: tuple[Tenant, ...] = (Cab(), Chm(), Msi(), Setups(), ShieldCabinets(), Sis(), Rpm())
