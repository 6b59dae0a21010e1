"""The configuration of a run: `train.json`, checked against the JSON Schema that TypeScript's zod schema gives."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Mapping, Union, get_args, get_origin, get_type_hints

from .config_types import ChatTemplate, GrpoTraining, NewModel, TrainConfig
from .errors import ConfigError

SCHEMA_PATH = Path(__file__).with_name("train-config.schema.json")

# What may differ between two attempts of one run: none of these changes which weights come out.
UNHASHED = (
    "run", "threads", "device", "microBatchSize", "activationCheckpointing", "sharding",
    "checkpointEverySteps", "keepCheckpoints", "logEverySteps", "export", "allowDrift",
)


def to_camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match.group(1).upper(), name)


def _list_options(hint: Any) -> list[Any]:
    """The types that a hint stands for, without None."""
    if get_origin(hint) is not Union:
        return [hint]
    return [option for option in get_args(hint) if option is not type(None)]


def _build(options: list[Any], raw: Mapping[str, Any]) -> Any:
    """Fills the dataclass of `raw`'s kind from its camelCase object; the schema has already checked names and types."""
    kind = options[0]
    if len(options) > 1:
        kind = next(option for option in options if raw["kind"] in get_args(get_type_hints(option)["kind"]))
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for field in fields(kind):
        key = to_camel(field.name)
        if key not in raw:
            continue
        inner = _list_options(hints[field.name])
        values[field.name] = _build(inner, raw[key]) if is_dataclass(inner[0]) else raw[key]
    return kind(**values)


def build_config(raw: Mapping[str, Any]) -> TrainConfig:
    """The typed configuration of an object that `check_config` has passed."""
    return _build(_list_options(TrainConfig), raw)


def check_config(raw: Any) -> None:
    """Throws a ConfigError that names the place and the reason when `raw` is not a configuration."""
    import jsonschema

    schema = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))
    # Against the branch of its own kind, so that the reason is about what is wrong in it.
    kinds = {branch["properties"]["kind"]["const"]: branch for branch in schema["oneOf"]}
    kind = raw.get("kind") if isinstance(raw, dict) else None
    if isinstance(raw, dict) and kind not in kinds:
        raise ConfigError(f"train.json is of kind {kind!r}; this worker trains {', '.join(kinds)}. Correct kind and start again.")
    branch = kinds.get(kind, schema) if isinstance(kind, str) else schema
    validator = jsonschema.validators.validator_for(schema)(branch)
    error = jsonschema.exceptions.best_match(validator.iter_errors(raw))
    if error is None:
        return
    place = error.json_path.removeprefix("$").removeprefix(".") or "the whole file"
    reason = error.message if len(error.message) <= 300 else f"{error.message[:200]}... ({len(error.message)} characters)"
    raise ConfigError(f"train.json is not a configuration that this worker knows, at {place}: {reason}. Correct that key and start again.")


def check_sizes(config: TrainConfig) -> None:
    """What the schema does not say: settings that must fit each other."""
    schedule = config.schedule
    if (schedule.warmup_steps is None) == (schedule.warmup_share is None):
        raise ConfigError("schedule needs one of warmupSteps and warmupShare, and not both. Give one.")
    if config.export is not None and config.kind in ("reward", "regression"):
        raise ConfigError(f"export asks for a GGUF, which a model that scores texts (kind '{config.kind}') has none of. Leave export out.")
    if config.sharding == "full":
        check_sharding(config)
    if isinstance(config, GrpoTraining):
        check_replies(config)
    model = config.model
    if not isinstance(model, NewModel):
        return
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


def check_sharding(config: TrainConfig) -> None:
    """Split weights want a kind that several processes can train, and an optimizer that takes each number by itself."""
    if isinstance(config, GrpoTraining):
        raise ConfigError("sharding is 'full', and the kind 'grpo' trains in one process, which has nobody to split weights with. Set sharding to 'none'.")
    if config.optimizer.kind == "muon":
        raise ConfigError("sharding is 'full', and the optimizer 'muon' needs each matrix whole. Set optimizer.kind to 'adamw', or sharding to 'none'.")


def check_replies(config: GrpoTraining) -> None:
    """Of GRPO: a step holds all replies to each of its prompts, and a prompt leaves room for a reply."""
    options = config.grpo
    total = config.batch_size * config.gradient_accumulation
    if total % options.replies != 0:
        raise ConfigError(
            f"batchSize x gradientAccumulation is {total}, which is no multiple of grpo.replies ({options.replies}). Both count replies, "
            f"and those to one prompt are compared in one step: make it {-(-total // options.replies) * options.replies}, or change grpo.replies."
        )
    if options.max_reply_tokens >= config.max_tokens:
        raise ConfigError(
            f"grpo.maxReplyTokens is {options.max_reply_tokens} and maxTokens {config.max_tokens}, which is for prompt and reply together. "
            "Raise maxTokens or lower grpo.maxReplyTokens."
        )
    if config.template is not None and not isinstance(config.template, ChatTemplate):
        raise ConfigError(f"template is of kind '{config.template.kind}'; GRPO asks its prompts through the chat template. Leave template out.")


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
    config = build_config(raw)
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
