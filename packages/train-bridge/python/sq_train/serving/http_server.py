"""HTTP in front of the service: a thread for each connection, all of them waiting for the one loop."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Callable, Iterator, Optional

from .errors import ApiError, ClientGone

if TYPE_CHECKING:
    # Without torch: a port that is in use is told at once.
    from .service import Service

# A body with ten thousand long prompts is smaller.
MOST_BODY_BYTES = 64 * 2**20
# Of a body that is refused, so much is read and thrown away: a connection that is closed with unread bytes takes the answer with it.
_MOST_DRAINED_BYTES = 1024 * 2**20
_DRAIN_S = 30
_IDLE_S = 600


class ModelHttpServer(ThreadingHTTPServer):
    """Listens at once, and answers from `serve_forever` on; `service` must be there by then."""

    service: "Service"

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, host: str, port: int, log: Callable[[str], None]) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.log = log
        self.is_stopping = False
        self.answering = 0
        self.answering_changed = threading.Condition()
        super().__init__((host, port), Handler)

    def server_bind(self) -> None:
        # Not HTTPServer's own, which asks the name service for the host's full name.
        socket.socket.setsockopt(self.socket, socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks is the client's business."""

    def wait_until_answered(self, seconds: float) -> bool:
        """Whether all answers under way were written within the time."""
        with self.answering_changed:
            return self.answering_changed.wait_for(lambda: self.answering == 0, seconds)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "sq_train"
    sys_version = ""
    timeout = _IDLE_S
    disable_nagle_algorithm = True
    server: ModelHttpServer

    def do_GET(self) -> None:
        self._answer("GET")

    def do_HEAD(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def _list_routes(self) -> dict[str, dict[str, Callable[[], None]]]:
        service = self.server.service
        return {
            "GET": {
                "/health": self._check_health,
                "/v1/models": lambda: self._send(200, service.list_models()),
                "/load": lambda: self._send(200, service.describe_load()),
            },
            "POST": {
                "/v1/completions": lambda: self._reply(is_chat=False),
                "/v1/chat/completions": lambda: self._reply(is_chat=True),
                "/tokenize": lambda: self._send(200, service.tokenize(self._read_body())),
                "/detokenize": lambda: self._send(200, service.detokenize(self._read_body())),
                "/classify": lambda: self._send(200, service.classify(self._read_body(), self._is_there)),
                "/pooling": lambda: self._send(200, service.pool(self._read_body(), self._is_there)),
            },
        }

    def _answer(self, method: str) -> None:
        self._has_begun = False
        with self.server.answering_changed:
            self.server.answering += 1
        try:
            routes, path = self._list_routes(), self.path.split("?")[0]
            route = routes[method].get(path)
            if method == "GET" or route is None:
                self._drain()
            if route is None and any(path in others for others in routes.values()):
                raise ApiError(405, f"Method Not Allowed: {self.command} {path}; ask it by {'POST' if method == 'GET' else 'GET'}.")
            if route is None:
                raise ApiError(404, f"Not Found: {self.command} {self.path[:200]}")
            route()
        except ApiError as error:
            self._fail(error)
        except (ClientGone, OSError):
            self.close_connection = True
        except Exception as error:  # a bug must be told to the client, and not end its connection without a word
            self.server.log(f"{self.command} {self.path[:200]}: {type(error).__name__}: {error}")
            self._fail(ApiError(500, f"The server failed: {type(error).__name__}: {error}"))
        finally:
            with self.server.answering_changed:
                self.server.answering -= 1
                self.server.answering_changed.notify_all()

    def _check_health(self) -> None:
        if self.server.is_stopping or self.server.service.is_dead:
            raise ApiError(503, "The server is stopping.")
        self._send(200, {})

    def _read_body(self) -> dict[str, Any]:
        if self.headers.get("transfer-encoding") is not None:
            self.close_connection = True
            raise ApiError(411, "Send the body with a Content-Length.")
        length = self._read_length()
        if length is None:
            self.close_connection = True
            raise ApiError(400, "The Content-Length is no number of bytes.")
        if length > MOST_BODY_BYTES:
            self.close_connection = True
            said = f"The body has {length} bytes, and {MOST_BODY_BYTES} are taken at most. Send fewer prompts at once."
            self._fail(ApiError(413, said))
            self._throw_away(length)
            raise ClientGone()
        raw = self.rfile.read(length)
        if len(raw) < length:
            raise ClientGone()
        return _parse_body(raw)

    def _read_length(self) -> Optional[int]:
        """Of the body, in bytes; None where the header says no number that a body could have."""
        text = self.headers.get("content-length", "0")
        return int(text) if text.isdecimal() and len(text) < 19 else None

    def _drain(self) -> None:
        """Reads a body that nobody wants, so that the next request of the connection is not taken for it."""
        length = self._read_length()
        if length is not None and length <= MOST_BODY_BYTES and self.headers.get("transfer-encoding") is None:
            self.rfile.read(length)
        else:
            self.close_connection = True

    def _throw_away(self, length: int) -> None:
        """What is still on its way behind an answer, as long as it comes within the time."""
        self.connection.settimeout(5)
        end = time.monotonic() + _DRAIN_S
        left = min(length, _MOST_DRAINED_BYTES)
        while left > 0 and time.monotonic() < end and (read := self.rfile.read1(min(left, 2**20))):
            left -= len(read)

    def _reply(self, *, is_chat: bool) -> None:
        answer = self.server.service.reply(self._read_body(), self._is_there, is_chat=is_chat)
        if isinstance(answer, dict):
            self._send(200, answer)
        else:
            self._stream(answer)

    def _stream(self, events: Iterator[dict[str, Any]]) -> None:
        """Server-sent events. What fails in the middle is an event of its own, since the status is sent."""
        self._has_begun = True
        # Without an end that the protocol knows, the end of the connection is it.
        is_chunked = self.request_version != "HTTP/1.0"
        self._begin(200, "text/event-stream; charset=utf-8", [("transfer-encoding", "chunked")] if is_chunked else [])
        self.close_connection |= not is_chunked
        self.end_headers()

        def write(text: str) -> None:
            data = f"data: {text}\n\n".encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data) if is_chunked else data)

        try:
            for event in events:
                write(json.dumps(event, ensure_ascii=False))
        except ApiError as error:
            body = error.to_body()
            body["error"]["code"] = body["error"]["code"] or error.status
            write(json.dumps(body, ensure_ascii=False))
        finally:
            events.close()  # type: ignore[attr-defined]
        write("[DONE]")
        if is_chunked:
            self.wfile.write(b"0\r\n\r\n")

    def _fail(self, error: ApiError) -> None:
        if self._has_begun:
            self.close_connection = True
            return
        headers = [] if error.retry_after is None else [("retry-after", str(error.retry_after))]
        try:
            self._send(error.status, error.to_body(), headers)
        except OSError:
            self.close_connection = True

    def _send(self, status: int, body: dict[str, Any], headers: Optional[list[tuple[str, str]]] = None) -> None:
        data = json.dumps(body, ensure_ascii=False).encode()
        self._begin(status, "application/json", [*(headers or []), ("content-length", str(len(data)))])
        # In one piece: a second packet would wait for the first one's acknowledgement.
        self._headers_buffer.append(b"\r\n" + (b"" if self.command == "HEAD" else data))  # type: ignore[attr-defined]
        self.flush_headers()

    def _begin(self, status: int, kind: str, headers: list[tuple[str, str]]) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        for name, value in headers:
            self.send_header(name, value)
        if self.close_connection or self.server.is_stopping:
            self.send_header("connection", "close")

    def _is_there(self) -> bool:
        """Whether the client still holds its end of the connection open."""
        try:
            if not select.select([self.connection], [], [], 0)[0]:
                return True
            return self.connection.recv(1, socket.MSG_PEEK) != b""
        except (OSError, ValueError):
            return False

    def send_error(self, code: int, message: Optional[str] = None, explain: Optional[str] = None) -> None:
        """What is no HTTP that is known here, in the same shape as other errors."""
        self.close_connection = True
        self._has_begun = False
        # Where the request line is at fault it may say 0.9, whose answers have no head.
        self.request_version = "HTTP/1.1"
        self.command = getattr(self, "command", None) or "GET"
        self._fail(ApiError(code, message or "The request is not understood."))

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not logged: prompts are the client's business."""


def _parse_body(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, f"The body is not JSON: {error}.") from error
    if b"\\ud" in raw.lower() and not _is_unicode(body):
        raise ApiError(400, "The body holds half of a surrogate pair, which is no character.")
    if not isinstance(body, dict):
        raise ApiError(400, "The body is not a JSON object.")
    return body


def _is_unicode(body: Any) -> bool:
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
