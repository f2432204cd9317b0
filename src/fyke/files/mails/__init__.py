"""Files in the forms in which mail carries them."""

from fyke.files.base import Tenant
from fyke.files.mails.binhex import BinHex
from fyke.files.mails.encoded import Encoded
from fyke.files.mails.mime import Mime
from fyke.files.mails.msg import Msg
from fyke.files.mails.tnef import Tnef

TENANTS: tuple[Tenant, ...] = (Mime(), Encoded(), BinHex(), Tnef(), Msg())
