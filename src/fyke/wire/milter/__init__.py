"""The milter protocol, version 6 to 2, without a socket: `Filter` is the filter's side, `Server` the mail server's.

Nobody wrote it down but libmilter of Sendmail (mfdef.h, mfapi.h) and milter8(3) of Postfix, which agree.
"""

from fyke.wire.milter.filter import Filter, State
from fyke.wire.milter.packets import LocalProtocolError, RemoteProtocolError
from fyke.wire.milter.server import Server
from fyke.wire.milter.words import Actions, Stage, Steps

__all__ = ["Actions", "Filter", "LocalProtocolError", "RemoteProtocolError", "Server", "Stage", "State", "Steps"]
