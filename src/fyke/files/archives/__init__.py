"""Archives of many files, and files made smaller."""

from fyke.files.archives.sevenzip import SevenZip
from fyke.files.archives.zip import Zip
from fyke.files.base import Tenant

TENANTS: tuple[Tenant, ...] = (
    Zip(),
    SevenZip(),
)
