"""What the GGUF v3 writer and reader share: value types, tensor types, names of metadata and tensors.

The format is llama.cpp's, written down in its `gguf.md`; this is our own code for the part that a Llama model needs.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

MAGIC = b"GGUF"
VERSION = 3
ALIGNMENT = 32

GgufType = Literal["f32", "f16", "q8_0"]

# ggml tensor types.
TENSOR_TYPE: dict[str, int] = {"f32": 0, "f16": 1, "q8_0": 8}
TENSOR_TYPE_NAME = {number: name for name, number in TENSOR_TYPE.items()}
# `general.file_type`: mostly of this type.
FILE_TYPE: dict[str, int] = {"f32": 0, "f16": 1, "q8_0": 7}
Q8_BLOCK = 32
Q8_BLOCK_BYTES = 2 + Q8_BLOCK

# Metadata value types.
UINT8, INT8, UINT16, INT16, UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY, UINT64, INT64, FLOAT64 = range(13)

# `tokenizer.ggml.token_type`
TOKEN_NORMAL, TOKEN_CONTROL = 1, 3

# Names of a layer's tensors: GGUF's on the right.
LAYER_TENSORS = {
    "input_layernorm.weight": "attn_norm.weight",
    "self_attn.q_proj.weight": "attn_q.weight",
    "self_attn.k_proj.weight": "attn_k.weight",
    "self_attn.v_proj.weight": "attn_v.weight",
    "self_attn.o_proj.weight": "attn_output.weight",
    "post_attention_layernorm.weight": "ffn_norm.weight",
    "mlp.gate_proj.weight": "ffn_gate.weight",
    "mlp.up_proj.weight": "ffn_up.weight",
    "mlp.down_proj.weight": "ffn_down.weight",
}


def list_tensor_names(layers: int) -> list[tuple[str, str]]:
    """Pairs of (HF name, GGUF name) of a Llama with tied embeddings, in the order of the file."""
    names = [("model.embed_tokens.weight", "token_embd.weight")]
    for layer in range(layers):
        names += [(f"model.layers.{layer}.{hf}", f"blk.{layer}.{gguf}") for hf, gguf in LAYER_TENSORS.items()]
    return [*names, ("model.norm.weight", "output_norm.weight")]


def permute_rows(weight: np.ndarray, heads: int) -> np.ndarray:
    """From HF's order of a query or key matrix (halves of a head) to GGUF's (pairs that turn together)."""
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def unpermute_rows(weight: np.ndarray, heads: int) -> np.ndarray:
    """The way back of `permute_rows`."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def quantise_q8_0(weight: np.ndarray) -> bytes:
    """Blocks of 32 numbers: a scale in half precision and 32 signed bytes, as llama.cpp's reference makes them."""
    blocks = weight.astype(np.float32).reshape(-1, Q8_BLOCK)
    scale = np.abs(blocks).max(axis=1, keepdims=True) / np.float32(127)
    inverse = np.divide(np.float32(1), scale, out=np.zeros_like(scale), where=scale > 0)
    scaled = blocks * inverse
    # Halves away from zero, as C's roundf; numpy's own rounding goes to the even number.
    rounded = (np.sign(scaled) * np.floor(np.abs(scaled) + np.float32(0.5))).astype(np.int8)
    return np.concatenate([scale.astype(np.float16).view(np.uint8), rounded.view(np.uint8)], axis=1).tobytes()


def dequantise_q8_0(data: bytes, shape: tuple[int, ...]) -> np.ndarray:
    """The numbers that `quantise_q8_0`'s bytes stand for."""
    blocks = np.frombuffer(data, dtype=np.uint8).reshape(-1, Q8_BLOCK_BYTES)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    return (blocks[:, 2:].view(np.int8).astype(np.float32) * scale).reshape(shape)
