"""The worker's GRPO on the embedded model, with the real server of the verifier as its reward."""

from __future__ import annotations

import copy
import os
import random
import re
import shutil
import signal
import socket
import threading
import time
from pathlib import Path
from typing import Any, Callable
from urllib.request import urlopen

import pytest
import torch
from real_verifier import REPOSITORY, RealVerifier, ask_library
from reward_server import ScriptedVerifier
from safetensors.torch import load_file
from test_resume import finish, read_lineage, wait_for_step

from conftest import RunFolder, hold_behind, make_config
from sq_train.checkpoints import list_complete
from sq_train.errors import ConfigError, DataError
from sq_train.kinds.grpo_rewards import has_boxed_answer

EMBEDDED = {"kind": "load", "path": str(REPOSITORY / "packages" / "models" / "embedded" / "nano-solver.gguf")}
GRPO = {
    "replies": 4, "maxReplyTokens": 40, "temperature": 1.0, "topP": 1.0, "klWeight": 0, "clipRange": 0.2, "loss": "grpo",
    "scaleRewards": "group", "verifier": {"deadlineSeconds": 60},
}
SETTINGS: dict[str, Any] = {
    "kind": "grpo", "promptWeight": None, "model": EMBEDDED, "tokenizer": EMBEDDED, "export": None,
    "maxTokens": 80, "batchSize": 16, "logEverySteps": 1, "checkpointEverySteps": 100,
    "optimizer": {"kind": "adamw", "learningRate": 0.001, "weightDecay": 0.0, "beta2": 0.98},
    "schedule": {"kind": "constant", "warmupSteps": 0, "finalShare": 1},
}


def make_sums(count: int, *, undecided: tuple[int, ...] = ()) -> list[dict[str, Any]]:
    """Sums that the embedded model gets right one time in five or so; the answers of some can be compared with nothing."""
    source = random.Random(1)
    rows = []
    for index in range(count):
        a, b = source.randint(3, 60), source.randint(2, 40)
        rows.append({"id": f"sum-{index}", "prompt": f"Compute ${a}+{b}$.", "answer": "x+" if index in undecided else str(a + b)})
    return rows


def settle(**grpo: Any) -> dict[str, Any]:
    return {**SETTINGS, "grpo": {**GRPO, **grpo}}


@pytest.fixture(autouse=True)
def named_server(monkeypatch, server):
    monkeypatch.setenv("SCALEQUEST_VERIFIER_URL", server.url)


def take_metric(run: RunFolder, name: str, kind: str = "log") -> list[float]:
    return [event["metrics"][name] for event in run.events(kind)]


def count_requests(server: RealVerifier) -> int:
    with urlopen(f"{server.url}/metrics") as answer:
        lines = re.findall(r'^scalequest_verifier_requests_total\{status="200"\} (\d+)', answer.read().decode(), re.M)
    return sum(map(int, lines))


def before_rewards(monkeypatch: pytest.MonkeyPatch, actions: dict[int, Callable[[Any], object]]) -> None:
    """Does something with the trainer when the replies of a step stand and its rewards are about to be asked for."""
    from sq_train.kinds.grpo import VerifiedTrainer

    original = VerifiedTrainer._calculate_rewards

    def act(self: Any, *arguments: Any) -> Any:
        actions.pop(self.state.global_step + 1, lambda trainer: None)(self)
        return original(self, *arguments)

    monkeypatch.setattr(VerifiedTrainer, "_calculate_rewards", act)


# What is learnt

# 12 steps of four prompts, and the prompts that are held out.
LEARNT_STEPS = 12
HELD = 24
CHOICES: dict[str, Any] = {
    **settle(replies=8, maxReplyTokens=24, formatReward=0.1, klWeight=0.05, loss="dapo"),
    "batchSize": 32,
    "maxSteps": LEARNT_STEPS,
    "evaluation": {"rows": HELD, "everySteps": 100},
    "optimizer": {"kind": "adamw", "learningRate": 0.0003, "weightDecay": 0.0, "beta2": 0.98},
}


