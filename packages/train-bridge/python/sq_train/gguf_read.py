"""Reads a GGUF that our writer made back into a Llama model and its tokenizer, for training on and for comparing."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import AddedToken, Tokenizer, models
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from .bpe import set_byte_level
from .errors import DataError
from .gguf_format import (
    ALIGNMENT, ARRAY, BOOL, FLOAT32, FLOAT64, INT8, INT16, INT32, INT64, MAGIC, Q8_BLOCK, Q8_BLOCK_BYTES, STRING,
    TENSOR_TYPE_NAME, TOKEN_CONTROL, UINT8, UINT16, UINT32, UINT64, VERSION, dequantise_q8_0, list_tensor_names, unpermute_rows,
)

_FORMATS = {
    UINT8: "<B", INT8: "<b", UINT16: "<H", INT16: "<h", UINT32: "<I", INT32: "<i",
    FLOAT32: "<f", BOOL: "<?", UINT64: "<Q", INT64: "<q", FLOAT64: "<d",
}


@dataclass(frozen=True)
class GgufFile:
    """Metadata by key, and tensors as float32 arrays by their GGUF names (still in GGUF's order of rows)."""

    metadata: dict[str, Any]
    tensors: dict[str, np.ndarray]
    tensor_types: dict[str, str]


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise struct.error("the file ends too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, kind: int) -> Any:
        form = _FORMATS[kind]
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def string(self) -> str:
        return self.take(self.number(UINT64)).decode("utf-8")

    def value(self, kind: int) -> Any:
        if kind == STRING:
            return self.string()
        if kind == ARRAY:
            item, count = self.number(UINT32), self.number(UINT64)
            return [self.value(item) for _ in range(count)]
        return self.number(kind)


def _decode_tensor(data: bytes, at: int, shape: tuple[int, ...], kind: str) -> np.ndarray:
    count = int(np.prod(shape))
    size = {"f32": 4 * count, "f16": 2 * count, "q8_0": count // Q8_BLOCK * Q8_BLOCK_BYTES}[kind]
    if at + size > len(data):
        raise struct.error("the file ends too early")
    part = data[at : at + size]
    if kind == "q8_0":
        return dequantise_q8_0(part, shape)
    return np.frombuffer(part, dtype="<f4" if kind == "f32" else "<f2").astype(np.float32).reshape(shape)


def read_gguf(path: Path) -> GgufFile:
    """Reads metadata and tensors; throws a DataError for a file that is cut short or of another kind."""
    cursor = _Cursor(path.read_bytes())
    try:
        if cursor.take(4) != MAGIC or cursor.number(UINT32) != VERSION:
            raise DataError(f"'{path}' is not a GGUF file of version {VERSION}. Give a file that `scalequest train` made.")
        tensor_count, entry_count = cursor.number(UINT64), cursor.number(UINT64)
        metadata: dict[str, Any] = {}
        for _ in range(entry_count):
            key = cursor.string()
            metadata[key] = cursor.value(cursor.number(UINT32))
        infos: list[tuple[str, tuple[int, ...], str, int]] = []
        for _ in range(tensor_count):
            name = cursor.string()
            shape = tuple(reversed([cursor.number(UINT64) for _ in range(cursor.number(UINT32))]))
            number, offset = cursor.number(UINT32), cursor.number(UINT64)
            if number not in TENSOR_TYPE_NAME:
                raise DataError(f"'{path}' holds tensor '{name}' of type {number}; f32, f16 and q8_0 can be read.")
            infos.append((name, shape, TENSOR_TYPE_NAME[number], offset))
        alignment = metadata.get("general.alignment", ALIGNMENT)
        start = cursor.at + -cursor.at % alignment
        tensors = {name: _decode_tensor(cursor.data, start + offset, shape, kind) for name, shape, kind, offset in infos}
    except (struct.error, UnicodeDecodeError, KeyError) as error:
        raise DataError(f"'{path}' cannot be read as GGUF: {error}. The file looks cut short; make it again.") from error
    return GgufFile(metadata, tensors, {name: kind for name, _, kind, _ in infos})


def _read_tokenizer(metadata: dict[str, Any]) -> PreTrainedTokenizerFast:
    if metadata["tokenizer.ggml.model"] != "gpt2" or metadata["tokenizer.ggml.pre"] != "qwen2":
        raise DataError("The GGUF's tokenizer is not gpt2 with the qwen2 split, the only one that this reader knows.")
    tokens: list[str] = metadata["tokenizer.ggml.tokens"]
    merges = [tuple(merge.split(" ")) for merge in metadata["tokenizer.ggml.merges"]]
    tokenizer = set_byte_level(Tokenizer(models.BPE(vocab={token: at for at, token in enumerate(tokens)}, merges=merges)))
    types: list[int] = metadata["tokenizer.ggml.token_type"]
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token, kind in zip(tokens, types) if kind == TOKEN_CONTROL])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=tokens[metadata["tokenizer.ggml.eos_token_id"]],
        pad_token=tokens[metadata["tokenizer.ggml.padding_token_id"]],
        chat_template=metadata["tokenizer.chat_template"],
        model_max_length=metadata["llama.context_length"],
        clean_up_tokenization_spaces=False,
        padding_side="right",
    )


def load_gguf_as_llama(path: Path) -> tuple[LlamaForCausalLM, PreTrainedTokenizerFast]:
    """The model in float32 (dequantised, rows back in HF's order) and its tokenizer.

    Example: model, tokenizer = load_gguf_as_llama(Path("model.gguf"))
    """
    file = read_gguf(path)
    data = file.metadata
    if data.get("general.architecture") != "llama":
        raise DataError(f"'{path}' holds a model of architecture '{data.get('general.architecture')}'; only llama can be read.")
    tokenizer = _read_tokenizer(data)
    config = LlamaConfig(
        vocab_size=len(data["tokenizer.ggml.tokens"]),
        hidden_size=data["llama.embedding_length"],
        num_hidden_layers=data["llama.block_count"],
        num_attention_heads=data["llama.attention.head_count"],
        num_key_value_heads=data["llama.attention.head_count_kv"],
        intermediate_size=data["llama.feed_forward_length"],
        max_position_embeddings=data["llama.context_length"],
        rope_parameters={"rope_type": "default", "rope_theta": data["llama.rope.freq_base"]},
        # float32 in the file: 1e-5 comes back as 9.99999974e-06 without the rounding.
        rms_norm_eps=float(f"{data['llama.attention.layer_norm_rms_epsilon']:.6g}"),
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        dtype="float32",
    )
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
    state: dict[str, torch.Tensor] = {}
    for hf_name, gguf_name in list_tensor_names(config.num_hidden_layers):
        weight = file.tensors[gguf_name]
        for part, count in heads.items():
            if part in hf_name:
                weight = unpermute_rows(weight, count)
        state[hf_name] = torch.from_numpy(np.ascontiguousarray(weight))
    state["lm_head.weight"] = state["model.embed_tokens.weight"]
    model = LlamaForCausalLM._from_config(config, attn_implementation="sdpa").float()
    model.load_state_dict(state)
    model.tie_weights()
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    return model.eval(), tokenizer
