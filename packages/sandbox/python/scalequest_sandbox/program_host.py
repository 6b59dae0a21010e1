"""Runs one program and answers the calls of its checker. Whatever it answers is data: it never knows what is expected."""

import builtins
import linecache
import mmap
import socket
import sys
import traceback
import types
from typing import Any, Dict, List, Optional, Tuple

from wire import BASES, Decoder, Encoder, WireError, receive_frame, send_frame

Message = Dict[str, Any]

#: Tags of values that a call can change.
_CHANGEABLE = frozenset(("l", "t", "d", "s", "ba", "dq", "od", "ct", "dd"))
_PLAIN = frozenset((type(None), bool, int, float, str))
# Frames of this module lie below the program's: its own recursion goes as deep as it does anywhere else.
_OWN_FRAMES = 24
_RESERVE = 4 << 20


class Gone(BaseException):
    """The checker has closed its end."""


class ProgramHost:
    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._objects: Dict[int, Any] = {}
        self._encoder = Encoder(self._name)
        self._decoder = Decoder(self._resolve)
        self._namespace: Dict[str, Any] = {}
        self._printed = (sys.stdout, sys.stderr)
        self._reserve: Optional[mmap.mmap] = None

    def serve(self) -> None:
        sys.setrecursionlimit(1000 + _OWN_FRAMES)
        # Address space, never touched. It is given up when nothing else is left: to say so takes memory.
        self._reserve = mmap.mmap(-1, _RESERVE, flags=mmap.MAP_PRIVATE)
        while self.serve_one():
            pass

    def serve_one(self) -> bool:
        """Whether there was a request."""
        request = receive_frame(self._sock)
        if request is None:
            return False
        self._answer(request)
        return True

    def _answer(self, request: Message) -> None:
        try:
            reply = getattr(self, "_do_" + request["do"])(request)
        except Gone:
            raise
        except WireError as error:
            reply = {"cannot": str(error)}
        except MemoryError as error:
            if self._reserve is not None:
                self._reserve.close()
            reply = {"raise": self._describe(error)}
        except BaseException as error:
            reply = {"raise": self._describe(error)}
        # What is printed leaves this process before the answer does: after the answer it may be ended.
        for stream in self._printed:
            try:
                stream.flush()
            except (OSError, ValueError):
                pass
        try:
            send_frame(self._sock, reply)
        except WireError as error:
            send_frame(self._sock, {"cannot": str(error)})
        except MemoryError as error:
            del reply
            send_frame(self._sock, {"raise": self._describe(error)})

    # What a checker asks.

    def _do_load(self, request: Message) -> Message:
        source = request["program"]
        module = types.ModuleType("program")
        module.__dict__["__builtins__"] = builtins
        sys.modules["program"] = module
        self._namespace = module.__dict__
        code = compile(source, "program.py", "exec", dont_inherit=True)
        linecache.cache["program.py"] = (len(source), None, source.splitlines(True), "program.py")
        exec(code, self._namespace)
        return {"value": {name: self._encode_global(self._namespace[name]) for name in request["names"] if name in self._namespace}}

    def _encode_global(self, value: Any) -> Any:
        # `f = int` is a function of the program: the tests' own `int` in its place would ask nothing of the program.
        if type(value) is type and not issubclass(value, BaseException):
            self._objects[id(value)] = value
            return ["h", id(value), value.__name__, "class"]
        return self._encoder.encode(value)

    def _do_call(self, request: Message) -> Message:
        target = self._objects[request["on"]]
        sent, named = request["args"], request["keywords"]
        args = self._decoder.items(sent, 0)
        keywords = {name: self._decoder.decode(value) for name, value in named.items()}
        result = target(*args, **keywords)
        reply = {"value": self._encoder.encode(result)}
        changed = {str(index): now for index, now in enumerate(map(self._find_change, sent, args)) if now is not None}
        for name, value in keywords.items():
            now = self._find_change(named[name], value)
            if now is not None:
                changed["=" + name] = now
        if changed:
            reply["changed"] = changed
        return reply

    def _find_change(self, sent: Any, value: Any) -> Optional[List[Any]]:
        """An argument's content after the call, where the call changed it."""
        if type(sent) is not list or sent[0] not in _CHANGEABLE:
            return None
        now = self._encoder.encode(value)
        return now if now != sent else None

    def _do_get(self, request: Message) -> Message:
        return {"value": self._encoder.encode(getattr(self._objects[request["on"]], request["name"]))}

    def _do_set(self, request: Message) -> Message:
        setattr(self._objects[request["on"]], request["name"], self._decoder.decode(request["value"]))
        return {"value": None}

    def _do_item(self, request: Message) -> Message:
        return {"value": self._encoder.encode(self._objects[request["on"]][self._decoder.decode(request["key"])])}

    def _do_iterate(self, request: Message) -> Message:
        return {"value": self._encoder.encode(iter(self._objects[request["on"]]))}

    def _do_next(self, request: Message) -> Message:
        try:
            return {"value": [self._encoder.encode(next(self._objects[request["on"]]))]}
        except StopIteration:
            return {"value": []}

    def _do_length(self, request: Message) -> Message:
        return {"value": len(self._objects[request["on"]])}

    def _do_truth(self, request: Message) -> Message:
        return {"value": bool(self._objects[request["on"]])}

    def _do_text(self, request: Message) -> Message:
        make = repr if request["form"] == "repr" else str
        return {"value": self._encoder.encode(make(self._objects[request["on"]]))}

    def _do_instance(self, request: Message) -> Message:
        return {"value": isinstance(self._decoder.decode(request["item"]), self._objects[request["on"]])}

    # What goes over by name.

    def _name(self, value: Any, depth: int) -> List[Any]:
        kind = type(value)
        if kind is Callback:
            return ["cb", value.callback_id]
        if kind is type and getattr(builtins, value.__name__, None) is value:
            return ["ty", value.__name__]
        if kind is types.ModuleType:
            return ["m", value.__name__]
        handle = id(value)
        self._objects[handle] = value
        for base, strip in BASES:
            if issubclass(kind, base):
                return ["h", handle, kind.__name__, "data", self._encoder.encode(strip(value), depth + 1)]
        if kind.__module__ == "numpy" and hasattr(kind, "item") and getattr(value, "shape", None) == () and kind.__name__ != "ndarray":
            # A number of numpy's own is a number.
            return ["h", handle, kind.__name__, "data", self._encoder.encode(value.item(), depth + 1)]
        return ["h", handle, kind.__name__, _describe_kind(value)]

    def _resolve(self, tag: str, rest: List[Any]) -> Any:
        if tag == "h":
            return self._objects[rest[0]]
        if tag == "cb":
            return Callback(self, rest[0])
        if tag == "cbi":
            return CallbackIterator(self, rest[0])
        if tag == "ty":
            return getattr(builtins, rest[0])
        raise WireError("unknown tag")

    def call_back(self, message: Message) -> Any:
        send_frame(self._sock, message)
        while True:
            answer = receive_frame(self._sock)
            if answer is None:
                raise Gone
            if "do" in answer:
                self._answer(answer)
                continue
            if "raise" in answer:
                name = answer["raise"]["types"][0]
                raise getattr(builtins, name, Exception)(*answer["raise"]["args"])
            return self._decoder.decode(answer["value"])

    def encode_arguments(self, args: Tuple[Any, ...], keywords: Dict[str, Any]) -> Tuple[List[Any], Dict[str, Any]]:
        return self._encoder.items(args, 0), {name: self._encoder.encode(value) for name, value in keywords.items()}

    def _describe(self, error: BaseException) -> Message:
        names = [kind.__name__ for kind in type(error).__mro__ if getattr(builtins, kind.__name__, None) is kind]
        try:
            message = str(error)
            args = [value for value in error.args if type(value) in _PLAIN][:8]
            if len(args) != len(error.args) or sum(len(value) for value in args if type(value) is str) > 4096:
                args = [message[:4096]]
        except BaseException:
            message, args = "", []
        try:
            trace = "".join(traceback.format_exception(type(error), error, _skip_own_frames(error), limit=-8))
        except BaseException:
            trace = ""
        return {
            "types": names,
            "name": type(error).__name__,
            "message": message[:4096],
            "args": self._encoder.items(args, 0),
            "trace": trace[-8192:],
        }


def _skip_own_frames(error: BaseException) -> Optional[types.TracebackType]:
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace


def _describe_kind(value: Any) -> str:
    if isinstance(value, type):
        return "class"
    if callable(value):
        return "function"
    if hasattr(type(value), "__next__"):
        return "iterator"
    return "object"


class Callback:
    """A function of the tests: called here, it runs there."""

    def __init__(self, host: ProgramHost, callback_id: int) -> None:
        self._host = host
        self.callback_id = callback_id

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        encoded, named = self._host.encode_arguments(args, keywords)
        return self._host.call_back({"call": self.callback_id, "args": encoded, "keywords": named})


class CallbackIterator:
    """An iterator of the tests."""

    def __init__(self, host: ProgramHost, callback_id: int) -> None:
        self._host = host
        self.callback_id = callback_id

    def __iter__(self) -> "CallbackIterator":
        return self

    def __next__(self) -> Any:
        return self._host.call_back({"next": self.callback_id})
