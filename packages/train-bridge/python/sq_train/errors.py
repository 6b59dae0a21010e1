"""Errors that the worker reports as an `error` event: a class, a message in three parts, an exit code."""

from __future__ import annotations

import contextlib
import errno
from pathlib import Path
from typing import Iterator, Literal

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


class EnvironmentFault(WorkerError):
    """The Python that runs the worker lacks a package, or has one of a version that the worker does not work with."""

    error_class: ErrorClass = "environment"


class PeerLost(WorkerError):
    """A process that trains with this one has ended."""

    error_class: ErrorClass = "peer"


class WriteError(WorkerError):
    """A file could not be written, most often since the disk is full."""

    error_class: ErrorClass = "io"


class ServiceError(WorkerError):
    """A server that the training needs does not answer; it may come back."""

    error_class: ErrorClass = "io"


class Cancelled(Exception):
    """Raised between two stages when a cancel was asked for before training began."""


def classify_error(error: BaseException) -> ErrorClass:
    """Names the class of any exception, known or not.

    Example: classify_error(MemoryError()) == "oom"
    """
    if isinstance(error, WorkerError):
        return error.error_class
    text = str(error).lower()
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError" or getattr(error, "errno", None) == errno.ENOMEM:
        return "oom"
    if isinstance(error, RuntimeError) and any(sign in text for sign in _MEMORY_SIGNS) or f"(os error {errno.ENOMEM})" in text:
        return "oom"
    if isinstance(error, ImportError):
        return "environment"
    if isinstance(error, OSError) or _is_write_failure(error):
        return "io"
    return "internal"


# What torch, CUDA's libraries and C++ say when memory runs out: the first is the CPU's allocator.
_MEMORY_SIGNS = (
    "can't allocate memory", "not enough memory", "out of memory", "alloc_failed", "bad_alloc", "cannot allocate memory", "bad allocation",
)

# Errors of a full disk, of a quota, and of a limit on the size of a file.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _is_write_failure(error: BaseException) -> bool:
    """Whether it is what safetensors (in Rust) or torch's file writer (in C++) make of a failed write."""
    text = str(error).lower()
    if type(error).__name__ == "SafetensorError":
        return "os error" in text or "i/o error" in text
    return isinstance(error, RuntimeError) and ("pytorchstreamwriter" in text or "file write failed" in text)


def is_full(error: BaseException) -> bool:
    """Whether a write failed for want of room."""
    number = getattr(error, "errno", None)
    return number in _FULL or any(f"os error {code})" in str(error).lower() for code in _FULL)


@contextlib.contextmanager
def explain_load(path: Path, what: str) -> Iterator[None]:
    """Turns what transformers, tokenizers and safetensors throw over a folder that they cannot read into a ConfigError.

    What is not the folder's fault stays as it is: memory that runs out, a disk that fails, and a package that is lacking.
    """
    if not path.exists():
        raise ConfigError(f"The {what} '{path}' is missing. Correct {what}.path.")
    try:
        yield
    except Exception as error:
        is_of_disk = getattr(error, "errno", None) not in (None, errno.ENOENT, errno.ENOTDIR, errno.EISDIR)
        if isinstance(error, WorkerError) or is_of_disk or classify_error(error) in ("oom", "environment"):
            raise
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
        raise ConfigError(
            f"The {what} '{path}' cannot be loaded: {reason} ({type(error).__name__}). Give a whole folder of a type that this release of "
            "transformers knows, or one of our GGUF files."
        ) from error


@contextlib.contextmanager
def explain_write(path: Path, what: str, kept: str) -> Iterator[None]:
    """Turns a write of `path` that fails into a WriteError that says what it was, why it failed and what is kept."""
    try:
        yield
    except Exception as error:
        if isinstance(error, WorkerError) or not (isinstance(error, OSError) or _is_write_failure(error)):
            raise
        reason = "The disk is full" if is_full(error) else "The disk refused it"
        cure = "Free some room" if is_full(error) else "Correct that"
        raise WriteError(
            f"{what} '{path}' could not be written. {reason} ({str(error).strip().splitlines()[0][:300]}). {kept} {cure} and run the same command again."
        ) from error
