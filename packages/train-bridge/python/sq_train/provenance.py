"""What a result was made with: versions, machine, hashes."""

from __future__ import annotations

import platform
import re
import socket
import sys
from importlib import metadata
from typing import Any

from . import __version__
from .errors import EnvironmentFault
from .events import EventWriter

# What the worker was written for: the least version that works, and the releases that it was tried with.
NEEDED = {"torch": ("2.9", "2.13"), "trl": ("1.10", "1.16"), "transformers": ("5.10", "5.23")}
PACKAGES = ("torch", "trl", "transformers", "datasets", "accelerate", "tokenizers", "safetensors", "numpy")


def list_versions() -> dict[str, str]:
    """Versions of the packages that training stands on; a missing one is left out. Imports none of them."""
    found = {"sq_train": __version__}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def check_versions(versions: dict[str, str], events: EventWriter) -> None:
    """Throws where a package is missing or too old, and warns where it is another release than the worker was tried with."""
    lacking = [name for name in (*PACKAGES, "jsonschema") if not _is_there(name)]
    if lacking:
        raise EnvironmentFault(
            f"The Python '{sys.executable}' lacks {', '.join(lacking)}. Install torch first and exactly (`pip install torch=={NEEDED['torch'][1]}.0`), "
            "then `pip install --no-deps -r requirements.lock`; or let `scalequest train` make an environment."
        )
    for name, (least, tried) in NEEDED.items():
        found = versions[name]
        if _read_release(found) < _read_release(least):
            raise EnvironmentFault(
                f"The Python '{sys.executable}' has {name} {found}, and the worker needs {least} or later. Install {name} {tried}, "
                "or let `scalequest train` make an environment."
            )
        if _read_release(found) != _read_release(tried):
            events.warn("untried-version", f"{name} is {found}; the worker was tried with {tried}. Look at the mask self-test and the first losses.")


def _is_there(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _read_release(version: str) -> tuple[int, ...]:
    """The first two numbers of a version."""
    return tuple(int(digits) for digits in re.findall(r"\d+", version)[:2])


def describe_machine() -> dict[str, Any]:
    """Host, system and Python, as the `hello` event gives them."""
    return {"host": socket.gethostname(), "platform": platform.platform(), "python": sys.version.split()[0]}
