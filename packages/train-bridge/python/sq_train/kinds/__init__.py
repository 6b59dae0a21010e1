"""The kinds of training. Each is a module with `prepare`, `load` and `create_trainer`.

One whose batches do not count rows has `plan_steps(config, examples)`, which gives the Plan, and one that needs more than its
folder has `check_services(config, examples, cancel, events)`, which is called before the model is loaded.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, Sequence, cast

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from ..config_types import TrainConfig
from ..job import Examples, Job, RunCallback
from ..rows import Row


class Kind(Protocol):
    """What is special about one kind of training."""

    def prepare(self, rows: Sequence[Row], tokenizer: PreTrainedTokenizerBase, config: Any) -> Examples:
        """Turns rows into what is trained, drops what cannot be (counted), and tests the masks."""

    def load(self, config: TrainConfig, folder: Path, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
        """The model that the training begins with."""

    def create_trainer(self, job: Job, callback: RunCallback) -> Any:
        """One of TRL's trainers with `JobTrainer` before it."""


def find_kind(name: str) -> Kind:
    """The module of a kind; imported when it is wanted, since each brings its own part of TRL."""
    return cast(Kind, import_module(f".{name}", __name__))
