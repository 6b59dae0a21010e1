from __future__ import annotations

import numpy as np
import pytest

from sq_train.config_types import ScheduleConfig
from sq_train.optim import share_of_rate
from sq_train.order import order_batches, plan_batches

LENGTHS = np.random.default_rng(0).integers(5, 100, size=1000)


def plan(**changes):
    settings = {"batch_size": 16, "accumulation": 1, "epochs": 1, "seed": 0, "max_steps": None, **changes}
    return plan_batches(LENGTHS, **settings)


def test_a_seed_fixes_the_order_and_another_seed_changes_it():
    first, again, other = (np.concatenate(plan(seed=seed).batches) for seed in (0, 0, 1))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_an_epoch_holds_each_row_once_in_batches_of_similar_length():
    batches = order_batches(LENGTHS, batch_size=16, seed=0, epoch=0)
    assert sorted(np.concatenate(batches)) == list(range(1000))
    padded = sum(len(batch) * LENGTHS[batch].max() for batch in batches)
    assert padded < 1.05 * LENGTHS.sum()


def test_the_lengths_of_the_batches_do_not_grow_along_the_epoch():
    means = np.array([LENGTHS[batch].mean() for batch in plan().batches])
    assert abs(np.corrcoef(np.arange(len(means)), means)[0, 1]) < 0.3


def test_the_steps_cover_the_plan_and_count_its_tokens():
    result = plan(accumulation=2, epochs=2)
    rows = np.concatenate([result.rows_of_step(step) for step in range(1, result.total_steps + 1)])
    assert len(rows) == 2000 and result.tokens_after_step[-1] == 2 * LENGTHS.sum() and result.tokens_after_step[0] == 0
    assert result.total_steps == 63


def test_max_steps_is_a_limit_and_not_an_order():
    assert plan(max_steps=5).total_steps == 5
    assert plan(max_steps=5000).total_steps == 63


@pytest.mark.parametrize(("kind", "middle"), [("cosine", 0.55), ("linear", 0.55), ("constant", 1.0)])
def test_the_rate_warms_up_and_falls_to_its_final_share(kind, middle):
    schedule = ScheduleConfig(kind=kind, warmup_steps=10, final_share=0.1)
    share = [share_of_rate(step, schedule, 110) for step in range(111)]
    assert share[0] == pytest.approx(0.1) and share[9] == 1 and share[10] == pytest.approx(1)
    assert share[60] == pytest.approx(middle) and share[110] == pytest.approx(1.0 if kind == "constant" else 0.1)
