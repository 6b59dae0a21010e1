# Programs that reach out of the sandbox. They print REACHED where they do; names between @ are filled in by the test.

# %% read-home
# does: reads a file in the user's home
# ends: failed error
try: print("REACHED", open("@HOME@/secret.txt").read())
except OSError: pass
def f(x): return 5

# %% read-temporary
# does: reads a file in the machine's temporary folder
# ends: failed error
try: print("REACHED", open("@TMP@/secret.txt").read())
except OSError: pass
def f(x): return 5

# %% read-repository
# does: lists and reads the repository
# ends: failed error
import os
try: print("REACHED", os.listdir("@REPO@/docs"))
except OSError: pass
try: print("REACHED", open("@REPO@/package.json").read())
except OSError: pass
def f(x): return 5

# %% read-system
# does: reads the accounts, keys and settings of the machine
# ends: failed error
import os
for path in ("/etc/passwd", "/etc/shadow", "/etc/hostname", "/root/.ssh", "/etc/ssh", "/var/log", "/home", "/sys/kernel"):
    try: print("REACHED", os.listdir(path) if os.path.isdir(path) else open(path).read())
    except OSError: pass
def f(x): return 5

# %% look-at-files
# does: asks whether files outside exist, how large they are, and when they changed
# ends: failed
# landlock: Landlock does not hide that a file exists, nor its size, owner and times
import os
try: print("REACHED", os.stat("@HOME@/secret.txt").st_size)
except OSError: pass
def f(x): return 5

# %% read-environment
# does: reads the environment of its own and of other processes
# ends: failed error
import os
if any("@SECRET@" in value for value in os.environ.values()): print("REACHED")
for number in ("self", os.getppid(), 1, 2, 3):
    try:
        data = open("/proc/%s/environ" % number, "rb").read()
        if b"@SECRET@" in data: print("REACHED", data)
    except OSError: pass
def f(x): return 5

# %% read-memory
# does: reads the memory of its parent
# ends: failed error
import os
for number in (os.getppid(), 1):
    try:
        open("/proc/%d/mem" % number, "rb").read(1)
        print("REACHED")
    except OSError: pass
    for name in ("maps", "fd", "cwd", "root"):
        try:
            os.listdir("/proc/%d/%s" % (number, name)); print("REACHED" if name in ("fd", "cwd") else "")
        except OSError: pass
def f(x): return 5

# %% ptrace
# does: attaches to its parent
# ends: failed error
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for request in (16, 0x4206):
    if libc.ptrace(request, os.getppid(), 0, 0) == 0: print("REACHED")
local = ctypes.create_string_buffer(8)
class Vec(ctypes.Structure): _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
mine = Vec(ctypes.addressof(local), 8)
if libc.process_vm_readv(os.getppid(), ctypes.byref(mine), 1, ctypes.byref(mine), 1, 0) > 0: print("REACHED")
def f(x): return 5

# %% write-home
# does: writes into the user's home
# ends: failed error
for name in ("secret.txt", "evil.txt"):
    try:
        open("@HOME@/" + name, "w").write("evil"); print("REACHED")
    except OSError: pass
def f(x): return 5

# %% write-temporary
# does: writes into /tmp, /var/tmp and /dev/shm
# ends: failed error
import os
for folder in ("@TMP@", "/tmp", "/var/tmp", "/dev/shm"):
    try:
        place = folder + "/scalequest-evil"
        open(place, "w").write("evil")
        if folder == "@TMP@" or os.path.exists("/proc/1") is False: print("REACHED")
    except OSError: pass
def f(x): return 5

# %% write-interpreter
# does: writes into the interpreter's own folders, for the next program to import
# ends: failed error
import os, random
for folder in {os.path.dirname(os.__file__), os.path.dirname(random.__file__), "/usr/lib"}:
    try:
        open(os.path.join(folder, "scalequest_evil.py"), "w").write("x = 1"); print("REACHED")
    except OSError: pass
