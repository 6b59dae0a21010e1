"""Rewards from a ScaleQuest verifier server (`scalequest serve verifier`), in the shapes that TRL and verl call.

One file that needs nothing but Python 3.9: install it with the worker package, or copy it beside your script.

    from scalequest_reward import TrlReward, VerifierClient

    client = VerifierClient("http://127.0.0.1:8123")
    trainer = GRPOTrainer(..., reward_funcs=TrlReward(client, reference="answer"))

A reward is 1.0, 0.0 or None. None says that the reference cannot be checked, whatever the reply is: TRL leaves such a
sample out, and verl is given 0.0 with the flag `undecided`.

A verdict depends on the pair alone, so asking again is harmless. A server that is away, busy or restarting is asked
again until the deadline of the call; then the call throws, and no reward is ever made up.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import random
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, HTTPSConnection, parse_headers
from numbers import Real
from types import TracebackType
from typing import Any, Callable, NamedTuple, NoReturn, Optional, Union
from urllib.parse import urlsplit

__version__ = "0.1.0"
__all__ = [
    "AsyncTrlReward", "BadAnswer", "BadInput", "DeadlinePassed", "Refused", "RewardError", "TrlReward",
    "VerifierClient", "Verdict", "async_compute_score", "async_trl_reward", "compute_score", "compute_score_batch",
    "trl_reward",
]

URL_VARIABLE = "SCALEQUEST_VERIFIER_URL"
TOKEN_VARIABLE = "SCALEQUEST_VERIFIER_TOKEN"

# The first of these columns that a dataset has holds the reference, where none is named.
REFERENCE_COLUMNS = ("reference", "answer", "solution", "ground_truth")

_log = logging.getLogger("scalequest_reward")


def _jitter(low: float, high: float) -> float:
    # The system's chance: it leaves alone the `random` that a training run has seeded, and forks do not draw the same.
    return random.SystemRandom().uniform(low, high)


# Errors


class RewardError(Exception):
    """Every error of this module. Branch on the class or on `code`, never on the text."""

    code = "reward"


class BadInput(RewardError, ValueError):
    """The call is wrong: no URL, lists of different lengths, a reference that is not text. Nothing was sent."""

    code = "bad-input"


class DeadlinePassed(RewardError):
    """The server could not be reached, or was busy, until the deadline of the call. The cause is the last failure."""

    code = "deadline-passed"


class Refused(RewardError):
    """The server says that the request is wrong, so that asking again would not help; `status` is its HTTP status."""

    code = "refused"

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class BadAnswer(RewardError):
    """What answers at the URL does not speak like a verifier."""

    code = "bad-answer"


class _Again(Exception):
    """Worth another try. `retry_after_s` is the pause that the server asks for."""

    def __init__(self, reason: str, retry_after_s: float = 0.0, limit: Optional[int] = None) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s
        self.limit = limit


class _TooLarge(Exception):
    """The body, or with `is_count` the number of items, is over a limit of the server: fewer may pass."""

    def __init__(self, reason: str, is_count: bool) -> None:
        super().__init__(reason)
        self.is_count = is_count


# What is asked and answered


# Named tuples, not dataclasses: those look their module up in sys.modules, and verl loads a file without putting it there.
class Verdict(NamedTuple):
    """What the server says of one item.

    `verdict` is `equal`, `different` or `undecided`; `reward` is 1.0, 0.0 or None; `rule` names the check that decided.
    """

    verdict: str
    reward: Optional[float]
    rule: str


Item = Mapping[str, str]

_NO_REFERENCE = Verdict("undecided", None, "no-reference")


def _read_text(value: object, what: str) -> Optional[str]:
    """Text as it is, a number as its digits, None and NaN (what pandas puts for a missing value) as None."""
    if value is None or isinstance(value, str):
        return value
    # numpy's numbers count as Real too; True does as well, and is no answer.
    if isinstance(value, Real) and not isinstance(value, bool):
        return str(value) if value == value else None
    raise BadInput(f"{what} is a {type(value).__name__}; give text or a number.")


def _read_items(rows: Sequence[Mapping[str, object]]) -> list[Optional[dict[str, str]]]:
    """Each row as an item to send, or None where it has no reference and so cannot be checked."""
    items: list[Optional[dict[str, str]]] = []
    for index, row in enumerate(rows):
        item = {}
        for key, value in row.items():
            text = _read_text(value, f"'{key}' of item {index}")
            if text is not None:
                item[key] = text
        if ("reply" in item) == ("candidate" in item):
            raise BadInput(f"Item {index} needs 'reply' or 'candidate', one of the two, as text.")
        items.append(item if "reference" in item else None)
    return items


def _read_options(options: Optional[Mapping[str, object]]) -> dict[str, object]:
    if not isinstance(options, (Mapping, type(None))):
        raise BadInput(f"The options are a {type(options).__name__}; give a mapping such as {{'preset': 'benchmark'}}.")
    read = {str(key): _make_plain(value) for key, value in (options or {}).items()}
    try:
        _encode(read)
    except (TypeError, ValueError) as error:
        raise BadInput(f"The options cannot be written as JSON: {error}.") from error
    return read


def _make_plain(value: object) -> object:
    """Configuration libraries hand over their own mappings and lists, which `json` does not know."""
    if isinstance(value, Mapping):
        return {str(key): _make_plain(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_make_plain(one) for one in value]
    return value


def _encode(body: object) -> bytes:
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can carry
        return json.dumps(body, separators=(",", ":")).encode()


def _measure(item: Item) -> int:
    """The bytes that an item takes in a request, with its comma."""
    return len(_encode(item)) + 1


def _read_verdicts(body: bytes, count: int) -> list[Verdict]:
    try:
        items = json.loads(body)["items"]
        for index, one in enumerate(items):
            if "error" in one:
                raise Refused(f"The server cannot read item {index} of a request: {_show(_encode(one['error']))}.")
        verdicts = [Verdict(one["verdict"], _read_reward(one["reward"]), str(one.get("rule", ""))) for one in items]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadAnswer(f"The answer is not one of a verifier: {_show(body)}. Check the URL.") from error
    if len(verdicts) != count:
        raise BadAnswer(f"The server answered {len(verdicts)} items, {count} were asked. Check the URL and the proxy.")
    return verdicts


def _read_reward(value: object) -> Optional[float]:
    if value is None:
        return None
    if isinstance(value, bool) or value not in (0, 1):
        raise ValueError(f"reward {value!r}")
    return 1.0 if value == 1 else 0.0


def _show(body: bytes) -> str:
    text = body[:200].decode("utf-8", "replace")
    return f"{text!r} ({len(body)} bytes)" if len(body) > 200 else repr(text)


def _read_retry_after(value: Optional[str]) -> float:
    """Seconds of a Retry-After header, given as seconds or as a date; 0 where there is none."""
    if not value:
        return 0.0
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _check_status(status: int, headers: HTTPMessage, body: bytes, url: str) -> None:
    """Throws for every answer but 200."""
    if status == 200:
        return
    said = f"{url} answers {status}: {_show(body)}"
    is_count = b'"TOO_MANY_ITEMS"' in body
    if status == 413 or (status in (400, 422) and is_count):
        raise _TooLarge(said, is_count)
    if status in (408, 425, 429, 502, 503, 504):
        raise _Again(said, _read_retry_after(headers.get("Retry-After")))
    if status >= 500:
        # It may be the request that breaks the server, and then no number of tries helps.
        raise _Again(said, _read_retry_after(headers.get("Retry-After")), limit=5)
    if status in (401, 403):
        raise Refused(f"{said}. Give the server's token as `token` or in {TOKEN_VARIABLE}.", status)
    raise Refused(f"{said}. Check the URL, the options and the version of the server.", status)


# One call: its deadline, its pauses, its parts


class _Call:
    """One call of a user: what is left of its time, and what its requests learn together."""

    def __init__(self, deadline_s: float) -> None:
        self.deadline_s = deadline_s
        self.ends = time.monotonic() + deadline_s
        self.stopped = threading.Event()
        # The connections that its threads wait on.
        self.busy: set[HTTPConnection] = set()
        # Which limits of the server refused a request, and the requests that passed after that: items, their bytes.
        self.is_over_count = False
        self.is_over_bytes = False
        self.passed: list[tuple[int, int]] = []
        self.has_giant = False

    def left_s(self) -> float:
        return self.ends - time.monotonic()

    def check_stopped(self) -> None:
        if self.stopped.is_set():
            raise DeadlinePassed("The call was stopped, because another part of it failed.")

    def stop(self) -> None:
        """Ends the pauses and the requests of its threads: an error or Ctrl-C is not kept waiting for the others."""
        self.stopped.set()
        for connection in list(self.busy):
            try:
                connection.sock.shutdown(socket.SHUT_RDWR)
            except (OSError, AttributeError):  # gone already, or not there yet
                pass


class _Retries:
    """The pauses between the tries of one request: they double from 0.1 s to 5 s, each cut by chance to half at most."""

    def __init__(self, call: _Call, client: VerifierClient) -> None:
        self._call = call
        self._client = client
        self._tries = 0

    def next_pause_s(self, failure: Union[_Again, Exception]) -> float:
        """The pause before the next try. Throws where it would come after the deadline."""
        self._tries += 1
        asked_s = failure.retry_after_s if isinstance(failure, _Again) else 0.0
        limit = failure.limit if isinstance(failure, _Again) else None
        pause_s = min(5.0, 0.1 * 2.0 ** min(self._tries - 1, 10)) * _jitter(0.5, 1.0)
        if asked_s > 0:
            pause_s = max(pause_s, asked_s * _jitter(1.0, 1.1))
        if limit is not None and self._tries >= limit:
            self._give_up(failure, f"failed {self._tries} times in a way that looks like a defect of the server")
        if pause_s >= self._call.left_s():
            self._give_up(failure, f"gave no answer within {self._call.deadline_s:g} s ({self._tries} tries)")
        # One line for all the requests that a server's absence stops.
        if self._client.is_well:
            self._client.is_well = False
            _log.warning("The verifier is asked again: %s", _describe(failure))
        return pause_s

    def end(self) -> None:
        if self._tries > 0 and not self._client.is_well:
            self._client.is_well = True
            _log.warning("The verifier answers again, after %d failed tries.", self._tries)

    def _give_up(self, failure: Exception, what: str) -> NoReturn:
        raise DeadlinePassed(
            f"The verifier at {self._client.url} {what}; the last failure: {_describe(failure)}. "
            "Start it with `scalequest serve verifier`, or give the client a longer `deadline_s`."
        ) from failure


def _describe(failure: Exception) -> str:
    text = str(failure)
    return text if isinstance(failure, _Again) else f"{type(failure).__name__} {text}".strip()


# Connections


class _Address(NamedTuple):
    """Where the server stands, read from its URL."""

    is_tls: bool
    host: str
    port: int
    path: str

    @classmethod
    def read(cls, url: str) -> _Address:
        if "@" in url:
            raise BadInput("The URL holds a user name or a password; give the server's token as `token`.")
        try:
            parts = urlsplit(url)
            is_tls = parts.scheme == "https"
            port = (443 if is_tls else 80) if parts.port is None else parts.port
            is_plain = url.isascii() and url.isprintable() and not any(one in url for one in " ?#")
            if port > 0 and parts.scheme in ("http", "https") and parts.hostname and is_plain:
                return cls(is_tls, parts.hostname, port, parts.path.rstrip("/"))
        except ValueError:
            pass
        raise BadInput(f"{url!r} is not the URL of a server; give one such as http://127.0.0.1:8123.")

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"


class _TimedReader(io.RawIOBase):
    """Reads a socket until a moment, not for a while after each byte: a server that drips cannot stretch it."""

    def __init__(self, sock: socket.socket, ends: float) -> None:
        self._sock = sock
        self._ends = ends

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left_s = self._ends - time.monotonic()
        if left_s <= 0:
            raise socket.timeout("timed out")
        self._sock.settimeout(left_s)
        return self._sock.recv_into(buffer)


class _TimedSocket:
    """What HTTPResponse needs of a socket."""

    def __init__(self, sock: socket.socket, ends: float) -> None:
        self._sock = sock
        self._ends = ends

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._sock, self._ends))


_Exchange = tuple[int, HTTPMessage, bytes]

# What a connection says that the server has closed while it lay idle.
_GONE = (ConnectionError, BrokenPipeError)


class _Connections:
    """Kept-alive connections for threads. A fork and a pickle start without any."""

    def __init__(self, address: _Address) -> None:
        self._address = address
        self._reset()

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._idle: list[HTTPConnection] = []

    def exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, timeout_s: float, call: _Call
    ) -> _Exchange:
        ends = time.monotonic() + timeout_s
        if self._pid != os.getpid():
            self._reset()  # the parent's sockets and its lock, which another thread may hold, stay the parent's
        while True:
            call.check_stopped()
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            is_old = connection is not None
            connection = connection or self._open(timeout_s)
            call.busy.add(connection)
            try:
                if connection.sock is None:
                    connection.connect()
                call.check_stopped()  # a stop finds no socket while it is being connected
                answer, keeps = self._ask(connection, method, path, headers, body, ends)
            except BaseException as error:
                connection.close()
                if is_old and isinstance(error, _GONE):
                    continue
                raise
            finally:
                call.busy.discard(connection)
            if keeps:
                with self._lock:
                    self._idle.append(connection)
            else:
                connection.close()
            return answer

    def _open(self, timeout_s: float) -> HTTPConnection:
        address = self._address
        if address.is_tls:
            return HTTPSConnection(address.host, address.port, timeout=timeout_s, context=ssl.create_default_context())
        return HTTPConnection(address.host, address.port, timeout=timeout_s)

    def _ask(
        self, connection: HTTPConnection, method: str, path: str, headers: Mapping[str, str], body: bytes, ends: float
    ) -> tuple[_Exchange, bool]:
        sock = connection.sock
        assert sock is not None
        sock.settimeout(max(0.001, ends - time.monotonic()))
        try:
            # One write for both: a second small packet would wait for the first to be acknowledged.
            sock.sendall(_encode_head(method, path, headers, len(body)) + body)
        except _GONE as error:
            failure: Optional[BaseException] = error  # it may have refused a large body early, and said so
        else:
            failure = None
        response = HTTPResponse(_TimedSocket(sock, ends), method=method)  # type: ignore[arg-type]
        try:
            response.begin()
            content = response.read()
        except (OSError, HTTPException):
            if failure is not None:
                raise failure from None
            raise
        keeps = failure is None and not response.will_close
        return (response.status, response.headers, content), keeps

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


def _encode_head(method: str, path: str, headers: Mapping[str, str], length: int) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {length}", "", ""]).encode("latin-1")


class _Streams(NamedTuple):
    """A connection of an event loop. The socket is ours, so that it can be closed after its loop has been."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    sock: socket.socket


