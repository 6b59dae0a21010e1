"""`python -m sq_train RUN_FOLDER`: runs or resumes the training that a run folder describes.

Exit codes: 0 done, 143 after a cancel, 1 failed, 2 refused.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from pathlib import Path
from typing import NoReturn

from .cancel import CancelSwitch
from .errors import EXIT_CANCELLED, EXIT_DONE, EXIT_FAILED, EXIT_REFUSED, Cancelled, WorkerError, WriteError
from .events import EventWriter, Heartbeat, RankEventWriter
from .ranks import die_with_parent, read_ranks


def _set_environment(threads: int) -> None:
    """Before torch and tokenizers are imported: their threads, and no network."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
        os.environ[name] = str(threads)
    os.environ["TOKENIZERS_PARALLELISM"] = "true" if threads > 1 else "false"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


def _peek_run(folder: Path) -> str:
    """The name of the run before its configuration is checked, for the first events."""
    try:
        run = json.loads((folder / "train.json").read_text(encoding="utf-8"))["run"]
    except (OSError, ValueError, KeyError, TypeError):
        return folder.name
    return run if isinstance(run, str) else folder.name


def main(arguments: list[str]) -> int:
    """Runs one attempt and gives its exit code."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("Usage: python -m sq_train RUN_FOLDER (an existing folder with train.json)", file=sys.stderr)
        return EXIT_REFUSED
    die_with_parent()
    folder = Path(arguments[0]).resolve()
    ranks = read_ranks()
    cancel = CancelSwitch(folder, ranks)
    cancel.listen()
    run = _peek_run(folder)
    events = EventWriter(folder / "events.jsonl", run) if ranks.is_first else RankEventWriter(folder, run, ranks.rank)
    progress = {"step": 0}
    heartbeat = Heartbeat(events, lambda: progress["step"])
    try:
        from .provenance import check_versions, describe_machine, list_versions

        versions = list_versions()
        events.emit("hello", pid=os.getpid(), **describe_machine(), torch=versions.get("torch"), versions=versions, processes=ranks.world)
        if ranks.is_first:
            heartbeat.start()
        check_versions(versions, events)
        from .config import read_config

        config, raw = read_config(folder)
        events.run = config.run
        _set_environment(config.threads)
        from .run import run_attempt

        cancelled = run_attempt(folder, config, raw, events, cancel, progress, ranks)
        if cancelled:
            cancel.clear()
        return EXIT_CANCELLED if cancelled else EXIT_DONE
    except Cancelled:
        events.emit("cancelled", step=progress["step"])
        cancel.clear()
        return EXIT_CANCELLED
    except BaseException as error:  # every way to fail ends in an event and an exit code
        trace = traceback.format_exc()
        print(trace, file=sys.stderr)
        with contextlib.suppress(WriteError):  # on a full disk the event may find no room either
            events.fail(error, trace)
        return error.exit_code if isinstance(error, WorkerError) else EXIT_FAILED
    finally:
        heartbeat.stop()
        with contextlib.suppress(OSError):
            events.close()


def run_rank(arguments: list[str]) -> NoReturn:
    """`main` as one of several processes, which ends without taking Python down in order.

    Connections to the other ranks have threads of their own (gloo's, NCCL's). Where a rank ends by an error they are still open,
    since a peer that is gone would hold up their closing, and split weights hold on to them in any case: Python would take them
    down in an order of its own, and a thread that finds its owner gone aborts the process (SIGABRT in the place of its code).
    Whatever is to be kept has been written and closed by `main`.
    """
    code = EXIT_FAILED
    try:
        code = main(arguments)
    except BaseException:  # what `main` itself cannot tell ends by its code all the same
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    # Joining the others takes the variable out of the environment.
    is_alone = os.environ.get("WORLD_SIZE", "1") == "1"
    sys.exit(main(sys.argv[1:])) if is_alone else run_rank(sys.argv[1:])
