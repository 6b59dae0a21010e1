"""Takes rights away from this process: capabilities, files (Landlock), system calls (seccomp), resources."""

import ctypes
import os
import platform
import resource
import struct

_libc = ctypes.CDLL(None, use_errno=True)
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38


class CannotConfine(Exception):
    """The kernel refuses a part of the confinement."""


def prctl(option, argument, third=0):
    if _libc.prctl(option, ctypes.c_ulong(argument), ctypes.c_ulong(third), ctypes.c_ulong(0), ctypes.c_ulong(0)) != 0:
        raise CannotConfine("prctl %d: %s" % (option, os.strerror(ctypes.get_errno())))


def drop_capabilities():
    for capability in range(64):
        if _libc.prctl(24, ctypes.c_ulong(capability), 0, 0, 0) != 0:
            break
    header = struct.pack("=Ii", 0x20080522, 0)
    if _syscall(126 if platform.machine() == "x86_64" else 91, ctypes.c_char_p(header), ctypes.c_char_p(bytes(24))) != 0:
        raise CannotConfine("capset: " + os.strerror(ctypes.get_errno()))


# Landlock: what can be read, and the one folder that can be written.

_READ_FILE, _READ_DIR, _EXECUTE, _WRITE_FILE = 1 << 2, 1 << 3, 1 << 0, 1 << 1


def landlock_abi():
    return max(0, _syscall(444, None, ctypes.c_size_t(0), ctypes.c_uint32(1)))


