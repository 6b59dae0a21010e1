"""Checkpoints of split weights, by torch.distributed.checkpoint: each rank writes its part, and any number of processes reads them.

`shards/` holds weights and AdamW's moments under the names of the weights. The rest of a checkpoint is as everywhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import torch
from torch import nn
from torch.distributed import checkpoint as distributed_checkpoint
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.fsdp import FSDPModule
from transformers import PreTrainedModel

from .errors import ConfigError
from .model import restore_weights

FOLDER = "shards"


def has_shards(path: Path) -> bool:
    """Whether a checkpoint was written by processes that split the weights."""
    return (path / FOLDER).is_dir()


def save_shards(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Writes and syncs this rank's part. Every rank must call this; it returns when all have written."""
    state = {"model": _list_weights(model), "optimizer": _list_moments(model, optimizer)}
    _unwrap_failure(lambda: distributed_checkpoint.save(state, checkpoint_id=path / FOLDER))


def restore_model(model: PreTrainedModel, path: Path) -> None:
    """Puts the weights of a checkpoint into a model, split or whole. Only a whole model can take those of a whole one."""
    is_split = isinstance(model, FSDPModule)
    if has_shards(path):
        state = {"model": _list_weights(model)}
        _unwrap_failure(lambda: distributed_checkpoint.load(state, checkpoint_id=path / FOLDER, no_dist=not is_split))
    elif is_split:
        raise ConfigError(
            f"The checkpoint '{path}' is of whole weights, and sharding is 'full' now. Set sharding to 'none' to go on from it, or start a new run."
        )
    else:
        restore_weights(model, path)


def restore_moments_of_shards(model: nn.Module, optimizer: torch.optim.Optimizer, path: Path, *, alone: bool) -> None:
    """Puts AdamW's moments of a checkpoint into an optimizer that has made no step yet."""
    for _, weight in _list_trained(model):
        optimizer.state[weight] = {
            # AdamW with `fused` counts its steps beside the weight.
            "step": torch.zeros((), dtype=torch.float32, device=weight.device),
            "exp_avg": torch.zeros_like(weight),
            "exp_avg_sq": torch.zeros_like(weight),
        }
    state = {"optimizer": _list_moments(model, optimizer)}
    _unwrap_failure(lambda: distributed_checkpoint.load(state, checkpoint_id=path / FOLDER, no_dist=alone))


def _list_trained(model: nn.Module) -> list[tuple[str, nn.Parameter]]:
    """Each weight once, also where it is used in two places."""
    return [(name, weight) for name, weight in model.named_parameters() if weight.requires_grad]


def _list_weights(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: weight.detach() for name, weight in model.named_parameters()}


def _list_moments(model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    """A weight that never had a gradient has no moments; it counts as one with zeros and no step."""
    found: dict[str, torch.Tensor] = {}
    for name, weight in _list_trained(model):
        state: dict[str, Any] = optimizer.state.get(weight) or {}
        found[f"{name}.step"] = state.get("step", torch.zeros((), device=weight.device))
        for moment in ("exp_avg", "exp_avg_sq"):
            found[f"{name}.{moment}"] = state[moment] if moment in state else torch.zeros_like(weight).detach()
    return found


def _unwrap_failure(work: Callable[[], Any]) -> None:
    """Raises what went wrong on the first rank where something did, which all ranks are told of."""
    try:
        work()
    except CheckpointException as error:
        cause, _ = error.failures[min(error.failures)]
        raise cause from error
