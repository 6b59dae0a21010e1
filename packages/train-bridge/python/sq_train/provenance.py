"""What a result was made with: versions, machine, hashes."""

from __future__ import annotations

import platform
import socket
import sys
from importlib import metadata
from typing import Any

from . import __version__

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


def describe_machine() -> dict[str, Any]:
    """Host, system and Python, as the `hello` event gives them."""
    return {"host": socket.gethostname(), "platform": platform.platform(), "python": sys.version.split()[0]}
