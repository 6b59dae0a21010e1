"""Reinforcement learning on TRL's GRPOTrainer: replies are generated, a verifier judges them, and those to one prompt are compared."""

from __future__ import annotations

import copy
import logging
import math
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional, Sequence, cast

import numpy as np
import torch
from scalequest_reward import RewardError, TrlReward
from torch.utils.data import DataLoader, Sampler, SequentialSampler
from transformers import PreTrainedModel, PreTrainedTokenizerBase
from trl import GRPOConfig, GRPOTrainer
from trl.trainer.utils import add_fused_lm_head

from ..batches import list_held, list_steps, take_examples
from ..cancel import CancelSwitch
from ..checkpoints import list_complete
from ..config_types import GrpoTraining, TrainConfig
from ..errors import Cancelled, ConfigError
from ..events import EventWriter
from ..job import Job, JobTrainer, RunCallback, create_optimizers, list_arguments
from ..model import prepare_model
from ..order import Plan, plan_batches
from ..rows import Row
from .grpo_prompts import Prompts, tokenise_prompts
from .grpo_rewards import Verifier, check_verifier, explain_failure, reward_form


def prepare(rows: Sequence[Row], tokenizer: PreTrainedTokenizerBase, config: GrpoTraining) -> Prompts:
    return tokenise_prompts(rows, tokenizer, config)