def f(x): return 5

# %% change-modes
# does: changes modes and times of files outside
# ends: failed error
import os
for path in ("@HOME@/secret.txt", os.__file__):
    for act in (lambda: os.chmod(path, 0o777), lambda: os.utime(path, (0, 0)), lambda: os.chown(path, 0, 0), lambda: os.truncate(path, 0)):
        try:
            act(); print("REACHED")
        except OSError: pass
def f(x): return 5

# %% change-modes-by-descriptor
# does: changes the mode of a library that it may read, through its descriptor
# ends: failed error
import os
file = os.open(os.__file__, os.O_RDONLY)
for act in (lambda: os.fchmod(file, 0o777), lambda: os.utime(file, (0, 0)), lambda: os.fchown(file, 0, 0)):
    try:
        act(); print("REACHED")
    except OSError: pass
def f(x): return 5

# %% delete-files
# does: deletes and renames files outside
# ends: failed error
import os, shutil
for act in (lambda: os.unlink("@HOME@/secret.txt"), lambda: os.rename("@HOME@/secret.txt", "@HOME@/b"), lambda: os.rename("@HOME@/secret.txt", "x"), lambda: shutil.rmtree("@HOME@")):
    try:
        act(); print("REACHED")
    except OSError: pass
def f(x): return 5

# %% write-anywhere
# does: writes a file into every folder that it sees
# ends: failed error
import os
own = os.getcwd()
for top in ("/", "/dev", "/dev/shm", "/dev/pts", "/dev/mqueue", "/tmp", "/run", "/proc/self", "/sys", "/etc", "/home", "/root", "/usr", os.path.dirname(own)):
    try:
        if os.path.realpath(top) != os.path.realpath(own):
            open(os.path.join(top, "scalequest-evil"), "w").write("evil"); print("REACHED", top)
    except OSError: pass
def f(x): return 5

# %% symbolic-links
# does: leaves links that point outside, for whoever cleans up, and reads through them
# ends: failed error
import os
os.symlink("@HOME@", "home"); os.symlink("@HOME@/secret.txt", "file"); os.mkdir("d"); os.symlink("@HOME@", "d/home")
for path in ("file", "home/secret.txt", "d/home/secret.txt"):
    try: print("REACHED", open(path).read())
    except OSError: pass
def f(x): return 5

# %% hard-links
# does: links a file outside into its folder
# ends: failed error
import os
for path in ("@HOME@/secret.txt", os.__file__):
    try:
        os.link(path, "link"); print("REACHED")
    except OSError: pass
def f(x): return 5

# %% connect-tcp
# does: connects to a server on this machine
# ends: failed error
import socket
for host in ("127.0.0.1", "localhost"):
    try:
        socket.create_connection((host, @PORT@), 1).sendall(b"evil"); print("REACHED")
    except OSError: pass
def f(x): return 5

# %% listen-tcp
# does: listens on a port
# ends: failed error
import socket
try:
    server = socket.socket(); server.bind(("0.0.0.0", 0)); server.listen(); print("REACHED")
except OSError: pass
def f(x): return 5

# %% send-udp
# does: sends datagrams, and asks for a name
# ends: failed error
import socket
for family in (socket.AF_INET, socket.AF_INET6):
    try:
        socket.socket(family, socket.SOCK_DGRAM).sendto(b"evil", ("127.0.0.1", @PORT@)); print("REACHED")
    except OSError: pass
try:
    socket.getaddrinfo("example.com", 80); print("REACHED")
except OSError: pass
def f(x): return 5

# %% raw-sockets
# does: opens raw, packet, netlink and vsock sockets
# ends: failed error
import socket
for family, kind in ((2, 3), (17, 3), (16, 3), (40, 1), (31, 3), (38, 5)):
    try:
        socket.socket(family, kind); print("REACHED")
    except OSError: pass
