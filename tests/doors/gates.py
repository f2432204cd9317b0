"""What stands behind the doors in tests: a gate that does as it is told, and doorways on a socket of their own."""

import asyncio
import socket
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from threading import Event, Thread

from fyke.doors.base import Doorway
from fyke.model import Action, Contribution, Envelope, Finding, Label, Scan, Symbol, Verdict
from fyke.model.gate import Early, Handled

SYMBOLS = (
    Symbol("LEX_BANK", "It speaks of a bank.", "lexicon", 4.5),
    Symbol("LINK_IP", "A link leads to an address.", "links", 2.0),
)


def scan(label=Label.HAM, bits=-3.0, action=Action.ACCEPT, *, family="", symbols=SYMBOLS, raw=b"", faults=()):
    """A scan that says so."""
    shares = tuple(Contribution(symbol.name, symbol.bits, symbol.text) for symbol in symbols)
    findings = tuple(Finding(symbol, family=family) for symbol in symbols)
    return Scan(
        id="c0ffee" + 26 * "0",
        envelope=Envelope(),
        digest="c0ffee" + 58 * "0",
        size_bytes=len(raw),
        subject="Minutes",
        sender="ann@example.net",
        sender_domain="example.net",
        answers=(),
        policy_id="",
        verdict=Verdict(label, (), bits, 0.5, shares, (), findings, family=family),
        action=action,
        observables=(),
        defects=(),
        faults=faults,
        skipped=(),
        elapsed_us=1,
    )


def handled(label=Label.HAM, bits=-3.0, action=Action.ACCEPT, **rest):
    """What a gate answers: see `scan`; further words are fields of `Handled`."""
    kept = {name: rest.pop(name) for name in ("fates", "edits", "reply", "case") if name in rest}
    return Handled(scan(label, bits, action, **rest), action, **kept)


class ToldGate:
    """Writes down each call in `calls`, and answers what it was told; an exception as answer is raised.

    An answer may be a function of the call's arguments. `slow_s`: how long each takes.
    """

    def __init__(self, handle=None, *, early=None, look=None, learn=True, figures=None, trouble="", slow_s=0.0):
        self.calls = []
        self.slow_s = slow_s
        self._answers = {
            "handle": handled() if handle is None else handle,
            "early": Early(Action.ACCEPT) if early is None else early,
            "look": scan() if look is None else look,
            "learn": learn,
            "figures": {} if figures is None else figures,
            "trouble": trouble,
        }

    async def early(self, envelope):
        return await self._say("early", envelope)

    async def handle(self, envelope, raw, *, keeps=True):
        return await self._say("handle", envelope, raw, keeps)

    async def look(self, name, content):
        return await self._say("look", name, content)

    async def learn(self, raw, account, label):
        return await self._say("learn", raw, account, label)

    async def trouble(self):
        return await self._say("trouble")

    async def figures(self):
        return await self._say("figures")

    async def _say(self, *call):
        self.calls.append(call)
        if self.slow_s:
            await asyncio.sleep(self.slow_s)
        answer = self._answers[call[0]]
        answer = answer(*call[1:]) if callable(answer) else answer
        if isinstance(answer, BaseException):
            raise answer
        return answer


def listener(path=None):
    """A listening socket on loopback, or at a path."""
    if path is None:
        return socket.create_server(("127.0.0.1", 0))
    Path(path).unlink(missing_ok=True)
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(str(path))
    sock.listen()
    return sock


@asynccontextmanager
async def opened(door, path=None, patience_s=1.0):
    """The door's `Doorway`, open; its `listener` tells where."""
    doorway = Doorway(door, listener(path))
    await doorway.open()
    try:
        yield doorway
    finally:
        await doorway.end(patience_s)
        doorway.listener.close()


async def connected(doorway):
    """Reader and writer of a client."""
    where = doorway.listener.getsockname()
    if isinstance(where, str):
        return await asyncio.open_unix_connection(where)
    return await asyncio.open_connection(*where)


async def told(doorway, data, *, half_close=True, pieces=1):
    """All that a client hears that sends this, and then shuts its side down."""
    reader, writer = await connected(doorway)
    size = max(1, -(-len(data) // pieces))
    for at in range(0, len(data), size):
        writer.write(data[at : at + size])
        await writer.drain()
    if half_close:
        writer.write_eof()
    try:
        return await asyncio.wait_for(reader.read(), 20)
    finally:
        writer.close()


@contextmanager
def serving(door, path=None):
    """Where the door listens while real programs talk to it: its address, or the path; served by a thread."""
    is_open, is_over = Event(), []
    at = []

    async def serve():
        over = asyncio.Event()
        async with opened(door, path) as doorway:
            at.append(doorway.listener.getsockname())
            is_over.append((asyncio.get_running_loop(), over))
            is_open.set()
            await over.wait()

    thread = Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert is_open.wait(20)
    try:
        yield at[0]
    finally:
        loop, over = is_over[0]
        loop.call_soon_threadsafe(over.set)
        thread.join(20)