def draw_choices(count: int, seed: int) -> list[tuple[str, int, int]]:
    source = random.Random(seed)
    pairs = [source.sample(range(10, 100), 2) for _ in range(count)]
    return [(f"Which comes first, ${a}$ or ${b}$?", a, b) for a, b in pairs]


def make_choices() -> list[dict[str, Any]]:
    """Prompts that name two numbers, of which the first is right."""
    prompts = enumerate(draw_choices(HELD + 4 * LEARNT_STEPS, seed=1))
    return [{"id": f"choice-{index}", "prompt": prompt, "answer": str(first)} for index, (prompt, first, _) in prompts]


@pytest.fixture(scope="module")
def undecided_model(tmp_path_factory):
    """The embedded model, taught to answer such a prompt with one of its two numbers, with either as often."""
    source = random.Random(3)
    rows = [
        {"id": f"choice-{index}", "prompt": prompt, "reply": f"The answer is $\\boxed{{{source.choice(numbers)}}}$."}
        for index, (prompt, *numbers) in enumerate(draw_choices(320, seed=2))
    ]
    run = RunFolder(
        tmp_path_factory.mktemp("sft") / "run", rows, model=EMBEDDED, tokenizer=EMBEDDED, export=None, promptWeight=0, batchSize=16,
        checkpointEverySteps=100, optimizer=SETTINGS["optimizer"], schedule={"kind": "linear", "warmupSteps": 2, "finalShare": 0.05},
    )
    assert run.run_here() == 0
    return {"kind": "load", "path": str(run.path / "out")}


@pytest.fixture(scope="module")
def trained(tmp_path_factory, server, undecided_model):
    """A run that learns to choose, and one that learns nothing, which tells what the model was worth before."""
    folder = tmp_path_factory.mktemp("grpo")
    settings = {**CHOICES, "model": undecided_model, "tokenizer": undecided_model}
    still = {**CHOICES["optimizer"], "learningRate": 1e-12}
    os.environ["SCALEQUEST_VERIFIER_URL"] = server.url
    before = RunFolder(folder / "before", make_choices(), **{**settings, "optimizer": still, "maxSteps": 1})
    run = RunFolder(folder / "run", make_choices(), **settings)
    assert before.run_here() == 0
    asked = count_requests(server)
    assert run.run_here() == 0
    return before, run, count_requests(server) - asked


def test_a_few_steps_raise_the_reward_on_held_out_prompts_above_that_of_the_model_at_the_start(trained):
    before, run, _ = trained
    # 24 prompts eight times. Either number is as likely at the start, so that a whole run rises by about a half.
    start, end = (take_metric(one, "rewards/verifier/mean", "eval")[0] for one in (before, run))
    assert end > start + 0.2