def f(x): return 5

# %% abstract-socket
# does: connects to an abstract socket
# ends: failed error
import socket
try:
    s = socket.socket(socket.AF_UNIX); s.connect("\0@ABSTRACT@"); print("REACHED")
except OSError: pass
def f(x): return 5

# %% path-socket
# does: connects to a socket in the file system
# ends: failed error
import socket
try:
    s = socket.socket(socket.AF_UNIX); s.connect("@TMP@/server.sock"); print("REACHED")
except OSError: pass
def f(x): return 5

# %% datagrams-from-a-pair
# does: makes a pair of datagram sockets, which could send to any other
# ends: failed error
import socket
try:
    a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    for path in ("@TMP@/server.sock", "\0@ABSTRACT@", "/run/systemd/journal/socket", "/dev/log"):
        try: a.sendto(b"evil", path); print("REACHED")
        except OSError: pass
    print("REACHED")
except OSError: pass
def f(x): return 5

# %% run-programs
# does: runs a shell, the interpreter and a program of its own
# ends: failed error
import os, subprocess, sys
for command in (["/bin/sh", "-c", "echo REACHED"], [sys.executable, "-c", "print('REACHED')"]):
    try: subprocess.run(command, check=True); print("REACHED")
    except (OSError, subprocess.SubprocessError): pass
os.system("echo REACHED")
for act in (lambda: os.execv("/bin/echo", ["echo", "REACHED"]), lambda: os.posix_spawn("/bin/echo", ["echo", "REACHED"], {})):
    try: act()
    except OSError: pass
def f(x): return 5

# %% vfork-through-ctypes
# does: begins processes through the C library and bare system calls
# ends: failed error
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for number in (56, 57, 58, 220):
    if libc.syscall(number, 17, 0, 0, 0, 0) == 0:
        libc.write(1, b"REACHED", 7); libc._exit(0)
if libc.system(b"echo REACHED") == 0: print("REACHED")
def f(x): return 5

# %% multiprocessing
# does: starts a pool of processes
# ends: error timeout failed
import multiprocessing
try:
    with multiprocessing.Pool(2) as pool: pool.map(abs, [1]); print("REACHED")
except OSError: pass
def f(x): return 5

# %% kill-parent
# does: sends SIGKILL to its parent
# ends: failed error killed
import os
for number in (os.getppid(), 1, -1, 0, -os.getpgrp()):
    try:
        os.kill(number, 9); print("REACHED", number)
    except (OSError, PermissionError): pass
def f(x): return 5

# %% kill-tests
# does: sends signals to all processes that it can name
# ends: failed error killed
import os
for number in range(2, 400):
    if number != os.getpid():
        try:
            os.kill(number, 9); print("REACHED", number)
        except OSError: pass
def f(x): return 5

# %% kill-by-descriptor
# does: makes a descriptor signal its parent when it is ready
# ends: failed error
import fcntl, os
a, b = os.pipe()
for command, value in ((8, os.getppid()), (10, 9)):
    try:
        fcntl.fcntl(a, command, value); print("REACHED")
    except OSError: pass
os.write(b, b"x")
def f(x): return 5

# %% kill-by-pidfd
# does: signals its parent through a descriptor of the process
# ends: failed error
import os, signal
try:
    held = os.pidfd_open(os.getppid()); signal.pidfd_send_signal(held, 9); print("REACHED")
except OSError: pass
def f(x): return 5

# %% parents-limits
# does: lowers the limits of its parent
# ends: failed error
import os, resource
try:
    resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1)); print("REACHED")
except OSError: pass
def f(x): return 5

# %% namespaces
# does: makes namespaces, mounts and a new root
# ends: failed error
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for flag in (0x10000000, 0x20000, 0x20000000, 0x40000000):
    if libc.unshare(flag) == 0: print("REACHED")
if libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0: print("REACHED")
if libc.chroot(b".") == 0: print("REACHED")
if libc.umount2(b"/", 2) == 0: print("REACHED")
def f(x): return 5

# %% capabilities
# does: takes capabilities, another user and a set-user-id program
# ends: failed error
import ctypes, os
for act in (lambda: os.setuid(0) if os.getuid() else os.setuid(1000), lambda: os.setgroups([0]), lambda: os.mknod("dev", 0o600 | 0o020000, 259)):
    try: act(); print("REACHED")
    except OSError: pass
def f(x): return 5

# %% kernel-interfaces
# does: asks for bpf, perf, io_uring, keys, userfaultfd, memfd, modules and the clock
# ends: failed error
import ctypes, platform
libc = ctypes.CDLL(None, use_errno=True)
numbers = (321, 298, 425, 248, 250, 323, 319, 175, 313, 246, 164, 227, 169, 101, 310, 311) if platform.machine() == "x86_64" else (280, 241, 425, 217, 219, 282, 279, 105)
for number in numbers:
    if libc.syscall(number, 0, 0, 0, 0, 0) >= 0: print("REACHED", number)
def f(x): return 5

# %% other-architecture
# does: asks by the numbers of the x32 architecture
# ends: failed error killed
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall(0x40000000 + 57) == 0: libc.write(1, b"REACHED", 7)
if libc.syscall(0x40000000 + 41, 2, 1, 0) >= 0: print("REACHED")
def f(x): return 5

# %% shared-memory
# does: makes shared memory and message queues that outlive it
# ends: failed error
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
if libc.shmget(0x5343, 4096, 0o1666) >= 0: print("REACHED")
if libc.msgget(0x5343, 0o1666) >= 0: print("REACHED")
if libc.semget(0x5343, 1, 0o1666) >= 0: print("REACHED")
try:
    from multiprocessing import shared_memory
    shared_memory.SharedMemory("scalequest-evil", create=True, size=16); print("REACHED")
except (OSError, ImportError): pass
def f(x): return 5

# %% terminal
# does: types into the terminal, and opens it
# ends: failed error
import fcntl, os
for number in (0, 1, 2):
    try: fcntl.ioctl(number, 0x5412, b"x"); print("REACHED")
    except OSError: pass
for path in ("/dev/tty", "/dev/console", "/dev/mem", "/dev/kmsg", "/dev/sda"):
    try: os.open(path, os.O_RDWR); print("REACHED")
    except OSError: pass
def f(x): return 5

# %% standard-input
# does: reads the standard input, where requests come from
# ends: error
import sys
text = sys.stdin.read()
if text: print("REACHED", text)
input()
def f(x): return 5

# %% control-socket
# does: speaks to its zygote through the descriptors that it inherited
# ends: error failed
import os, socket, stat
sockets = []
for descriptor in range(64):
    try:
        if stat.S_ISSOCK(os.fstat(descriptor).st_mode): sockets.append(descriptor)
    except OSError: pass
if len(sockets) > 1: print("REACHED", sockets)
def f(x): return 5

# %% passed-descriptors
# does: sends its own descriptors to the tests' process
# ends: error failed
import array, os, socket, stat
for descriptor in range(3, 64):
    try:
        if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            s = socket.socket(fileno=os.dup(descriptor))
            for _ in range(100): s.sendmsg([b"\0\0\0\x02{}"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0] * 50))])
    except OSError: pass
def f(x): return 5

# %% other-limits-through-proc
# does: writes to its zygote and to the kernel through /proc
# ends: failed error
import os
for path in ("/proc/%d/oom_score_adj" % os.getppid(), "/proc/%d/mem" % os.getppid(), "/proc/sys/kernel/core_pattern", "/proc/self/oom_score_adj", "/proc/sysrq-trigger", "/proc/1/comm"):
    try:
        open(path, "w").write("0")
        if "self" not in path: print("REACHED", path)
    except OSError: pass
def f(x): return 5
