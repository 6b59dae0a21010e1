"""Errors that the worker reports as an `error` event: a class, a message in three parts, an exit code."""

from __future__ import annotations

from typing import Literal

ErrorClass = Literal["oom", "nan", "data", "config", "environment", "io", "peer", "internal"]

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_REFUSED = 2
EXIT_CANCELLED = 143

RETRYABLE: frozenset[str] = frozenset({"oom", "io", "peer"})


class WorkerError(Exception):
    """A known failure. The message says what happened, why, and what to do next."""

    error_class: ErrorClass = "internal"
    exit_code: int = EXIT_FAILED


class ConfigError(WorkerError):
    """A wrong request or a drift from the run's earlier attempts; nothing was trained."""

    error_class: ErrorClass = "config"
    exit_code = EXIT_REFUSED


class DataError(WorkerError):
    """The rows, the template or the tokenizer do not fit what must be trained."""

    error_class: ErrorClass = "data"


class NanError(WorkerError):
    """The loss or the gradient is not a number; going on would spoil the weights."""

    error_class: ErrorClass = "nan"


class PeerLost(WorkerError):
    """A process that trains with this one has ended."""

    error_class: ErrorClass = "peer"


class Cancelled(Exception):
    """Raised between two stages when a cancel was asked for before training began."""


def classify_error(error: BaseException) -> ErrorClass:
    """Names the class of any exception, known or not.

    Example: classify_error(MemoryError()) == "oom"
    """
    if isinstance(error, WorkerError):
        return error.error_class
    text = str(error).lower()
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return "oom"
    if isinstance(error, RuntimeError) and ("out of memory" in text or "can't allocate memory" in text):
        return "oom"
    if isinstance(error, ImportError):
        return "environment"
    if isinstance(error, OSError):
        return "io"
    return "internal"