class _Loop:
    """What an event loop has of its own: its idle connections, and a place for each that may be in use."""

    def __init__(self, max_connections: int) -> None:
        self.idle: list[_Streams] = []
        self.gate = asyncio.Semaphore(max_connections)


class _AsyncConnections:
    """Kept-alive connections for event loops, each loop with its own."""

    def __init__(self, address: _Address, max_connections: int) -> None:
        self._address = address
        self._max_connections = max_connections
        self._pid = os.getpid()
        self._loops: dict[asyncio.AbstractEventLoop, _Loop] = {}

    def get_loop(self) -> _Loop:
        """The running loop's. Ends the connections of loops that were closed: each `asyncio.run` makes a new one."""
        if self._pid != os.getpid():
            self._pid, self._loops = os.getpid(), {}
        running = asyncio.get_running_loop()
        found = self._loops.get(running)
        if found is None:
            for loop in list(self._loops):
                if loop.is_closed():
                    old = self._loops.pop(loop, None)
                    for streams in old.idle if old else ():
                        streams.sock.close()
            found = self._loops[running] = _Loop(self._max_connections)
        return found

    async def exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, timeout_s: float
    ) -> _Exchange:
        return await asyncio.wait_for(self._exchange(method, path, headers, body), timeout_s)

    async def _exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> _Exchange:
        idle = self.get_loop().idle
        while True:
            is_old = bool(idle)
            streams = idle.pop() if is_old else await self._open()
            try:
                answer, keeps = await self._ask(streams, method, path, headers, body)
            except BaseException as error:
                streams.writer.close()
                if is_old and isinstance(error, (*_GONE, asyncio.IncompleteReadError)):
                    continue
                raise
            if keeps:
                idle.append(streams)
            else:
                streams.writer.close()
            return answer

    async def _open(self) -> _Streams:
        sock = await self._connect()
        try:
            if self._address.is_tls:
                context = ssl.create_default_context()
                streams = await asyncio.open_connection(sock=sock, ssl=context, server_hostname=self._address.host)
            else:
                streams = await asyncio.open_connection(sock=sock)
        except BaseException:
            sock.close()
            raise
        return _Streams(*streams, sock)

    async def _connect(self) -> socket.socket:
        loop = asyncio.get_running_loop()
        failure: Optional[OSError] = None
        for family, kind, protocol, _, where in await loop.getaddrinfo(
            self._address.host, self._address.port, type=socket.SOCK_STREAM
        ):
            sock = socket.socket(family, kind, protocol)
            try:
                sock.setblocking(False)
                await loop.sock_connect(sock, where)
                return sock
            except BaseException as error:
                sock.close()
                if not isinstance(error, OSError):
                    raise
                failure = error
        raise failure or OSError(f"{self._address.host} has no address")

    async def _ask(
        self, streams: _Streams, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[_Exchange, bool]:
        reader, writer, _ = streams
        try:
            writer.write(_encode_head(method, path, headers, len(body)) + body)
            await writer.drain()
            was_sent = True
        except _GONE:
            was_sent = False  # it may have refused a large body early, and said so
        while True:
            status_line, _, rest = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")
            status = _read_status_line(status_line)
            if status != 100:  # "continue", which a proxy may say unasked
                break
        received = parse_headers(io.BytesIO(rest))
        content, is_whole = await _read_content(reader, received)
        keeps = was_sent and is_whole and received.get("Connection", "").lower() != "close"
        return (status, received, content), keeps and status_line.startswith(b"HTTP/1.1")

    async def close(self) -> None:
        idle = self.get_loop().idle
        while idle:
            idle.pop().writer.close()


def _read_status_line(line: bytes) -> int:
    parts = line.split(None, 2)
    if len(parts) < 2 or not parts[0].startswith(b"HTTP/1.") or not parts[1].isdigit():
        raise HTTPException(f"no HTTP status line: {_show(line)}")
    return int(parts[1])


async def _read_content(reader: asyncio.StreamReader, headers: HTTPMessage) -> tuple[bytes, bool]:
    """The body, and whether its end was marked, so that the connection can serve again."""
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        parts: list[bytes] = []
        while True:
            size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
            if size == 0:
                while (await reader.readuntil(b"\r\n")) != b"\r\n":
                    pass
                return b"".join(parts), True
            parts.append((await reader.readexactly(size + 2))[:-2])
    length = headers.get("Content-Length")
    if length is None:
        return await reader.read(), False
    return await reader.readexactly(int(length)), True


# Seconds and counts above this mean no limit; sockets and locks take no longer times.
_FOREVER = 1e9

_FAILURES = (OSError, EOFError, HTTPException, ValueError, asyncio.TimeoutError, asyncio.LimitOverrunError)


def _check_failure(error: BaseException) -> None:
    """Throws what no other try can mend."""
    if isinstance(error, ssl.SSLCertVerificationError):
        raise Refused(f"The server's certificate is not trusted: {error}. Name its authority in SSL_CERT_FILE.") from error


# The client


class VerifierClient:
    """Asks a verifier server. Safe for threads and event loops; it can be pickled, and used after a fork.

    url: where the server listens; None reads SCALEQUEST_VERIFIER_URL.
    token: the server's bearer token; None reads SCALEQUEST_VERIFIER_TOKEN.
    deadline_s: the most seconds that one call may take with all its tries; a server that restarts costs no step.
    request_timeout_s: after so many seconds one request counts as lost and is sent again.
    max_items: the most items of one request; lowered where the server refuses that many.
    max_bytes: the most bytes of the items of one request, lowered likewise; an item above it goes alone.
    max_connections: how many requests are under way at once: of one call, and in an event loop of all its calls together.
    options: sent with every request, such as {"preset": "benchmark"}; the server's own apply where there are none.

    Example:
        with VerifierClient("http://127.0.0.1:8123") as client:
            client.rewards(references=["1/2"], replies=["So it is $\\\\boxed{0.5}$."])  # [1.0]
    """

    def __init__(
        self,
        url: Optional[str] = None,
        *,
        token: Optional[str] = None,
        deadline_s: float = 600.0,
        request_timeout_s: float = 300.0,
        max_items: int = 10_000,
        max_bytes: int = 8_000_000,
        max_connections: int = 4,
        options: Optional[Mapping[str, object]] = None,
    ) -> None:
        named = url or os.environ.get(URL_VARIABLE)
        if not named:
            raise BadInput(f"No server is named. Give its URL, or set {URL_VARIABLE} to one.")
        for name, value in (
            ("deadline_s", deadline_s), ("request_timeout_s", request_timeout_s), ("max_items", max_items),
            ("max_bytes", max_bytes), ("max_connections", max_connections),
        ):
            if isinstance(value, bool) or not isinstance(value, Real) or not value > 0:
                raise BadInput(f"Option '{name}' is {value!r}; give a number above 0.")
        self.url = str(named).rstrip("/")
        self.deadline_s = min(deadline_s, _FOREVER)
        self.request_timeout_s = min(request_timeout_s, _FOREVER)
        self.max_items = int(min(max_items, _FOREVER))
        self.max_bytes = int(min(max_bytes, _FOREVER))
        self.max_connections = max(1, int(min(max_connections, _FOREVER)))
        self.options = _read_options(options)
        self._token = token or os.environ.get(TOKEN_VARIABLE) or None
        self._open()

    def _open(self) -> None:
        self.is_well = True  # whether the last that was heard of the server is good: for the log
        self._address = _Address.read(self.url)
        self._headers = {"Host": self._address.host_header, "Accept": "application/json"}
        self._headers["User-Agent"] = f"scalequest-reward/{__version__}"
        if self._token:
            if not (self._token.isascii() and self._token.isprintable()):
                raise BadInput("The token holds a character that no header can carry; check for a line break.")
            self._headers["Authorization"] = f"Bearer {self._token}"
        self._connections = _Connections(self._address)
        self._async_connections = _AsyncConnections(self._address, self.max_connections)

    def __getstate__(self) -> dict[str, Any]:
        own = ("_address", "_headers", "_connections", "_async_connections")
        return {key: value for key, value in self.__dict__.items() if key not in own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._open()

    def __repr__(self) -> str:
        return f"VerifierClient({self.url!r})"

    # For threads

    def rewards(
        self,
        references: Sequence[object],
        replies: Sequence[str],
        problems: Optional[Sequence[Optional[str]]] = None,
    ) -> list[Optional[float]]:
        """The reward of each reply, in order. A reference of None gives None."""
        return [one.reward for one in self.verify(_pair(references, replies, problems))]

    def verify(self, items: Sequence[Mapping[str, object]]) -> list[Verdict]:
        """The verdict on each item: {"reference", "reply" or "candidate", "problem"?}, in order."""
        call = _Call(self.deadline_s)
        read = _read_items(items)
        parts = list(self._cut([item for item in read if item is not None]))
        if len(parts) <= 1:
            answers = [self._send(part, call) for part in parts]
        else:
            answers = self._send_all(parts, call)
        return self._join(read, answers, call)

    def _send_all(self, parts: list[list[Item]], call: _Call) -> list[list[Verdict]]:
        with ThreadPoolExecutor(min(len(parts), self.max_connections), "scalequest-reward") as threads:
            futures = [threads.submit(self._send, part, call) for part in parts]
            try:
                done, _ = wait(futures, return_when=FIRST_EXCEPTION)
                for future in done:
                    future.result()
                return [future.result() for future in futures]
            except BaseException:
                for future in futures:
                    future.cancel()
                call.stop()
                raise

    def _send(self, items: list[Item], call: _Call) -> list[Verdict]:
        retries = _Retries(call, self)
        body = self._encode_items(items)
        exchange = self._connections.exchange
        while True:
            try:
                timeout_s = self._timeout_s(call)
                answer = exchange("POST", self._path("/verify"), self._post_headers, body, timeout_s, call)
                verdicts = self._read(answer, items, call)
                retries.end()
                return verdicts
            except _TooLarge as refusal:
                return [one for half in self._split(items, refusal, call) for one in self._send(half, call)]
            except (_Again, *_FAILURES) as error:
                self._stop_at_own(error)
                if not call.stopped.is_set():
                    call.stopped.wait(retries.next_pause_s(error))

    def wait_ready(self, deadline_s: float = 30.0) -> None:
        """Waits until the server says that it is well; throws where it does not by the deadline."""
        call = _Call(deadline_s)
        retries = _Retries(call, self)
        while True:
            try:
                timeout_s = self._timeout_s(call)
                answer = self._connections.exchange("GET", self._path("/healthz"), self._headers, b"", timeout_s, call)
                _check_status(*answer, self.url)
                return
            except (_Again, *_FAILURES) as error:
                self._stop_at_own(error)
                time.sleep(retries.next_pause_s(error))

    def close(self) -> None:
        """Closes the idle connections. The client can be used again."""
        self._connections.close()

    def __enter__(self) -> VerifierClient:
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    # For event loops

    async def async_rewards(
        self,
        references: Sequence[object],
        replies: Sequence[str],
        problems: Optional[Sequence[Optional[str]]] = None,
    ) -> list[Optional[float]]:
        """`rewards`, without blocking the event loop."""
        return [one.reward for one in await self.async_verify(_pair(references, replies, problems))]

    async def async_verify(self, items: Sequence[Mapping[str, object]]) -> list[Verdict]:
        """`verify`, without blocking the event loop. A cancelled call leaves nothing behind."""
        call = _Call(self.deadline_s)
        read = _read_items(items)
        parts = self._cut([item for item in read if item is not None])
        tasks = [asyncio.ensure_future(self._async_send(part, call)) for part in parts]
        try:
            answers = list(await asyncio.gather(*tasks))
        except BaseException:
            call.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise
        return self._join(read, answers, call)

    async def _async_send(self, items: list[Item], call: _Call) -> list[Verdict]:
        retries = _Retries(call, self)
        while True:
            try:
                # The deadline holds while the request waits for its place, too.
                answer = await asyncio.wait_for(self._ask_in_turn(items, call), max(0.001, call.left_s()))
                verdicts = self._read(answer, items, call)
                retries.end()
                return verdicts
            except _TooLarge as refusal:
                halves = self._split(items, refusal, call)
                return [one for half in halves for one in await self._async_send(half, call)]
            except (_Again, *_FAILURES) as error:
                self._stop_at_own(error)
                pause_s = retries.next_pause_s(error)
            # Up to Python 3.11 `wait_for` loses a cancellation that comes together with the answer.
            call.check_stopped()
            await asyncio.sleep(pause_s)

    async def _ask_in_turn(self, items: list[Item], call: _Call) -> _Exchange:
        async with self._async_connections.get_loop().gate:
            body = self._encode_items(items)  # not before its turn: the bodies of a large step would fill the memory
            exchange = self._async_connections.exchange
            return await exchange("POST", self._path("/verify"), self._post_headers, body, self._timeout_s(call))

    async def aclose(self) -> None:
        """Closes the idle connections of this event loop. The client can be used again."""
        await self._async_connections.close()

    async def __aenter__(self) -> VerifierClient:
        return self

    async def __aexit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        await self.aclose()

    # For both

    @property
    def _post_headers(self) -> dict[str, str]:
        return {**self._headers, "Content-Type": "application/json"}

    def _path(self, path: str) -> str:
        return f"{self._address.path}{path}"

    def _timeout_s(self, call: _Call) -> float:
        return max(0.001, min(self.request_timeout_s, call.left_s()))

    def _encode_items(self, items: Sequence[Item]) -> bytes:
        return _encode({**self.options, "items": items})

    def _cut(self, items: list[dict[str, str]]) -> Iterator[list[Item]]:
        """As few requests as the limits on items and bytes allow."""
        part: list[Item] = []
        size = 0
        for item in items:
            item_size = _measure(item)
            if part and (len(part) >= self.max_items or size + item_size > self.max_bytes):
                yield part
                part, size = [], 0
            part.append(item)
            size += item_size
        if part:
            yield part

    def _read(self, answer: _Exchange, items: Sequence[Item], call: _Call) -> list[Verdict]:
        _check_status(*answer, self.url)
        verdicts = _read_verdicts(answer[2], len(items))
        if call.is_over_count or call.is_over_bytes:
            call.passed.append((len(items), sum(_measure(item) for item in items)))
        return verdicts

    def _split(self, items: list[Item], refusal: _TooLarge, call: _Call) -> list[list[Item]]:
        if refusal.is_count:
            call.is_over_count = True
        else:
            call.is_over_bytes = True
        if len(items) > 1:
            half = (len(items) + 1) // 2
            return [items[:half], items[half:]]
        # One reply alone is over the server's limit. An empty one in its place asks what is left to know: whether the
        # reference can be checked (0) or not (null). No answer that long is ever equal, and no reply stops a run.
        call.has_giant = True
        key = "reply" if "reply" in items[0] else "candidate"
        if items[0][key] == "":
            raise Refused(f"The reference of an item is too long for the server: {refusal}", 413)
        return [[{**items[0], key: ""}]]

    def _join(
        self, read: list[Optional[dict[str, str]]], answers: list[list[Verdict]], call: _Call
    ) -> list[Verdict]:
        # One giant item says nothing about how many pass.
        if call.passed and not call.has_giant:
            counts, sizes = zip(*call.passed)
            if call.is_over_count:
                self.max_items = min(self.max_items, max(counts))
            if call.is_over_bytes:
                self.max_bytes = min(self.max_bytes, max(sizes))
        verdicts = iter([one for answer in answers for one in answer])
        return [_NO_REFERENCE if item is None else next(verdicts) for item in read]

    def _stop_at_own(self, error: BaseException) -> None:
        # ValueError is caught for what a broken server sends; our own errors of that kind pass through.
        if isinstance(error, RewardError):
            raise error
        _check_failure(error)


def _pair(
    references: Sequence[object], replies: Sequence[str], problems: Optional[Sequence[Optional[str]]]
) -> list[dict[str, object]]:
    count = len(replies)
    for name, column in (("references", references), ("replies", replies), ("problems", problems)):
        if isinstance(column, str) or (column is None and name == "references"):
            raise BadInput(f"The {name} are a {type(column).__name__}; give a list, with one for each reply.")
        if column is not None and len(column) != count:
            raise BadInput(f"There are {len(column)} {name} for {count} replies; give one for each.")
    rows: list[dict[str, object]] = [
        {"reference": reference, "reply": reply} for reference, reply in zip(references, replies)
    ]
    for row, problem in zip(rows, () if problems is None else problems):
        row["problem"] = problem
    return rows


# The clients behind the plain functions, one for each set of settings. Without a lock: a fork could find it held.
_clients: dict[str, VerifierClient] = {}


def _get_client(url: Optional[str] = None, **settings: Any) -> VerifierClient:
    named: dict[str, Any] = {name: _make_plain(value) for name, value in settings.items() if value is not None}
    key = repr([url or os.environ.get(URL_VARIABLE), os.environ.get(TOKEN_VARIABLE), sorted(named.items())])
    return _clients.get(key) or _clients.setdefault(key, VerifierClient(url, **named))


# TRL


def _read_completion(completion: object) -> str:
    """The text of a completion: a string, or the last message where that is the assistant's (a tool's means cut off)."""
    if isinstance(completion, str):
        return completion
    if isinstance(completion, Mapping):
        completion = [completion]
    if not isinstance(completion, Sequence) or not all(isinstance(one, Mapping) for one in completion):
        raise BadInput(f"A completion is a {type(completion).__name__}; give text or a list of messages.")
    last = completion[-1] if completion else {}
    if last.get("role", "assistant") != "assistant":
        return ""
    content = last.get("content")
    if isinstance(content, str):
        return content
    parts = [one.get("text") for one in content or () if isinstance(one, Mapping) and one.get("type") == "text"]
    return "".join(text for text in parts if isinstance(text, str))


def _read_prompt(prompt: object) -> Optional[str]:
    """The text of a prompt: a string, or what the user said last."""
    if isinstance(prompt, str):
        return prompt
    if not isinstance(prompt, Sequence):
        return None
    users = [one for one in prompt if isinstance(one, Mapping) and one.get("role") == "user"]
    return _read_completion([{**users[-1], "role": "assistant"}]) if users else None


class _TrlReward:
    """What both kinds of TRL reward share. Instances can be pickled, as TRL asks of rewards for its workers."""

    def __init__(
        self,
        client: Union[VerifierClient, str, None] = None,
        *,
        reference: Optional[str] = None,
        sends_problem: bool = False,
        name: str = "verifier",
    ) -> None:
        self._client = VerifierClient(client) if isinstance(client, str) else client
        self._reference = reference
        self._sends_problem = sends_problem
        self.__name__ = name  # what TRL calls it in its logs: rewards/verifier/mean

    def _get_client(self) -> VerifierClient:
        return self._client or _get_client()

    def _make_rows(
        self, prompts: Optional[Sequence[object]], completions: Sequence[object], columns: Mapping[str, Any]
    ) -> list[dict[str, object]]:
        column = self._find_column(columns)
        replies = [_read_completion(one) for one in completions]
        problems = [_read_prompt(one) for one in prompts] if self._sends_problem and prompts is not None else None
        try:
            return _pair(columns[column], replies, problems)
        except BadInput as error:
            raise BadInput(f"Column '{column}': {error}") from error

    def _find_column(self, columns: Mapping[str, Any]) -> str:
        names = REFERENCE_COLUMNS if self._reference is None else (self._reference,)
        for name in names:
            if columns.get(name) is not None:
                return name
        given = ", ".join(sorted(name for name, value in columns.items() if isinstance(value, (list, tuple))))
        raise BadInput(
            f"The dataset has no column {' or '.join(repr(name) for name in names)}; it has: {given or 'none'}. "
            "Name the column that holds the references: TrlReward(client, reference=NAME)."
        )

    def _finish(self, verdicts: Sequence[Verdict], columns: Mapping[str, Any]) -> list[Optional[float]]:
        log_extra: Optional[Callable[[str, list[Any]], None]] = columns.get("log_extra")
        log_metric: Optional[Callable[[str, float], None]] = columns.get("log_metric")
        if callable(log_extra):
            log_extra(f"{self.__name__}_verdict", [one.verdict for one in verdicts])
            log_extra(f"{self.__name__}_rule", [one.rule for one in verdicts])
        if callable(log_metric) and verdicts:
            log_metric(f"{self.__name__}/undecided", sum(one.reward is None for one in verdicts) / len(verdicts))
        return [one.reward for one in verdicts]


class TrlReward(_TrlReward):
    """A reward function for TRL's `reward_funcs`: 1.0, 0.0, or None where the reference cannot be checked.

    client: a VerifierClient, the URL of a server, or None for the one that SCALEQUEST_VERIFIER_URL names.
    reference: the column with the references; None takes the first of reference, answer, solution, ground_truth.
    sends_problem: whether the prompt goes with each pair, for the options of the server that read the question.
    name: what TRL's logs call it.

    A whole step is asked at once. A None in the column gives None: rows for other rewards can stand in the dataset.
    The completions table gets the columns `verifier_verdict` and `verifier_rule`, and the metrics `verifier/undecided`
    (a share, 0 to 1); they begin with `name`.

    Example:
        GRPOTrainer(model, reward_funcs=TrlReward("http://127.0.0.1:8123", reference="answer"), ...)
    """

    def __call__(
        self,
        prompts: Optional[Sequence[object]] = None,
        completions: Sequence[object] = (),
        completion_ids: object = None,
        **columns: Any,
    ) -> list[Optional[float]]:
        rows = self._make_rows(prompts, completions, columns)
        return self._finish(self._get_client().verify(rows), columns)


class AsyncTrlReward(_TrlReward):
    """`TrlReward` as a coroutine: TRL runs it at the same time as its other async rewards."""

    async def __call__(
        self,
        prompts: Optional[Sequence[object]] = None,
        completions: Sequence[object] = (),
        completion_ids: object = None,
        **columns: Any,
    ) -> list[Optional[float]]:
        rows = self._make_rows(prompts, completions, columns)
        return self._finish(await self._get_client().async_verify(rows), columns)

    # Older versions of TRL (1.10 is one) ask `inspect.iscoroutinefunction` of the instance, which looks at these.
    __code__ = __call__.__code__
    __defaults__ = __call__.__defaults__
    __kwdefaults__ = __call__.__kwdefaults__


def trl_reward(
    prompts: Optional[Sequence[object]] = None, completions: Sequence[object] = (), **columns: Any
) -> list[Optional[float]]:
    """`TrlReward()` as a plain function, for `trl grpo --reward_funcs scalequest_reward.trl_reward`."""
    return TrlReward()(prompts, completions, **columns)


async def async_trl_reward(
    prompts: Optional[Sequence[object]] = None, completions: Sequence[object] = (), **columns: Any
) -> list[Optional[float]]:
    """`AsyncTrlReward()` as a plain function."""
    return await AsyncTrlReward()(prompts, completions, **columns)


# verl

Score = Union[float, dict[str, float]]


def _make_score(reward: Optional[float], *, plain: bool) -> Score:
    # The same keys for every sample: verl makes one array of each, from the keys of the first.
    score = 0.0 if reward is None else reward
    return score if plain else {"score": score, "undecided": 1.0 if reward is None else 0.0}


def _make_single_score(reward: Optional[float], *, plain: bool) -> Score:
    # DAPO's filter of groups and the validation's main figure read `acc`. The manager `batch` adds one itself, and
    # refuses a second.
    score = _make_score(reward, plain=plain)
    return {**score, "acc": score["score"]} if isinstance(score, dict) else score


def compute_score_batch(
    data_sources: Sequence[object],
    solution_strs: Sequence[str],
    ground_truths: Sequence[object],
    extra_infos: Optional[Sequence[object]] = None,
    *,
    url: Optional[str] = None,
    token: Optional[str] = None,
    deadline_s: Optional[float] = None,
    options: Optional[Mapping[str, object]] = None,
    plain: bool = False,
    **kwargs: Any,
) -> list[Score]:
    """For the reward manager `batch` of verl up to 0.7.0: the scores of a whole step, asked at once.

    Each is {"score": 1.0 or 0.0, "undecided": 0.0 or 1.0}, or the score alone with `plain`. The settings come from
    `custom_reward_function.reward_kwargs`; those of the manager that are not known here are ignored.

    Example:
        custom_reward_function.path=scalequest_reward.py custom_reward_function.name=compute_score_batch
        +custom_reward_function.reward_kwargs.url=http://127.0.0.1:8123 reward_manager.name=batch
    """
    client = _get_client(url, token=token, deadline_s=deadline_s, options=options)
    rewards = client.rewards(ground_truths, solution_strs)
    return [_make_score(one, plain=plain) for one in rewards]


def compute_score(
    data_source: object,
    solution_str: str,
    ground_truth: object,
    extra_info: object = None,
    *,
    url: Optional[str] = None,
    token: Optional[str] = None,
    deadline_s: Optional[float] = None,
    options: Optional[Mapping[str, object]] = None,
    plain: bool = False,
    **kwargs: Any,
) -> Score:
    """For verl's managers that score one reply at a time (`naive`, `dapo`, `remote`, `prime`); `prime` needs `plain`.

    Gives {"score": 1.0 or 0.0, "undecided": 0.0 or 1.0, "acc": the score again}, or the score alone with `plain`.
    """
    client = _get_client(url, token=token, deadline_s=deadline_s, options=options)
    return _make_single_score(client.rewards([ground_truth], [solution_str])[0], plain=plain)


async def async_compute_score(
    data_source: object,
    solution_str: str,
    ground_truth: object,
    extra_info: object = None,
    *,
    url: Optional[str] = None,
    token: Optional[str] = None,
    deadline_s: Optional[float] = None,
    options: Optional[Mapping[str, object]] = None,
    plain: bool = False,
    **kwargs: Any,
) -> Score:
    """`compute_score` for verl's reward loop, which has many samples under way at once.

    Example:
        reward.custom_reward_function.path=scalequest_reward.py reward.custom_reward_function.name=async_compute_score
        +reward.custom_reward_function.reward_kwargs.url=http://127.0.0.1:8123
    """
    client = _get_client(url, token=token, deadline_s=deadline_s, options=options)
    return _make_single_score((await client.async_rewards([ground_truth], [solution_str]))[0], plain=plain)