@pytest.mark.parametrize("loss", ["grpo", "dapo"])
def test_steps_in_parts_train_as_those_of_plain_trl_on_the_same_replies(make_run, monkeypatch, loss):
    """Two steps, so that the distance from the reference counts; and a gradient that is clipped."""
    from datasets import Dataset
    from sq_train.gguf_read import load_gguf_as_llama
    from sq_train.kinds.grpo import VerifiedTrainer
    from trl import GRPOConfig, GRPOTrainer
    from trl.trainer.utils import add_fused_lm_head

    steps: list[dict[str, Any]] = []
    generate, reward = VerifiedTrainer._generate_single_turn, VerifiedTrainer._calculate_rewards

    def note_replies(self: Any, ids: Any, *arguments: Any, **settings: Any) -> Any:
        replies = generate(self, ids, *arguments, **settings)
        steps.append({"ids": ids, "replies": replies[0]})
        return replies

    def note_rewards(self: Any, inputs: Any, prompts: Any, *arguments: Any) -> Any:
        steps[-1].update(prompts=prompts, rewards=reward(self, inputs, prompts, *arguments).clone())
        return steps[-1]["rewards"].clone()

    monkeypatch.setattr(VerifiedTrainer, "_generate_single_turn", note_replies)
    monkeypatch.setattr(VerifiedTrainer, "_calculate_rewards", note_rewards)
    options = settle(loss=loss, formatReward=0.5, temperature=1.3, klWeight=0.5)
    run = make_run(rows=make_sums(8), **options, maxSteps=2, microBatchSize=6, gradientClip=0.4)
    assert run.run_here() == 0

    class Replayed(GRPOTrainer):
        def _tokenize_prompts(self, prompts: Any) -> Any:
            return steps[self.state.global_step]["ids"], None, {}

        def _generate_single_turn(self, *arguments: Any, **settings: Any) -> Any:
            return steps[self.state.global_step]["replies"], None

        def _calculate_rewards(self, *arguments: Any) -> Any:
            return steps[self.state.global_step]["rewards"]

        def _get_train_sampler(self, dataset: Any = None) -> Any:
            return range(2 * 16)

    def unused(completions: Any, **columns: Any) -> list[float]:
        return [0.0] * len(completions)

    model, tokenizer = load_gguf_as_llama(Path(EMBEDDED["path"]))
    start, reference = copy.deepcopy(model.state_dict()), copy.deepcopy(model).eval()
    plain = Replayed(
        model=model, processing_class=tokenizer, reward_funcs=[unused, unused],
        train_dataset=Dataset.from_list([{"prompt": prompt} for step in steps for prompt in step["prompts"]]),
        args=GRPOConfig(
            output_dir=str(run.path / "plain"), max_steps=2, per_device_train_batch_size=16, num_generations=4, max_completion_length=40,
            temperature=1.3, loss_type=loss, epsilon=0.2, reward_weights=[1.0, 0.5], beta=0.0, max_grad_norm=0.4, learning_rate=0.001,
            weight_decay=0.0, adam_beta2=0.98, lr_scheduler_type="constant", logging_steps=1, save_strategy="no", report_to=[],
            use_cpu=True, bf16=False, gradient_checkpointing=False, disable_tqdm=True, shuffle_dataset=False,
        ),
    )
    # TRL loads a reference by name only.
    add_fused_lm_head(reference, temperature=1.3)
    plain.ref_model, plain.beta = reference, 0.5
    plain.train()

    logs = [entry for entry in plain.state.log_history if "grad_norm" in entry]
    assert take_metric(run, "kl")[-1] > 0.001
    for ours, theirs in zip(run.events("log"), logs, strict=True):
        assert ours["gradNorm"] == pytest.approx(theirs["grad_norm"], rel=0.01) and theirs["grad_norm"] > 0
        assert ours["loss"] == pytest.approx(theirs["loss"], rel=0.01, abs=1e-5)
    trained = load_file(run.path / "out" / "model.safetensors")
    ended = plain.model.state_dict()
    apart = sum(float((weight - ended[name]).square().sum()) for name, weight in trained.items())
    moved = sum(float((weight - start[name]).square().sum()) for name, weight in trained.items())
    assert 0 < moved and apart < 1e-4 * moved


def test_the_verifier_is_asked_once_a_step(trained):
    # The canary, all references, the steps, the held prompts four at a time, and the first look at the counters.
    assert trained[2] == 2 + LEARNT_STEPS + HELD // 4 + 1