def restrict_files(readable, writable):
    abi = landlock_abi()
    if abi < 1:
        raise CannotConfine("the kernel has no Landlock")
    handled = (1 << 13) - 1
    if abi >= 2:
        handled |= 1 << 13
    if abi >= 3:
        handled |= 1 << 14
    if abi >= 5:
        handled |= 1 << 15
    attributes = struct.pack("=QQQ", handled, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = _syscall(444, ctypes.c_char_p(attributes), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if ruleset < 0:
        raise CannotConfine("landlock_create_ruleset: " + os.strerror(ctypes.get_errno()))
    try:
        for path in readable:
            _allow(ruleset, path, _READ_FILE | _READ_DIR | _EXECUTE)
        for path in writable:
            _allow(ruleset, path, handled & ~_EXECUTE if os.path.isdir(path) else _READ_FILE | _WRITE_FILE)
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        if _syscall(446, ctypes.c_int(ruleset), ctypes.c_uint32(0)) != 0:
            raise CannotConfine("landlock_restrict_self: " + os.strerror(ctypes.get_errno()))
    finally:
        os.close(ruleset)


def _allow(ruleset, path, rights):
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _READ_FILE | _WRITE_FILE | _EXECUTE
        rule = struct.pack("=Qi", rights, place)
        if _syscall(445, ctypes.c_int(ruleset), ctypes.c_int(1), ctypes.c_char_p(rule), ctypes.c_uint32(0)) != 0:
            raise CannotConfine("landlock_add_rule %s: %s" % (path, os.strerror(ctypes.get_errno())))
    finally:
        os.close(place)


# seccomp: what may be asked of the kernel at all.

_LD, _JEQ, _JGE, _JSET, _RET = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_CLONE_THREAD = 0x10000

_X86 = dict(
    read=0, write=1, open=2, close=3, stat=4, fstat=5, lstat=6, poll=7, lseek=8, mmap=9, mprotect=10, munmap=11, brk=12,
    rt_sigaction=13, rt_sigprocmask=14, rt_sigreturn=15, ioctl=16, pread64=17, pwrite64=18, readv=19, writev=20,
    access=21, pipe=22, select=23, sched_yield=24, mremap=25, msync=26, mincore=27, madvise=28, dup=32, dup2=33, pause=34,
    nanosleep=35, getitimer=36, alarm=37, setitimer=38, getpid=39, sendfile=40, sendto=44, recvfrom=45, sendmsg=46,
    recvmsg=47, shutdown=48, getsockname=51, getpeername=52, socketpair=53, setsockopt=54, getsockopt=55, clone=56,
    fork=57, exit=60, wait4=61, kill=62, uname=63, fcntl=72, flock=73, fsync=74, fdatasync=75, truncate=76, ftruncate=77,
    getdents=78, getcwd=79, chdir=80, fchdir=81, rename=82, mkdir=83, rmdir=84, creat=85, link=86, unlink=87, symlink=88,
    readlink=89, chmod=90, fchmod=91, umask=95, gettimeofday=96, getrlimit=97, getrusage=98, sysinfo=99, times=100,
    getuid=102, getgid=104, geteuid=107, getegid=108, getppid=110, getpgrp=111, setsid=112, getgroups=115, getresuid=118,
    getresgid=120, getpgid=121, getsid=124, rt_sigpending=127, rt_sigtimedwait=128, rt_sigsuspend=130, sigaltstack=131,
    utime=132, statfs=137, fstatfs=138, sched_getparam=143, sched_getscheduler=145, prctl=157, setrlimit=160, gettid=186,
    time=201, futex=202, sched_getaffinity=204, epoll_create=213, getdents64=217, set_tid_address=218,
    clock_gettime=228, clock_getres=229, clock_nanosleep=230, exit_group=231, epoll_wait=232, epoll_ctl=233, tgkill=234,
    utimes=235, waitid=247, openat=257, mkdirat=258, newfstatat=262, unlinkat=263, renameat=264, linkat=265,
    symlinkat=266, readlinkat=267, fchmodat=268, faccessat=269, pselect6=270, ppoll=271, set_robust_list=273,
    get_robust_list=274, utimensat=280, epoll_pwait=281, fallocate=285, eventfd2=290, epoll_create1=291, dup3=292,
    pipe2=293, preadv=295, pwritev=296, prlimit64=302, renameat2=316, seccomp=317, getrandom=318,
    copy_file_range=326, statx=332, rseq=334, pidfd_open=434, clone3=435, close_range=436, openat2=437, faccessat2=439,
    epoll_pwait2=441,
)
_ARM = dict(
    getcwd=17, eventfd2=19, epoll_create1=20, epoll_ctl=21, epoll_pwait=22, dup=23, dup3=24, fcntl=25, ioctl=29, flock=32,
    mkdirat=34, unlinkat=35, symlinkat=36, linkat=37, renameat=38, statfs=43, fstatfs=44, truncate=45, ftruncate=46,
    fallocate=47, faccessat=48, chdir=49, fchdir=50, fchmod=52, fchmodat=53, openat=56, close=57, pipe2=59, getdents64=61,
    lseek=62, read=63, write=64, readv=65, writev=66, pread64=67, pwrite64=68, preadv=69, pwritev=70, sendfile=71,
    pselect6=72, ppoll=73, readlinkat=78, newfstatat=79, fstat=80, fsync=82, fdatasync=83, utimensat=88, exit=93,
    exit_group=94, waitid=95, set_tid_address=96, futex=98, set_robust_list=99, get_robust_list=100, nanosleep=101,
    getitimer=102, setitimer=103, clock_gettime=113, clock_getres=114, clock_nanosleep=115, sched_getscheduler=120,
    sched_getparam=121, sched_getaffinity=123, sched_yield=124, kill=129, tgkill=131, sigaltstack=132,
    rt_sigsuspend=133, rt_sigaction=134, rt_sigprocmask=135, rt_sigpending=136, rt_sigtimedwait=137, rt_sigreturn=139,
    times=153, getpgid=155, getsid=156, setsid=157, getgroups=158, uname=160, getrlimit=163, setrlimit=164, getrusage=165,
    umask=166, prctl=167, gettimeofday=169, getpid=172, getppid=173, getuid=174, geteuid=175, getgid=176, getegid=177,
    gettid=178, sysinfo=179, socketpair=199, getsockname=204, getpeername=205, sendto=206, recvfrom=207, setsockopt=208,
    getsockopt=209, shutdown=210, sendmsg=211, recvmsg=212, brk=214, munmap=215, mremap=216, clone=220, mmap=222,
    mprotect=226, msync=227, mincore=232, madvise=233, wait4=260, prlimit64=261, renameat2=276, seccomp=277,
    getrandom=278, copy_file_range=285, statx=291, rseq=293, pidfd_open=434, clone3=435, close_range=436, openat2=437,
    faccessat2=439, epoll_pwait2=441,
)
_MACHINES = {"x86_64": (0xC000003E, _X86), "aarch64": (0xC00000B7, _ARM)}


def _machine():
    known = _MACHINES.get(platform.machine())
    if known is None:
        raise CannotConfine("no system call table for %s" % platform.machine())
    return known


class _Filter:
    """A filter over the number of a system call. Jumps are short, so every check ends in its own verdict."""

    def __init__(self):
        self.code = []

    def add(self, code, value, yes=0, no=0):
        self.code.append(struct.pack("=HBBI", code, yes, no, value & 0xFFFFFFFF))

    def load(self, offset):
        self.add(_LD, offset)

    def ret(self, value):
        self.add(_RET, value)

    def install(self):
        body = b"".join(self.code)
        buffer = ctypes.create_string_buffer(body, len(body))
        program = struct.pack("=HxxxxxxQ", len(self.code), ctypes.addressof(buffer))
        held = ctypes.create_string_buffer(program, len(program))
        prctl(PR_SET_SECCOMP, 2, ctypes.addressof(held))


def _begin():
    architecture, numbers = _machine()
    made = _Filter()
    made.load(4)
    made.add(_JEQ, architecture, 1, 0)
    made.ret(_ERRNO | _EPERM)
    made.load(0)
    return made, numbers


def allow_calls():
    """The calls that Python needs, and nothing else: the filter of a zygote, which all its programs inherit."""
    made, numbers = _begin()
    made.add(_JEQ, numbers["clone3"], 0, 1)
    made.ret(_ERRNO | _ENOSYS)
    # A socket pair of this machine only: an event loop wakes itself with one.
    made.add(_JEQ, numbers["socketpair"], 0, 4)
    made.load(16)
    made.add(_JEQ, 1, 0, 1)
    made.ret(_ALLOW)
    made.ret(_ERRNO | _EPERM)
    wanted = sorted(number for name, number in numbers.items() if name not in ("clone3", "socketpair"))
    for first, last in _runs(wanted):
        made.add(_JGE, first, 0, 2)
        made.add(_JGE, last + 1, 1, 0)
        made.ret(_ALLOW)
    made.ret(_ERRNO | _EPERM)
    return made


def _runs(numbers):
    first = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


def forbid_processes(own):
    """What a program may not do that its zygote must: begin processes, signal others, change limits, look at others."""
    made, numbers = _begin()
    for name in ("fork", "wait4", "waitid", "setsid", "setrlimit", "pidfd_open"):
        if name in numbers:
            made.add(_JEQ, numbers[name], 0, 1)
            made.ret(_ERRNO | _EPERM)
    made.add(_JEQ, numbers["clone"], 0, 4)
    made.load(16)
    made.add(_JSET, _CLONE_THREAD, 0, 1)
    made.ret(_ALLOW)
    made.ret(_ERRNO | _EPERM)
    for name in ("kill", "tgkill"):
        made.add(_JEQ, numbers[name], 0, 4)
        made.load(16)
        made.add(_JEQ, own, 0, 1)
        made.ret(_ALLOW)
        made.ret(_ERRNO | _EPERM)
    # Limits may be read, of this process.
    made.add(_JEQ, numbers["prlimit64"], 0, 7)
    made.load(32)
    made.add(_JEQ, 0, 0, 4)
    made.load(36)
    made.add(_JEQ, 0, 0, 2)
    made.load(16)
    made.add(_JEQ, 0, 1, 0)
    made.ret(_ERRNO | _EPERM)
    made.ret(_ALLOW)
    return made


def limit_resources(limits):
    set_limit = resource.setrlimit
    memory = limits["memoryMb"] << 20
    set_limit(resource.RLIMIT_AS, (memory, memory))
    set_limit(resource.RLIMIT_CPU, (limits["cpuSeconds"], limits["cpuSeconds"] + 1))
    set_limit(resource.RLIMIT_FSIZE, (limits["fileMb"] << 20, limits["fileMb"] << 20))
    set_limit(resource.RLIMIT_NOFILE, (limits["files"], limits["files"]))
    set_limit(resource.RLIMIT_CORE, (0, 0))
