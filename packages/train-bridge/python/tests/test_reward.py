"""The reward client against a scripted server: what it sends, what it survives, what it refuses."""

from __future__ import annotations

import ast
import asyncio
import importlib.util
import inspect
import json
import multiprocessing
import os
import pickle
import random
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from email.utils import formatdate
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import reward_server as scripted
from ports import find_port
from reward_server import ScriptedVerifier

import scalequest_reward
from scalequest_reward import (
    AsyncTrlReward,
    BadAnswer,
    BadInput,
    DeadlinePassed,
    Refused,
    TrlReward,
    VerifierClient,
    async_compute_score,
    async_trl_reward,
    compute_score,
    compute_score_batch,
    trl_reward,
)

MODULE = Path(scalequest_reward.__file__)


@pytest.fixture
def server():
    one = ScriptedVerifier()
    yield one
    one.kill()


@pytest.fixture(params=["threads", "asyncio"])
def ask(request):
    """Gives ask(client, references, replies): the rewards, by either half of the client."""

    def ask(client: VerifierClient, references: list[Any], replies: list[str]) -> Any:
        if request.param == "threads":
            return client.rewards(references, replies)
        return asyncio.run(client.async_rewards(references, replies))

    return ask


def make_step(count: int) -> tuple[list[str], list[str], list[float | None]]:
    """References and replies of every kind, and the rewards they deserve."""
    references = ["?" if index % 7 == 3 else str(index) for index in range(count)]
    replies = [str(index if index % 3 else -1) for index in range(count)]
    rewards = [None if index % 7 == 3 else float(bool(index % 3)) for index in range(count)]
    return references, replies, rewards


@pytest.fixture
def pauses(monkeypatch):
    """The pauses that clients make, in seconds."""
    made: list[float] = []
    next_pause_s = scalequest_reward._Retries.next_pause_s

    def note(self: Any, failure: Any) -> float:
        made.append(next_pause_s(self, failure))
        return made[-1]

    monkeypatch.setattr(scalequest_reward._Retries, "next_pause_s", note)
    return made


def list_waits(server: ScriptedVerifier) -> list[float]:
    """The time from each request to the next one."""
    times = [one["at"] for one in server.seen]
    return [later - earlier for earlier, later in zip(times, times[1:])]


# Requests


def test_a_step_is_one_request_and_its_rewards_come_in_order(server, ask):
    references, replies, rewards = make_step(500)
    assert ask(VerifierClient(server.url), references, replies) == rewards
    assert server.sizes() == [500]


def test_connections_are_kept(server):
    with VerifierClient(server.url) as client:
        for _ in range(5):
            client.rewards(["1"], ["1"])

    async def run() -> None:
        async with VerifierClient(server.url) as other:
            for _ in range(5):
                await other.async_rewards(["1"], ["1"])

    asyncio.run(run())
    ports = [one["port"] for one in server.seen]
    assert len(set(ports[:5])) == 1 and len(set(ports[5:])) == 1


def test_a_step_over_the_limit_takes_as_few_requests_as_the_limit_allows(server, ask):
    references, replies, rewards = make_step(250)
    assert ask(VerifierClient(server.url, max_items=100), references, replies) == rewards
    assert sorted(server.sizes()) == [50, 100, 100]


def test_a_step_is_cut_by_bytes_too(server, ask):
    # In bytes, not in characters: each of these takes two.
    replies = ["\\π" * 250] * 10
    assert ask(VerifierClient(server.url, max_bytes=3200), ["1"] * 10, replies) == [0.0] * 10
    assert max(len(one["body"]) for one in server.seen) <= 3200 + len('{"items":[]}')
    assert len(server.seen) == 4


@pytest.mark.parametrize("status", [413, 422])
def test_a_request_that_is_too_large_is_halved_and_the_limit_remembered(server, ask, status):
    server.max_items, server.items_status = 100, status
    references, replies, rewards = make_step(300)
    client = VerifierClient(server.url)
    assert ask(client, references, replies) == rewards
    server.seen.clear()
    assert ask(client, references, replies) == rewards
    assert sorted(server.sizes()) == [75, 75, 75, 75]


