"""The filter says what it should, on both machines, as a machine of our own runs it."""

import errno
import struct

import pytest

from fyke.lookup import seccomp
from fyke.lookup.calls import MACHINES
from fyke.lookup.seccomp import ALLOW, KILL, REFUSE

PID = 77


def run(machine, number, *arguments, audit=None):
    """What the kernel would answer: its small machine, as <linux/bpf_common.h> has it."""
    data = struct.pack("=IIQ6Q", number, audit or machine.audit, 0, *(*arguments, *[0] * 6)[:6])
    steps = list(struct.iter_unpack("=HBBI", seccomp.program(machine, PID)))
    at, word = 0, 0
    while True:
        code, yes, no, value = steps[at]
        at += 1
        if code == seccomp.LOAD:
            (word,) = struct.unpack_from("=I", data, value)
        elif code == seccomp.AND:
            word &= value
        elif code == seccomp.RETURN:
            return value
        else:
            holds = word == value if code == seccomp.EQUALS else word >= value
            at += yes if holds else no


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_calls_get_their_answers(machine):
    """Allowed, refused, deadly; the unknown is refused."""
    numbers = machine.numbers
    for answer, names in ((ALLOW, seccomp.FREE), (KILL, seccomp.DEADLY)):
        for name in names.split():
            if name in numbers:
                assert run(machine, numbers[name]) == answer, name
    assert run(machine, 9_999) == REFUSE | errno.EPERM
    assert run(machine, numbers["read"], audit=1) == KILL


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
@pytest.mark.parametrize(
    ("name", "arguments", "answer"),
    [
        ("mmap", (0, 4096, 3, 0x22), ALLOW),
        ("mmap", (0, 4096, 7, 0x22), REFUSE | errno.EPERM),
        ("mmap", (0, 4096, 3, 0x21), REFUSE | errno.EPERM),
        ("mmap", (0, 4096, 3, 0x03), REFUSE | errno.EPERM),
        ("mprotect", (0, 4096, 1), ALLOW),
        ("mprotect", (0, 4096, 5), REFUSE | errno.EPERM),
        ("tgkill", (PID, PID, 6), ALLOW),
        ("tgkill", (1, 1, 9), KILL),
        ("prlimit64", (0, 7, 0, 1), ALLOW),
        ("prlimit64", (0, 7, 1 << 40, 0), KILL),
        ("clone", (0x3D0F00,), REFUSE | errno.EPERM),
        ("clone", (17,), KILL),
        ("clone3", (1, 1), REFUSE | errno.ENOSYS),
    ],
)
def test_arguments_are_looked_at(machine, name, arguments, answer):
    """No code is made, no memory shared, no process started, nobody else signalled, no limit raised."""
    assert run(machine, machine.numbers[name], *arguments) == answer


def test_the_other_table_of_x86_is_closed():
    """Its numbers would pass by ours."""
    assert run(MACHINES["x86_64"], 0x40000000 | MACHINES["x86_64"].numbers["read"]) == KILL
