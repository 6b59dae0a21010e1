"""A reward model on TRL's RewardTrainer: of two replies the better one gets the higher score (Bradley-Terry)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Sequence, cast

import numpy as np
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase
from trl import RewardConfig, RewardTrainer

from ..batches import take_examples
from ..classifier import prepare_classifier
from ..config_types import RewardTraining, TrainConfig
from ..counted import CountedTrainer
from ..errors import DataError
from ..job import Job, RunCallback, create_optimizers, list_arguments, list_datasets
from ..pairs import pad_right
from ..rows import PreferenceRow, Row
from ..scored import Conversation, ScoredTexts, tokenise_texts
from ..template import find_prefix


def prepare(rows: Sequence[Row], tokenizer: PreTrainedTokenizerBase, config: RewardTraining) -> ScoredTexts:
    pairs, prefix = cast(Sequence[PreferenceRow], rows), find_prefix(tokenizer, config)
    for pair in pairs:
        if pair.prompt is None and prefix is None:
            raise DataError(f"Row '{pair.id}' has no prompt. Give one, or a template of kind 'question' or 'raw', behind which the texts stand.")
    return tokenise_texts(
        [pair.id for pair in pairs],
        [[_make_conversation(pair.prompt, text) for text in (pair.chosen, pair.rejected)] for pair in pairs],
        np.zeros(len(pairs)),
        tokenizer,
        max_tokens=config.max_tokens,
        prefix=prefix,
    )


def _make_conversation(prompt: str | None, text: str) -> Conversation:
    return Conversation(text, None) if prompt is None else Conversation(prompt, text)


def load(config: TrainConfig, folder: Path, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    return prepare_classifier(config, folder, tokenizer)


def create_trainer(job: Job, callback: RunCallback) -> Any:
    return PairScoreTrainer(job, callback, cast(RewardTraining, job.config).reward.center_weight)


class TextCollator:
    """`input_ids` and `attention_mask` of the first text of each example, then of the second where there are two; `targets`."""

    def __init__(self, examples: ScoredTexts, pad_id: int) -> None:
        self._examples = examples
        self._pad_id = pad_id

    def __call__(self, items: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        examples, counted = take_examples(items)
        texts = [text for same in zip(*(self._examples.texts[at] for at in examples)) for text in same]
        return {
            "input_ids": pad_right(texts, self._pad_id, np.int64),
            "attention_mask": pad_right([np.ones(len(text)) for text in texts], 0, np.int64),
            "targets": torch.from_numpy(self._examples.targets[examples]),
            "row_count": torch.tensor(counted),
        }


class ScoreTrainer(CountedTrainer, RewardTrainer):
    """RewardTrainer without its tokenising."""

    def __init__(self, job: Job, callback: RunCallback, center_weight: float | None = None) -> None:
        self.begin_job(job, callback)
        super().__init__(
            model=job.model,
            args=RewardConfig(**list_arguments(job), max_length=None, center_rewards_coefficient=center_weight),
            data_collator=TextCollator(cast(ScoredTexts, job.examples), job.tokenizer.pad_token_id),
            **list_datasets(job),
            processing_class=job.tokenizer,
            optimizers=create_optimizers(job),
            callbacks=[callback],
        )
        self.finish_start()

    def _prepare_dataset(self, dataset: Any, *unused: Any) -> Any:
        return dataset


class PairScoreTrainer(ScoreTrainer):
    """TRL's loss of pairs, and its metrics."""

    def measure_loss(self, model: Any, inputs: dict[str, Any], share: float) -> torch.Tensor:
        return super().measure_loss(model, {name: value for name, value in inputs.items() if name != "targets"}, share)
