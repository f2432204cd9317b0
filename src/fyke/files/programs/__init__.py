"""Programs, apps and shortcuts."""

from fyke.files.base import Tenant
from fyke.files.programs.facts import WindowsPrograms

TENANTS: tuple[Tenant, ...] = (WindowsPrograms(),)
