"""What every door owes, whatever it speaks: `check_door(make, mail, is_success)`.

`make(gate, terms)` makes the door, `mail` is all that a client sends for one mail, `is_success(said)` whether what it
hears is a verdict on that mail. A door with terms of its own gives them, and a path where it speaks over local sockets.
"""

import asyncio
import random
import socket
import struct

from msgspec.structs import replace

from fyke.doors.base import Terms
from tests.doors.gates import ToldGate, connected, opened, told


def check_door(make, mail, is_success, *, terms=None, path=None, gate=ToldGate):
    """Run every check. `gate(**told)` makes a gate that answers what the door needs."""
    terms = replace(terms or Terms(), idle_s=5.0, message_bytes=1 << 20)

    def door(told_gate=None, **changed):
        return make(told_gate or gate(), replace(terms, **changed))

    for check in (
        _a_mail_is_judged_however_it_is_cut,
        _garbage_is_an_error_and_no_fault,
        _a_client_that_leaves_costs_nothing,
        _a_reset_in_the_middle_of_a_mail_costs_nothing,
        _who_never_reads_is_hung_up_on,
        _a_gate_that_breaks_is_no_success,
        _silence_ends,
        _too_many_are_turned_away,
        _one_address_does_not_take_all_places,
        _the_end_waits_for_a_mail,
        _the_end_does_not_wait_for_ever,
    ):
        asyncio.run(asyncio.wait_for(check(door, mail, is_success, gate, path), 60))


async def _a_mail_is_judged_however_it_is_cut(door, mail, is_success, _gate, path):
    own = door()
    async with opened(own, path) as doorway:
        for pieces in (1, 2, 5, len(mail)):
            assert is_success(await _told(doorway, mail, pieces=pieces)), pieces
    assert own.counts.faults == 0


async def _garbage_is_an_error_and_no_fault(door, mail, is_success, _gate, path):
    own, chance = door(), random.Random(7)
    async with opened(own, path) as doorway:
        for _ in range(20):
            raw = bytearray(chance.choice((chance.randbytes(300), mail, mail + mail)))
            for _ in range(9):
                raw[chance.randrange(len(raw))] = chance.randrange(256)
            await _told(doorway, bytes(raw))
        assert is_success(await _told(doorway, mail)), "and the next one is served"
    assert own.counts.faults == 0


async def _a_client_that_leaves_costs_nothing(door, mail, is_success, gate, path):
    own = door()
    async with opened(own, path) as doorway:
        for at in range(0, len(mail), max(1, len(mail) // 9)):
            _, writer = await connected(doorway)
            writer.write(mail[:at])
            writer.transport.abort()
        assert is_success(await _told(doorway, mail))
        await _emptied(doorway)
    assert own.counts.faults == 0


async def _a_reset_in_the_middle_of_a_mail_costs_nothing(door, mail, is_success, gate, path):
    told_gate = gate()
    own = door(told_gate)
    async with opened(own, path) as doorway:
        for at in (1, len(mail) // 4, len(mail) // 2):
            sock = await _raw(doorway)
            await asyncio.get_running_loop().sock_sendall(sock, mail[:at])
            while not doorway.connections:
                await asyncio.sleep(0.01)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.close()
            await _emptied(doorway)
        assert not any(call[0] in ("handle", "look") for call in told_gate.calls), "half a mail is none"
        assert is_success(await _told(doorway, mail))
    assert own.counts.faults == 0


async def _who_never_reads_is_hung_up_on(door, mail, is_success, _gate, path):
    own = door(idle_s=0.5, send_s=0.5)
    async with opened(own, path) as doorway:
        doorway.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)  # so that it is full soon
        sock = await _raw(doorway, 4_096)
        flood = asyncio.create_task(_flood(sock, mail * 20))
        assert is_success(await _told(doorway, mail)), "while others are served"
        await _emptied(doorway)
        flood.cancel()
        await asyncio.wait([flood])
        sock.close()
    assert own.counts.faults == 0


async def _a_gate_that_breaks_is_no_success(door, mail, is_success, gate, path):
    broken = dict.fromkeys(("handle", "early", "look"), RuntimeError("broken"))
    async with opened(door(gate(**broken)), path) as doorway:
        assert not is_success(await _told(doorway, mail))


async def _silence_ends(door, mail, is_success, _gate, path):
    own = door(idle_s=0.05)
    async with opened(own, path) as doorway:
        for said in (b"", mail[: len(mail) // 2]):
            heard = await _told(doorway, said, half_close=False)
            assert not is_success(heard)
        assert not own.counts.faults


async def _too_many_are_turned_away(door, mail, is_success, _gate, path):
    own = door(connections=1)
    async with opened(own, path) as doorway:
        _, first = await connected(doorway)
        while not doorway.connections:
            await asyncio.sleep(0.01)
        assert not is_success(await _told(doorway, mail))
        first.close()
    assert own.counts.refused == 1


async def _one_address_does_not_take_all_places(door, mail, is_success, _gate, path):
    own = door(per_client=1)
    async with opened(own, path) as doorway:
        _, first = await connected(doorway)
        while not doorway.connections:
            await asyncio.sleep(0.01)
        is_served = is_success(await _told(doorway, mail))
        assert is_served is (path is not None), "local sockets count as no client"
        first.close()
        await _emptied(doorway)
        assert is_success(await _told(doorway, mail)), "and who left makes room"
    assert own.counts.refused == (path is None)


async def _the_end_waits_for_a_mail(door, mail, is_success, gate, path):
    slow = gate()
    slow.slow_s = 0.3
    async with opened(door(slow), path, patience_s=10.0) as doorway:
        heard = asyncio.create_task(_told(doorway, mail))
        while not slow.calls:
            await asyncio.sleep(0.01)
    assert is_success(await heard)


async def _the_end_does_not_wait_for_ever(door, mail, is_success, gate, path):
    slow = gate()
    slow.slow_s = 30.0
    async with opened(door(slow), path, patience_s=0.1) as doorway:
        heard = asyncio.create_task(_told(doorway, mail))
        while not slow.calls:
            await asyncio.sleep(0.01)
    assert not is_success(await heard)


async def _told(doorway, data, **rest):
    """What a client hears; nothing where it is hung up on while it sends."""
    try:
        return await told(doorway, data, **rest)
    except ConnectionError:
        return b""


async def _emptied(doorway):
    """Wait until everybody left."""
    for _ in range(500):
        if not doorway.connections:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("somebody stays for ever")


async def _raw(doorway, receives=0):
    """A client's socket, which takes so many bytes before it is read."""
    sock = socket.socket(doorway.listener.family)
    sock.setblocking(False)
    if receives:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
    await asyncio.get_running_loop().sock_connect(sock, doorway.listener.getsockname())
    return sock


async def _flood(sock, data):
    """Send for ever, and never read."""
    try:
        while True:
            await asyncio.get_running_loop().sock_sendall(sock, data)
    except OSError:
        return