def test_long_replies_teach_a_limit_in_bytes_and_leave_the_number_of_items(server, ask):
    server.max_bytes = 10_000
    client = VerifierClient(server.url)
    assert ask(client, ["7"] * 2, ["7" * 8000] * 2) == [0.0] * 2
    server.seen.clear()
    assert ask(client, ["7"] * 200, ["7"] * 200) == [1.0] * 200
    assert len(server.seen) == 1
    assert ask(client, ["7"] * 4, ["7" * 3000] * 4) == [0.0] * 4
    assert server.sizes()[1:] == [2, 2]


def test_a_reply_over_the_limit_on_its_own_earns_0_and_stops_nothing(server, ask):
    server.max_bytes = 2000
    client = VerifierClient(server.url)
    giant = "7" * 3000
    assert ask(client, ["7", "?", "7", "7"], [giant, giant, "7", "8"]) == [0.0, None, 1.0, 0.0]
    assert client.max_items == 10_000
    with pytest.raises(Refused):
        ask(client, [giant], ["7"])


def test_nothing_to_ask_sends_nothing(server, ask):
    client = VerifierClient(server.url)
    assert ask(client, [], []) == []
    assert ask(client, [None, None], ["1", "2"]) == [None, None]
    assert server.seen == []


def test_a_missing_reference_gives_none_and_leaves_the_others_in_place(server, ask):
    client = VerifierClient(server.url)
    assert ask(client, [None, "1", None, "2", 3], ["1", "1", "2", "1", "3"]) == [None, 1.0, None, 0.0, 1.0]


def test_a_reference_that_pandas_lost_counts_as_missing(server, ask):
    assert ask(VerifierClient(server.url), [float("nan"), 0.5, "1"], ["nan", "0.5", "1"]) == [None, 1.0, 1.0]


def test_options_and_the_token_go_with_every_request(server, ask):
    client = VerifierClient(f"{server.url}/", token="secret", options={"preset": "benchmark"})
    ask(client, ["1"], ["1"])
    assert json.loads(server.seen[0]["body"]) == {"preset": "benchmark", "items": [{"reference": "1", "reply": "1"}]}
    assert server.seen[0]["headers"]["Authorization"] == "Bearer secret"
    assert "secret" not in repr(client)


def test_text_of_any_kind_arrives_as_it_is(server, ask):
    texts = ["π ≈ 3,14", "\u0000", "\\frac{1}{2}\n", '"', "😀"]
    assert ask(VerifierClient(server.url), texts, texts) == [1.0] * 5
    # Half of a surrogate pair, as a decoder of broken tokens can give it.
    assert ask(VerifierClient(server.url), ["\ud83d"], ["\ud83d"]) == [1.0]


def test_a_body_in_chunks_is_read_and_the_connection_kept(server):
    server.script = [scripted.answer_in_chunks, scripted.answer]
    references, replies, rewards = make_step(20)

    async def run() -> None:
        async with VerifierClient(server.url) as client:
            for _ in range(2):
                assert await client.async_rewards(references, replies) == rewards

    asyncio.run(run())
    assert len({one["port"] for one in server.seen}) == 1


def test_an_unasked_continue_is_passed_over(server, ask):
    def continue_and_answer(handler: Any, body: bytes) -> None:
        handler.send_response_only(100)
        handler.end_headers()
        scripted.answer(handler, body)

    server.script = [continue_and_answer]
    assert ask(VerifierClient(server.url), ["1"], ["1"]) == [1.0]
    assert len(server.seen) == 1


# What goes wrong


@pytest.mark.parametrize("fault", [
    scripted.drop_before, scripted.drop_in_the_middle, scripted.refuse(429), scripted.refuse(503),
    scripted.refuse(500), scripted.refuse(502), scripted.refuse(504), scripted.hang(0.8),
], ids=["drop", "middle", "429", "503", "500", "502", "504", "hang"])
def test_a_passing_fault_costs_no_reward(server, ask, fault):
    server.script = [fault, fault]
    references, replies, rewards = make_step(30)
    client = VerifierClient(server.url, request_timeout_s=0.5, deadline_s=30)
    assert ask(client, references, replies) == rewards
    # Two faults and an answer; on a busy machine that may come late, too.
    assert len(server.sizes()) >= 3 and set(server.sizes()) == {30}


