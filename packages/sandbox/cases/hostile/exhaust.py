# Programs that use up the machine. Tests: f(2) == 4, f(3) == 9.

# %% memory
# does: asks for eighty gigabytes
# ends: out-of-memory
def f(x): return [0] * (10 ** 10)

# %% memory-in-pieces
# does: grows until nothing is left, and catches MemoryError
# ends: out-of-memory timeout error killed
held = []
while True:
    try: held.append(" " * 10 ** 7)
    except MemoryError: held.append(1)

# %% memory-mapped
# does: maps memory until nothing is left
# ends: out-of-memory error
import mmap
held = []
while True: held.append(mmap.mmap(-1, 64 << 20))

# %% huge-integer
# does: shifts a number out of memory
# ends: out-of-memory
def f(x): return 1 << (1 << 40)

# %% fork-bomb
# does: forks for ever
# ends: error timeout
import os
def f(x):
    while True: os.fork()

# %% fork-bomb-caught
# does: forks for ever and catches what stops it
# ends: timeout
import os
while True:
    try:
        os.fork()
        print("REACHED", flush=True)
    except OSError: pass

# %% thread-bomb
# does: starts threads for ever
# ends: error timeout out-of-memory killed
import threading, time
threading.stack_size(65536)
while True: threading.Thread(target=time.sleep, args=(100,)).start()

# %% output
# does: prints a gigabyte
# ends: timeout failed
for _ in range(10 ** 6): print("x" * 1000)
def f(x): return 5

# %% output-on-errors
# does: writes without an end to its error output
# ends: timeout
import os
while True: os.write(2, b"x" * 65536)

# %% big-file
# does: writes one file without an end
# ends: error
with open("big", "wb") as file:
    while True: file.write(b"0" * 10 ** 6)

# %% many-files
# does: writes small files without an end
# ends: killed error timeout
import os
number = 0
while True:
    open("f%d" % number, "w").close(); number += 1

# %% many-big-files
# does: writes files of fifteen megabytes without an end
# ends: killed error
import time
number = 0
while True:
    with open("f%d" % number, "wb") as file: file.write(b"0" * (15 << 20))
    number += 1
    time.sleep(0.05)

# %% deep-folders
# does: makes a folder in a folder, a thousand times, and closes the modes
# ends: failed error killed
import os
for _ in range(1000):
    os.mkdir("d" * 50); os.chdir("d" * 50)
def f(x): return 5

# %% closed-modes
# does: leaves folders and files that nobody may open
# ends: failed
import os
os.mkdir("a", 0o700); os.mkdir("a/b", 0o700); open("a/b/c", "w").close(); os.mkdir("a/d", 0)
os.close(os.open("e", os.O_CREAT | os.O_WRONLY, 0))
os.mkdir("g", 0)
def f(x): return 5

# %% descriptors
# does: opens files without an end
# ends: error
held = []
while True: held.append(open("/dev/null"))

# %% strange-names
# does: leaves files with names that are no text
# ends: failed
import os
for name in (b"\xff\xfe", b"a\nb", b"-rf", b"\x01\x02", b" ", b"x" * 255):
    os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
os.mkfifo("pipe") if hasattr(os, "mkfifo") and False else None
def f(x): return 5

# %% raise-limits
# does: raises its own limits
# ends: failed error
import resource
for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE):
    try:
        resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)); print("REACHED")
    except (OSError, ValueError): pass
def f(x): return 5
