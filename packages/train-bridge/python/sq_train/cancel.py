"""How a run is asked to stop, by the file control/cancel, SIGTERM or SIGINT, or for a checkpoint, by control/checkpoint."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType
from typing import Optional

from .errors import Cancelled
from .ranks import Ranks


class CancelSwitch:
    """Remembers that a stop was asked for. The training loop looks at it after every step.

    Of several ranks the first alone looks for files, and what any has been asked all do.
    """

    def __init__(self, run_folder: Path, ranks: Ranks = Ranks()) -> None:
        self._ranks = ranks
        self._file = run_folder / "control" / "cancel"
        self._checkpoint_file = run_folder / "control" / "checkpoint"
        self._export_file = run_folder / "control" / "export-only"
        self._asked = False

    def listen(self) -> None:
        """Takes over SIGTERM and SIGINT; only the main thread may call it."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)

    def _on_signal(self, number: int, frame: Optional[FrameType]) -> None:
        self._asked = True

    def is_asked(self) -> bool:
        if not self._asked and self._ranks.is_first and self._file.exists():
            self._asked = True
        return self._ranks.any(self._asked)

    def check(self) -> None:
        """Throws Cancelled between two stages of the start, before there is anything to save."""
        if self.is_asked():
            raise Cancelled()

    def clear(self) -> None:
        """Removes the file of a cancel that was honoured, so that the next attempt goes on."""
        if self._ranks.is_first:
            self._file.unlink(missing_ok=True)

    def take_checkpoint_request(self) -> bool:
        """Whether a checkpoint is wanted now, without a stop; it is asked for once."""
        is_wanted = self._ranks.is_first and self._checkpoint_file.exists()
        if is_wanted:
            self._checkpoint_file.unlink(missing_ok=True)
        return self._ranks.any(is_wanted)

    def wants_export_only(self) -> bool:
        """Whether only the model of the newest checkpoint is wanted."""
        return self._export_file.exists()
