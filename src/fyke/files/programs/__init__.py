"""Programs, apps and shortcuts."""

from fyke.files.base import Tenant
from fyke.files.programs.apk import AndroidApps, JavaArchives
from fyke.files.programs.carried import EmbeddedPrograms, UnixPrograms
from fyke.files.programs.facts import WindowsPrograms
from fyke.files.programs.shortcuts import ShortcutOverlays, Shortcuts
from fyke.files.programs.upx import Upx
from fyke.files.programs.url import TextShortcuts

TENANTS: tuple[Tenant, ...] = (
    Upx(),
    ShortcutOverlays(),
    EmbeddedPrograms(),
    WindowsPrograms(),
    UnixPrograms(),
    Shortcuts(),
    TextShortcuts(),
    AndroidApps(),
    JavaArchives(),
)
