"""Images of disks."""

from fyke.files.base import Tenant
from fyke.files.disks.images import Discs, Disks
from fyke.files.disks.lures import Lures

TENANTS: tuple[Tenant, ...] = (Discs(), Disks(), Lures())
