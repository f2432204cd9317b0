"""Programs, apps and shortcuts."""

from fyke.files.base import Tenant
from fyke.files.programs.facts import WindowsPrograms
from fyke.files.programs.shortcuts import ShortcutOverlays, Shortcuts

TENANTS: tuple[Tenant, ...] = (ShortcutOverlays(), WindowsPrograms(), Shortcuts())