def test_the_log_tells_rewards_distance_lengths_and_tokens(trained):
    _, run, _ = trained
    logs = run.events("log")
    assert [event["step"] for event in logs] == list(range(1, LEARNT_STEPS + 1))
    for event in logs:
        metrics = event["metrics"]
        assert metrics["reward"] == pytest.approx(metrics["rewards/verifier/mean"] + 0.1 * metrics["rewards/form/mean"], abs=1e-5)
        assert {"reward_std", "completions/mean_length", "completions/clipped_ratio", "entropy"} < set(metrics)
        assert metrics["verifier/undecided"] == 0
    # In the first step the model is the reference still.
    assert abs(logs[0]["metrics"]["kl"]) < 1e-6 and logs[-1]["metrics"]["kl"] > 1e-4
    prompts = run.events("data")[0]["tokens"]
    lengths = [32 * metrics for metrics in take_metric(run, "completions/mean_length")]
    assert sum(lengths) < logs[-1]["tokens"] < sum(lengths) + 8 * prompts
    assert run.events("done")[0]["metrics"]["tokens"] == logs[-1]["tokens"]
    assert run.events("start")[0]["totalTokens"] is None


def test_each_log_comes_with_a_prompt_of_the_step_a_reply_and_its_reward(trained):
    _, run, _ = trained
    rows, lineage = make_choices(), read_lineage(run)
    samples = run.events("sample")
    assert [event["step"] for event in samples] == list(range(1, LEARNT_STEPS + 1))
    asked = [{rows[row]["prompt"]: rows[row]["answer"] for row in lineage[event["step"]]} for event in samples]
    pairs = [{"reference": answers[event["prompt"]], "reply": event["reply"]} for event, answers in zip(samples, asked)]
    for event, verdict in zip(samples, ask_library(pairs), strict=True):
        assert event["reward"] == pytest.approx(verdict + 0.1 * has_boxed_answer(event["reply"]))


@pytest.mark.parametrize("loss", ["grpo", "dr_grpo", "dapo"])
def test_a_step_in_unequal_parts_trains_like_one_in_one_part(make_run, loss):
    # Sixteen replies, of which four have no reward, in parts of six, five and five.
    rows = make_sums(4, undecided=(2,))
    settings = {**settle(loss=loss, formatReward=0.5, temperature=1.5), "maxSteps": 1}
    whole, parts = make_run("whole", rows, **settings), make_run("parts", rows, **settings, microBatchSize=6)
    assert whole.run_here() == 0 and parts.run_here() == 0
    one, other = whole.events("log")[0], parts.events("log")[0]
    assert one["gradNorm"] > 0 and other["gradNorm"] == pytest.approx(one["gradNorm"], rel=1e-4)
    assert other["loss"] == pytest.approx(one["loss"], rel=1e-4, abs=1e-6)


def test_replies_that_cannot_be_judged_are_left_out_whatever_else_they_earn(make_run):
    run = make_run(rows=make_sums(4, undecided=(1, 3)), **{**settle(formatReward=0.5, klWeight=0.5, replies=16), "epochs": 2})
    assert run.run_here() == 0
    warning = run.events("warning")[0]
    assert warning["code"] == "undecided-answers" and "2 of 4" in warning["message"] and "sum-1" in warning["message"]
    for log, sample in zip(run.events("log"), run.events("sample")):
        is_left_out = read_lineage(run)[log["step"]][0] in (1, 3)
        assert log["metrics"]["verifier/undecided"] == is_left_out
        assert ("reward" in log["metrics"]) != is_left_out and (sample["reward"] is None) == is_left_out
        if is_left_out:
            assert log["gradNorm"] == 0 == log["loss"]
    # In the second epoch the model is not its reference any more.
    assert all(log["gradNorm"] > 0 for log in run.events("log")[4:] if log["metrics"]["verifier/undecided"] == 0)


# Interruptions

STEPS = 6
RESUMED = {**settle(klWeight=0.05), "checkpointEverySteps": 2}


def make_resumed_rows() -> list[dict[str, Any]]:
    """Five steps of four prompts, and one of two."""
    return make_sums(22)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, server):
    os.environ["SCALEQUEST_VERIFIER_URL"] = server.url
    run = RunFolder(tmp_path_factory.mktemp("grpo") / "undisturbed", make_resumed_rows(), **RESUMED)
    assert run.run_here() == 0
    return run


