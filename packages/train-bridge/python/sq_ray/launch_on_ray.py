"""The entrypoint of a Ray job: starts the worker in this node, or one rank on each of several reserved places.

One file, and nothing besides the standard library (and Ray for several processes): the interpreter that has Ray needs
no torch, and the one that trains needs no Ray. It runs on the Pythons that Ray runs on.

Exit codes: those of the worker; 66 where the run folder is not seen here, 127 where the interpreter is missing,
137 after a kill.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

EXIT_CANCELLED = 143
EXIT_KILLED = 137
EXIT_FOLDER_MISSING = 66
EXIT_PYTHON_MISSING = 127

POLL_SECONDS = 0.5
# How long the other ranks may take to say why they fail, after the first has.
GRACE_SECONDS = 10


class Stop(Exception):
    """Ends this program with a code, after a word on the job's log."""

    def __init__(self, code: int, word: str = "") -> None:
        super().__init__(word)
        self.code = code


def describe_missing(folder: str, token: str) -> str:
    """Why this is not the folder, or not the job that it waits for; empty where all is well."""
    path = Path(folder) / "worker.json"
    try:
        claim = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return f"Node {socket.gethostname()} does not see the run folder '{folder}': {error}"
    if claim.get("token") != token:
        return f"The run folder '{folder}' as node {socket.gethostname()} sees it belongs to another job."
    return ""


def is_told_to_end(folder: str, token: str) -> bool:
    """Whether this very job is to be killed. A wish that was meant for another does not count."""
    try:
        return (Path(folder) / "control" / "kill").read_text(encoding="utf-8") == token
    except OSError:
        return False


# Where the head was started inside a job of another launcher, its nodes still have those of that job.
_RANK_VARIABLES = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


