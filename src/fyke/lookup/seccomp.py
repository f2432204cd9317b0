"""Which system calls a cell may still make: a filter for the kernel, in its own small machine language.

Three answers. What analysing needs is allowed, some of it only with harmless arguments. What a library may try on its
way, and can do without, is refused with an error, so that an honest file costs a missing locale and not the cell. What
only somebody who took the cell over would ask kills it at once: he gets no second try, and we a loud fault.
"""

from __future__ import annotations

import ctypes
import errno
import struct

from msgspec import Struct

from fyke.lookup.calls import MACHINES, Machine, call, machine

# <linux/seccomp.h>, <linux/filter.h>, <linux/bpf_common.h>
SET_MODE_FILTER, ALL_THREADS = 1, 1
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
LOAD, EQUALS, AT_LEAST, AND, RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
NUMBER_AT, ARCH_AT, ARGUMENTS_AT = 0, 4, 16  # in `struct seccomp_data`
X32 = 0x40000000  # of x86_64: another table of the same calls, in which the numbers above would be missed

FREE = """
read write readv writev pread64 recvfrom sendto close fstat lseek poll ppoll
munmap mremap madvise brk futex rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall
clock_gettime clock_getres clock_nanosleep gettimeofday time nanosleep times getrusage getrlimit getrandom
getpid gettid getppid getuid geteuid getgid getegid sched_yield sched_getaffinity getcpu uname sysinfo
membarrier rseq set_robust_list exit exit_group
"""

DEADLY = """
execve execveat fork vfork ptrace process_vm_readv process_vm_writev
kill tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_send_signal pidfd_getfd
socket socketpair connect bind listen accept accept4
mount umount2 pivot_root chroot move_mount open_tree fsopen unshare setns open_by_handle_at
bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register keyctl add_key request_key
init_module finit_module kexec_load kexec_file_load iopl ioperm modify_ldt
setuid setgid setreuid setregid setresuid setresgid capset seccomp
"""

WRITABLE, EXECUTABLE = 2, 4  # <asm-generic/mman-common.h>
KIND_OF_MAP, PRIVATE_MAP = 3, 2  # shared memory is not counted by RLIMIT_DATA
THREAD = 0x10000  # <linux/sched.h>: CLONE_THREAD


class Where(Struct, frozen=True):
    """A word of an argument must have, under a mask, a value."""

    argument: int
    mask: int
    value: int
    high: bool = False  # the upper 32 of its 64 bits


class Rule(Struct, frozen=True):
    """A call that is answered by its arguments."""

    name: str
    when: tuple[Where, ...]
    then: int
    otherwise: int


def _refuse(code: int) -> int:
    return REFUSE | code


def _rules(pid: int) -> tuple[Rule, ...]:
    nothing = _refuse(errno.EPERM)
    return (
        # No new code: who overwrites data finds no place that is both writable and executable, and can make none.
        Rule("mmap", (Where(2, EXECUTABLE, 0), Where(3, KIND_OF_MAP, PRIVATE_MAP)), ALLOW, nothing),
        Rule("mprotect", (Where(2, EXECUTABLE, 0),), ALLOW, nothing),
        Rule("tgkill", (Where(0, 0xFFFFFFFF, pid),), ALLOW, KILL),  # abort() signals itself
        Rule("prlimit64", (Where(2, 0xFFFFFFFF, 0), Where(2, 0xFFFFFFFF, 0, high=True)), ALLOW, KILL),  # asking only
        Rule("clone", (Where(0, THREAD, THREAD),), nothing, KILL),  # a thread is refused, a process is the end
        Rule("clone3", (), _refuse(errno.ENOSYS), KILL),  # its flags are out of reach: libraries go back to clone
    )


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


def _checked(rule: Rule) -> bytes:
    """The steps of one rule, which end in an answer whatever the arguments are."""
    body = _step(RETURN, rule.then)
    for where in reversed(rule.when):
        at = ARGUMENTS_AT + 8 * where.argument + (4 if where.high else 0)  # both machines are little-endian
        steps = _step(LOAD, at) + _step(AND, where.mask)
        body = steps + _step(EQUALS, where.value, 0, len(body) // 8) + body
        if body[-8:] != _step(RETURN, rule.otherwise):
            body += _step(RETURN, rule.otherwise)
    return body


def program(here: Machine, pid: int) -> bytes:
    """The filter for a process on a machine, as `struct sock_filter`s."""
    steps = [_step(LOAD, ARCH_AT), _step(EQUALS, here.audit, 1), _step(RETURN, KILL), _step(LOAD, NUMBER_AT)]
    if here is MACHINES["x86_64"]:
        steps += [_step(AT_LEAST, X32, 0, 1), _step(RETURN, KILL)]
    numbers = here.numbers
    for answer, names in ((ALLOW, FREE), (KILL, DEADLY)):
        known = [numbers[name] for name in names.split() if name in numbers]
        steps += [step for number in known for step in (_step(EQUALS, number, 0, 1), _step(RETURN, answer))]
    for rule in _rules(pid):
        body = _checked(rule)
        steps += [_step(EQUALS, numbers[rule.name], 0, len(body) // 8), body]
    return b"".join([*steps, _step(RETURN, _refuse(errno.EPERM))])


class _Program(ctypes.Structure):
    _fields_ = (("count", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def restrict(pid: int) -> None:
    """Give the filter to the kernel, for all threads and for ever. Raises `OSError` where it takes none."""
    here = machine()
    if here is None:
        raise OSError(errno.ENOSYS, "no filter for this machine")
    steps = program(here, pid)
    given = _Program(len(steps) // 8, steps)
    thread = call("seccomp", SET_MODE_FILTER, ALL_THREADS, ctypes.byref(given))
    if thread:
        raise OSError(errno.EBUSY, f"seccomp: thread {thread} could not be taken along")
