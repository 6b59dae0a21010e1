"""Runs one program and answers the calls of its checker. Whatever it answers is data: it never knows what is expected."""

import builtins
import sys
import traceback
import types

from wire import BASES, Decoder, Encoder, WireError, receive_frame, send_frame

_BUILTIN_FUNCTION = type(len)
_MUTABLE = (list, dict, set, bytearray)


class Gone(BaseException):
    """The checker has closed its end."""


class ProgramHost:
    def __init__(self, sock):
        self._sock = sock
        self._objects = {}
        self._encoder = Encoder(self._name)
        self._decoder = Decoder(self._resolve)
        self._namespace = None

    def serve(self):
        while True:
            request = self._receive()
            if request is None:
                return
            self._answer(request)

    def _receive(self):
        return receive_frame(self._sock)

    def _send(self, message):
        send_frame(self._sock, message)

    def _answer(self, request):
        try:
            reply = getattr(self, "_do_" + request["do"])(request)
        except Gone:
            raise
        except WireError as error:
            reply = {"cannot": str(error)}
        except BaseException as error:
            reply = {"raise": self._describe(error)}
        try:
            self._send(reply)
        except WireError as error:
            self._send({"cannot": str(error)})

    # What a checker asks.

    def _do_load(self, request):
        module = types.ModuleType("program")
        module.__dict__["__builtins__"] = builtins
        sys.modules["program"] = module
        self._namespace = module.__dict__
        exec(compile(request["program"], "program.py", "exec", dont_inherit=True), self._namespace)
        encode = self._encoder.encode
        return {"value": {name: encode(self._namespace[name]) for name in request["names"] if name in self._namespace}}

    def _do_call(self, request):
        target = self._objects[request["on"]]
        values = request["args"]
        args = self._decoder.items(values, 0)
        keywords = {name: self._decoder.decode(value) for name, value in request["keywords"].items()}
        result = target(*args, **keywords)
        reply = {"value": self._encoder.encode(result)}
        if any(type(value) is list for value in values):
            changed = {}
            for index, argument in enumerate(args):
                if type(values[index]) is list and values[index][0] in ("l", "t", "d", "s", "ba", "dq", "od", "ct", "dd"):
                    now = self._encoder.encode(argument)
                    if now != values[index]:
                        changed[str(index)] = now
            if changed:
                reply["changed"] = changed
        return reply

    def _do_get(self, request):
        return {"value": self._encoder.encode(getattr(self._objects[request["on"]], request["name"]))}

    def _do_set(self, request):
        setattr(self._objects[request["on"]], request["name"], self._decoder.decode(request["value"]))
        return {"value": None}

    def _do_item(self, request):
        return {"value": self._encoder.encode(self._objects[request["on"]][self._decoder.decode(request["key"])])}

    def _do_iterate(self, request):
        return {"value": self._encoder.encode(iter(self._objects[request["on"]]))}

    def _do_next(self, request):
        iterator = self._objects[request["on"]]
        values = []
        for _ in range(request["count"]):
            try:
                values.append(next(iterator))
            except StopIteration:
                return {"value": self._encoder.items(values, 0), "end": True}
        return {"value": self._encoder.items(values, 0), "end": False}

    def _do_length(self, request):
        return {"value": len(self._objects[request["on"]])}

    def _do_truth(self, request):
        return {"value": bool(self._objects[request["on"]])}

    def _do_text(self, request):
        make = repr if request["form"] == "repr" else str
        return {"value": self._encoder.encode(make(self._objects[request["on"]]))}

    def _do_holds(self, request):
        return {"value": bool(self._decoder.decode(request["item"]) in self._objects[request["on"]])}

    def _do_instance(self, request):
        return {"value": isinstance(self._decoder.decode(request["item"]), self._objects[request["on"]])}

    # What goes over by name.

    def _name(self, value, depth):
        kind = type(value)
        if isinstance(value, Callback):
            return ["cb", value.callback_id]
        if kind is type and getattr(builtins, kind.__name__, None) is kind and getattr(builtins, value.__name__, None) is value:
            return ["ty", value.__name__]
        if kind is types.ModuleType:
            return ["m", value.__name__]
        handle = id(value)
        self._objects[handle] = value
        for base, strip in BASES:
            if isinstance(value, base):
                return ["h", handle, kind.__name__, "data", self._encoder.encode(strip(value), depth + 1)]
        return ["h", handle, kind.__name__, _describe_kind(value)]

    def _resolve(self, tag, rest):
        if tag == "h":
            return self._objects[rest[0]]
        if tag == "cb":
            return Callback(self, rest[0])
        if tag == "cbi":
            return CallbackIterator(self, rest[0])
        if tag == "ty":
            return getattr(builtins, rest[0])
        if tag == "m":
            return __import__(rest[0])
        raise WireError("unknown tag")

    def call_back(self, message):
        self._send(message)
        while True:
            answer = self._receive()
            if answer is None:
                raise Gone
            if "do" in answer:
                self._answer(answer)
                continue
            if "raise" in answer:
                name = answer["raise"]["types"][0]
                raise getattr(builtins, name, Exception)(*answer["raise"]["args"])
            return self._decoder.decode(answer["value"])

    def encode_arguments(self, args, keywords):
        return self._encoder.items(args, 0), {name: self._encoder.encode(value) for name, value in keywords.items()}

    def _describe(self, error):
        names = [kind.__name__ for kind in type(error).__mro__ if getattr(builtins, kind.__name__, None) is kind]
        try:
            message = str(error)
        except BaseException:
            message = ""
        try:
            trace = "".join(traceback.format_exception(type(error), error, _skip_own_frames(error), limit=-8))
        except BaseException:
            trace = ""
        return {"types": names, "name": type(error).__name__, "message": message[:4096], "trace": trace[-8192:]}


def _skip_own_frames(error):
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace


def _describe_kind(value):
    if isinstance(value, type):
        return "class"
    if callable(value):
        return "function"
    if hasattr(type(value), "__next__"):
        return "iterator"
    return "object"


class Callback:
    """A function of the tests: called here, it runs there."""

    def __init__(self, host, callback_id):
        self._host = host
        self.callback_id = callback_id

    def __call__(self, *args, **keywords):
        encoded, named = self._host.encode_arguments(args, keywords)
        return self._host.call_back({"call": self.callback_id, "args": encoded, "keywords": named})


class CallbackIterator:
    """An iterator of the tests."""

    def __init__(self, host, callback_id):
        self._host = host
        self.callback_id = callback_id

    def __iter__(self):
        return self

    def __next__(self):
        return self._host.call_back({"next": self.callback_id})