def start_worker(python: str, folder: str, source: str, variables: Dict[str, str]) -> subprocess.Popen:
    """The worker in a process group of its own; it does not outlive this process, however that ends."""
    paths = [source, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {
        **{name: value for name, value in os.environ.items() if name not in _RANK_VARIABLES},
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SCALEQUEST_DIE_WITH_PARENT": "1",
        **variables,
    }
    try:
        return subprocess.Popen([python, "-m", "sq_train", folder], env=environment, stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        raise Stop(EXIT_PYTHON_MISSING, f"'{python}' cannot be started on node {socket.gethostname()}: {error}") from error


def send(worker: subprocess.Popen, number: int) -> None:
    """Signals the worker and all that it has started."""
    try:
        os.killpg(worker.pid, number)
    except ProcessLookupError:
        pass


def as_exit_code(code: int) -> int:
    """As a shell gives it: a signal as 128 and its number."""
    return 128 - code if code < 0 else code


class Wishes:
    """What is wanted of this job while it runs: SIGTERM means a checkpoint and its end, the file control/kill its end."""

    def __init__(self, folder: str, token: str) -> None:
        self._folder = folder
        self._token = token
        self.stop = False

    def listen(self) -> None:
        """Ray's own handler, which ends the program at once, is replaced: call it after ray.init."""
        signal.signal(signal.SIGTERM, self._on_signal)

    def _on_signal(self, number: int, frame: Any) -> None:
        self.stop = True

    def is_kill(self) -> bool:
        return is_told_to_end(self._folder, self._token)


def run_one(options: argparse.Namespace, wishes: Wishes) -> int:
    """One process, in the place that the job itself has reserved."""
    wishes.listen()
    worker = start_worker(options.python, options.folder, options.source, {})
    is_told = False
    while True:
        code = worker.poll()
        if code is not None:
            return as_exit_code(code)
        if wishes.stop and not is_told:
            send(worker, signal.SIGTERM)
            is_told = True
        if wishes.is_kill():
            send(worker, signal.SIGKILL)
        time.sleep(POLL_SECONDS)


class Place:
    """A Ray actor that holds what one rank has reserved, and runs it."""

    def __init__(self, folder: str, token: str) -> None:
        self._folder = folder
        self._token = token
        self._worker: Optional[subprocess.Popen] = None

    def describe(self) -> Dict[str, Any]:
        import ray

        context = ray.get_runtime_context()
        return {
            "node": context.get_node_id(),
            "address": ray.util.get_node_ip_address(),
            "gpus": [str(gpu) for gpu in ray.get_gpu_ids()],
            "missing": describe_missing(self._folder, self._token),
        }

    def find_port(self) -> int:
        with socket.socket() as probe:
            probe.bind(("", 0))
            return probe.getsockname()[1]

    def start(self, python: str, source: str, variables: Dict[str, str]) -> str:
        """Empty, or why it cannot be started."""
        try:
            self._worker = start_worker(python, self._folder, source, variables)
        except Stop as error:
            return str(error)
        return ""

    def poll(self) -> Optional[int]:
        return None if self._worker is None else self._worker.poll()

    def send(self, number: int) -> None:
        if self._worker is not None:
            send(self._worker, number)


def give_ranks(places: List[Dict[str, Any]], port: int) -> List[Dict[str, str]]:
    """The environment of each rank, for places that are sorted by node.

    All ranks of a node see all GPUs that are reserved there for them, each trains on the one of its local rank: NCCL
    talks directly between GPUs that both sides see.
    """
    variables: List[Dict[str, str]] = []
    for rank, place in enumerate(places):
        here = [other for other in places if other["node"] == place["node"]]
        gpus = [gpu for other in here for gpu in other["gpus"]]
        variables.append(
            {
                "RANK": str(rank),
                "WORLD_SIZE": str(len(places)),
                "LOCAL_RANK": str(sum(other["node"] == place["node"] for other in places[:rank])),
                "LOCAL_WORLD_SIZE": str(len(here)),
                "MASTER_ADDR": places[0]["address"],
                "MASTER_PORT": str(port),
                **({"CUDA_VISIBLE_DEVICES": ",".join(gpus)} if gpus else {}),
            }
        )
    return variables


def run_ranks(options: argparse.Namespace, wishes: Wishes) -> int:
    """One rank in each of so many equal places, on as few nodes as may be."""
    try:
        import ray
    except ImportError as error:
        raise Stop(EXIT_PYTHON_MISSING, f"'{sys.executable}' has no Ray: {error}") from error
    from ray.util.placement_group import placement_group
    from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

    ray.init(address="auto", logging_level="WARNING")
    wishes.listen()
    reserved = {name: amount for name, amount in options.reserved.items() if amount > 0}
    group = placement_group([reserved] * options.processes, strategy="PACK")
    while not group.wait(1):
        if wishes.stop or wishes.is_kill():
            return EXIT_CANCELLED
    others = {name: amount for name, amount in reserved.items() if name not in ("CPU", "GPU")}
    # The class is sent by value, as this file is a program: no node needs it in its path.
    actors = [
        ray.remote(Place)
        .options(
            num_cpus=reserved.get("CPU", 0),
            num_gpus=reserved.get("GPU", 0),
            resources=others,
            scheduling_strategy=PlacementGroupSchedulingStrategy(group, placement_group_bundle_index=index),
        )
        .remote(options.folder, options.token)
        for index in range(options.processes)
    ]
    described = ray.get([actor.describe.remote() for actor in actors])
    for place in described:
        if place["missing"]:
            raise Stop(EXIT_FOLDER_MISSING, place["missing"])
    # Ranks of a node stand together, and the first place keeps rank 0.
    nodes = list(dict.fromkeys(place["node"] for place in described))
    order = sorted(range(len(actors)), key=lambda index: (nodes.index(described[index]["node"]), index))
    actors, places = [actors[index] for index in order], [described[index] for index in order]
    variables = give_ranks(places, ray.get(actors[0].find_port.remote()))
    started = ray.get([actor.start.remote(options.python, options.source, mine) for actor, mine in zip(actors, variables)])
    for word in started:
        if word:
            raise Stop(EXIT_PYTHON_MISSING, word)

    def tell_all(number: int) -> None:
        ray.get([actor.send.remote(number) for actor in actors])

    return follow_ranks(lambda: ray.get([actor.poll.remote() for actor in actors]), tell_all, wishes)


def follow_ranks(poll: Callable[[], List[Optional[int]]], tell_all: Callable[[int], None], wishes: Wishes) -> int:
    """Waits for all ranks. Where one fails the others are of no use, and get a moment to say what they see of it."""
    is_told = False
    failed: Optional[int] = None
    failed_at = 0.0
    while True:
        codes = poll()
        if failed is None:
            failed = next((code for code in codes if code not in (None, 0, EXIT_CANCELLED)), None)
            failed_at = time.monotonic()
        if all(code is not None for code in codes):
            return as_exit_code(failed if failed is not None else max(code or 0 for code in codes))
        if wishes.stop and not is_told:
            tell_all(signal.SIGTERM)
            is_told = True
        if wishes.is_kill() or (failed is not None and time.monotonic() - failed_at > GRACE_SECONDS):
            tell_all(signal.SIGKILL)
        time.sleep(POLL_SECONDS)


def main(arguments: List[str]) -> int:
    parser = argparse.ArgumentParser()
    for name in ("--folder", "--token", "--python", "--source"):
        parser.add_argument(name, required=True)
    parser.add_argument("--processes", type=int, required=True)
    parser.add_argument("--reserved", type=json.loads, required=True)
    options = parser.parse_args(arguments)
    wishes = Wishes(options.folder, options.token)
    try:
        missing = describe_missing(options.folder, options.token)
        if missing:
            raise Stop(EXIT_FOLDER_MISSING, missing)
        # A job that was told to end while it waited for its turn.
        if wishes.is_kill():
            return EXIT_CANCELLED
        return run_one(options, wishes) if options.processes == 1 else run_ranks(options, wishes)
    except Stop as error:
        print(error, file=sys.stderr)
        return error.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
