"""Holds the tests, asks the program for data, and compares in its own memory."""

import builtins
import hashlib
import sys

from wire import BASES, Decoder, Encoder, WireError, receive_frame, send_frame

_AHEAD = 64


class ProgramGone(BaseException):
    """The program's process has ended, or sent what is no message."""


class CannotCarry(BaseException):
    """A value of the program or of the tests cannot cross."""


class ProgramRaised(Exception):
    """What the program raised, where it is no exception of Python's own."""


class Link:
    """The checker's end of the wire."""

    def __init__(self, sock):
        self._sock = sock
        self._callbacks = []
        self._encoder = Encoder(self._name)
        self._decoder = Decoder(self._resolve)
        #: How the program raised last, for the report.
        self.raised = None

    def ask(self, message):
        try:
            send_frame(self._sock, message)
        except OSError:
            raise ProgramGone("it ended before its tests did") from None
        while True:
            reply = self._receive()
            if "call" in reply:
                self._send(self._serve_call(reply))
            elif "next" in reply:
                self._send(self._serve_next(reply))
            else:
                return self._read(reply)

    def load(self, program, names):
        value = self.ask({"do": "load", "program": program, "names": names})
        return {name: self.decode(item) for name, item in value.items()}

    def decode(self, value):
        try:
            return self._decoder.decode(value)
        except WireError as error:
            raise CannotCarry(str(error)) from None
        except (TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError) as error:
            raise ProgramGone("it sent what is no value: %s" % error) from None

    def encode(self, value):
        try:
            return self._encoder.encode(value)
        except WireError as error:
            raise CannotCarry(str(error)) from None

    def encode_all(self, values):
        return [self.encode(value) for value in values]

    def call(self, handle, args, keywords):
        encoded = self.encode_all(args)
        message = {"do": "call", "on": handle, "args": encoded, "keywords": {k: self.encode(v) for k, v in keywords.items()}}
        self._changed = None
        value = self.ask(message)
        changed, self._changed = self._changed, None
        if type(changed) is dict:
            for index, now in changed.items():
                if index.isdigit() and int(index) < len(args):
                    update_in_place(args[int(index)], self.decode(now))
        return self.decode(value)

    def _send(self, message):
        try:
            send_frame(self._sock, message)
        except OSError:
            raise ProgramGone("it ended before its tests did") from None

    def _receive(self):
        try:
            reply = receive_frame(self._sock)
        except (OSError, ValueError, WireError, RecursionError) as error:
            raise ProgramGone("it sent what is no message: %s" % error) from None
        if reply is None:
            raise ProgramGone("it ended before its tests did")
        if type(reply) is not dict:
            raise ProgramGone("it sent what is no message")
        return reply

    def _read(self, reply):
        if "raise" in reply:
            raise self._rebuild(reply["raise"])
        if "cannot" in reply:
            raise CannotCarry(str(reply["cannot"])[:500])
        if "value" not in reply:
            raise ProgramGone("it sent what is no message")
        self._changed = reply.get("changed")
        self._end = reply.get("end") is True
        return reply["value"]

    def _rebuild(self, report):
        try:
            names = [str(name) for name in report["types"]]
            self.raised = {key: str(report.get(key, ""))[:8192] for key in ("name", "message", "trace")}
        except (TypeError, KeyError, AttributeError):
            raise ProgramGone("it sent what is no message") from None
        for name in names:
            kind = getattr(builtins, name, None)
            if isinstance(kind, type) and issubclass(kind, Exception):
                made = _make(kind, self.raised["message"])
                if made is not None:
                    made.__program__ = self.raised
                    return made
        error = ProgramRaised("%s: %s" % (self.raised["name"], self.raised["message"]))
        error.__program__ = self.raised
        return error

    def _name(self, value, depth):
        handle = handle_of(value)
        if handle is not None:
            return ["h", handle]
        if isinstance(value, type):
            if getattr(builtins, value.__name__, None) is value:
                return ["ty", value.__name__]
            raise WireError("a class of the tests cannot cross")
        if callable(value):
            return ["cb", self._keep(value)]
        if hasattr(type(value), "__next__"):
            return ["cbi", self._keep(value)]
        raise WireError("a %s of the tests cannot cross" % type(value).__name__)

    def _keep(self, value):
        for index, known in enumerate(self._callbacks):
            if known is value:
                return index
        self._callbacks.append(value)
        return len(self._callbacks) - 1

    def _serve_call(self, request):
        try:
            target = self._callbacks[request["call"]]
            args = [self.decode(item) for item in request["args"]]
            keywords = {str(name): self.decode(item) for name, item in request["keywords"].items()}
        except (TypeError, KeyError, IndexError, AttributeError):
            raise ProgramGone("it called what it was not given") from None
        return self._run(lambda: target(*args, **keywords))

    def _serve_next(self, request):
        try:
            target = self._callbacks[request["next"]]
        except (TypeError, KeyError, IndexError):
            raise ProgramGone("it called what it was not given") from None
        return self._run(lambda: next(target))

    def _run(self, action):
        try:
            return {"value": self.encode(action())}
        except Exception as error:
            kind = type(error).__name__ if getattr(builtins, type(error).__name__, None) is type(error) else "Exception"
            return {"raise": {"types": [kind], "args": [str(error)[:200]]}}

    def _resolve(self, tag, rest):
        if tag == "h":
            handle, name, kind = rest[0], rest[1], rest[2]
            if type(handle) is not int or type(name) is not str:
                raise WireError("no handle")
            if kind == "data":
                return make_remote_data(self, handle, name, self._decoder.decode(rest[3]))
            return (RemoteIterator if kind == "iterator" else Remote)(self, handle, name)
        if tag == "cb" or tag == "cbi":
            return self._callbacks[rest[0]]
        if tag == "ty":
            kind = getattr(builtins, rest[0])
            if not isinstance(kind, type):
                raise WireError("no type")
            return kind
        if tag == "m":
            return None
        raise WireError("unknown tag")


