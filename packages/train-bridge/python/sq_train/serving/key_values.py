"""The keys and values of sequences that are written together. Each row ends at the right; what stands left of it is padding."""

from __future__ import annotations

import inspect
from typing import Any, Optional, Sequence

import torch
from transformers import Cache, DynamicLayer, PreTrainedModel


class GrowingLayer(DynamicLayer):
    """Writes a step's keys and values behind the others; the plain layer copies all of them at every step."""

    def __init__(self) -> None:
        super().__init__()
        self._buffers: Optional[tuple[torch.Tensor, torch.Tensor]] = None

    def update(self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any) -> tuple[torch.Tensor, torch.Tensor]:
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        start = self.get_seq_length()
        end = start + key_states.shape[-2]
        if self._buffers is None or self._buffers[0].shape[-2] < end:
            room = end + max(64, end // 4)
            self._buffers = (_widen(self.keys, key_states, room), _widen(self.values, value_states, room))
        keys, values = self._buffers
        keys[..., start:end, :] = key_states
        values[..., start:end, :] = value_states
        self.keys, self.values = keys[..., :end, :], values[..., :end, :]
        return self.keys, self.values

    def replace(self, keys: torch.Tensor, values: torch.Tensor) -> None:
        self.dtype, self.device = keys.dtype, keys.device
        self.keys, self.values = keys, values
        self.is_initialized = True
        self._buffers = None


def _widen(old: torch.Tensor, like: torch.Tensor, room: int) -> torch.Tensor:
    wide = like.new_zeros((*like.shape[:-2], room, like.shape[-1]))
    if old.numel() > 0:
        wide[..., : old.shape[-2], :] = old
    return wide


class KeyValues:
    """Rows of a batch inside the model. `logits` of `read` and `step` are float32, of the last token of each row."""

    def __init__(self, model: PreTrainedModel) -> None:
        self._model = model
        parameters = inspect.signature(model.forward).parameters
        self._takes_positions = "position_ids" in parameters
        self._last_only = {"logits_to_keep": 1} if "logits_to_keep" in parameters else {}
        self._cache = Cache(layers=[GrowingLayer() for _ in range(model.config.get_text_config().num_hidden_layers)])
        self._mask = torch.zeros((0, 0), dtype=torch.long, device=model.device)

    def __len__(self) -> int:
        return self._mask.shape[0]

    def read(self, prompts: Sequence[Sequence[int]]) -> torch.Tensor:
        """Reads whole prompts into an empty batch, the shorter ones padded at the left."""
        width = max(len(prompt) for prompt in prompts)
        tokens = torch.tensor([[0] * (width - len(prompt)) + list(prompt) for prompt in prompts], device=self._model.device)
        mask = torch.tensor([[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts], device=self._model.device)
        return self._run(tokens, mask)

    def step(self, tokens: Sequence[int]) -> torch.Tensor:
        """Gives each row one token more."""
        column = torch.tensor(tokens, device=self._model.device).unsqueeze(1)
        return self._run(column, torch.cat([self._mask, torch.ones_like(column)], dim=1))

    def _run(self, tokens: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        positions = (mask.cumsum(-1) - 1).clamp(min=0)[:, -tokens.shape[1] :]
        output = self._model(
            input_ids=tokens,
            attention_mask=mask,
            past_key_values=self._cache,
            use_cache=True,
            **({"position_ids": positions} if self._takes_positions else {}),
            **self._last_only,
        )
        self._mask = mask
        return output.logits[:, -1].float()

    def keep(self, rows: Sequence[int]) -> None:
        """Keeps these rows in this order, one several times perhaps, and drops the padding that all of them have."""
        index = torch.tensor(rows, device=self._mask.device)
        mask = self._mask[index]
        start = int(mask.any(0).int().argmax())
        self._mask = mask[:, start:]
        for layer in self._cache.layers:
            layer.replace(layer.keys[index][..., start:, :].clone(), layer.values[index][..., start:, :].clone())

    def join(self, other: "KeyValues") -> None:
        """Adds the rows of another batch behind these."""
        if len(self) == 0:
            self._cache, self._mask = other._cache, other._mask
            return
        width = max(self._mask.shape[1], other._mask.shape[1])
        self._mask = torch.cat([_pad_left(self._mask, 1, width), _pad_left(other._mask, 1, width)])
        for own, new in zip(self._cache.layers, other._cache.layers):
            own.replace(
                torch.cat([_pad_left(own.keys, -2, width), _pad_left(new.keys, -2, width)]),
                torch.cat([_pad_left(own.values, -2, width), _pad_left(new.values, -2, width)]),
            )


def _pad_left(tensor: torch.Tensor, axis: int, width: int) -> torch.Tensor:
    missing = width - tensor.shape[axis]
    if missing == 0:
        return tensor
    shape = list(tensor.shape)
    shape[axis] = missing
    return torch.cat([tensor.new_zeros(shape), tensor], dim=axis)