def check_equal_to(run: RunFolder, undisturbed: RunFolder) -> None:
    assert run.events("done")[-1]["step"] == STEPS
    lineage = read_lineage(run)
    assert lineage == read_lineage(undisturbed)
    assert sorted(sum(lineage.values(), [])) == list(range(22))
    ours, theirs = (load_file(one.path / "out" / "model.safetensors") for one in (run, undisturbed))
    assert all(torch.equal(ours[name], weight) for name, weight in theirs.items())
    assert run.events("log")[-1]["tokens"] == undisturbed.events("log")[-1]["tokens"]


def test_a_cancelled_run_goes_on_at_the_same_prompts_with_the_same_replies(make_run, undisturbed, monkeypatch):
    run = make_run(rows=make_resumed_rows(), **RESUMED)
    before_rewards(monkeypatch, {3: lambda trainer: os.kill(os.getpid(), signal.SIGTERM)})
    assert run.run_here() == 143
    assert run.events("cancelled")[0]["step"] == 3
    assert run.run_here() == 0
    assert run.events("start")[-1]["resumeFrom"] == 3
    check_equal_to(run, undisturbed)


def test_a_killed_run_goes_on_from_its_last_checkpoint_and_ends_like_an_undisturbed_one(make_run, undisturbed):
    run = make_run(rows=make_resumed_rows(), **RESUMED)
    process = run.fork(hold_behind(3, run.path / "control" / "never"))
    wait_for_step(run, process, 3, seconds=120)
    os.killpg(process.pid, signal.SIGKILL)
    assert finish(process) == -signal.SIGKILL
    last = list_complete(run.path / "checkpoints")[0].step
    assert 2 <= last < STEPS
    assert run.run_here() == 0
    assert run.events("start")[-1]["resumeFrom"] == last
    check_equal_to(run, undisturbed)


def test_a_server_that_comes_back_costs_no_step_and_one_that_stays_away_none_that_is_done(make_run, undisturbed, monkeypatch, server):
    servers = [RealVerifier()]
    threads: list[threading.Thread] = []

    def come_back() -> None:
        # Not before it is missed.
        ends = time.monotonic() + 60
        while not run.events("warning") and time.monotonic() < ends:
            time.sleep(0.02)
        servers.append(RealVerifier(servers[0].port))

    def restart(trainer: Any) -> None:
        servers[-1].kill()
        threads.append(threading.Thread(target=come_back))
        threads[-1].start()

    def stay_away(trainer: Any) -> None:
        threads[-1].join(60)
        servers[-1].kill()
        trainer.reward_funcs[0]._get_client().deadline_s = 4

    monkeypatch.setenv("SCALEQUEST_VERIFIER_URL", servers[0].url)
    run = make_run(rows=make_resumed_rows(), **RESUMED)
    before_rewards(monkeypatch, {2: restart, 4: stay_away})
    try:
        assert run.run_here() == 1
        messages = [event["message"] for event in run.events("warning") if event["code"] == "verifier"]
        assert "asked again" in messages[0] and "answers again" in messages[1] and "asked again" in messages[2]
        error = run.events("error")[0]
        assert error["class"] == "io" and error["retryable"] is True and "scalequest serve verifier" in error["message"]
        # Not only the checkpoint of step 2, which was due.
        assert list_complete(run.path / "checkpoints")[0].step == 3

        # Elsewhere, and away again in the middle of a step that is cancelled.
        servers.append(RealVerifier())
        monkeypatch.setenv("SCALEQUEST_VERIFIER_URL", servers[-1].url)

        def leave(trainer: Any) -> None:
            servers[-1].kill()
            os.kill(os.getpid(), signal.SIGTERM)

        before_rewards(monkeypatch, {5: leave})
        assert run.run_here() == 143
        assert run.events("cancelled")[0]["step"] == 4 == list_complete(run.path / "checkpoints")[0].step

        monkeypatch.setenv("SCALEQUEST_VERIFIER_URL", server.url)
        assert run.run_here() == 0
        assert [event["resumeFrom"] for event in run.events("start")] == [None, 3, 4]
    finally:
        for thread in threads:
            thread.join(60)
        servers[-1].kill()
    lineage = read_lineage(run)
    assert lineage == read_lineage(undisturbed)
    ours, theirs = (load_file(one.path / "out" / "model.safetensors") for one in (run, undisturbed))
    assert all(torch.equal(ours[name], weight) for name, weight in theirs.items())


