"""Packs of several rows: none sees another, in the loss, the logits or the gradients."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from conftest import make_rows
from sq_train.errors import ConfigError
from sq_train.kinds import sft
from sq_train.kinds.sft import WeightedCollator, read_hidden, refuse_leaks, weighted_loss
from sq_train.packing import pack_rows
from sq_train.rows import parse_row
from sq_train.tokenise import tokenise_rows


@pytest.fixture(scope="module")
def rows(tiny):
    return tokenise_rows([parse_row(row, 1) for row in make_rows(12, seed=5)], tiny[0], prompt_weight=0.05, max_tokens=96)


def collate(rows, packs, *examples):
    return WeightedCollator(rows, 0, [np.array(pack) for pack in packs])([{"examples": list(examples)}])


def measure(model, batch):
    """The loss summed over a part (by hundreds), and the gradients of all weights."""
    model = copy.deepcopy(model)
    loss = weighted_loss(model, batch, torch.tensor(100.0))
    loss.backward()
    return loss.item(), {name: weight.grad for name, weight in model.named_parameters()}


def forget_positions(monkeypatch):
    """The fault that the tests are for: attention that does not hear where a row ends."""
    monkeypatch.setattr(sft, "read_hidden", lambda model, ids, positions: read_hidden(model, ids, None))


def differ(first, second):
    return max(((first[name] - second[name]).abs().max() / second[name].abs().max()).item() for name in first)


def compare_with_rows_alone(model, rows):
    """How far the loss and the gradients of two packs are from those of their five rows alone."""
    packed_loss, packed = measure(model, collate(rows, [[0, 1, 2], [3, 4]], 0, 1))
    alone = [measure(model, collate(rows, [[at] for at in range(5)], at)) for at in range(5)]
    summed = {name: sum(gradients[name] for _, gradients in alone) for name in packed}
    return abs(packed_loss - sum(loss for loss, _ in alone)), differ(packed, summed)


def test_loss_and_gradients_of_a_pack_are_those_of_its_rows_alone(tiny, rows, monkeypatch):
    loss, gradients = compare_with_rows_alone(tiny[1], rows)
    assert loss < 1e-4 and gradients < 1e-4
    forget_positions(monkeypatch)
    loss, gradients = compare_with_rows_alone(tiny[1], rows)
    assert loss > 1e-2 and gradients > 1e-2


def test_a_neighbour_changes_nothing_in_the_logits_of_a_row(tiny, rows, monkeypatch):
    def read_last(pack):
        batch = collate(rows, [pack], 0)
        hidden = sft.read_hidden(tiny[1], batch["input_ids"], batch["position_ids"])
        with torch.no_grad():
            return tiny[1].get_output_embeddings()(hidden)[0, -int(rows.lengths[3]) + 1 :]

    assert torch.allclose(read_last([0, 3]), read_last([3]), atol=1e-5)
    # Neighbours of the same length, so that nothing but their tokens differs.
    same = [at for at in range(12) if rows.lengths[at] == rows.lengths[0] and at not in (0, 3)][0]
    assert torch.equal(read_last([0, 3]), read_last([same, 3]))
    forget_positions(monkeypatch)
    assert not torch.allclose(read_last([0, 3]), read_last([3]), atol=1e-2)
    assert not torch.allclose(read_last([0, 3]), read_last([same, 3]), atol=1e-3)


def test_positions_begin_anew_and_no_label_lies_over_a_border(tiny, rows):
    batch = collate(rows, [[0, 1], [2]], 0, 1)
    one, two = int(rows.lengths[0]) - 1, int(rows.lengths[1]) - 1
    assert batch["position_ids"][0].tolist() == [*range(one), *range(two)]
    texts = [tiny[0].decode(rows.ids[start + 1 : end]) for start, end in zip(rows.starts, rows.starts[1:])]
    assert tiny[0].decode(batch["labels"][0][:one]) == texts[0] and tiny[0].decode(batch["labels"][0][one:]) == texts[1]


def test_a_model_whose_packed_rows_see_each_other_is_refused_at_the_start(tiny, rows, monkeypatch):
    packs = [np.array([0, 1])]
    collator = WeightedCollator(rows, 0, packs)
    refuse_leaks(tiny[1], collator, packs)
    forget_positions(monkeypatch)
    with pytest.raises(ConfigError, match="see each other.*packing"):
        refuse_leaks(tiny[1], collator, packs)


def test_packs_are_full_hold_every_row_once_and_come_from_the_seed():
    lengths = np.random.default_rng(3).integers(5, 90, 400)
    packs = pack_rows(lengths, 96, seed=1)
    assert sorted(np.concatenate(packs).tolist()) == list(range(400))
    filled = np.array([lengths[pack].sum() for pack in packs])
    assert filled.max() <= 96 and filled.mean() > 0.95 * 96
    assert [pack.tolist() for pack in packs] == [pack.tolist() for pack in pack_rows(lengths, 96, seed=1)]
    assert [pack.tolist() for pack in packs] != [pack.tolist() for pack in pack_rows(lengths, 96, seed=2)]
    with pytest.raises(ValueError, match="97"):
        pack_rows(np.array([97]), 96, seed=1)


def test_a_packed_run_trains_every_row_once_and_holds_out_the_same_rows(make_run):
    held = {"rows": 20, "everySteps": 100}
    packed = make_run("packed", packing=True, evaluation=held, epochs=3)
    alone = make_run("alone", evaluation=held, epochs=3)
    assert packed.run_here() == 0 and alone.run_here() == 0
    trained = [sorted(row for batch in run.read_lines("batches.jsonl") for row in batch["rows"]) for run in (packed, alone)]
    assert trained[0] == trained[1] and len(trained[0]) == 3 * 140 and len(set(trained[0])) == 140
    assert packed.events("start")[0]["totalSteps"] < 0.6 * alone.events("start")[0]["totalSteps"]
    assert packed.events("log")[-1]["tokens"] == alone.events("log")[-1]["tokens"]
    losses = [event["loss"] for event in packed.events("log")]
    assert losses[-1] < 0.8 * losses[0] and packed.events("eval")[-1]["metrics"]["loss"] < losses[0]
