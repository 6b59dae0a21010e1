from __future__ import annotations

import copy

import pytest
import torch
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM

from sq_train.config_types import OptimizerConfig, ScheduleConfig
from sq_train.optim import create_optimizer, create_schedule


def take_steps(model, optimizer, schedule, count):
    for step in range(count):
        torch.manual_seed(step)
        model(torch.randint(0, 300, (2, 12))).logits.float().pow(2).mean().backward()
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()


def create(model, kind):
    config = OptimizerConfig(kind=kind, learning_rate=0.01, weight_decay=0.1, beta2=0.98)
    optimizer = create_optimizer(model, config)
    return optimizer, create_schedule(optimizer, ScheduleConfig(kind="linear", warmup_steps=2, final_share=0.0), 10)


def test_muon_has_the_hidden_matrices_alone_whatever_a_model_calls_the_others():
    config = GPTNeoXConfig(vocab_size=64, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=48)
    model = GPTNeoXForCausalLM(config)
    optimizer, _ = create(model, "muon")
    names = {id(weight): name for name, weight in model.named_parameters()}
    muons = sorted(names[id(weight)] for weight in optimizer._muon.param_groups[0]["params"])
    assert [name.removeprefix("gpt_neox.layers.0.") for name in muons] == [
        "attention.dense.weight", "attention.query_key_value.weight", "mlp.dense_4h_to_h.weight", "mlp.dense_h_to_4h.weight",
    ]


@pytest.mark.parametrize("kind", ["adamw", "muon"])
def test_every_weight_is_trained_and_follows_the_schedule(tiny, kind):
    model = copy.deepcopy(tiny[1])
    before = {name: weight.clone() for name, weight in model.named_parameters()}
    optimizer, schedule = create(model, kind)
    take_steps(model, optimizer, schedule, 1)
    assert all(not torch.equal(weight, before[name]) for name, weight in model.named_parameters())
    take_steps(model, optimizer, schedule, 9)
    at_end = {name: weight.clone() for name, weight in model.named_parameters()}
    take_steps(model, optimizer, schedule, 1)
    assert all(torch.equal(weight, at_end[name]) for name, weight in model.named_parameters())


@pytest.mark.parametrize("kind", ["adamw", "muon"])
def test_a_saved_state_goes_on_as_if_nothing_had_happened(tiny, kind):
    whole = copy.deepcopy(tiny[1])
    optimizer, schedule = create(whole, kind)
    take_steps(whole, optimizer, schedule, 3)
    resumed = copy.deepcopy(whole)
    other, other_schedule = create(resumed, kind)
    other.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    other_schedule.load_state_dict(schedule.state_dict())
    take_steps(whole, optimizer, schedule, 3)
    take_steps(resumed, other, other_schedule, 3)
    assert all(torch.equal(one, two) for one, two in zip(whole.parameters(), resumed.parameters()))


def test_norms_are_not_decayed(tiny):
    for kind in ("adamw", "muon"):
        optimizer, _ = create(tiny[1], kind)
        for group in optimizer.param_groups:
            assert all((weight.ndim < 2) == (group["weight_decay"] == 0) for weight in group["params"])