def plan_steps(config: GrpoTraining, prompts: Prompts) -> Plan:
    """A step asks `batchSize` x `gradientAccumulation` / `grpo.replies` prompts, each so many times.

    Its replies are trained in equal parts of at most `microBatchSize`.
    """
    size = min(config.micro_batch_size or config.batch_size, config.batch_size)
    plan = plan_batches(
        prompts.lengths,
        batch_size=config.batch_size * config.gradient_accumulation // config.grpo.replies,
        accumulation=1,
        epochs=config.epochs,
        seed=config.seed,
        max_steps=config.max_steps,
        held_count=config.evaluation.rows if config.evaluation else 0,
    )
    return replace(plan, parts=config.gradient_accumulation * -(-config.batch_size // size), knows_tokens=False)


def check_services(config: GrpoTraining, prompts: Prompts, cancel: CancelSwitch, events: EventWriter) -> None:
    check_verifier(config.grpo.verifier, prompts, cancel, events)


def load(config: TrainConfig, folder: Path, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    return prepare_model(config, folder, tokenizer)


def create_trainer(job: Job, callback: RunCallback) -> Any:
    return VerifiedTrainer(job, callback)


class VerifiedTrainer(JobTrainer, GRPOTrainer):
    """GRPOTrainer with our prompts and order.

    All replies of a step are generated and judged at once, before its first part is trained; replies whose reference cannot be
    checked are left out of the loss. Whatever is drawn in a step is drawn from a seed of that step.
    """

    def __init__(self, job: Job, callback: RunCallback) -> None:
        self.begin_job(job, callback)
        config = cast(GrpoTraining, job.config)
        options = config.grpo
        if options.scale_rewards == "batch" and not job.ranks.is_one:
            raise ConfigError("grpo.scaleRewards is 'batch', and each of several processes sees its own part of a batch. Take 'group'.")
        self._prompts = cast(Prompts, job.examples)
        self._parts: list[dict[str, Any]] = []
        # Of the batch that was judged last: its entries, its replies, and the rewards.
        self._judged: tuple[list[dict[str, Any]], list[str], torch.Tensor] = ([], [], torch.zeros(0))
        # TRL would print each sample that cannot be checked.
        logging.getLogger("trl.trainer.grpo_trainer").setLevel(logging.ERROR)
        reference = copy.deepcopy(job.model) if options.kl_weight > 0 else None
        rewards: list[Any] = [TrlReward(Verifier(options.verifier, job.cancel, job.events), reference="answer")]
        weights = [1.0]
        if options.format_reward:
            rewards.append(reward_form)
            weights.append(options.format_reward)
        arguments = list_arguments(job)
        super().__init__(
            model=job.model,
            reward_funcs=rewards,
            args=GRPOConfig(
                **{**arguments, "per_device_train_batch_size": options.replies},
                num_generations=options.replies,
                max_completion_length=options.max_reply_tokens,
                temperature=options.temperature,
                top_p=options.top_p,
                # The reference is ours: TRL would load it by name, and a model in memory has none.
                beta=0.0,
                epsilon=options.clip_range,
                loss_type=options.loss,
                scale_rewards=options.scale_rewards,
                reward_weights=weights,
                shuffle_dataset=False,
            ),
            train_dataset=list_steps(job.plan, job.ranks),
            eval_dataset=list_held(job.plan, job.ranks) if len(job.plan.held) > 0 else None,
            processing_class=job.tokenizer,
            optimizers=create_optimizers(job),
            callbacks=[callback],
        )
        self.finish_start()
        if reference is not None:
            self._set_reference(reference, options.kl_weight)

    def _set_reference(self, reference: PreTrainedModel, weight: float) -> None:
        """The model as the run began with it: a resumed attempt loads its checkpoint into the trained model only."""
        add_fused_lm_head(reference, temperature=self.temperature)
        reference.requires_grad_(False)
        self.ref_model = self.accelerator.prepare_model(reference, evaluation_mode=True).eval()
        self.beta = weight

    # The loader gives the examples of one part at a time.

    def get_train_dataloader(self) -> DataLoader:
        return self._get_dataloader(
            dataset=self.train_dataset, description="Training", batch_size=1, sampler_fn=self._get_train_sampler, is_training=True
        )

    def _get_eval_sampler(self, eval_dataset: Any) -> Sampler:
        return SequentialSampler(eval_dataset)

    # Generation and rewards

    def _get_num_items_in_batch(self, batch_samples: list, device: torch.device) -> torch.Tensor:
        """Generates and judges the replies of a step, whose parts `training_step` then trains.

        Gives what the loss is divided by: the replies that count, or their tokens, as the kind of loss has it.
        """
        self.model.train()
        examples, counted = take_examples([item for batch in batch_samples for item in batch])
        tokens = self.state.num_input_tokens_seen
        try:
            step = self._judge_replies(examples, seed=("replies", self.state.global_step, int(examples[0])), is_counted=counted > 0)
        except (RewardError, Cancelled) as error:
            self.state.num_input_tokens_seen = tokens
            self._keep_steps()
            raise explain_failure(error) if isinstance(error, RewardError) else error
        # Of all ranks, so that a checkpoint holds it.
        self.state.num_input_tokens_seen = tokens + int(self._job.ranks.sum(torch.tensor(self.state.num_input_tokens_seen - tokens)))
        self._parts = _split(step, len(batch_samples))
        counts = step["completion_mask"] if self.loss_type == "dapo" else step["completion_mask"][:, :1]
        return counts.sum()

    def _prepare_inputs(self, batch: Any) -> dict[str, Any]:
        if not self.model.training:
            examples, _ = take_examples(batch)
            return self._judge_replies(examples, seed=("evaluation", int(examples[0])))
        if len(self._parts) == self.args.gradient_accumulation_steps:
            # Trainer sets the states of chance of a checkpoint behind the generation of the first step.
            self._seed("dropout", self.state.global_step)
        return self._parts.pop(0)

    def _judge_replies(self, examples: np.ndarray, *, seed: tuple[str, *tuple[int, ...]], is_counted: bool = True) -> dict[str, Any]:
        """The replies to the prompts of these examples as tensors, with advantages; those that do not count are masked out."""
        entries = [
            {"prompt": row.prompt, "answer": row.answer if is_counted else None, "ids": self._prompts.ids[example]}
            for example, row in ((int(one), self._prompts.rows[one]) for one in examples)
            for _ in range(self.num_generations)
        ]
        self._asked_ids = [entry.pop("ids") for entry in entries]
        self._seed(*seed)
        output = self._generate_and_score_completions(entries)
        counts = ~self._judged[2].isnan()
        mask = output["completion_mask"]
        output["completion_mask"] = mask * counts.to(mask.device)[:, None]
        # In training `compute_loss` divides.
        output["num_items_in_batch"] = torch.ones((), device=mask.device) if self.model.training else output["completion_mask"].sum()
        return output

    def _seed(self, purpose: str, *more: int) -> None:
        """All chance from here on follows from the run's seed and these; an evaluation has the same whenever it comes."""
        words = [self._job.config.seed, int.from_bytes(purpose[:4].encode(), "big"), *more]
        torch.manual_seed(int(np.random.SeedSequence(words).generate_state(1)[0]))

    def _tokenize_prompts(self, prompts: list) -> tuple[list[list[int]], None, dict]:
        return self._asked_ids, None, {}

    def _generate_single_turn(self, prompt_ids: list, *arguments: Any, **settings: Any) -> tuple[list[list[int]], Any]:
        """`batchSize` replies at a time."""
        size = self._job.config.batch_size
        replies: list[list[int]] = []
        for start in range(0, len(prompt_ids), size):
            replies += super()._generate_single_turn(prompt_ids[start : start + size], *arguments, **settings)[0]
        return replies, None

    def _calculate_rewards(self, inputs: list, prompts: list, completions: list, completion_ids_list: list) -> torch.Tensor:
        """TRL's, and where the verifier is undecided no other reward counts, so that the reply is left out."""
        rewards = super()._calculate_rewards(inputs, prompts, completions, completion_ids_list)
        rewards[rewards[:, 0].isnan()] = torch.nan
        if all(entry["answer"] is None for entry in inputs):
            # Stand-ins of a rank that has no prompt in a short step, which no verifier has seen.
            self._pending_metrics["verifier/undecided"] = [math.nan]
        self._judged = (inputs, completions, (rewards * self.reward_weights.to(rewards.device)).sum(dim=1))
        return rewards

    def _keep_steps(self) -> None:
        """A checkpoint of the steps that are done, before an attempt ends for a reason that does not lie in the weights.

        Of several ranks one that fails cannot know that the others come here, too.
        """
        if not self._job.ranks.is_one:
            return
        kept = list_complete(self._job.folder / "checkpoints")[:1]
        if self.state.global_step > (kept[0].step if kept else 0):
            self._save_checkpoint(self.model, None)

    # The loss

    def compute_loss(self, model: Any, inputs: dict, return_outputs: bool = False, num_items_in_batch: Any = None) -> torch.Tensor:
        """TRL's loss of a part, as a sum over its replies divided by what counts in the whole step."""
        loss = super().compute_loss(model, inputs)
        if not self.model.training:
            return loss
        # All but DAPO's is a mean over the part, divided by the number of parts.
        count = 1 if self.loss_type == "dapo" else len(inputs["advantages"]) * self.current_gradient_accumulation_steps
        return self.check_loss(loss * (count / num_items_in_batch.clamp(min=1)))

    # The log

    def count_tokens(self) -> int:
        """Of prompts and replies, each time that they were in a batch."""
        return int(self.state.num_input_tokens_seen)

    def log(self, logs: dict[str, float], start_time: Optional[float] = None) -> None:
        super().log(logs, start_time)
        entries, replies, rewards = self._judged
        if "loss" in logs and entries:
            reward = rewards[0].item()
            self._job.events.emit("sample", step=self.state.global_step, prompt=entries[0]["prompt"], reply=replies[0], reward=reward)


def _split(step: dict[str, Any], parts: int) -> list[dict[str, Any]]:
    """The tensors of a step in parts of nearly the same size; one without a reply gets the first, and it does not count."""
    names = [name for name, value in step.items() if value.ndim > 0]
    chunks = {name: torch.tensor_split(step[name], parts) for name in names}
    split: list[dict[str, Any]] = []
    for at in range(parts):
        part = {name: chunks[name][at] for name in names}
        if len(part["advantages"]) == 0:
            part = {name: step[name][:1] for name in names}
            part["completion_mask"] = torch.zeros_like(part["completion_mask"])
        split.append({**step, **part})
    return split