def _make(kind, message):
    try:
        return kind(message)
    except Exception:
        return None


def handle_of(value):
    kind = type(value)
    if kind in _remote_kinds:
        return object.__getattribute__(value, "_handle")
    return None


class Remote:
    """An object of the program that is no data. What can be done with it is done there; how it compares is decided here."""

    __slots__ = ("_link", "_handle", "_name")

    def __init__(self, link, handle, name):
        object.__setattr__(self, "_link", link)
        object.__setattr__(self, "_handle", handle)
        object.__setattr__(self, "_name", name)

    def _ask(self, do, **more):
        link = object.__getattribute__(self, "_link")
        return link.ask({"do": do, "on": object.__getattribute__(self, "_handle"), **more})

    def __call__(self, *args, **keywords):
        return object.__getattribute__(self, "_link").call(object.__getattribute__(self, "_handle"), args, keywords)

    def __getattr__(self, name):
        if name.startswith("__") and name not in ("__name__", "__doc__", "__dict__"):
            raise AttributeError(name)
        return object.__getattribute__(self, "_link").decode(Remote._ask(self, "get", name=name))

    def __setattr__(self, name, value):
        Remote._ask(self, "set", name=name, value=object.__getattribute__(self, "_link").encode(value))

    def __getitem__(self, key):
        link = object.__getattribute__(self, "_link")
        return link.decode(Remote._ask(self, "item", key=link.encode(key)))

    def __iter__(self):
        return object.__getattribute__(self, "_link").decode(Remote._ask(self, "iterate"))

    def __len__(self):
        value = Remote._ask(self, "length")
        if type(value) is not int:
            raise TypeError("the length is no whole number")
        return value

    def __bool__(self):
        return Remote._ask(self, "truth") is True

    def __str__(self):
        return str(object.__getattribute__(self, "_link").decode(Remote._ask(self, "text", form="str")))

    def __repr__(self):
        return str(object.__getattribute__(self, "_link").decode(Remote._ask(self, "text", form="repr")))

    def __contains__(self, item):
        return any(item == mine for mine in self)

    def __instancecheck__(self, item):
        link = object.__getattribute__(self, "_link")
        return Remote._ask(self, "instance", item=link.encode(item)) is True

    def __eq__(self, other):
        mine, theirs = handle_of(self), handle_of(other)
        return mine == theirs if theirs is not None else False

    def __ne__(self, other):
        return not Remote.__eq__(self, other)

    def __hash__(self):
        return hash(object.__getattribute__(self, "_handle"))


class RemoteIterator(Remote):
    __slots__ = ("_ready", "_ended")

    def __iter__(self):
        return self

    def __next__(self):
        link = object.__getattribute__(self, "_link")
        value = Remote._ask(self, "next", count=1)
        if type(value) is not list:
            raise ProgramGone("it sent what is no value")
        if not value:
            raise StopIteration
        return link.decode(value[0])


_remote_kinds = {Remote, RemoteIterator}
_EXTENDED = frozenset(base for base, _ in BASES)
_data_kinds = {}


def make_remote_data(link, handle, name, value):
    """Data that a class of the program extends: it compares as the data underneath, and has its attributes there."""
    base = type(value)
    if base not in _EXTENDED:
        return value
    kind = _data_kinds.get(base)
    if kind is None:
        kind = type("Remote" + base.__name__.capitalize(), (base,), {"__getattr__": _get_remote_attribute})
        _data_kinds[base] = kind
        _remote_kinds.add(kind)
    made = kind(value)
    made._link = link
    made._handle = handle
    return made


def _get_remote_attribute(self, name):
    if name.startswith("__") and name != "__name__":
        raise AttributeError(name)
    return self._link.decode(self._link.ask({"do": "get", "on": self._handle, "name": name}))


def update_in_place(mine, now):
    """Gives an argument the content that the program left in it; what it holds keeps its identity where it can."""
    if type(mine) is not type(now):
        return
    if type(mine) is list:
        mine[:] = _merge(mine, now)
    elif type(mine) is tuple:
        for old, new in zip(mine, now):
            update_in_place(old, new)
    elif isinstance(mine, dict):
        merged = {key: _keep(mine[key], value) if key in mine else value for key, value in now.items()}
        mine.clear()
        mine.update(merged)
    elif type(mine) is set:
        mine.clear()
        mine.update(now)
    elif type(mine) is bytearray:
        mine[:] = now
    elif hasattr(mine, "extend"):
        mine.clear()
        mine.extend(now)


def _merge(mine, now):
    return [_keep(mine[index], value) if index < len(mine) else value for index, value in enumerate(now)]


def _keep(old, new):
    if type(old) is type(new) and type(old) in (list, dict, set, bytearray):
        update_in_place(old, new)
        return old
    return new
