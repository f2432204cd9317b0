"""Documents and what hides in them: macros, objects, links to elsewhere."""

from fyke.files.base import Tenant
from fyke.files.documents.onenote import OneNote
from fyke.files.documents.pdf import Cargo, Pdf
from fyke.files.documents.rtf import Rtf

TENANTS: tuple[Tenant, ...] = (Pdf(), Cargo(), Rtf(), OneNote())
