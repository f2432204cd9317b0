"""Documents and what hides in them: macros, objects, links to elsewhere."""

from fyke.files.base import Tenant
from fyke.files.documents.flat_xml import ActiveMime, FlatXml
from fyke.files.documents.macros import Macros
from fyke.files.documents.odf import Odf
from fyke.files.documents.office_locks import OfficeLocks
from fyke.files.documents.ole import Ole
from fyke.files.documents.onenote import OneNote
from fyke.files.documents.ooxml import Ooxml
from fyke.files.documents.pdf import Cargo, Pdf
from fyke.files.documents.rtf import Rtf
from fyke.files.documents.tables import Sylk, Table
from fyke.files.documents.xlm import Xlm, XlmTogether
from fyke.files.documents.xls import Xls
from fyke.files.documents.xlsb import Xlsb

TENANTS: tuple[Tenant, ...] = (
    Pdf(),
    Cargo(),
    Rtf(),
    OneNote(),
    OfficeLocks(),
    Ole(),
    Ooxml(),
    FlatXml(),
    ActiveMime(),
    Odf(),
    Sylk(),
    Table(),
    Xls(),
    Xlsb(),
    Macros(),
    Xlm(),
    XlmTogether(),
)
