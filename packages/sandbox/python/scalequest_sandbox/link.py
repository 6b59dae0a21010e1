"""The checker's end of the wire: asks the program for data, and serves what it calls back."""

import builtins
import socket
from _thread import RLock
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from remote import Remote, RemoteIterator, handle_of, make_remote_data, update_in_place
from wire import Decoder, Encoder, WireError, receive_frame, send_frame

Message = Dict[str, Any]

_MALFORMED = (TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError, RecursionError, MemoryError)


class ProgramFault(BaseException):
    """Ends the tests: no `except Exception` of theirs may take it for what the program raised."""


class ProgramGone(ProgramFault):
    """The program's end of the wire is closed."""

    def __init__(self) -> None:
        super().__init__("it closed its connection before its tests ended")


class ProgramBroken(ProgramFault):
    """What arrived is no message: the program, or something in its process, wrote it."""

    def __init__(self, why: object) -> None:
        super().__init__("it sent what is no message: %s" % str(why)[:200])


class CannotCarry(ProgramFault):
    """A value of the program or of the tests cannot cross."""


class ProgramRaised(Exception):
    """What the program raised, where it is no exception of Python's own."""


class Link:
    """Talks with one program. What went wrong once stays wrong: `fault` and `refuted` outlive a test's bare `except`."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        # Threads of the tests take turns: an answer goes to who asked.
        self._turn = RLock()
        self._is_out_of_step = False
        self._callbacks: List[Any] = []
        self._encoder = Encoder(self._name)
        self._decoder = Decoder(self._resolve)
        #: Whether the tests have asked anything of the program.
        self.asked = False
        #: The first fault of the link.
        self.fault: Optional[ProgramFault] = None
        #: The first assertion that failed in a function of the tests which the program called, and may have swallowed.
        self.refuted: Optional[AssertionError] = None

    def load(self, program: str, names: Sequence[str]) -> Dict[str, Any]:
        """Runs the program, and gives what it binds to the names."""
        found = self._exchange({"do": "load", "program": program, "names": names}).get("value")
        if type(found) is not dict or not set(found) <= set(names):
            raise self._fail(ProgramBroken("no names"))
        return {name: self.decode(value) for name, value in found.items()}

    def ask(self, message: Message) -> Any:
        """The value of the answer, as it crossed."""
        self.asked = True
        return self._exchange(message)["value"]

    def call(self, handle: int, args: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        self.asked = True
        sent = [self.encode(value) for value in args]
        named = {name: self.encode(value) for name, value in keywords.items()}
        reply = self._exchange({"do": "call", "on": handle, "args": sent, "keywords": named})
        changed = reply.get("changed", {})
        if type(changed) is not dict:
            raise self._fail(ProgramBroken("no changes"))
        mine = {**{str(index): value for index, value in enumerate(args)}, **{"=" + name: value for name, value in keywords.items()}}
        for place, now in changed.items():
            if place not in mine:
                raise self._fail(ProgramBroken("no argument"))
            update_in_place(mine[place], self.decode(now))
        return self.decode(reply["value"])

    def decode(self, value: Any) -> Any:
        try:
            return self._decoder.decode(value)
        except WireError as error:
            raise self._fail(CannotCarry(str(error))) from None
        except MemoryError:
            raise self._fail(CannotCarry("a value is too large for the tests")) from None
        except _MALFORMED as error:
            raise self._fail(ProgramBroken("%s: %s" % (type(error).__name__, error))) from None

    def encode(self, value: Any) -> Any:
        try:
            return self._encoder.encode(value)
        except WireError as error:
            raise self._fail(CannotCarry(str(error))) from None

    def _fail(self, fault: ProgramFault) -> ProgramFault:
        if self.fault is None:
            self.fault = fault
        return fault

    def _exchange(self, message: Message) -> Message:
        """Sends, serves callbacks until the answer arrives, and gives it: it has a value, and no exception."""
        with self._turn:
            reply = self._await_answer(message)
        if "raise" in reply:
            raise self._rebuild(reply["raise"])
        if "cannot" in reply:
            raise self._fail(CannotCarry(str(reply["cannot"])[:500]))
        if "value" not in reply:
            raise self._fail(ProgramBroken("nothing of what a message holds"))
        return reply

    def _await_answer(self, message: Message) -> Message:
        try:
            self._send(message)
            while True:
                # Until it is there: what a finalizer or an alarm of the tests asks meanwhile would take it.
                self._is_out_of_step = True
                reply = self._receive()
                self._is_out_of_step = False
                if "call" in reply:
                    self._send(self._serve_call(reply))
                elif "next" in reply:
                    self._send(self._serve_next(reply))
                else:
                    return reply
        except BaseException:
            # An alarm of the tests, or their recursion, broke off. The answer to come would be taken for the next one.
            self._is_out_of_step = True
            raise

    def _send(self, message: Message) -> None:
        if self._is_out_of_step:
            raise self._fail(CannotCarry("the tests asked again before they had their answer"))
        try:
            send_frame(self._sock, message)
        except TimeoutError:
            # An alarm of the tests, which is no fault of the wire.
            raise
        except OSError:
            raise self._fail(ProgramGone()) from None
        except WireError as error:
            raise self._fail(CannotCarry(str(error))) from None

    def _receive(self) -> Message:
        try:
            reply = receive_frame(self._sock)
        except TimeoutError:
            raise
        except OSError:
            raise self._fail(ProgramGone()) from None
        except MemoryError:
            raise self._fail(CannotCarry("a value is too large for the tests")) from None
        except (WireError, ValueError, RecursionError) as error:
            raise self._fail(ProgramBroken(error)) from None
        if reply is None:
            raise self._fail(ProgramGone())
        if type(reply) is not dict:
            raise self._fail(ProgramBroken("a %s" % type(reply).__name__))
        return reply

    def _rebuild(self, report: Any) -> BaseException:
        """The exception that the program raised: of Python's own class where it has one, else `ProgramRaised`."""
        try:
            names = [str(name) for name in report["types"]][:32]
            said = {key: str(report[key])[:8192] for key in ("name", "message", "trace")}
            args = [self._decoder.decode(value) for value in report["args"]]
        except (*_MALFORMED, WireError):
            return self._fail(ProgramBroken("no exception"))
        said["memory"] = "MemoryError" in names
        error = _make(names, args, said)
        error.__program__ = said  # type: ignore[attr-defined]
        return error

    def _name(self, value: Any, depth: int) -> List[Any]:
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

    def _keep(self, value: Any) -> int:
        for index, known in enumerate(self._callbacks):
            if known is value:
                return index
        self._callbacks.append(value)
        return len(self._callbacks) - 1

    def _given(self, index: Any) -> Any:
        if type(index) is not int or not 0 <= index < len(self._callbacks):
            raise self._fail(ProgramBroken("it called what it was not given"))
        return self._callbacks[index]

    def _serve_call(self, request: Message) -> Message:
        target = self._given(request["call"])
        args, keywords = request.get("args"), request.get("keywords")
        if type(args) is not list or type(keywords) is not dict:
            raise self._fail(ProgramBroken("no arguments"))
        values = [self.decode(value) for value in args]
        named = {name: self.decode(value) for name, value in keywords.items()}
        return self._run(lambda: target(*values, **named))

    def _serve_next(self, request: Message) -> Message:
        target = self._given(request["next"])
        return self._run(lambda: next(target))

    def _run(self, action: Callable[[], Any]) -> Message:
        try:
            return {"value": self.encode(action())}
        except Exception as error:
            if isinstance(error, AssertionError) and self.refuted is None and not hasattr(error, "__program__"):
                self.refuted = error
            kind = type(error).__name__ if getattr(builtins, type(error).__name__, None) is type(error) else "Exception"
            return {"raise": {"types": [kind], "args": [] if kind == "StopIteration" else [_text_of(error)[:200]]}}

    def _resolve(self, tag: Any, rest: List[Any]) -> Any:
        if tag == "h":
            handle, name, kind = rest[0], rest[1], rest[2]
            if type(handle) is not int or type(name) is not str:
                raise ValueError("no handle")
            if kind == "data":
                return make_remote_data(self, handle, self._decoder.decode(rest[3]))
            return (RemoteIterator if kind == "iterator" else Remote)(self, handle)
        if tag == "cb" or tag == "cbi":
            return self._given(rest[0])
        if tag == "ty":
            kind = getattr(builtins, rest[0])
            if not isinstance(kind, type):
                raise ValueError("no class")
            return kind
        if tag == "m":
            raise WireError("the module '%s' cannot cross: the tests must import it" % str(rest[0])[:100])
        raise ValueError("no tag")


def _make(names: Sequence[str], args: Sequence[Any], said: Mapping[str, Any]) -> Exception:
    for name in names:
        kind = getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, Exception):
            # In `map` or `all` of the tests it would end the iteration, and hide the tests that follow.
            if issubclass(kind, (StopIteration, StopAsyncIteration)):
                return RuntimeError("the program raised %s" % name)
            try:
                return kind(*args)
            except Exception:
                continue
    return ProgramRaised("%s: %s" % (said["name"], said["message"]))


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""
