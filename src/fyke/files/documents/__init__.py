"""Documents and what hides in them: macros, objects, links to elsewhere."""

from fyke.files.base import Tenant
from fyke.files.documents.macros import Macros
from fyke.files.documents.ole import Ole
from fyke.files.documents.onenote import OneNote
from fyke.files.documents.ooxml import Ooxml
from fyke.files.documents.pdf import Cargo, Pdf
from fyke.files.documents.rtf import Rtf
from fyke.files.documents.xlm import Xlm, XlmTogether
from fyke.files.documents.xls import Xls
from fyke.files.documents.xlsb import Xlsb

TENANTS: tuple[Tenant, ...] = (Pdf(), Cargo(), Rtf(), OneNote(), Ole(), Ooxml(), Xls(), Xlsb(), Macros(), Xlm(), XlmTogether())