def test_a_connection_that_the_server_let_go_is_opened_again_without_a_pause(server):
    server.script = [scripted.answer_and_hang_up] * 6
    client = VerifierClient(server.url, deadline_s=10)
    for _ in range(3):
        assert client.rewards(["1"], ["1"]) == [1.0]
        time.sleep(0.02)

    async def run() -> None:
        for _ in range(3):
            assert await client.async_rewards(["1"], ["1"]) == [1.0]
            await asyncio.sleep(0.02)

    asyncio.run(run())
    assert len(server.seen) == 6


def test_the_pause_that_the_server_asks_for_is_kept(server, ask, pauses):
    server.script = [scripted.refuse(429, Retry_After="1"), scripted.refuse(503, Retry_After="0.3")]
    assert ask(VerifierClient(server.url), ["1"], ["1"]) == [1.0]
    assert 1 <= pauses[0] <= 1.1 and 0.3 <= pauses[1] <= 0.33
    # On a busy machine they may take longer.
    assert [wait >= pause - 0.01 for wait, pause in zip(list_waits(server), pauses, strict=True)] == [True, True]


def test_a_pause_can_be_asked_for_as_a_date_and_nonsense_asks_for_none():
    read = scalequest_reward._read_retry_after
    soon = formatdate(time.time() + 60, usegmt=True)
    assert 50 < read(soon) <= 60
    assert read("2") == 2
    for text in (None, "", "soon", "-5", "nan", "Mon, 01 Jan 1990 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00"):
        assert read(text) == 0


def test_pauses_grow_and_differ(server, pauses):
    server.script = [scripted.refuse(503)] * 4
    VerifierClient(server.url).rewards(["1"], ["1"])
    assert all(wait >= pause - 0.01 for wait, pause in zip(list_waits(server), pauses, strict=True))
    assert pauses[3] > pauses[0] and pauses[3] >= 0.4
    assert len({round(pause / 2**index, 5) for index, pause in enumerate(pauses)}) == 4


def test_a_server_that_is_away_gives_two_lines_of_log_however_many_ask(server, caplog):
    server.script = [scripted.refuse(503)] * 30

    async def run() -> None:
        client = VerifierClient(server.url)
        await asyncio.gather(*(client.async_rewards(["1"], ["1"]) for _ in range(30)))

    asyncio.run(run())
    # Two; on a busy machine the server may seem to go more than once.
    assert 2 <= len(caplog.records) <= 8
    assert "503" in caplog.records[0].getMessage() and "answers again" in caplog.records[-1].getMessage()


def test_the_jitter_leaves_the_seeded_chance_of_a_run_alone(server):
    random.seed(7)
    wanted = random.random()
    random.seed(7)
    server.script = [scripted.refuse(503)]
    VerifierClient(server.url).rewards(["1"], ["1"])
    assert random.random() == wanted


def test_a_pause_past_the_deadline_throws_at_once(server, ask):
    server.script = [scripted.refuse(429, Retry_After="3600")]
    start = time.monotonic()
    with pytest.raises(DeadlinePassed, match="429"):
        ask(VerifierClient(server.url, deadline_s=30), ["1"], ["1"])
    assert time.monotonic() - start < 15


def test_a_server_that_never_comes_is_given_up_at_the_deadline(ask):
    client = VerifierClient(f"http://127.0.0.1:{find_port()}", deadline_s=1)
    start = time.monotonic()
    with pytest.raises(DeadlinePassed, match="scalequest serve verifier") as caught:
        ask(client, ["1"], ["1"])
    assert 0.2 < time.monotonic() - start < 20
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)
    assert caught.value.code == "deadline-passed"


def test_a_server_that_drips_cannot_stretch_the_deadline(server, ask):
    # Each drips for half a minute.
    server.script = [scripted.drip] * 20
    start = time.monotonic()
    with pytest.raises(DeadlinePassed):
        ask(VerifierClient(server.url, deadline_s=1), ["1"], ["1"])
    assert time.monotonic() - start < 15


