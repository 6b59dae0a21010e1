"""Starts the server in this process and asks it over HTTP, as any client does."""

from __future__ import annotations

import http.client
import json
import threading
from contextlib import contextmanager
from typing import Any, Iterator

from sq_train.serving.checkpoint import Checkpoint
from sq_train.serving.http_server import ModelHttpServer
from sq_train.serving.service import Service


class Client:
    """One server. Each call is a connection of its own."""

    def __init__(self, port: int, service: Service) -> None:
        self.port = port
        self.service = service

    def send(self, path: str, body: Any = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET" if body is None else "POST", path, None if body is None else body if isinstance(body, str) else json.dumps(body))
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def ask(self, path: str, **body: Any) -> dict[str, Any]:
        status, text = self.send(path, body)
        assert status == 200, text
        return json.loads(text)

    def complete(self, prompt: Any, **body: Any) -> list[dict[str, Any]]:
        return self.ask("/v1/completions", prompt=prompt, **body)["choices"]

    def stream(self, path: str, **body: Any) -> list[dict[str, Any]]:
        status, text = self.send(path, {**body, "stream": True})
        assert status == 200, text
        events = [line.removeprefix("data: ") for line in text.split("\n\n") if line]
        assert events[-1] == "[DONE]"
        return [json.loads(event) for event in events[:-1]]

    def refuse(self, path: str, body: Any) -> tuple[int, str]:
        status, text = self.send(path, body)
        error = json.loads(text)["error"]
        assert set(error) == {"message", "type", "param", "code"}
        return status, error["message"]


@contextmanager
def serving(checkpoint: Checkpoint, **limits: int) -> Iterator[Client]:
    service = Service(checkpoint, name="tiny", path="tiny", log=print, **{"max_batch": 8, "max_waiting": 1000, **limits})
    server = ModelHttpServer("127.0.0.1", 0, print)
    server.service = service
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield Client(server.server_port, service)
    finally:
        server.shutdown()
        server.server_close()
        assert service.close(30)
