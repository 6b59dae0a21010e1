"""The configuration of a run: `train.json`, checked against the JSON Schema that TypeScript's zod schema gives."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, Mapping, Optional, Union, get_args, get_origin, get_type_hints

from .errors import ConfigError

SCHEMA_PATH = Path(__file__).with_name("train-config.schema.json")

# What may differ between two attempts of one run: none of these changes which weights come out.
UNHASHED = ("run", "threads", "device", "checkpointEverySteps", "keepCheckpoints", "logEverySteps", "export", "allowDrift")


@dataclass(frozen=True)
class DataConfig:
    file: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class TokenizerConfig:
    """`train` uses vocab_size (with the specials) and sample_rows; `load` uses path (a folder or a tokenizer.json)."""

    kind: Literal["train", "load"]
    vocab_size: Optional[int] = None
    sample_rows: Optional[int] = None
    path: Optional[str] = None


@dataclass(frozen=True)
class ModelConfig:
    """`new` uses the sizes; `load` uses path (an HF folder or a GGUF file)."""

    kind: Literal["new", "load"]
    hidden_size: Optional[int] = None
    layers: Optional[int] = None
    heads: Optional[int] = None
    feed_forward_size: Optional[int] = None
    context_length: Optional[int] = None
    path: Optional[str] = None


@dataclass(frozen=True)
class OptimizerConfig:
    kind: Literal["adamw", "muon"]
    learning_rate: float
    weight_decay: float
    beta2: float
    muon_learning_rate: Optional[float] = None


@dataclass(frozen=True)
class ScheduleConfig:
    kind: Literal["cosine", "linear", "constant"]
    warmup_steps: int
    final_share: float


@dataclass(frozen=True)
class ExportConfig:
    gguf: Literal["f32", "f16", "q8_0"]
    name: str
    license: str
    description: str


@dataclass(frozen=True)
class TrainConfig:
    """One field a key of train.json, in snake_case; units and meanings are those of the contract."""

    version: int
    kind: Literal["sft"]
    run: str
    seed: int
    threads: int
    device: Literal["cpu", "cuda", "auto"]
    data: DataConfig
    tokenizer: TokenizerConfig
    model: ModelConfig
    prompt_weight: float
    max_tokens: int
    batch_size: int
    gradient_accumulation: int
    epochs: int
    optimizer: OptimizerConfig
    schedule: ScheduleConfig
    gradient_clip: float
    checkpoint_every_steps: int
    keep_checkpoints: int
    log_every_steps: int
    max_steps: Optional[int] = None
    export: Optional[ExportConfig] = None
    allow_drift: bool = False


def to_camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match.group(1).upper(), name)


def _build(kind: type, raw: Mapping[str, Any]) -> Any:
    """Fills a dataclass from its camelCase object; the schema has already checked names and types."""
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for field in fields(kind):
        key = to_camel(field.name)
        if key not in raw:
            continue
        hint = hints[field.name]
        if get_origin(hint) is Union:
            hint = next(option for option in get_args(hint) if option is not type(None))
        values[field.name] = _build(hint, raw[key]) if is_dataclass(hint) else raw[key]
    return kind(**values)


def check_config(raw: Any) -> None:
    """Throws a ConfigError that names the place and the reason when `raw` is not a configuration."""
    import jsonschema

    schema = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    error = jsonschema.exceptions.best_match(validator.iter_errors(raw))
    if error is None:
        return
    place = error.json_path.removeprefix("$").removeprefix(".") or "the whole file"
    reason = error.message if len(error.message) <= 300 else f"{error.message[:200]}... ({len(error.message)} characters)"
    raise ConfigError(f"train.json is not a configuration that this worker knows, at {place}: {reason}. Correct that key and start again.")


def check_sizes(config: TrainConfig) -> None:
    """What a schema cannot say: sizes that must fit each other."""
    model = config.model
    if model.kind != "new":
        return
    assert model.hidden_size and model.heads and model.context_length
    if model.hidden_size != 32 * model.heads:
        raise ConfigError(
            f"model.hiddenSize is {model.hidden_size} with {model.heads} heads; the head size must be 32, "
            f"so hiddenSize must be {32 * model.heads}. Change hiddenSize or heads."
        )
    if config.max_tokens > model.context_length:
        raise ConfigError(
            f"maxTokens is {config.max_tokens} and model.contextLength only {model.context_length}; "
            "a row must fit the context. Lower maxTokens or raise contextLength."
        )


def read_config(run_folder: Path) -> tuple[TrainConfig, dict[str, Any]]:
    """Reads and checks `train.json`; gives the typed configuration and the object as read."""
    path = run_folder / "train.json"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"No train.json in '{run_folder}'. A run folder holds one; `scalequest train` writes it.") from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"train.json cannot be read: {error}. Write it again with `scalequest train`.") from error
    check_config(raw)
    config = _build(TrainConfig, raw)
    check_sizes(config)
    return config, raw


def pick_hashed(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a configuration that decides the weights."""
    return {key: value for key, value in raw.items() if key not in UNHASHED}


def hash_config(raw: Mapping[str, Any]) -> str:
    """sha256 of the part that decides the weights, in canonical JSON."""
    text = json.dumps(pick_hashed(raw), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def list_changes(before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = "") -> list[str]:
    """The keys whose values differ, as `optimizer.learningRate: 0.002 -> 0.001`."""
    changes: list[str] = []
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            changes += list_changes(old, new, f"{prefix}{key}.")
        else:
            changes.append(f"{prefix}{key}: {json.dumps(old)} -> {json.dumps(new)}")
    return changes
