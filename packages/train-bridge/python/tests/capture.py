"""The trainer of a run, ready to train, for tests that look inside of one step."""

from __future__ import annotations

from typing import Any

import torch


def capture_trainer(run: Any, monkeypatch: Any) -> Any:
    """Everything of an attempt up to the first step."""
    from sq_train.job import RunCallback, TrainResult

    found: list[Any] = []

    def stop_before_training(job: Any, create_trainer: Any) -> TrainResult:
        found.append((job, create_trainer))
        return TrainResult(0, True, {})

    with monkeypatch.context() as patch:
        patch.setattr("sq_train.run.run_training", stop_before_training)
        assert run.run_here() == 143, run.events("error")
    job, create_trainer = found[0]
    callback = RunCallback(job)
    callback.close()
    return create_trainer(job, callback)


def read_first_step(trainer: Any) -> dict[str, torch.Tensor]:
    """What the first step is computed from."""
    return trainer.data_collator([trainer.train_dataset[0]])


def step_once(trainer: Any, batch: dict[str, torch.Tensor]) -> tuple[float, torch.Tensor]:
    """The loss of a step as the trainer computes it, and how much the last hidden state of each token counts in it."""
    hidden: list[torch.Tensor] = []

    def keep(module: Any, inputs: Any, output: Any) -> None:
        output.last_hidden_state.retain_grad()
        hidden.append(output.last_hidden_state)

    model = trainer.model
    hook = model.base_model.register_forward_hook(keep)
    try:
        loss = trainer.training_step(model, dict(batch), trainer._get_num_items_in_batch([batch], torch.device("cpu")))
    finally:
        hook.remove()
    return loss.item(), hidden[0].grad.abs().amax(-1)