def test_a_request_that_breaks_the_server_is_not_asked_until_the_deadline(server, ask):
    server.script = [scripted.refuse(500)] * 20
    with pytest.raises(DeadlinePassed, match="500"):
        ask(VerifierClient(server.url, deadline_s=60), ["1"], ["1"])
    assert len(server.seen) == 5


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 301])
def test_a_wrong_request_is_sent_once(server, ask, status):
    server.script = [scripted.refuse(status)] * 5
    with pytest.raises(Refused) as caught:
        ask(VerifierClient(server.url, token="secret"), ["1"], ["1"])
    assert caught.value.status == status
    assert len(server.seen) == 1
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("body", [
    b"<html>", {}, [], {"items": []}, {"items": [{"verdict": "equal"}]}, {"items": [{"verdict": "equal", "reward": "1"}]},
    {"items": None}, {"items": [None]}, {"items": [{"verdict": "equal", "reward": 7}]},
    {"items": [{"verdict": "equal", "reward": float("nan")}]}, b"[" * 100_000,
], ids=lambda body: repr(body)[:60])
def test_what_is_no_verifier_is_named_so(server, ask, body):
    server.script = [scripted.say(body)]
    with pytest.raises(BadAnswer):
        ask(VerifierClient(server.url), ["1"], ["1"])


def test_an_item_that_the_server_cannot_read_is_named(server, ask):
    server.script = [scripted.say({"items": [scripted.judge({"reference": "1", "reply": "1"}), {"error": {"code": "BAD_ITEM"}}]})]
    with pytest.raises(Refused, match="item 1 .*BAD_ITEM"):
        ask(VerifierClient(server.url), ["1", "1"], ["1", "1"])


def test_one_failed_part_of_a_step_ends_the_requests_of_the_others(server, ask):
    server.script = [scripted.hang(30), scripted.refuse(403), scripted.hang(30)]
    start = time.monotonic()
    with pytest.raises(Refused):
        ask(VerifierClient(server.url, max_items=1), ["1"] * 3, ["1"] * 3)
    assert time.monotonic() - start < 15


def test_one_failed_part_of_a_step_ends_the_others(server, ask):
    server.script = [scripted.refuse(429, Retry_After="20"), scripted.refuse(403), scripted.refuse(429, Retry_After="20")]
    start = time.monotonic()
    with pytest.raises(Refused):
        ask(VerifierClient(server.url, max_items=1), ["1"] * 3, ["1"] * 3)
    assert time.monotonic() - start < 15


@pytest.mark.parametrize("turns", range(8))
def test_a_part_that_is_put_off_while_another_fails_does_not_wait_for_its_pause(monkeypatch, turns):
    client = VerifierClient("http://127.0.0.1:9", max_items=1)

    async def ask_in_turn(items, call):
        if items[0]["reference"] == "later":
            for _ in range(turns):
                await asyncio.sleep(0)
            raise scalequest_reward._Again("429", retry_after_s=20)
        await asyncio.sleep(0)
        raise Refused("403")

    monkeypatch.setattr(client, "_ask_in_turn", ask_in_turn)
    start = time.monotonic()
    with pytest.raises(Refused):
        asyncio.run(client.async_rewards(["now", "later"], ["1", "1"]))
    assert time.monotonic() - start < 15


