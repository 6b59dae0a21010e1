"""Gets the tokenizer of a run: trained from the rows once and kept in the run folder, or loaded."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Sequence

from tokenizers import Tokenizer
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from .bpe import list_stretches, sample_rows, train_bpe, wrap_tokenizer
from .checkpoints import write_synced
from .config_types import LoadTokenizer, NewModel, TrainConfig
from .errors import ConfigError, explain_load
from .rows import Row


def hash_tokenizer(tokenizer: PreTrainedTokenizerBase) -> str:
    """sha256 of the tokenizer's definition and its chat template."""
    text = json.dumps([json.loads(tokenizer.backend_tokenizer.to_str()), tokenizer.chat_template], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def load_tokenizer(path: Path, context_length: int) -> PreTrainedTokenizerBase:
    """Loads a folder, a tokenizer.json of ours, or the tokenizer inside a GGUF file of ours."""
    with explain_load(path, "tokenizer"):
        if path.suffix == ".gguf":
            from .gguf_read import load_gguf_as_llama

            return load_gguf_as_llama(path)[1]
        if path.is_file():
            return wrap_tokenizer(Tokenizer.from_file(str(path)), context_length)
        tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)
    if not tokenizer.is_fast or tokenizer.eos_token is None:
        lacking = "tokenizer.json" if not tokenizer.is_fast else "end token (eos_token in tokenizer_config.json)"
        raise ConfigError(f"The tokenizer '{path}' has no {lacking}, which the worker needs. Add it to the folder.")
    if tokenizer.pad_token is None:
        # What pads a batch is masked out; a model that scores texts refuses rows that end with it.
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def prepare_tokenizer(config: TrainConfig, folder: Path, rows: Sequence[Row]) -> PreTrainedTokenizerBase:
    """The tokenizer of the run. A trained one is saved as `tokenizer/tokenizer.json` and found again on resume."""
    context_length = config.model.context_length if isinstance(config.model, NewModel) else config.max_tokens
    if isinstance(config.tokenizer, LoadTokenizer):
        return load_tokenizer(folder / config.tokenizer.path, context_length)
    recipe = {
        "vocabSize": config.tokenizer.vocab_size,
        "sampleRows": config.tokenizer.sample_rows,
        "seed": config.seed,
        "dataSha256": config.data.sha256,
    }
    kept, recipe_file = folder / "tokenizer" / "tokenizer.json", folder / "tokenizer" / "recipe.json"
    if kept.is_file() and recipe_file.is_file() and json.loads(recipe_file.read_text(encoding="utf-8")) == recipe:
        return wrap_tokenizer(Tokenizer.from_file(str(kept)), context_length)
    sample = sample_rows(rows, config.tokenizer.sample_rows, config.seed)
    tokenizer = train_bpe(list_stretches(sample), config.tokenizer.vocab_size)
    kept.parent.mkdir(exist_ok=True)
    recipe_file.unlink(missing_ok=True)
    write_synced(kept, tokenizer.to_str())
    write_synced(recipe_file, json.dumps(recipe, indent=2) + "\n")
    return wrap_tokenizer(tokenizer, context_length)
