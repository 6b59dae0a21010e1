"""The real server, `scalequest serve verifier`, as a child process that a test can kill; and the library beside it."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any, Optional

import pytest

REPOSITORY = Path(__file__).resolve().parents[4]
LAUNCHER = REPOSITORY / "packages" / "cli" / "bin" / "scalequest.js"
LIBRARY = REPOSITORY / "packages" / "verifier" / "dist" / "index.js"

ASK_LIBRARY = """
import { readFileSync } from 'node:fs';
const { rewardReply } = await import(process.argv[1]);
console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map((pair) => rewardReply(pair))));
"""


def require_node() -> str:
    """The path of Node. Skips the test where there is none, or where nothing is built."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed, and the verifier's server runs on it")
    for built in (LIBRARY, REPOSITORY / "packages" / "cli" / "dist"):
        if not built.exists():
            pytest.skip(f"{built} is not there: run `npm run build`")
    return node


def ask_library(pairs: list[dict[str, str]]) -> list[Optional[float]]:
    """What the library says of the same pairs, without any server."""
    command = [require_node(), "--input-type=module", "-e", ASK_LIBRARY, LIBRARY.as_uri()]
    done = subprocess.run(command, input=json.dumps(pairs), capture_output=True, text=True, check=True, timeout=120)
    return [None if one is None else float(one) for one in json.loads(done.stdout)]


class RealVerifier:
    """`scalequest serve verifier` on a port of its own choice, or on the one that is given."""

    def __init__(self, port: int = 0, *flags: str, **environment: str) -> None:
        command = [require_node(), str(LAUNCHER), "serve", "verifier", "--port", str(port), "--json", *flags]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**_environment(), **environment},
        )
        try:
            self.url: str = self._read_start(60)["url"]
        except BaseException:
            self.kill()
            raise
        self.port = int(self.url.rsplit(":", 1)[1].strip("/"))

    def _read_start(self, timeout_s: float) -> dict[str, Any]:
        lines: queue.Queue[str] = queue.Queue()
        assert self.process.stdout is not None and self.process.stderr is not None
        stdout, stderr = self.process.stdout, self.process.stderr
        said: list[str] = []

        def read() -> None:
            for line in stdout:
                lines.put(line)
            lines.put("")

        # Both are read to the end, so that the server never waits for a reader.
        for target in (read, lambda: said.extend(stderr)):
            threading.Thread(target=target, daemon=True).start()
        while True:
            line = lines.get(timeout=timeout_s)
            if line == "":
                self.process.wait(10)
                raise AssertionError(f"The server did not start: {''.join(said)[-2000:]}")
            if line.startswith("{"):
                found: dict[str, Any] = json.loads(line)
                return found

    def kill(self) -> None:
        """As `kill -9`."""
        self.process.kill()
        self.process.wait(10)


def _environment() -> dict[str, str]:
    # A token of the machine that runs the tests would keep them out.
    return {key: value for key, value in os.environ.items() if key != "SCALEQUEST_SERVER_TOKEN"}