@pytest.mark.parametrize("call", [
    lambda client: client.rewards(["1"], ["1", "2"]),
    lambda client: client.rewards("12", ["1", "2"]),
    lambda client: client.rewards([["1"]], ["1"]),
    lambda client: client.rewards([True], ["1"]),
    lambda client: client.rewards(["1", "2"], "12"),
    lambda client: client.rewards(None, ["1"]),
    lambda client: client.rewards(["1"], [None]),
    lambda client: client.verify([{"reference": "1"}]),
    lambda client: client.verify([{"reference": "1", "reply": "1", "candidate": "1"}]),
    lambda client: VerifierClient("127.0.0.1:80"),
    lambda client: VerifierClient("http://me:secret@host"),
    lambda client: VerifierClient("http://me:secret@host:port"),
    lambda client: VerifierClient("http://127.0.0.1:99999"),
    lambda client: VerifierClient("http://127.0.0.1:0"),
    lambda client: VerifierClient("http://[::1"),
    lambda client: VerifierClient(f"{client.url}?preset=strict"),
    lambda client: VerifierClient(client.url, deadline_s=0),
    lambda client: VerifierClient(client.url, deadline_s=float("nan")),
    lambda client: VerifierClient(client.url, deadline_s="600"),
    lambda client: VerifierClient(client.url, options={"fuel": {1, 2}}),
    lambda client: VerifierClient(client.url, options=["strict"]),
    lambda client: VerifierClient(client.url, token="a\nb"),
])
def test_a_wrong_call_is_refused_before_anything_is_sent(server, call):
    with pytest.raises(BadInput) as caught:
        call(VerifierClient(server.url))
    assert "secret" not in str(caught.value)
    assert server.seen == []


def test_an_infinite_setting_means_no_limit(server, ask):
    names = ("deadline_s", "request_timeout_s", "max_items", "max_bytes", "max_connections")
    client = VerifierClient(server.url, **dict.fromkeys(names, float("inf")))
    assert ask(client, ["1"] * 3, ["1"] * 3) == [1.0] * 3
    assert server.sizes() == [3]


def test_without_a_url_the_error_says_how_to_name_one(monkeypatch):
    monkeypatch.delenv("SCALEQUEST_VERIFIER_URL", raising=False)
    with pytest.raises(BadInput, match="SCALEQUEST_VERIFIER_URL"):
        VerifierClient()


def test_errors_come_back_whole_from_another_process():
    error = pickle.loads(pickle.dumps(Refused("no", 403)))
    assert (str(error), error.status, error.code) == ("no", 403, "refused")


# A server that goes and comes


def test_a_server_killed_and_started_again_costs_no_step(ask):
    port = find_port()
    servers = [ScriptedVerifier(port)]
    client = VerifierClient(servers[0].url, deadline_s=60)
    references, replies, rewards = make_step(40)
    stop = threading.Event()

    def come_and_go() -> None:
        # Each stays a little longer than the one before: on a slow machine a step may take its time.
        while not stop.wait(0.15 * len(servers)):
            servers[-1].kill()
            if stop.wait(0.08):
                break
            servers.append(ScriptedVerifier(port))

    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        ends = time.monotonic() + 60
        while len(servers) < 4 and time.monotonic() < ends:
            assert ask(client, references, replies) == rewards
    finally:
        stop.set()
        thread.join()
        servers[-1].kill()
    assert len(servers) >= 4


def test_wait_ready_waits_for_a_server_that_starts_late():
    port = find_port()
    servers: list[ScriptedVerifier] = []
    timer = threading.Timer(0.4, lambda: servers.append(ScriptedVerifier(port)))
    timer.start()
    VerifierClient(f"http://127.0.0.1:{port}").wait_ready(deadline_s=30)
    # It may answer before the list has it.
    timer.join()
    servers[0].kill()
    with pytest.raises(DeadlinePassed):
        VerifierClient(f"http://127.0.0.1:{port}").wait_ready(deadline_s=0.3)


# Threads, loops and processes


def test_threads_share_a_client_and_each_gets_its_own_rewards(server):
    client = VerifierClient(server.url)
    wrong: list[str] = []

    def work(name: int) -> None:
        for turn in range(20):
            value = f"{name}-{turn}"
            if client.rewards([value, value, "?"], [value, "other", value]) != [1.0, 0.0, None]:
                wrong.append(value)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert wrong == [] and len(server.seen) == 160


