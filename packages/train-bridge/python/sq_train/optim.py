"""Optimizers and schedules: AdamW, or Muon for the hidden matrices with AdamW for the rest."""

from __future__ import annotations

import math
from typing import Any, Callable, Iterable, Optional

import torch
from torch import nn
from torch.optim.lr_scheduler import LambdaLR
from transformers import PreTrainedModel

from .config_types import OptimizerConfig, ScheduleConfig

BETA1 = 0.9
ADAM_EPSILON = 1e-8
MUON_MOMENTUM = 0.95


class MuonWithAdamW(torch.optim.Optimizer):
    """torch.optim.Muon and torch.optim.AdamW behind one optimizer, with one list of groups and one state.

    The two inner optimizers share our group dictionaries and our state, so a schedule that sets `lr` in a group and a
    checkpoint that saves `state_dict` need to know nothing of them.
    """

    def __init__(self, muon: torch.optim.Muon, adamw: torch.optim.AdamW) -> None:
        self._muon = muon
        self._adamw = adamw
        super().__init__([*muon.param_groups, *adamw.param_groups], {})
        self._share()

    def _share(self) -> None:
        count = len(self._muon.param_groups)
        self._muon.param_groups = self.param_groups[:count]
        self._adamw.param_groups = self.param_groups[count:]
        self._muon.state = self.state
        self._adamw.state = self.state

    @torch.no_grad()
    def step(self, closure: Optional[Callable[[], Any]] = None) -> Any:
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        self._muon.step()
        self._adamw.step()
        return loss

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict(state_dict)
        self._share()


def _split_decay(named: Iterable[tuple[str, nn.Parameter]], weight_decay: float) -> list[dict[str, Any]]:
    """Norms are not decayed: their weights scale, they do not mix."""
    named = list(named)
    groups = [
        {"params": [weight for _, weight in named if weight.ndim >= 2], "weight_decay": weight_decay},
        {"params": [weight for _, weight in named if weight.ndim < 2], "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]


def create_optimizer(model: nn.Module, config: OptimizerConfig) -> torch.optim.Optimizer:
    """The optimizer of the configuration.

    Muon's rate is scaled so that its updates are as large as AdamW's (Moonshot's rule), so `muonLearningRate`
    defaults to `learningRate`.
    """
    named = [(name, weight) for name, weight in model.named_parameters() if weight.requires_grad]
    adamw_settings: dict[str, Any] = {"lr": config.learning_rate, "betas": (BETA1, config.beta2), "eps": ADAM_EPSILON, "fused": True}
    if config.kind == "adamw":
        return torch.optim.AdamW(_split_decay(named, config.weight_decay), **adamw_settings)

    # By what they are: each family of models names its embeddings and its output matrix otherwise.
    apart = {id(module.weight) for module in model.modules() if isinstance(module, nn.Embedding)}
    output = model.get_output_embeddings() if isinstance(model, PreTrainedModel) else None
    apart |= {id(output.weight)} if output is not None else set()

    def is_hidden(name: str, weight: nn.Parameter) -> bool:
        return weight.ndim == 2 and id(weight) not in apart and not name.startswith("score.")

    muon = torch.optim.Muon(
        [weight for name, weight in named if is_hidden(name, weight)],
        lr=config.muon_learning_rate or config.learning_rate,
        weight_decay=config.weight_decay,
        momentum=MUON_MOMENTUM,
        adjust_lr_fn="match_rms_adamw",
    )
    rest = [(name, weight) for name, weight in named if not is_hidden(name, weight)]
    return MuonWithAdamW(muon, torch.optim.AdamW(_split_decay(rest, config.weight_decay), **adamw_settings))


def share_of_rate(step: int, config: ScheduleConfig, total_steps: int) -> float:
    """The share of the learning rate at a step (from 0): a linear warm-up, then down to `finalShare` at the end.

    Example: with 100 warm-up steps, step 0 has 0.01 and step 99 has 1.
    """
    warmup = config.warmup_steps if config.warmup_steps is not None else math.ceil((config.warmup_share or 0) * total_steps)
    if step < warmup:
        return (step + 1) / warmup
    if config.kind == "constant":
        return 1.0
    done = min(1.0, (step - warmup) / max(1, total_steps - warmup))
    falling = 1 - done if config.kind == "linear" else 0.5 * (1 + math.cos(math.pi * done))
    return config.final_share + (1 - config.final_share) * falling


def create_schedule(optimizer: torch.optim.Optimizer, config: ScheduleConfig, total_steps: int) -> LambdaLR:
    return LambdaLR(optimizer, lambda step: share_of_rate(step, config, total_steps))
