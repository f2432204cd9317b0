"""Linux by its bare numbers: system calls that the standard library does not offer, for the two machines we know.

Numbers are those of the kernel's `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h`.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from functools import cache

from msgspec import Struct

_ROWS = """
read 0 63
write 1 64
close 3 57
poll 7 -
fstat 5 80
lseek 8 62
mmap 9 222
mprotect 10 226
munmap 11 215
brk 12 214
rt_sigaction 13 134
rt_sigprocmask 14 135
rt_sigreturn 15 139
pread64 17 67
readv 19 65
writev 20 66
sched_yield 24 124
mremap 25 216
madvise 28 233
shmget 29 194
nanosleep 35 101
getpid 39 172
socket 41 198
connect 42 203
accept 43 202
sendto 44 206
recvfrom 45 207
bind 49 200
listen 50 201
socketpair 53 199
clone 56 220
fork 57 -
vfork 58 -
execve 59 221
exit 60 93
kill 62 129
uname 63 160
getrlimit 97 163
getrusage 98 165
sysinfo 99 179
gettimeofday 96 169
times 100 153
ptrace 101 117
getuid 102 174
getgid 104 176
setuid 105 146
setgid 106 144
geteuid 107 175
getegid 108 177
getppid 110 173
setreuid 113 145
setregid 114 143
setresuid 117 147
setresgid 119 149
capset 126 91
rt_sigqueueinfo 129 138
sigaltstack 131 132
modify_ldt 154 -
pivot_root 155 41
chroot 161 51
mount 165 40
umount2 166 39
iopl 172 -
ioperm 173 -
init_module 175 105
gettid 186 178
tkill 200 130
time 201 -
futex 202 98
sched_getaffinity 204 123
restart_syscall 219 128
clock_gettime 228 113
clock_getres 229 114
clock_nanosleep 230 115
exit_group 231 94
tgkill 234 131
kexec_load 246 104
add_key 248 217
request_key 249 218
keyctl 250 219
ppoll 271 73
unshare 272 97
set_robust_list 273 99
accept4 288 242
rt_tgsigqueueinfo 297 240
perf_event_open 298 241
prlimit64 302 261
open_by_handle_at 304 265
setns 308 268
getcpu 309 168
process_vm_readv 310 270
process_vm_writev 311 271
finit_module 313 273
seccomp 317 277
getrandom 318 278
kexec_file_load 320 294
bpf 321 280
execveat 322 281
userfaultfd 323 282
membarrier 324 283
rseq 334 293
pidfd_send_signal 424 424
io_uring_setup 425 425
io_uring_enter 426 426
io_uring_register 427 427
open_tree 428 428
move_mount 429 429
fsopen 430 430
pidfd_open 434 434
clone3 435 435
pidfd_getfd 438 438
landlock_create_ruleset 444 444
landlock_add_rule 445 445
landlock_restrict_self 446 446
"""


class Machine(Struct, frozen=True):
    """What the numbers of a kind of machine are."""

    audit: int  # its AUDIT_ARCH of <linux/audit.h>
    numbers: dict[str, int]


def _table(column: int) -> dict[str, int]:
    rows = [row.split() for row in _ROWS.split("\n") if row]
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}


MACHINES = {"x86_64": Machine(0xC000003E, _table(1)), "aarch64": Machine(0xC00000B7, _table(2))}


def machine() -> Machine | None:
    """The machine that this process runs on, if it is one that we know: 64 bits, Linux."""
    if sys.platform != "linux" or sys.maxsize < 1 << 32:
        return None
    return MACHINES.get(platform.machine())


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc


def call(name: str, *arguments: object) -> int:
    """Make a system call. Raises `OSError`, also where the machine is not known."""
    here = machine()
    if here is None or name not in here.numbers:
        raise OSError(38, f"no {name} here")
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    return _told(name, _libc().syscall(ctypes.c_long(here.numbers[name]), *words))


def prctl(option: int, *words: int) -> int:
    """Ask or set something of this process, as <linux/prctl.h> numbers it. Raises `OSError`."""
    padded = [*words, 0, 0, 0, 0][:4]
    return _told("prctl", _libc().prctl(ctypes.c_int(option), *map(ctypes.c_ulong, padded)))


def unshare(flags: int) -> None:
    """Leave namespaces for new ones. Raises `OSError`."""
    call("unshare", flags)


def _told(name: str, result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result