def test_one_client_serves_several_event_loops_at_once(server):
    client = VerifierClient(server.url)

    async def run() -> list[Any]:
        return await asyncio.gather(*(client.async_rewards([str(one), "?"], [str(one), "1"]) for one in range(20)))

    results: list[Any] = []
    threads = [threading.Thread(target=lambda: results.append(asyncio.run(run()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == [[[1.0, None]] * 20] * 4


def test_many_calls_in_a_loop_share_few_connections(server):
    client = VerifierClient(server.url, max_connections=3)

    async def run() -> Any:
        return await asyncio.gather(*(client.async_rewards(["1"], [str(one % 2)]) for one in range(200)))

    assert asyncio.run(run()) == [[float(one % 2)] for one in range(200)]
    assert len({one["port"] for one in server.seen}) <= 3


def test_a_call_that_finds_no_place_ends_at_its_deadline(server):
    server.script = [scripted.hang(30)]

    async def run() -> None:
        patient, hasty = VerifierClient(server.url, max_connections=1), VerifierClient(server.url, deadline_s=0.3)
        hasty._async_connections = patient._async_connections
        first = asyncio.ensure_future(patient.async_rewards(["1"], ["1"]))
        await asyncio.sleep(0.1)
        with pytest.raises(DeadlinePassed):
            await hasty.async_rewards(["1"], ["1"])
        first.cancel()

    start = time.monotonic()
    asyncio.run(run())
    assert time.monotonic() - start < 15


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="this system does not list open files")
def test_loops_that_were_closed_leave_no_connection_open(server):
    client = VerifierClient(server.url)
    asyncio.run(client.async_rewards(["1"], ["1"]))
    server.open_sockets.clear()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(30):
        asyncio.run(client.async_rewards(["1"], ["1"]))
    server.open_sockets.clear()
    ends = time.monotonic() + 10
    while len(os.listdir("/proc/self/fd")) > before + 4 and time.monotonic() < ends:
        time.sleep(0.05)  # the server's ends, in this process too, close a moment later
    assert len(os.listdir("/proc/self/fd")) <= before + 4


def test_a_cancelled_call_ends_at_once_and_the_client_goes_on(server):
    server.script = [scripted.hang(30)]

    async def run() -> None:
        client = VerifierClient(server.url)
        start = time.monotonic()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.async_rewards(["1"], ["1"]), 0.2)
        assert time.monotonic() - start < 15
        assert await client.async_rewards(["1"], ["1"]) == [1.0]

    asyncio.run(run())


def test_a_client_can_be_pickled_and_keeps_its_settings(server):
    client = VerifierClient(server.url, token="secret", max_items=5, options={"fuel": 100})
    client.rewards(["1"], ["1"])
    for copy in (pickle.loads(pickle.dumps(client)), pickle.loads(pickle.dumps(TrlReward(client)))._client):
        assert copy.rewards(["1"], ["2"]) == [0.0]
        assert (copy.max_items, copy.options, copy.deadline_s) == (5, {"fuel": 100}, 600.0)
        assert server.seen[-1]["headers"]["Authorization"] == "Bearer secret"


def _ask_in_fork(client: VerifierClient, pipe: Any) -> None:
    pipe.send([client.rewards([str(one)], [str(one)]) for one in range(20)])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_does_not_share_the_connections_of_its_parent(server):
    client = VerifierClient(server.url)
    client.rewards(["1"], ["1"])
    context = multiprocessing.get_context("fork")
    near, far = context.Pipe()
    children = [context.Process(target=_ask_in_fork, args=(client, far)) for _ in range(2)]
    for child in children:
        child.start()
    for _ in range(20):
        assert client.rewards(["a", "b"], ["a", "c"]) == [1.0, 0.0]
    for child in children:
        assert near.poll(20) and near.recv() == [[1.0]] * 20
        child.join(20)


def test_forks_do_not_draw_the_same_pauses():
    context = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
    with context.Pool(2) as pool:
        draws = pool.starmap(scalequest_reward._jitter, [(0.0, 1.0)] * 8, chunksize=4)
    assert len(set(draws)) == 8


# TRL


def call_as_trl(function: Any, completions: list[Any], **columns: Any) -> Any:
    """As GRPOTrainer of TRL 1.16 calls it: all by name, and coroutines on a loop of another thread."""
    prompts = columns.pop("prompts", ["What is it?"] * len(completions))
    columns = {"trainer_state": object(), "log_extra": None, "log_metric": None, **columns}
    output = function(prompts=prompts, completions=completions, completion_ids=[[1, 2]] * len(completions), **columns)
    return asyncio.run(output) if inspect.iscoroutine(output) else output


@pytest.fixture(params=[TrlReward, AsyncTrlReward], ids=["sync", "async"])
def kind(request):
    return request.param


def test_trl_gets_none_for_a_reference_that_cannot_be_checked(server, kind):
    reward = kind(server.url, reference="gold")
    assert call_as_trl(reward, ["1", "2", "3"], gold=["1", "1", "?"], answer=["9", "9", "9"]) == [1.0, 0.0, None]
    assert server.sizes() == [3]


def test_trl_hands_over_messages(server, kind):
    completions = [
        [{"role": "assistant", "content": "1"}],
        [{"role": "assistant", "content": [{"type": "text", "text": "1"}, {"type": "image"}]}],
        # A tool was used, and then answered.
        [{"role": "assistant", "content": "", "tool_calls": []}, {"role": "tool", "content": "5"}, {"role": "assistant", "content": "1"}],
        # Cut off: what a tool says is not the model's answer.
        [{"role": "assistant", "content": None, "tool_calls": []}, {"role": "tool", "content": "1"}],
        [{"role": "assistant", "reasoning_content": "1", "content": "2"}],
        [],
    ]
    assert call_as_trl(kind(server.url), completions, answer=["1"] * 6) == [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("column", ["reference", "answer", "solution", "ground_truth"])
def test_trl_columns_that_hold_references_are_found(server, kind, column):
    assert call_as_trl(kind(server.url), ["1"], **{column: ["1"]}, level=["3"]) == [1.0]


def test_a_dataset_without_references_is_named_with_its_columns(server, kind):
    with pytest.raises(BadInput, match="it has: level, topic"):
        call_as_trl(kind(server.url), ["1"], topic=["sums"], level=[3])
    with pytest.raises(BadInput, match="'gold'"):
        call_as_trl(kind(server.url, reference="gold"), ["1"], answer=["1"])


def test_trl_logs_get_verdict_rule_and_the_share_of_undecided(server, kind):
    extra: dict[str, Any] = {}
    metrics: dict[str, float] = {}
    call_as_trl(kind(server.url), ["1", "2"], answer=["1", "?"], log_extra=extra.__setitem__, log_metric=metrics.__setitem__)
    assert extra == {"verifier_verdict": ["equal", "undecided"], "verifier_rule": ["text", "none"]}
    assert metrics == {"verifier/undecided": 0.5}


def test_the_prompt_goes_along_on_request(server, kind):
    reward = kind(server.url, sends_problem=True)
    prompts = ["What is 1?", [{"role": "system", "content": "Be short."}, {"role": "user", "content": "And 2?"}]]
    call_as_trl(reward, ["1", "2"], prompts=prompts, answer=["1", "2"])
    assert [one["problem"] for one in json.loads(server.seen[0]["body"])["items"]] == ["What is 1?", "And 2?"]


def test_the_plain_functions_of_trl_find_the_server_in_the_environment(server, monkeypatch):
    monkeypatch.setenv("SCALEQUEST_VERIFIER_URL", server.url)
    assert call_as_trl(trl_reward, ["1", "2"], reference=["1", "?"]) == [1.0, None]
    assert call_as_trl(async_trl_reward, ["1", "2"], reference=["1", "?"]) == [1.0, None]


def test_trl_knows_the_async_rewards_by_themselves():
    # TRL up to 1.10 asks this of what it is given, and would take an unmarked instance for a plain function.
    reward = AsyncTrlReward("http://127.0.0.1:1")
    for one in (async_trl_reward, reward, pickle.loads(pickle.dumps(reward))):
        assert inspect.iscoroutinefunction(one)
    for one in (trl_reward, TrlReward("http://127.0.0.1:1")):
        assert not inspect.iscoroutinefunction(one)


# verl


def test_verl_gets_0_and_a_flag_for_a_reference_that_cannot_be_checked(server):
    wanted = [{"score": 1.0, "undecided": 0.0}, {"score": 0.0, "undecided": 0.0}, {"score": 0.0, "undecided": 1.0}]
    # As BatchRewardManager calls it: by name, with the manager's and the configuration's own keywords.
    scores = compute_score_batch(
        data_sources=("math",) * 3, solution_strs=["1", "2", "3"], ground_truths=["1", "1", "?"],
        extra_infos=[{"rollout_reward_scores": {}}] * 3, url=server.url, reward_router_address="host:1",
    )
    assert scores == wanted
    assert server.sizes() == [3]
    # As NaiveRewardManager and DAPORewardManager do.
    singles = [
        compute_score(data_source="math", solution_str=reply, ground_truth=reference, extra_info={"num_turns": 1}, url=server.url)
        for reply, reference in (("1", "1"), ("2", "1"), ("3", "?"))
    ]
    # With `acc`, which DAPO's filter of groups and the validation read. BatchRewardManager adds its own, and no second.
    assert singles == [{**one, "acc": one["score"]} for one in wanted]


def test_verl_samples_without_a_reference_are_flagged(server):
    assert compute_score_batch(["a"], ["1"], [None], [{}], url=server.url) == [{"score": 0.0, "undecided": 1.0}]


def test_verl_can_have_the_score_alone(server, monkeypatch):
    # PrimeRewardManager calls by position in worker processes, and takes nothing but a number.
    monkeypatch.setenv("SCALEQUEST_VERIFIER_URL", server.url)
    score = partial(compute_score, plain=True)
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as processes:
        futures = [processes.submit(partial(score, "math", reply, "1", None)) for reply in ("1", "2")]
        assert [future.result(60) for future in futures] == [1.0, 0.0]
    assert score("math", "1", "?", None) == 0.0


def test_verl_reward_loop_awaits_many_samples_at_once(server):
    assert inspect.iscoroutinefunction(async_compute_score)

    async def run() -> list[Any]:
        return await asyncio.gather(*(
            async_compute_score(data_source="math", solution_str=str(one % 2), ground_truth="1", extra_info={}, url=server.url)
            for one in range(30)
        ))

    scores = asyncio.run(run())
    assert [one["score"] for one in scores] == [float(one % 2) for one in range(30)]


def load_as_verl(name: str) -> Any:
    """As verl loads the file that `custom_reward_function.path` names: `sys.modules` does not know it."""
    spec = importlib.util.spec_from_file_location("custom_module_1", MODULE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)


def test_verl_loads_the_file_by_its_path(server):
    assert load_as_verl("compute_score")("math", "1", "1", url=server.url)["score"] == 1.0
    assert load_as_verl("compute_score_batch")(["math"], ["1"], ["2"], url=server.url)[0]["score"] == 0.0
    cloudpickle = pytest.importorskip("cloudpickle", reason="Ray's pickler, cloudpickle, is not installed")
    function = load_as_verl("compute_score")
    function("math", "1", "1", url=server.url)
    assert pickle.loads(cloudpickle.dumps(partial(function, url=server.url)))("math", "1", "1")["acc"] == 1.0


def test_functions_travel_to_other_processes_by_value(server):
    cloudpickle = pytest.importorskip("cloudpickle", reason="Ray's pickler, cloudpickle, is not installed")
    compute_score("math", "1", "1", url=server.url)
    cloudpickle.register_pickle_by_value(scalequest_reward)
    try:
        copy = pickle.loads(cloudpickle.dumps(compute_score))
    finally:
        cloudpickle.unregister_pickle_by_value(scalequest_reward)
    assert copy("math", "1", "1", url=server.url) == {"score": 1.0, "undecided": 0.0, "acc": 1.0}


# The file


def test_the_file_is_python_3_9_and_needs_nothing_but_the_standard_library():
    tree = ast.parse(MODULE.read_text(encoding="utf-8"), feature_version=(3, 9))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {str(name).split(".")[0] for name in names} <= sys.stdlib_module_names


def test_the_types_pass_the_strict_check(tmp_path):
    pytest.importorskip("mypy", reason="mypy is not installed")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(MODULE)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
