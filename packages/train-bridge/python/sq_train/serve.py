"""`python -m sq_train.serve CHECKPOINT --port N`: an OpenAI-compatible server for machines with torch and without vLLM.

It says where it listens in one line of JSON on standard output. Exit codes: 0 after SIGTERM or SIGINT, 1 failed, 2 refused.
The last line on standard error then names the class of the error: `error (oom): ...`.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import Callable, Optional, Sequence

from .errors import EXIT_DONE, EXIT_FAILED, EXIT_REFUSED, ConfigError, WorkerError, classify_error
from .serving.http_server import ModelHttpServer


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"'{text}' is no whole number from {least} to {most}")
        return int(text)

    return read


def _read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sq_train.serve", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("checkpoint", type=Path, help="a Hugging Face folder, or a GGUF file that `scalequest train` made")
    parser.add_argument("--port", type=_whole(0, 65535), default=8000, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--served-model-name", help="default: the name of the folder or file")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    dtypes = ("auto", "float32", "bfloat16", "float16")
    parser.add_argument("--dtype", choices=dtypes, default="auto", help="auto: float32 on a processor, the checkpoint's own on a GPU")
    parser.add_argument("--threads", type=_whole(1, 1024), default=1, help="processor threads")
    parser.add_argument("--max-context", type=_whole(2, 2**31), help="most tokens of a prompt and its reply; default: the model's")
    parser.add_argument("--max-batch", type=_whole(1, 65536), default=32, help="samples that are written at once")
    parser.add_argument("--max-waiting", type=_whole(1, 2**31), default=65_536, help="samples in line; above it the answer is 503")
    parser.add_argument("--grace", type=_whole(0, 86_400), default=20, help="seconds for what is in flight at SIGTERM")
    return parser.parse_args(arguments)


def _set_environment(threads: int) -> None:
    """Before torch and tokenizers are imported: their threads, and no network."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
        os.environ[name] = str(threads)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")


def _log(text: str) -> None:
    print(f"sq_train.serve: {text}", file=sys.stderr, flush=True)


class _Stop:
    """The first signal ends the server when what is in flight is done, the second at once; so does the first while it loads."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.is_loading = True
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: object) -> None:
        if self.asked.is_set() or self.is_loading:
            os._exit(EXIT_DONE if self.is_loading else 128 + number)
        self.asked.set()


def _name_checkpoint(path: Path) -> str:
    return path.stem if path.suffix == ".gguf" else path.name


def _listen(options: argparse.Namespace) -> ModelHttpServer:
    try:
        return ModelHttpServer(options.host, options.port, _log)
    except OSError as error:
        said = f"Port {options.port} of {options.host} cannot be listened on: {error.strerror}."
        raise ConfigError(f"{said} Give another --port, or 0 for a free one.") from error


def _serve(options: argparse.Namespace, stop: _Stop) -> int:
    server = _listen(options)
    import torch

    from .serving.checkpoint import choose_device, open_checkpoint
    from .serving.service import Service

    torch.set_num_threads(options.threads)
    checkpoint = open_checkpoint(
        options.checkpoint, device=choose_device(options.device), dtype=options.dtype, max_context=options.max_context
    )
    name = options.served_model_name or _name_checkpoint(options.checkpoint.resolve())
    server.service = Service(
        checkpoint, name=name, path=str(options.checkpoint), max_batch=options.max_batch, max_waiting=options.max_waiting, log=_log
    )
    threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
    where = {"host": options.host, "port": server.server_port, "model": name, "task": checkpoint.task, "maxContext": checkpoint.max_context}
    stop.is_loading = False
    print(json.dumps({**where, "device": checkpoint.model.device.type, "dtype": str(checkpoint.model.dtype).removeprefix("torch.")}), flush=True)
    while not stop.asked.wait(0.25):
        if server.service.is_dead:
            raise RuntimeError("The engine failed and cannot go on; what it said stands above.")
    server.is_stopping = True
    server.shutdown()
    server.server_close()
    if not (server.service.close(options.grace) and server.wait_until_answered(5)):
        _log(f"gave up what was not finished within {options.grace} s")
    return EXIT_DONE


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Serves until a signal, and gives the exit code."""
    options = _read_arguments(sys.argv[1:] if arguments is None else arguments)
    _set_environment(options.threads)
    stop = _Stop()
    try:
        return _serve(options, stop)
    except Exception as error:
        if not isinstance(error, WorkerError):
            print(traceback.format_exc(), file=sys.stderr)
        kind = classify_error(error)
        text = " ".join(str(error).split())
        if kind == "oom" and not isinstance(error, WorkerError):
            text = f"Memory ran out: {text} Give --dtype bfloat16 or a smaller --max-batch, or serve a smaller model."
        if kind == "environment":
            text = f"{text}. Install torch and transformers into {sys.executable}, or use another Python."
        _log(f"error ({kind}): {text}")
        return error.exit_code if isinstance(error, WorkerError) else EXIT_REFUSED if kind == "environment" else EXIT_FAILED


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads of the engine and of connections are not waited for.
    os._exit(code)