# What is refused


def test_a_finished_run_whose_model_is_gone_needs_no_server(undisturbed, monkeypatch):
    (undisturbed.path / "out").rename(undisturbed.path / "kept")
    monkeypatch.delenv("SCALEQUEST_VERIFIER_URL")
    try:
        assert undisturbed.run_here() == 0
        ours, theirs = (load_file(undisturbed.path / name / "model.safetensors") for name in ("out", "kept"))
        assert all(torch.equal(ours[name], weight) for name, weight in theirs.items())
    finally:
        shutil.rmtree(undisturbed.path / "out", ignore_errors=True)
        (undisturbed.path / "kept").rename(undisturbed.path / "out")


def run_refused(run: RunFolder) -> tuple[int, str, str]:
    code = run.run_here()
    error = run.events("error")[0]
    # Nothing slow was begun.
    assert not run.events("start")
    return code, error["class"], error["message"]


def test_without_the_address_of_a_server_nothing_begins(make_run, monkeypatch):
    monkeypatch.delenv("SCALEQUEST_VERIFIER_URL")
    code, kind, message = run_refused(make_run(rows=make_sums(4), **settle()))
    assert (code, kind) == (2, "config") and "grpo.verifier.url" in message and "scalequest serve verifier" in message


def test_a_server_that_cannot_tell_right_from_wrong_is_refused(make_run):
    other = ScriptedVerifier()
    try:
        run = make_run(rows=make_sums(4), **settle(verifier={"url": other.url, "deadlineSeconds": 5}))
        code, kind, message = run_refused(run)
    finally:
        other.kill()
    assert (code, kind) == (2, "config") and "does not tell right from wrong" in message and "0.0 and 0.0" in message


def test_what_is_no_verifier_is_refused(make_run):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    run = make_run(rows=make_sums(4), **settle(verifier={"url": f"http://127.0.0.1:{port}", "deadlineSeconds": 0.5}))
    code, kind, message = run_refused(run)
    assert (code, kind) == (1, "io") and run.events("error")[0]["retryable"] is True and f":{port}" in message


def test_a_server_that_wants_a_token_is_told_of(make_run, monkeypatch):
    guarded = RealVerifier(SCALEQUEST_SERVER_TOKEN="open-sesame")
    monkeypatch.setenv("SCALEQUEST_VERIFIER_URL", guarded.url)
    try:
        code, kind, message = run_refused(make_run("without", make_sums(4), **settle()))
        assert (code, kind) == (2, "config") and "SCALEQUEST_VERIFIER_TOKEN" in message
        monkeypatch.setenv("SCALEQUEST_VERIFIER_TOKEN", "open-sesame")
        assert make_run("with", make_sums(4), **settle(), maxSteps=1).run_here() == 0
    finally:
        guarded.kill()


def test_answers_of_which_none_can_be_checked_are_refused(make_run):
    code, kind, message = run_refused(make_run(rows=make_sums(3, undecided=(0, 1, 2)), **settle()))
    assert (code, kind) == (1, "data") and "None of the 3 answers" in message and "sum-0" in message


