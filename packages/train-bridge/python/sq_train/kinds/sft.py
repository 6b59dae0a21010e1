"""Supervised training on TRL's SFTTrainer with pre-tokenised rows and a weight for each token."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, Optional, Sequence, cast

import numpy as np
import torch
from torch.nn import functional
from transformers import PreTrainedModel, PreTrainedTokenizerBase
from trl import SFTConfig, SFTTrainer

from ..batches import take_examples
from ..config_types import SftTraining, TrainConfig
from ..counted import CountedTrainer
from ..errors import ConfigError
from ..job import Job, RunCallback, create_optimizers, list_arguments, list_datasets
from ..model import prepare_model
from ..pairs import pad_right
from ..rows import Row
from ..sharding import compute_whole
from ..template import find_prefix
from ..tokenise import TokenisedRows, tokenise_rows


def prepare(rows: Sequence[Row], tokenizer: PreTrainedTokenizerBase, config: SftTraining) -> TokenisedRows:
    return tokenise_rows(
        rows, tokenizer, prompt_weight=config.prompt_weight, max_tokens=config.max_tokens, prefix=find_prefix(tokenizer, config)
    )


def load(config: TrainConfig, folder: Path, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    return prepare_model(config, folder, tokenizer)


def create_trainer(job: Job, callback: RunCallback) -> Any:
    return WeightedTrainer(job, callback)


class WeightedCollator:
    """Pads the examples of a part on the right. An example is a row, or a pack of several of `packs`, end to end.

    `input_ids` are all tokens of a row but the last, `labels` all but the first, `weights` the loss weights of the labels
    (0 on padding). No attention mask: attention is causal, so padding on the right is seen by padding only. Where there are
    packs, `position_ids` begin anew with each row, by which the attention knows where one ends.
    """

    def __init__(self, rows: TokenisedRows, pad_id: int, packs: Optional[list[np.ndarray]] = None) -> None:
        self._rows = rows
        self._pad_id = pad_id
        self._packs = packs

    def __call__(self, items: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        examples, counted = take_examples(items)
        packs = [[example] if self._packs is None else self._packs[example] for example in examples]
        spans = [[(self._rows.starts[row], self._rows.starts[row + 1]) for row in pack] for pack in packs]

        def join(values: np.ndarray, first: int, last: int) -> list[np.ndarray]:
            return [np.concatenate([values[start + first : end + last] for start, end in pack]) for pack in spans]

        weights = pad_right(join(self._rows.weights, 1, 0), 0, np.float32)
        batch = {
            "input_ids": pad_right(join(self._rows.ids, 0, -1), self._pad_id, np.int64),
            "labels": pad_right(join(self._rows.ids, 1, 0), self._pad_id, np.int64),
            "weights": weights if counted > 0 else torch.zeros_like(weights),
        }
        if self._packs is not None:
            batch["position_ids"] = pad_right([np.concatenate([np.arange(end - start - 1) for start, end in pack]) for pack in spans], 0, np.int64)
        return batch


def read_hidden(model: PreTrainedModel, ids: torch.Tensor, positions: Optional[torch.Tensor]) -> torch.Tensor:
    """What the layers give for each token. Where positions begin anew, so does the attention."""
    settings = {} if positions is None else {"position_ids": positions}
    return model.base_model(input_ids=ids, use_cache=False, **settings).last_hidden_state


def ends_in_matrix(model: PreTrainedModel) -> bool:
    """Whether logits are the output matrix times what the layers give. Gemma 2 caps them, Granite and Cohere scale them."""
    seen: list[torch.Tensor] = []
    hook = model.get_output_embeddings().register_forward_hook(lambda _, given, logits: seen.extend([given[0], logits]))
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            ids = torch.tensor([[0, 1, 2]], device=model.device)
            logits = model(input_ids=ids, use_cache=False).logits
            hidden = compute_whole(model, lambda: read_hidden(model, ids, None))
    finally:
        hook.remove()
        model.train(was_training)
    return len(seen) == 2 and torch.equal(seen[1], logits) and torch.allclose(seen[0], hidden, rtol=1e-3, atol=1e-5)


def weighted_loss(
    model: PreTrainedModel, inputs: dict[str, torch.Tensor], total_weight: torch.Tensor, *, in_matrix: bool = True
) -> torch.Tensor:
    """Cross entropy summed over the labels with their weights, divided by `total_weight`.

    With `in_matrix` (see `ends_in_matrix`) only positions with a weight go through the output matrix; for a small model that is a
    third of the work.
    """
    weights = inputs["weights"].reshape(-1)
    kept = weights.nonzero().squeeze(1)
    if in_matrix:
        logits = compute_whole(model, lambda: _read_logits(model, inputs, kept))
    else:
        settings = {name: value for name, value in inputs.items() if name in ("input_ids", "position_ids")}
        logits = model(**settings, use_cache=False).logits
        logits = logits.reshape(-1, logits.shape[-1]).index_select(0, kept)
    labels = inputs["labels"].reshape(-1).index_select(0, kept)
    losses = functional.cross_entropy(logits.float(), labels, reduction="none")
    return torch.dot(losses, weights.index_select(0, kept)) / total_weight


def _read_logits(model: PreTrainedModel, inputs: dict[str, torch.Tensor], kept: torch.Tensor) -> torch.Tensor:
    """The logits of the positions that are kept."""
    hidden = read_hidden(model, inputs["input_ids"], inputs.get("position_ids"))
    return model.get_output_embeddings()(hidden.reshape(-1, hidden.shape[-1]).index_select(0, kept))


def refuse_leaks(model: PreTrainedModel, collator: WeightedCollator, packs: Sequence[np.ndarray], *, share: float = 1e-3) -> None:
    """Stops the run where a row of a pack is read otherwise with its neighbours than without them.

    It tries the first pack of several rows: what the last of them gives must not change with the tokens before it. Models
    whose layers carry a state along, or whose attention looks at nothing but order, fail here. `share` of the largest number is
    what rounding may change.
    """
    number = next((number for number, pack in enumerate(packs) if len(pack) > 1), None)
    if number is None:
        return
    batch = collator([{"examples": [number]}])
    ids, positions = batch["input_ids"].to(model.device), batch["position_ids"].to(model.device)
    last = int((positions[0] == 0).nonzero()[-1])
    was_training = model.training
    model.eval()
    with torch.no_grad():
        packed = compute_whole(model, lambda: read_hidden(model, ids, positions))[:, last:]
        alone = compute_whole(model, lambda: read_hidden(model, ids[:, last:], positions[:, last:]))
    model.train(was_training)
    if not torch.allclose(packed, alone, rtol=1e-2, atol=share * alone.abs().max().item()):
        raise ConfigError(
            f"In a model of type '{model.config.model_type}' the rows of a pack see each other: its attention takes no notice of positions "
            "that begin anew. Set packing to false."
        )


class WeightedTrainer(CountedTrainer, SFTTrainer):
    """SFTTrainer with the weighted loss; its own metrics stay unused."""

    def __init__(self, job: Job, callback: RunCallback) -> None:
        self.begin_job(job, callback)
        collator = WeightedCollator(cast(TokenisedRows, job.examples), job.tokenizer.pad_token_id, job.plan.packs)
        super().__init__(
            model=job.model,
            args=SFTConfig(
                **list_arguments(job),
                dataset_kwargs={"skip_prepare_dataset": True},
                completion_only_loss=False,
                max_length=None,
            ),
            data_collator=collator,
            **list_datasets(job),
            processing_class=job.tokenizer,
            optimizers=create_optimizers(job),
            callbacks=[callback],
        )
        self.finish_start()
        # Whole weights are tried in float32. Split ones come together in half precision where that is what they train in.
        with self.accelerator.autocast() if self._is_sharded else contextlib.nullcontext():
            self._in_matrix = ends_in_matrix(job.model)
            if job.plan.packs is not None:
                is_rounded = self._is_sharded and job.config.precision == "bfloat16"
                refuse_leaks(job.model, collator, job.plan.packs, share=2e-2 if is_rounded else 1e-3)

    def _get_num_items_in_batch(self, batch_samples: list, device: torch.device) -> torch.Tensor:
        """The sum of the loss weights over the parts of one step."""
        return torch.stack([batch["weights"].sum() for batch in batch_samples]).sum().to(device)

    def compute_loss(self, model: Any, inputs: dict, return_outputs: bool = False, num_items_in_batch: Any = None) -> Any:
        if not self.model.training:
            self._part_rows["eval"].append(num_items_in_batch.item())
        # The part of the model that is called here is not the one that accelerate has put into half precision.
        with self.accelerator.autocast():
            return self.check_loss(weighted_loss(self.model, inputs, num_items_in_batch, in_matrix=self._in_matrix))
