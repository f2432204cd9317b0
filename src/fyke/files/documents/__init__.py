"""Documents and what hides in them: macros, objects, links to elsewhere."""

from fyke.files.base import Tenant
from fyke.files.documents.pdf import Cargo, Pdf

TENANTS: tuple[Tenant, ...] = (Pdf(), Cargo())
