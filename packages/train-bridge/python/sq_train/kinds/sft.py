"""Supervised training on TRL's SFTTrainer with pre-tokenised rows and a weight for each token."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Sequence, cast

import numpy as np
import torch
from torch.nn import functional
from transformers import PreTrainedModel, PreTrainedTokenizerBase
from trl import SFTConfig, SFTTrainer

from ..batches import list_batches, list_held, take_examples
from ..config_types import SftTraining, TrainConfig
from ..job import Job, JobTrainer, RunCallback, create_optimizers, list_arguments
from ..model import prepare_model
from ..rows import Row
from ..tokenise import TokenisedRows, tokenise_rows


def prepare(rows: Sequence[Row], tokenizer: PreTrainedTokenizerBase, config: SftTraining) -> TokenisedRows:
    return tokenise_rows(rows, tokenizer, prompt_weight=config.prompt_weight, max_tokens=config.max_tokens)


def load(config: TrainConfig, folder: Path, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    return prepare_model(config, folder, tokenizer)


def create_trainer(job: Job, callback: RunCallback) -> Any:
    return WeightedTrainer(job, callback)


class WeightedCollator:
    """Pads the rows of a batch on the right.

    `input_ids` are all tokens but the last, `labels` all but the first, `weights` the loss weights of the labels
    (0 on padding). No attention mask: attention is causal, so padding on the right is seen by padding only.
    """

    def __init__(self, rows: TokenisedRows, pad_id: int) -> None:
        self._rows = rows
        self._pad_id = pad_id

    def __call__(self, items: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        examples, counted = take_examples(items)
        rows = self._rows
        lengths = rows.lengths[examples]
        ids = np.full((len(examples), int(lengths.max())), self._pad_id, dtype=np.int64)
        weights = np.zeros(ids.shape, dtype=np.float32)
        for at, (example, length) in enumerate(zip(examples, lengths)):
            start = rows.starts[example]
            ids[at, :length] = rows.ids[start : start + length]
            if counted > 0:
                weights[at, :length] = rows.weights[start : start + length]
        tensor = torch.from_numpy(ids)
        return {
            "input_ids": tensor[:, :-1].contiguous(),
            "labels": tensor[:, 1:].contiguous(),
            "weights": torch.from_numpy(weights[:, 1:].copy()),
        }


def weighted_loss(model: PreTrainedModel, inputs: dict[str, torch.Tensor], total_weight: torch.Tensor) -> torch.Tensor:
    """Cross entropy summed over the labels with their weights, divided by `total_weight`.

    Only positions with a weight go through the output matrix; for a small model that is a third of the work.
    """
    hidden = model.base_model(input_ids=inputs["input_ids"], use_cache=False).last_hidden_state
    weights = inputs["weights"].reshape(-1)
    kept = weights.nonzero().squeeze(1)
    logits = model.get_output_embeddings()(hidden.reshape(-1, hidden.shape[-1]).index_select(0, kept))
    labels = inputs["labels"].reshape(-1).index_select(0, kept)
    losses = functional.cross_entropy(logits.float(), labels, reduction="none")
    return torch.dot(losses, weights.index_select(0, kept)) / total_weight


class WeightedTrainer(JobTrainer, SFTTrainer):
    """SFTTrainer with the weighted loss; its own metrics stay unused."""

    def __init__(self, job: Job, callback: RunCallback) -> None:
        self.begin_job(job, callback)
        super().__init__(
            model=job.model,
            args=SFTConfig(
                **list_arguments(job),
                dataset_kwargs={"skip_prepare_dataset": True},
                completion_only_loss=False,
                max_length=None,
            ),
            data_collator=WeightedCollator(cast(TokenisedRows, job.examples), job.tokenizer.pad_token_id),
            train_dataset=list_batches(job.plan, job.ranks),
            eval_dataset=list_held(job.plan) if len(job.plan.held) > 0 else None,
            processing_class=job.tokenizer,
            optimizers=create_optimizers(job),
            callbacks=[callback],
        )
        self.finish_start()

    def _get_num_items_in_batch(self, batch_samples: list, device: torch.device) -> torch.Tensor:
        """The sum of the loss weights over the parts of one step."""
        return torch.stack([batch["weights"].sum() for batch in batch_samples]).sum().to(device)

    def compute_loss(self, model: Any, inputs: dict, return_outputs: bool = False, num_items_in_batch: Any = None) -> Any:
        return self.check_loss(weighted_loss(self.model, inputs, num_items_in_batch))

    def prediction_step(self, model: Any, inputs: dict, prediction_loss_only: bool, ignore_keys: Any = None) -> tuple:
        """The mean loss of a part that is held out."""
        with torch.no_grad():
            inputs = self._prepare_inputs(inputs)
            return weighted_loss(self.model, inputs, inputs["weights"].sum()), None, None
