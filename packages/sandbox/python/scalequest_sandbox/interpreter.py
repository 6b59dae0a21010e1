"""What Python's `site` does for every program, without running what is installed: no .pth file, no sitecustomize."""

import site
import sys
from typing import List


def begin(path: List[str]) -> None:
    """Gives `exit`, `quit`, `help` and the like, and the places to import from: the ones the interpreter has by itself."""
    site.setquit()
    site.setcopyright()
    site.sethelper()
    sys.path[:] = path