@pytest.mark.parametrize(
    ("changes", "grpo", "words"),
    [
        ({"batchSize": 6, "gradientAccumulation": 3}, {}, "make it 20"),
        ({}, {"maxReplyTokens": 80}, "maxTokens 80"),
        ({"template": {"kind": "question"}}, {}, "kind 'question'"),
    ],
)
def test_settings_that_do_not_fit_each_other_are_refused(make_run, changes, grpo, words):
    code, kind, message = run_refused(make_run(rows=make_sums(4), **{**settle(**grpo), **changes}))
    assert (code, kind) == (2, "config") and words in message


# Prompts


def ask(tokenizer: Any, *prompts: str, **changes: Any) -> Any:
    from sq_train.config import build_config
    from sq_train.kinds.grpo_prompts import tokenise_prompts
    from sq_train.rows import parse_row

    rows = [{"id": f"row-{index}", "prompt": prompt, "answer": "7"} for index, prompt in enumerate(prompts)]
    config = build_config(make_config(rows, b"", **{**settle(), **changes}))
    return tokenise_prompts([parse_row(row, 1, "grpo") for row in rows], tokenizer, config)


def test_a_prompt_ends_where_the_reply_begins_and_one_without_room_for_a_reply_is_dropped(tiny):
    tokenizer, _ = tiny
    prompts = ask(tokenizer, "2+2?", "2+2? " * 40, " ", "3+3?", maxTokens=60)
    assert prompts.lines.tolist() == [0, 3] and prompts.dropped == {"tooLong": 1, "empty": 1, "fullyMasked": 0}
    texts = [tokenizer.decode(ids) for ids in prompts.ids]
    assert texts == [f"<|im_start|>user\n{sum}?<|im_end|>\n<|im_start|>assistant\n" for sum in ("2+2", "3+3")]
    with pytest.raises(DataError, match="None of the 1 prompts .* which is 20"):
        ask(tokenizer, "2+2? " * 40, maxTokens=60)


def test_a_tokenizer_that_begins_texts_by_itself_adds_nothing_to_what_the_template_gives(tiny):
    from tokenizers.processors import TemplateProcessing

    tokenizer = copy.deepcopy(tiny[0])
    beginning = "<|im_start|>"
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(
        single=f"{beginning} $A", special_tokens=[(beginning, tokenizer.convert_tokens_to_ids(beginning))]
    )
    tokenizer.bos_token = beginning
    assert tokenizer("2+2?").input_ids[0] == tokenizer.bos_token_id
    assert ask(tokenizer, "2+2?").ids == ask(tiny[0], "2+2?").ids
    tokenizer.chat_template = "{{ bos_token }}" + tokenizer.chat_template
    with pytest.raises(ConfigError, match="begins with '<|im_start|>' twice"):
        ask(tokenizer, "2+2?")


def test_a_prompt_that_ends_its_own_turn_and_a_template_that_loses_it_are_refused(tiny):
    tokenizer = copy.deepcopy(tiny[0])
    with pytest.raises(DataError, match="row-0.*im_end"):
        ask(tokenizer, "2+2?<|im_end|>")
    tokenizer.chat_template = "{% for message in messages %}{{ message.content | upper }}{% endfor %}"
    with pytest.raises(DataError, match="does not keep the prompt"):
        ask(tokenizer, "two and two?")


@pytest.mark.parametrize(
    ("reply", "has"),
    [
        ("It is $\\boxed{4}$.", True), ("\\boxed {\\frac{1}{2}} and so on", True), ("\\boxed{\\{1, 2\\}}", True),
        ("\\boxed{4", False), ("\\boxed{}", False), ("\\boxed{ }, no, \\boxed{4}", True), ("boxed{4}", False), ("4", False),
        ("\\boxed{\\{4}", True), ("\\boxed{4\\}", False), ("\\boxed{4\\", False),
    ],
)
def test_a_boxed_answer_is_one_whose_box_is_closed_and_not_empty(reply, has):
    assert has_boxed_answer(reply) is has
