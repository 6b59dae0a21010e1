"""What train.json may hold. Written from the zod schema by scripts/write-config-schema.mjs: change it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Optional, Union


@dataclass(frozen=True, kw_only=True)
class DataConfig:
    file: str
    rows: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class TrainTokenizer:
    kind: Literal["train"]
    vocab_size: int
    sample_rows: int


@dataclass(frozen=True, kw_only=True)
class LoadTokenizer:
    kind: Literal["load"]
    path: str


@dataclass(frozen=True, kw_only=True)
class NewModel:
    kind: Literal["new"]
    hidden_size: int
    layers: int
    heads: int
    feed_forward_size: int
    context_length: int


@dataclass(frozen=True, kw_only=True)
class LoadModel:
    kind: Literal["load"]
    path: str


@dataclass(frozen=True, kw_only=True)
class ChatTemplate:
    kind: Literal["chat"]


@dataclass(frozen=True, kw_only=True)
class QuestionTemplate:
    kind: Literal["question"]


@dataclass(frozen=True, kw_only=True)
class RawTemplate:
    kind: Literal["raw"]
    prefix: str
    end: str


@dataclass(frozen=True, kw_only=True)
class OptimizerConfig:
    kind: Literal["adamw", "muon"]
    learning_rate: float
    muon_learning_rate: Optional[float] = None
    weight_decay: float
    beta2: float


@dataclass(frozen=True, kw_only=True)
class ScheduleConfig:
    kind: Literal["cosine", "linear", "constant"]
    warmup_steps: Optional[int] = None
    warmup_share: Optional[float] = None
    final_share: float


@dataclass(frozen=True, kw_only=True)
class EvaluationConfig:
    rows: int
    every_steps: int


@dataclass(frozen=True, kw_only=True)
class ExportConfig:
    gguf: Literal["f32", "f16", "q8_0"]
    name: str
    license: str
    description: str


@dataclass(frozen=True, kw_only=True)
class CommonTraining:
    version: Literal[1]
    run: str
    seed: int
    threads: int
    device: Literal["cpu", "cuda", "auto"]
    data: DataConfig
    tokenizer: Union[TrainTokenizer, LoadTokenizer]
    model: Union[NewModel, LoadModel]
    template: Optional[Union[ChatTemplate, QuestionTemplate, RawTemplate]] = None
    precision: Optional[Literal["float32", "bfloat16"]] = None
    activation_checkpointing: Optional[bool] = None
    sharding: Optional[Literal["none", "full"]] = None
    max_tokens: int
    batch_size: int
    micro_batch_size: Optional[int] = None
    gradient_accumulation: int
    epochs: int
    max_steps: Optional[int] = None
    optimizer: OptimizerConfig
    schedule: ScheduleConfig
    gradient_clip: float
    checkpoint_every_steps: int
    keep_checkpoints: int
    log_every_steps: int
    evaluation: Optional[EvaluationConfig] = None
    export: Optional[ExportConfig] = None
    allow_drift: Optional[bool] = None


@dataclass(frozen=True, kw_only=True)
class SftTraining(CommonTraining):
    kind: Literal["sft"]
    prompt_weight: float
    packing: Optional[bool] = None


@dataclass(frozen=True, kw_only=True)
class DpoConfig:
    beta: float
    loss: Literal["sigmoid", "hinge", "ipo", "robust"]
    label_smoothing: Optional[float] = None
    sft_weight: Optional[float] = None
    reference: Optional[str] = None


@dataclass(frozen=True, kw_only=True)
class DpoTraining(CommonTraining):
    kind: Literal["dpo"]
    dpo: DpoConfig


@dataclass(frozen=True, kw_only=True)
class RewardConfig:
    center_weight: float


@dataclass(frozen=True, kw_only=True)
class RewardTraining(CommonTraining):
    kind: Literal["reward"]
    reward: RewardConfig


@dataclass(frozen=True, kw_only=True)
class RegressionConfig:
    loss: Literal["mse", "huber"]


@dataclass(frozen=True, kw_only=True)
class RegressionTraining(CommonTraining):
    kind: Literal["regression"]
    regression: RegressionConfig


@dataclass(frozen=True, kw_only=True)
class VerifierConfig:
    url: Optional[str] = None
    deadline_seconds: float


@dataclass(frozen=True, kw_only=True)
class GrpoConfig:
    replies: int
    max_reply_tokens: int
    temperature: float
    top_p: float
    kl_weight: float
    clip_range: float
    loss: Literal["grpo", "dr_grpo", "dapo"]
    scale_rewards: Literal["group", "batch", "none"]
    format_reward: Optional[float] = None
    verifier: VerifierConfig


@dataclass(frozen=True, kw_only=True)
class GrpoTraining(CommonTraining):
    kind: Literal["grpo"]
    grpo: GrpoConfig


TrainConfig = Union[SftTraining, DpoTraining, RewardTraining, RegressionTraining, GrpoTraining]
