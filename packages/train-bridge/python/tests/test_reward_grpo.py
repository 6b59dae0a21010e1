"""TRL's GRPOTrainer on the embedded model, with the real server as its reward."""

from __future__ import annotations

import math
import threading
import time
from pathlib import Path
from typing import Any, Optional

import pytest
from real_verifier import REPOSITORY, RealVerifier, ask_library

from scalequest_reward import AsyncTrlReward, TrlReward, VerifierClient

torch = pytest.importorskip("torch", reason="torch is not installed, and GRPO needs it")
pytest.importorskip("trl", reason="trl is not installed")

STEPS = 4
MODEL = REPOSITORY / "packages" / "models" / "embedded" / "nano-solver.gguf"


def make_dataset() -> Any:
    """Sums that the embedded model often gets right, and one in four with a reference that nothing can be checked by."""
    from datasets import Dataset

    rows = []
    for index in range(16):
        a, b = 3 + index, 2 + index % 5
        rows.append({
            "prompt": [{"role": "user", "content": f"Compute ${a}+{b}$."}],
            "answer": "x+" if index % 4 == 3 else str(a + b),
        })
    return Dataset.from_list(rows)


class Steps:
    """What the trainer asked and was told, step by step."""

    def __init__(self) -> None:
        self.pairs: list[dict[str, str]] = []
        self.rewards: list[Optional[float]] = []
        self.batches: list[int] = []

    def add(self, completions: list[Any], answers: list[str], rewards: list[Optional[float]]) -> None:
        self.pairs += [{"reference": answer, "reply": one[-1]["content"]} for one, answer in zip(completions, answers)]
        self.rewards += rewards
        self.batches.append(len(rewards))


def train(folder: Path, reward: Any, *, before_step: Any = None) -> Any:
    """Trains a few steps from the same seed; gives the trainer."""
    from transformers import TrainerCallback, set_seed
    from trl import GRPOConfig, GRPOTrainer

    from sq_train.gguf_read import load_gguf_as_llama

    class BeforeStep(TrainerCallback):
        def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if before_step is not None:
                before_step(state.global_step)

    torch.set_num_threads(1)
    set_seed(5)
    model, tokenizer = load_gguf_as_llama(MODEL)
    config = GRPOConfig(
        output_dir=str(folder), max_steps=STEPS, per_device_train_batch_size=32, num_generations=8,
        max_completion_length=48, learning_rate=1e-4, logging_steps=1, save_strategy="no", report_to=[], seed=5,
        use_cpu=True, bf16=False, gradient_checkpointing=False, disable_tqdm=True, temperature=1.5,
    )
    trainer = GRPOTrainer(
        model=model, processing_class=tokenizer, args=config, reward_funcs=reward, train_dataset=make_dataset(),
        callbacks=[BeforeStep()],
    )
    trainer.train()
    return trainer


class RecordedReward(TrlReward):
    """The reward function, and a note of each call."""

    def __init__(self, client: Any, steps: Steps) -> None:
        super().__init__(client, reference="answer")
        self.steps = steps

    def __call__(self, prompts: Any = None, completions: Any = (), completion_ids: Any = None, **columns: Any) -> Any:
        rewards = super().__call__(prompts, completions, completion_ids, **columns)
        self.steps.add(completions, columns["answer"], rewards)
        return rewards


class RecordedAsyncReward(AsyncTrlReward):
    """The same as a coroutine; the trainer sees an instance, as users give it one."""

    def __init__(self, client: Any, steps: Steps) -> None:
        super().__init__(client, reference="answer")
        self.steps = steps

    async def __call__(self, prompts: Any = None, completions: Any = (), completion_ids: Any = None, **columns: Any) -> Any:
        rewards = await super().__call__(prompts, completions, completion_ids, **columns)
        self.steps.add(completions, columns["answer"], rewards)
        return rewards


def test_a_grpo_run_gets_the_rewards_of_the_library_and_loses_no_step_when_the_server_is_killed(tmp_path, caplog):
    server = RealVerifier()
    calm, hard = Steps(), Steps()
    try:
        trainer = train(tmp_path / "calm", RecordedReward(server.url, calm))
        log = [entry for entry in trainer.state.log_history if "rewards/verifier/mean" in entry]
        assert trainer.state.global_step == STEPS and len(log) == STEPS
        assert all(0 <= entry["verifier/undecided"] <= 1 for entry in log)
        assert calm.batches == [32] * STEPS
        assert calm.rewards == ask_library(calm.pairs)
        assert set(calm.rewards) == {0.0, 1.0, None}
        # The rewards taught something, and no None spoiled the gradient.
        assert all(math.isfinite(entry["grad_norm"]) for entry in log) and any(entry["grad_norm"] > 0 for entry in log)
        assert "The verifier is asked again" not in caplog.text

        # Again with the async reward, and a server that is killed before a step and is away when its rewards are due.
        servers = [server]
        threads: list[threading.Thread] = []

        def start_again() -> None:
            # Not before its rewards are due, and it is missed.
            ends = time.monotonic() + 50
            while "The verifier is asked again" not in caplog.text and time.monotonic() < ends:
                time.sleep(0.05)
            servers.append(RealVerifier(server.port))

        def kill_at_step_2(step: int) -> None:
            if step == 2:
                server.kill()
                threads.append(threading.Thread(target=start_again))
                threads[0].start()

        client = VerifierClient(server.url, deadline_s=120)
        try:
            again = train(tmp_path / "hard", RecordedAsyncReward(client, hard), before_step=kill_at_step_2)
        finally:
            for thread in threads:
                thread.join(60)
            servers[-1].kill()
        assert "The verifier is asked again" in caplog.text
        assert len(servers) == 2 and again.state.global_step == STEPS
        assert hard.pairs == calm.pairs and hard.rewards == calm.rewards
        for before, after in zip(trainer.model.parameters(), again.model.parameters()):
            assert torch.equal(before, after)
    finally:
        server.kill()
