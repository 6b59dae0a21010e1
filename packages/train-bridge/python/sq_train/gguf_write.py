"""Writes a Llama model and its tokenizer as one GGUF v3 file that llama.cpp loads. Our own writer: struct and numpy."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path
from typing import Any, BinaryIO, Optional, Sequence

import numpy as np
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from .errors import DataError
from .gguf_format import (
    ALIGNMENT, ARRAY, BOOL, FILE_TYPE, FLOAT32, INT32, MAGIC, Q8_BLOCK, STRING, TENSOR_TYPE, TOKEN_CONTROL, TOKEN_NORMAL,
    UINT32, VERSION, GgufType, list_tensor_names, permute_rows, quantise_q8_0,
)

Entry = tuple[str, int, Any, Optional[int]]


def _pack_string(text: str) -> bytes:
    data = text.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


def _pack_value(kind: int, value: Any, item: Optional[int]) -> bytes:
    if kind == STRING:
        return _pack_string(value)
    if kind == ARRAY:
        assert item is not None
        return struct.pack("<IQ", item, len(value)) + b"".join(_pack_value(item, one, None) for one in value)
    return struct.pack({UINT32: "<I", INT32: "<i", FLOAT32: "<f", BOOL: "<?"}[kind], value)


def list_tokenizer_entries(tokenizer: PreTrainedTokenizerFast) -> list[Entry]:
    """The metadata of the tokenizer: llama.cpp's `gpt2` model with the `qwen2` split reads it like our tokenizer.json."""
    state = json.loads(tokenizer.backend_tokenizer.to_str())
    vocabulary: dict[str, int] = dict(state["model"]["vocab"])
    specials = {token["content"]: token["id"] for token in state["added_tokens"]}
    vocabulary.update(specials)
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    if [vocabulary[token] for token in tokens] != list(range(len(tokens))):
        raise DataError("The tokenizer's ids have gaps, which GGUF cannot hold. Train the tokenizer with `scalequest train`.")
    types = [TOKEN_CONTROL if token in specials else TOKEN_NORMAL for token in tokens]
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in state["model"]["merges"]]
    return [
        ("tokenizer.ggml.model", STRING, "gpt2", None),
        ("tokenizer.ggml.pre", STRING, "qwen2", None),
        ("tokenizer.ggml.tokens", ARRAY, tokens, STRING),
        ("tokenizer.ggml.token_type", ARRAY, types, INT32),
        ("tokenizer.ggml.merges", ARRAY, merges, STRING),
        # There is no beginning token; llama.cpp would take number 11 when none is named.
        ("tokenizer.ggml.bos_token_id", UINT32, tokenizer.pad_token_id, None),
        ("tokenizer.ggml.eos_token_id", UINT32, tokenizer.eos_token_id, None),
        ("tokenizer.ggml.padding_token_id", UINT32, tokenizer.pad_token_id, None),
        ("tokenizer.ggml.add_bos_token", BOOL, False, None),
        ("tokenizer.ggml.add_eos_token", BOOL, False, None),
        ("tokenizer.chat_template", STRING, tokenizer.chat_template, None),
    ]


def list_model_entries(model: LlamaForCausalLM, kind: GgufType, name: str, license: str, description: str) -> list[Entry]:
    """The metadata of the model."""
    config = model.config
    entries: list[Entry] = [
        ("general.architecture", STRING, "llama", None),
        ("general.type", STRING, "model", None),
        ("general.name", STRING, name, None),
        ("general.license", STRING, license, None),
        ("general.description", STRING, description, None),
        ("general.file_type", UINT32, FILE_TYPE[kind], None),
        ("general.alignment", UINT32, ALIGNMENT, None),
        ("llama.vocab_size", UINT32, config.vocab_size, None),
        ("llama.context_length", UINT32, config.max_position_embeddings, None),
        ("llama.embedding_length", UINT32, config.hidden_size, None),
        ("llama.block_count", UINT32, config.num_hidden_layers, None),
        ("llama.feed_forward_length", UINT32, config.intermediate_size, None),
        ("llama.attention.head_count", UINT32, config.num_attention_heads, None),
        ("llama.attention.head_count_kv", UINT32, config.num_key_value_heads, None),
        ("llama.attention.layer_norm_rms_epsilon", FLOAT32, config.rms_norm_eps, None),
        ("llama.rope.dimension_count", UINT32, config.hidden_size // config.num_attention_heads, None),
        ("llama.rope.freq_base", FLOAT32, config.rope_parameters["rope_theta"], None),
    ]
    if kind == "q8_0":
        entries.append(("general.quantization_version", UINT32, 2, None))
    return entries


def _check_model(model: LlamaForCausalLM) -> None:
    config = model.config
    if config.model_type != "llama" or not config.tie_word_embeddings:
        raise DataError(
            f"A GGUF can be written for a Llama model with tied embeddings, not for '{config.model_type}' "
            f"(tied: {config.tie_word_embeddings}). Leave out `export` and use the HF folder."
        )


def encode_tensor(weight: np.ndarray, kind: GgufType) -> tuple[str, bytes]:
    """A tensor's type and bytes. Norms stay f32, and so does a matrix whose rows are not whole blocks in f16."""
    if weight.ndim == 1 or kind == "f32":
        return "f32", weight.astype("<f4").tobytes()
    if kind == "q8_0" and weight.shape[-1] % Q8_BLOCK == 0:
        return "q8_0", quantise_q8_0(weight)
    return "f16", weight.astype("<f2").tobytes()


def _write_padding(file: BinaryIO) -> None:
    file.write(b"\0" * (-file.tell() % ALIGNMENT))


def _write_file(file: BinaryIO, entries: Sequence[Entry], tensors: Sequence[tuple[str, tuple[int, ...], str, bytes]]) -> None:
    file.write(MAGIC + struct.pack("<IQQ", VERSION, len(tensors), len(entries)))
    for key, kind, value, item in entries:
        file.write(_pack_string(key) + struct.pack("<I", kind) + _pack_value(kind, value, item))
    offset = 0
    for name, shape, kind, data in tensors:
        # GGUF lists the fastest dimension first.
        dimensions = struct.pack(f"<I{len(shape)}Q", len(shape), *reversed(shape))
        file.write(_pack_string(name) + dimensions + struct.pack("<IQ", TENSOR_TYPE[kind], offset))
        offset += len(data) + -len(data) % ALIGNMENT
    _write_padding(file)
    for _, _, _, data in tensors:
        file.write(data)
        _write_padding(file)


def write_gguf(
    path: Path, model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, *,
    kind: GgufType, name: str, license: str = "Apache-2.0", description: str = "",
) -> None:
    """Writes the file under a temporary name and renames it, so that a half-written model is never found.

    Example: write_gguf(Path("out/model.gguf"), model, tokenizer, kind="q8_0", name="nano-solver")
    """
    _check_model(model)
    config = model.config
    state = model.state_dict()
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
    tensors: list[tuple[str, tuple[int, ...], str, bytes]] = []
    for hf_name, gguf_name in list_tensor_names(config.num_hidden_layers):
        weight = state[hf_name].detach().float().cpu().numpy()
        for part, count in heads.items():
            if part in hf_name:
                weight = permute_rows(weight, count)
        tensors.append((gguf_name, weight.shape, *encode_tensor(weight, kind)))
    entries = [*list_model_entries(model, kind, name, license, description), *list_tokenizer_entries(tokenizer)]
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as file:
        _write_file(file, entries, tensors)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
