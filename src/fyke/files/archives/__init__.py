"""Archives of many files, and files made smaller."""

from fyke.files.archives.ace import Ace
from fyke.files.archives.ar import Ar
from fyke.files.archives.arj import Arj
from fyke.files.archives.cpio import Cpio
from fyke.files.archives.disguise import Disguise
from fyke.files.archives.lha import Lha
from fyke.files.archives.lures import Lures
from fyke.files.archives.packed import Packed
from fyke.files.archives.rar import Rar
from fyke.files.archives.sevenzip import SevenZip
from fyke.files.archives.tar import Tar
from fyke.files.archives.xar import Xar
from fyke.files.archives.zip import Zip
from fyke.files.base import Tenant

TENANTS: tuple[Tenant, ...] = (
    Zip(),
    Packed(),
    Tar(),
    Cpio(),
    Ar(),
    Xar(),
    Lures(),
    Disguise(),
    SevenZip(),
    Rar(),
    Arj(),
    Lha(),
    Ace(),
)
