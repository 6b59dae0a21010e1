"""Opens what is served: a Hugging Face folder, or a GGUF file of ours."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Optional

import psutil
import torch
from transformers import (
    AutoConfig, AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase,
)

from ..errors import ConfigError, DataError
from .errors import MemoryShortError

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


@dataclass(frozen=True)
class Checkpoint:
    """A model in memory. `classify` has a head that scores a text, `generate` writes on."""

    task: Literal["generate", "classify"]
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    # Most tokens of a prompt and its reply.
    max_context: int
    # Tokens that end a reply.
    end_ids: frozenset[int]


def choose_device(name: str) -> torch.device:
    """`auto` takes the GPU where there is one."""
    has_gpu = torch.cuda.is_available()
    if name == "cuda" and not has_gpu:
        raise ConfigError("--device is cuda, and torch finds no GPU. Give --device cpu, or a Python whose torch is built for the GPU.")
    return torch.device("cuda" if has_gpu and name != "cpu" else "cpu")


def open_checkpoint(path: Path, *, device: torch.device, dtype: str = "auto", max_context: Optional[int] = None) -> Checkpoint:
    """Loads model and tokenizer. Nothing is downloaded, and no code of the checkpoint is run.

    Raises ConfigError for what is no checkpoint, DataError for a broken one, MemoryShortError where it does not fit.
    """
    if not path.exists():
        raise ConfigError(f"There is no checkpoint '{path}'. Check the path.")
    if path.is_file():
        if path.suffix != ".gguf":
            raise ConfigError(
                f"'{path}' is neither a folder nor a GGUF file. Give a Hugging Face folder or a GGUF that `scalequest train` made."
            )
        return _finish("generate", *_load_gguf(path, device, dtype), max_context)
    task, config = _read_config(path)
    kind = _choose_dtype(dtype, config, device)
    _check_memory(path, config, kind, device)
    tokenizer = _load_tokenizer(path)
    loader = AutoModelForSequenceClassification if task == "classify" else AutoModelForCausalLM
    try:
        model = loader.from_pretrained(path, config=config, dtype=kind, local_files_only=True)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        if isinstance(error, torch.OutOfMemoryError):
            raise
        said = f"The model of '{path}' cannot be loaded. {_first_line(error)}"
        raise DataError(f"{said} Check that all of its files are there and whole.") from error
    return _finish(task, model.to(device).eval(), tokenizer, max_context)


def _load_gguf(path: Path, device: torch.device, dtype: str) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    from ..gguf_read import load_gguf_as_llama

    try:
        model, tokenizer = load_gguf_as_llama(path)
    except KeyError as error:
        raise DataError(
            f"'{path}' lacks {error}. Only GGUF files that `scalequest train` made can be served here; llama.cpp serves others."
        ) from error
    return model.to(device, DTYPES.get(dtype, torch.float32)).eval(), tokenizer


def _read_config(path: Path) -> tuple[Literal["generate", "classify"], Any]:
    file = path / "config.json"
    if not file.is_file():
        if (path / "adapter_config.json").is_file():
            raise ConfigError(f"'{path}' holds a LoRA adapter. Merge it into its model (PEFT's `merge_and_unload`) and serve the result.")
        raise ConfigError(f"'{path}' is no checkpoint: it holds no config.json. Give the folder that `save_pretrained` wrote.")
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        config = AutoConfig.from_pretrained(path, local_files_only=True)
    except (ValueError, KeyError, OSError) as error:
        raise DataError(f"'{file}' cannot be used. {_first_line(error)}") from error
    architectures = raw.get("architectures") or []
    if any(name.endswith(("ForSequenceClassification", "ForTextRegression")) for name in architectures):
        return "classify", config
    if config.is_encoder_decoder:
        raise ConfigError(f"'{path}' holds an encoder with a decoder, which this server cannot run. Serve it with vLLM.")
    return "generate", config


def _choose_dtype(name: str, config: Any, device: torch.device) -> torch.dtype:
    if name != "auto":
        return DTYPES[name]
    stored = config.dtype if isinstance(config.dtype, torch.dtype) else torch.float32
    # Half precision is slow on most processors, and rounds what training wrote in float32.
    return stored if device.type == "cuda" else torch.float32


def _check_memory(path: Path, config: Any, kind: torch.dtype, device: torch.device) -> None:
    """Before loading: a system whose memory runs out kills without a word."""
    stored = config.dtype if isinstance(config.dtype, torch.dtype) else torch.float32
    files = list(path.glob("*.safetensors")) or list(path.glob("*.bin"))
    needed = sum(file.stat().st_size for file in files) * kind.itemsize // stored.itemsize
    free = torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else read_free_memory()
    if needed > free:
        raise MemoryShortError(
            f"The weights of '{path}' take {needed / 2**30:.1f} GiB as {str(kind).removeprefix('torch.')}, and {free / 2**30:.1f} GiB "
            f"are free on {device.type}. End what else uses the memory, give --dtype bfloat16, or serve a smaller model."
        )


def read_free_memory() -> int:
    """In bytes, of the machine or of the control group that this process lives in, whichever is less."""
    free = psutil.virtual_memory().available
    try:
        most = Path("/sys/fs/cgroup/memory.max").read_text().strip()
        used = int(Path("/sys/fs/cgroup/memory.current").read_text())
        return free if most == "max" else min(free, int(most) - used)
    except (OSError, ValueError):
        return free


def _load_tokenizer(path: Path) -> PreTrainedTokenizerBase:
    try:
        return AutoTokenizer.from_pretrained(path, local_files_only=True)
    except (OSError, ValueError, KeyError, ImportError) as error:
        said = f"'{path}' has no tokenizer that can be loaded. {_first_line(error)}"
        raise DataError(f"{said} Copy the tokenizer's files into the folder.") from error


def _finish(
    task: Literal["generate", "classify"], model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, max_context: Optional[int]
) -> Checkpoint:
    config = model.config.get_text_config()
    # Such as `conv` and `linear_attention`, whose state has no place for each token.
    others = set(getattr(config, "layer_types", None) or []) - {"full_attention", "sliding_attention", "chunked_attention"}
    if getattr(model, "_is_stateful", False) or (others and task == "generate"):
        raise ConfigError(f"{type(model).__name__} keeps a state beside keys and values, which this server cannot batch. Serve it with vLLM.")
    own = getattr(config, "max_position_embeddings", None) or tokenizer.model_max_length
    if max_context is not None and max_context > own:
        raise ConfigError(f"--max-context is {max_context}, and the model was made for {own} tokens. Give at most {own}.")
    generation = getattr(model, "generation_config", None)
    ends = [generation.eos_token_id if generation is not None else None, tokenizer.eos_token_id]
    end_ids = {one for end in ends if end is not None for one in (end if isinstance(end, list) else [end])}
    return Checkpoint(task, model, tokenizer, int(max_context or own), frozenset(end_ids))


def _first_line(error: BaseException) -> str:
    text = str(error).strip().split("\n")[0]
    return text if text.endswith(".") else f"{text}."
