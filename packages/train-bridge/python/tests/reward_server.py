"""A verifier that a test scripts: what it does with each request, and what it saw."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Optional

Act = Callable[["Handler", bytes], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedVerifier

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.reply(200, {"status": "ok"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.seen.append({"body": body, "headers": dict(self.headers), "port": self.client_address[1], "at": time.monotonic()})
            act = self.server.script.pop(0) if self.server.script else answer
        act(self, body)

    def reply(self, status: int, body: object, headers: Optional[dict[str, str]] = None) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def cut(self) -> None:
        """Ends the connection with a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True


def judge(item: dict[str, str]) -> dict[str, Any]:
    """Equal text is equal, and nothing compares with `?`."""
    if item["reference"] == "?":
        return {"verdict": "undecided", "reward": None, "rule": "none"}
    is_equal = item["reference"] == item.get("reply", item.get("candidate"))
    return {"verdict": "equal" if is_equal else "different", "reward": 1 if is_equal else 0, "rule": "text"}


def answer(handler: Handler, body: bytes) -> None:
    items = json.loads(body)["items"]
    server = handler.server
    if len(body) > server.max_bytes:
        handler.reply(413, {"error": {"code": "BODY_TOO_LARGE"}})
    elif len(items) > server.max_items:
        handler.reply(server.items_status, {"error": {"code": "TOO_MANY_ITEMS"}})
    else:
        handler.reply(200, {"items": [judge(item) for item in items]})


def refuse(status: int, **headers: str) -> Act:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, body: handler.reply(status, {"error": {"code": f"status-{status}"}}, named)


def say(body: object) -> Act:
    return lambda handler, _: handler.reply(200, body)


def drop_before(handler: Handler, body: bytes) -> None:
    handler.cut()


def drop_in_the_middle(handler: Handler, body: bytes) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"items":[{"verd')
    handler.wfile.flush()
    handler.cut()


def answer_and_hang_up(handler: Handler, body: bytes) -> None:
    """Keeps the connection in words, and closes it: what a server does that lets idle connections go."""
    answer(handler, body)
    handler.close_connection = True


def answer_in_chunks(handler: Handler, body: bytes) -> None:
    data = json.dumps({"items": [judge(item) for item in json.loads(body)["items"]]}).encode()
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for start in range(0, len(data), 7):
        part = data[start : start + 7]
        handler.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
    handler.wfile.write(b"0\r\n\r\n")


def hang(seconds: float) -> Act:
    def act(handler: Handler, body: bytes) -> None:
        time.sleep(seconds)
        handler.cut()

    return act


def drip(handler: Handler, body: bytes) -> None:
    """A byte every 50 ms: no single read ever waits long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    try:
        for _ in range(600):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass
    handler.close_connection = True


class ScriptedVerifier(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, port: int = 0, script: Optional[list[Act]] = None) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.lock = threading.Lock()
        self.script = script or []
        self.seen: list[dict[str, Any]] = []
        self.max_items = 10_000
        self.items_status = 422
        self.max_bytes = 100_000_000
        self.open_sockets: list[socket.socket] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def get_request(self) -> Any:
        request = super().get_request()
        self.open_sockets.append(request[0])
        return request

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def sizes(self) -> list[int]:
        return [len(json.loads(one["body"])["items"]) for one in self.seen]

    def kill(self) -> None:
        """As `kill -9`: nobody listens any more, and open connections are reset."""
        self.shutdown()
        self.server_close()
        for one in self.open_sockets:
            try:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
