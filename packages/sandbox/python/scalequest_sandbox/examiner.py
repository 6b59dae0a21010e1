"""A process that runs tests: forked from the judge, for one request or for several in turn."""

import json
import marshal
import os
import pickle
import resource
import signal
import socket
from types import CodeType
from typing import Any, Dict, Optional

import confine
from examine import examine
from process_state import stop_alarms, take_state
from tests_source import TestsSource
from wire import receive_exactly

# What a hostile value may take here, in bytes; the time of this process is the request's.
_MEMORY = 2 << 30
_LENGTH = 8


class Examiner:
    """The judge's end of the process. `sock` is readable when the verdict, a line of JSON, is there."""

    def __init__(self, others: "list[socket.socket]") -> None:
        """`others` are the judge's own sockets, which the process must not hold open."""
        self.sock, theirs = socket.socketpair()
        self.served = 0
        parent = os.getpid()
        self._child = os.fork()
        if self._child == 0:
            try:
                confine.die_with_parent(parent)
                # Not `close`, which waits for the readers that were made of a socket.
                for sock in (self.sock, *others):
                    os.close(sock.detach())
                _serve(theirs)
            finally:
                os._exit(0)
        theirs.close()

    def begin(self, wire: socket.socket, request: Dict[str, Any], tests: TestsSource, context: Optional[CodeType]) -> None:
        """Has the tests of a request run; the program answers on `wire`."""
        self.served += 1
        code = (marshal.dumps(tests.code), None if context is None else marshal.dumps(context))
        body = pickle.dumps((request, tests._replace(code=None), code))  # type: ignore[arg-type]
        try:
            socket.send_fds(self.sock, [len(body).to_bytes(_LENGTH, "big")], [wire.fileno()])
            self.sock.sendall(body)
        except OSError:
            # Its end is seen where the verdict is waited for.
            pass

    def end(self) -> None:
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)
        self.sock.close()


def _serve(sock: socket.socket) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    own, state = os.getpid(), take_state()
    while True:
        head, descriptors, _, _ = socket.recv_fds(sock, _LENGTH, 1)
        if not head:
            return
        request, tests, (code, context) = pickle.loads(receive_exactly(sock, int.from_bytes(head, "big")))
        tests = tests._replace(code=marshal.loads(code))
        with socket.socket(fileno=descriptors[0]) as wire:
            verdict = examine(wire, request, tests, None if context is None else marshal.loads(context))
        if os.getpid() != own:
            # Tests that fork have one verdict, that of the process that was asked.
            return
        stop_alarms()
        sock.sendall(json.dumps({**verdict, "last": not state.is_kept()}).encode() + b"\n")
