"""Direct preference optimisation (arXiv 2305.18290) on TRL's DPOTrainer, with pairs that are token ids already."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, Sequence, cast

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase
from trl import DPOConfig, DPOTrainer

from ..config_types import DpoConfig, DpoTraining, TrainConfig
from ..counted import CountedTrainer
from ..errors import ConfigError
from ..job import Job, RunCallback, create_optimizers, list_arguments, list_datasets
from ..model import check_fit, load_model, prepare_model
from ..pairs import PairCollator, PairRows, tokenise_pairs
from ..rows import Row
from ..sharding import is_sharded, load_sharded
from ..template import find_prefix


def prepare(rows: Sequence[Row], tokenizer: PreTrainedTokenizerBase, config: DpoTraining) -> PairRows:
    if config.dpo.label_smoothing and config.dpo.loss not in ("sigmoid", "robust"):
        raise ConfigError(
            f"dpo.labelSmoothing is {config.dpo.label_smoothing}, and the loss '{config.dpo.loss}' has none. "
            "Leave it out, or take the loss 'sigmoid' or 'robust'."
        )
    return tokenise_pairs(rows, tokenizer, max_tokens=config.max_tokens, prefix=find_prefix(tokenizer, config))


def load(config: TrainConfig, folder: Path, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    return prepare_model(config, folder, tokenizer)


def create_trainer(job: Job, callback: RunCallback) -> Any:
    return PreferenceTrainer(job, callback)


def list_losses(dpo: DpoConfig) -> tuple[list[str], list[float]]:
    """TRL's names of the losses that are added up, and their weights.

    TRL's `sigmoid` knows no label smoothing e, whose loss is -(1-e) log s(x) - e log s(-x). `robust` is
    (-(1-e) log s(x) + e log s(-x)) / (1-2e), so that 2(1-e) times `sigmoid` less (1-2e) times `robust` is it.
    """
    smoothing, sft_weight = dpo.label_smoothing or 0.0, dpo.sft_weight or 0.0
    losses: list[tuple[str, float]] = [(dpo.loss, 1.0)]
    if dpo.loss == "sigmoid" and smoothing > 0:
        losses = [("sigmoid", 2 * (1 - smoothing)), ("robust", 2 * smoothing - 1)]
    if sft_weight > 0:
        losses.append(("sft", sft_weight))
    return [name for name, _ in losses], [weight for _, weight in losses]


def load_reference(job: Job) -> PreTrainedModel:
    """The model that training may not go far from: `dpo.reference`, or the model as the run began with it.

    A copy rather than log-probabilities of all rows beforehand: without gradients and an optimizer's state it adds a quarter to
    the memory of the weights, each row is read by it once in either case, and every attempt, resumed or not, makes the same copy:
    `job.model` holds a checkpoint's weights only once training begins. Where weights are split, so are the copy's, and it is
    read anew.
    """
    config = cast(DpoTraining, job.config)
    if is_sharded(config, job.ranks):
        reference = load_sharded(lambda: _read_reference(job), config, job.device, job.ranks)
    elif config.dpo.reference is None:
        reference = copy.deepcopy(job.model)
    else:
        reference = _read_reference(job)
    return reference.requires_grad_(False).eval()


def _read_reference(job: Job) -> PreTrainedModel:
    """The reference model from its folder, or as the run begins."""
    config = cast(DpoTraining, job.config)
    if config.dpo.reference is None:
        return prepare_model(config, job.folder, job.tokenizer)
    path = job.folder / config.dpo.reference
    if not path.exists():
        raise ConfigError(f"The reference model '{path}' is missing. Correct dpo.reference.")
    reference = load_model(path)
    check_fit(config, reference, len(job.tokenizer))
    return reference


class PreferenceTrainer(CountedTrainer, DPOTrainer):
    """DPOTrainer without its tokenising; the sum of its losses is that of the whole step, however that is split."""

    def __init__(self, job: Job, callback: RunCallback) -> None:
        self.begin_job(job, callback)
        dpo = cast(DpoTraining, job.config).dpo
        losses, self._weights = list_losses(dpo)
        super().__init__(
            model=job.model,
            ref_model=load_reference(job),
            args=DPOConfig(
                **list_arguments(job),
                beta=dpo.beta,
                loss_type=losses,
                loss_weights=self._weights,
                label_smoothing=dpo.label_smoothing or 0.0,
                max_length=None,
            ),
            data_collator=PairCollator(cast(PairRows, job.examples), job.tokenizer.pad_token_id),
            **list_datasets(job),
            processing_class=job.tokenizer,
            optimizers=create_optimizers(job),
            callbacks=[callback],
        )
        self.finish_start()

    def _prepare_dataset(self, dataset: Any, *unused: Any) -> Any:
        return dataset

    def _get_num_items_in_batch(self, batch_samples: list, device: torch.device) -> torch.Tensor:
        """The pairs of a step, and the tokens of their chosen completions, which the loss `sft` is a mean over."""
        counts = [torch.stack([batch["row_count"].sum(), self._count_chosen(batch)]) for batch in batch_samples]
        return torch.stack(counts).sum(0).to(device)

    def _count_chosen(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        return (batch["completion_mask"].chunk(2)[0][:, 1:].sum() * (batch["row_count"] > 0)).to(batch["row_count"].device)

    def compute_loss(self, model: Any, inputs: dict, return_outputs: bool = False, num_items_in_batch: Any = None) -> torch.Tensor:
        self._token_share = self._count_chosen(inputs).item() / num_items_in_batch[1].item()
        return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)

    def measure_loss(self, model: Any, inputs: dict[str, Any], share: float) -> torch.Tensor:
        # The part's loss is weighed by its share of the pairs; `sft` must weigh by its share of the tokens.
        scale = self._token_share / share if share > 0 else 1.0
        self.loss_weights = [weight * (scale if name == "sft" else 1.0) for name, weight in zip(self.loss_types, self._weights)]
        return super().measure_loss(model, inputs, share)
