"""Models of other types than the new ones: their files name weights otherwise, their logits are scaled or capped."""

from __future__ import annotations

import shutil

import pytest
import torch
import transformers
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from conftest import make_rows
from sq_train.checkpoints import list_complete
from sq_train.errors import ConfigError
from sq_train.kinds.sft import ends_in_matrix, weighted_loss
from sq_train.model import restore_weights

SHAPE = dict(
    hidden_size=32, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=2, intermediate_size=32, max_position_embeddings=128,
    pad_token_id=0, bos_token_id=0, eos_token_id=2,
)


def make_model(name: str, entries: int, **settings):
    torch.manual_seed(0)
    config = getattr(transformers, f"{name}Config")(vocab_size=entries, **{**SHAPE, **settings})
    return AutoModelForCausalLM.from_config(config, dtype=torch.float32)


def load_saved(tiny, path, name, **settings):
    """The part of a configuration that trains such a model."""
    make_model(name, len(tiny[0]), **settings).save_pretrained(path)
    tiny[0].save_pretrained(path)
    folder = {"kind": "load", "path": str(path)}
    return {"model": folder, "tokenizer": folder, "export": None, "maxSteps": 4, "checkpointEverySteps": 2}


@pytest.mark.parametrize(("name", "settings"), [("Mixtral", {"num_local_experts": 2}), ("GPTNeoX", {})])
def test_a_checkpoint_whose_file_has_other_names_is_gone_on_from(make_run, tiny, tmp_path, name, settings):
    run = make_run(rows=make_rows(32), **load_saved(tiny, tmp_path / "begin", name, **settings))

    def train():
        assert run.run_here() == 0
        weights = load_file(run.path / "out" / "model.safetensors")
        shutil.rmtree(run.path / "out")
        return weights

    whole = train()
    # After the last step only the export is left; then two steps are.
    exported = train()
    shutil.rmtree(list_complete(run.path / "checkpoints")[0].path)
    resumed = train()
    assert [event["resumeFrom"] for event in run.events("start")] == [None, 4, 2]
    for again in (exported, resumed):
        assert all(torch.equal(again[name], weight) for name, weight in whole.items())


def test_a_checkpoint_that_lacks_a_weight_is_refused(tiny, tmp_path):
    make_model("Llama", 64).save_pretrained(tmp_path)
    with pytest.raises(ConfigError, match="is not of this model: it lacks model.layers.1"):
        restore_weights(make_model("Llama", 64, num_hidden_layers=2), tmp_path)


@pytest.mark.parametrize(
    ("name", "settings", "is_plain"),
    [
        ("Llama", {}, True), ("GPTNeoX", {}, True), ("Gemma2", {"head_dim": 16, "final_logit_softcapping": 3.0}, False),
        ("Granite", {"logits_scaling": 8.0}, False), ("Cohere", {"logit_scale": 0.1}, False),
    ],
)
def test_the_loss_is_that_of_the_models_own_logits(name, settings, is_plain):
    model = make_model(name, 64, **settings)
    assert ends_in_matrix(model) is is_plain
    ids = torch.arange(5, 15).reshape(1, -1)
    batch = {"input_ids": ids[:, :-1], "labels": ids[:, 1:], "weights": torch.ones(1, 9)}
    loss = weighted_loss(model, batch, torch.tensor(9.0), in_matrix=is_plain)
    assert loss.item() == pytest.approx(model(input_ids=ids, labels=ids).loss.item(), rel=1e-6)


def test_a_model_without_scaled_dot_product_attention_is_trained(make_run, tiny, tmp_path):
    run = make_run(rows=make_rows(16), **load_saved(tiny, tmp_path / "begin", "Gemma2", head_dim=16))
    assert run.run_here() == 0
