"""Doorways: who is let go, and when, as a server ends."""

import asyncio

from fyke.doors.spamd import Spamd
from tests.doors.gates import ToldGate, connected, opened

MAIL = b"From: a@example.net\nSubject: x\n\nThe minutes.\n"
ASKS = b"CHECK SPAMC/1.5\r\nContent-length: %d\r\n\r\n%s" % (len(MAIL), MAIL)


def at_the_end(*, pause_s):
    """What a client hears that connects, waits for so long while the server ends, and then asks."""

    async def run():
        gate = ToldGate()
        async with opened(Spamd(gate)) as doorway:
            reader, writer = await connected(doorway)
            ending = asyncio.create_task(doorway.end(5.0))
            await asyncio.sleep(pause_s)
            try:
                writer.write(ASKS)
                return await reader.read()
            except ConnectionError:
                return b""
            finally:
                await ending
                writer.close()

    return asyncio.run(run())


def test_who_has_just_come_may_say_what_for():
    """It was accepted before the end began, and cannot know that it came to the wrong one."""
    assert b"EX_OK" in at_the_end(pause_s=0.3)


def test_who_says_nothing_is_let_go():
    """A second is enough."""
    assert b"EX_OK" not in at_the_end(pause_s=1.8)
