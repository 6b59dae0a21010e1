from __future__ import annotations

import numpy as np
import pytest
import torch

from sq_train.errors import DataError
from sq_train.gguf_format import dequantise_q8_0, list_tensor_names, permute_rows, quantise_q8_0, unpermute_rows
from sq_train.gguf_read import load_gguf_as_llama, read_gguf
from sq_train.gguf_write import write_gguf

TOLERANCE = {"f32": 0.0, "f16": 5e-4, "q8_0": 1 / 254}


@pytest.fixture(params=["f32", "f16", "q8_0"])
def written(request, tiny, tmp_path):
    tokenizer, model = tiny
    path = tmp_path / "model.gguf"
    write_gguf(path, model, tokenizer, kind=request.param, name="tiny", license="MIT", description="a test")
    return request.param, path


def test_weights_come_back_within_the_precision_of_the_type(written, tiny):
    kind, path = written
    loaded, _ = load_gguf_as_llama(path)
    before, after = tiny[1].state_dict(), loaded.state_dict()
    assert before.keys() == after.keys()
    for name, weight in before.items():
        allowed = 0.0 if weight.ndim == 1 else TOLERANCE[kind] * 1.001 * weight.abs().max().item()
        assert (weight - after[name]).abs().max().item() <= allowed, name


def test_the_loaded_model_has_the_sizes_and_the_logits_of_the_written_one(written, tiny):
    kind, path = written
    tokenizer, model = tiny
    loaded, _ = load_gguf_as_llama(path)
    for key in ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "max_position_embeddings", "vocab_size", "rms_norm_eps", "rope_parameters"):
        assert getattr(loaded.config, key) == getattr(model.config, key), key
    ids = torch.tensor([tokenizer.encode("Ann has 12 pens and Ben 3.")])
    with torch.no_grad():
        before, after = model(ids).logits, loaded(ids).logits
    difference = ((before - after).abs().max() / before.abs().max()).item()
    assert difference <= {"f32": 1e-6, "f16": 2e-3, "q8_0": 2e-2}[kind]


def test_the_tokenizer_comes_back(written, tiny):
    _, path = written
    tokenizer, _ = tiny
    _, loaded = load_gguf_as_llama(path)
    for text in ["<|im_start|>user\nAnn has 12 pens.<|im_end|>\n", "$\\boxed{10}$  x\n\n", "naïve π"]:
        assert loaded.encode(text) == tokenizer.encode(text)
    assert loaded.chat_template == tokenizer.chat_template
    assert (loaded.eos_token, loaded.pad_token) == (tokenizer.eos_token, tokenizer.pad_token)


def test_the_gguf_package_reads_every_field_and_tensor_alike(written):
    gguf = pytest.importorskip("gguf")
    kind, path = written
    ours, theirs = read_gguf(path), gguf.GGUFReader(path)
    fields = {key: field.contents() for key, field in theirs.fields.items() if not key.startswith("GGUF.")}
    assert fields == ours.metadata
    assert [tensor.name for tensor in theirs.tensors] == [name for _, name in list_tensor_names(2)]
    for tensor in theirs.tensors:
        assert tensor.tensor_type.name.lower() == ours.tensor_types[tensor.name]
        assert tensor.data_offset % 32 == 0
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        assert np.array_equal(values.reshape(ours.tensors[tensor.name].shape), ours.tensors[tensor.name]), tensor.name
        assert list(reversed(tensor.shape.tolist())) == list(ours.tensors[tensor.name].shape)
    matrices = {ours.tensor_types[tensor.name] for tensor in theirs.tensors if len(tensor.shape) == 2}
    assert matrices == {kind}


def test_the_names_that_llama_cpp_asks_for_are_there(written):
    metadata = read_gguf(written[1]).metadata
    assert metadata["general.architecture"] == "llama" and metadata["general.license"] == "MIT"
    assert metadata["tokenizer.ggml.model"] == "gpt2" and metadata["tokenizer.ggml.pre"] == "qwen2"
    tokens = metadata["tokenizer.ggml.tokens"]
    assert tokens[metadata["tokenizer.ggml.eos_token_id"]] == "<|im_end|>"
    assert len(tokens) == len(metadata["tokenizer.ggml.token_type"]) == metadata["llama.vocab_size"]
    assert metadata["tokenizer.ggml.add_bos_token"] is False


def test_quantising_agrees_with_the_gguf_package_to_the_byte():
    gguf = pytest.importorskip("gguf")
    weight = np.random.default_rng(0).normal(size=(7, 96)).astype(np.float32)
    weight[0, :32] = 0
    assert quantise_q8_0(weight) == gguf.quants.quantize(weight, gguf.GGMLQuantizationType.Q8_0).tobytes()
    assert np.abs(dequantise_q8_0(quantise_q8_0(weight), weight.shape) - weight).max() < np.abs(weight).max() / 250


def test_rows_of_query_and_key_matrices_come_back_from_their_permutation():
    weight = np.arange(64 * 3).reshape(64, 3)
    permuted = permute_rows(weight, 2)
    assert permuted[1].tolist() == weight[16].tolist()
    assert np.array_equal(unpermute_rows(permuted, 2), weight)


def test_a_file_cut_short_is_a_data_error(written):
    _, path = written
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataError, match="cut short"):
        read_gguf(path)


def test_another_file_is_a_data_error(tmp_path):
    path = tmp_path / "no.gguf"
    path.write_bytes(b"not a model at all")
    with pytest.raises(DataError, match="not a GGUF"):
        read_gguf(path)


def test_a_failed_write_leaves_no_file(tiny, tmp_path):
    tokenizer, model = tiny
    with pytest.raises(FileNotFoundError):
        write_gguf(tmp_path / "missing" / "model.gguf", model, tokenizer, kind="f32", name="x")
    assert list(tmp_path.iterdir()) == []
