"""Scripts: what they do when somebody runs them."""

from fyke.files.base import Tenant
from fyke.files.scripts.behaviour import WindowsScripts
from fyke.files.scripts.elsewhere import OtherScripts, RegistryFiles
from fyke.files.scripts.layers import ScriptLayers

TENANTS: tuple[Tenant, ...] = (ScriptLayers(), WindowsScripts(), OtherScripts(), RegistryFiles())
