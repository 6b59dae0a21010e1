"""The reward client against the real server: the same rewards as the library, through kills and over limits."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from real_verifier import RealVerifier, ask_library

from scalequest_reward import Refused, VerifierClient, compute_score_batch

PAIRS = [
    {"reference": reference, "reply": reply}
    for reference in ("1/2", "\\frac{3}{4}", "12", "x^2-1", "(1,2]", "x+", "", "\\text{north}", "3\\sqrt{2}", "5\\%")
    for reply in (
        "So it is $\\boxed{0.5}$.", "The answer is 12.", "\\boxed{(x-1)(x+1)}", "\\boxed{(1, 2]}", "I do not know.", "",
        "\\boxed{\\sqrt{18}}", "north", "\\boxed{12", "<think>\\boxed{12}", "$$\\boxed{\\dfrac34}$$", "\\boxed{0.05}",
    )
]


def split(pairs: list[dict[str, str]]) -> tuple[list[str], list[str]]:
    return [pair["reference"] for pair in pairs], [pair["reply"] for pair in pairs]


def test_rewards_are_those_of_the_library(server):
    wanted = ask_library(PAIRS)
    assert {0.0, 1.0, None} == set(wanted)
    client = VerifierClient(server.url)
    client.wait_ready()
    assert client.rewards(*split(PAIRS)) == wanted
    assert asyncio.run(client.async_rewards(*split(PAIRS))) == wanted
    scores = compute_score_batch(["math"] * len(PAIRS), *reversed(split(PAIRS)), None, url=server.url)
    assert scores == [{"score": one or 0.0, "undecided": float(one is None)} for one in wanted]


def test_a_step_above_the_limits_of_the_server_is_answered_whole(server):
    client = VerifierClient(server.url, max_items=20_000)
    assert client.rewards(["7", "8"] * 5500, ["\\boxed{7}"] * 11_000) == [1.0, 0.0] * 5500
    # The body of this one is refused before it is read to its end.
    giant = "7 " * 5_000_000
    assert VerifierClient(server.url).rewards(["7", "7", "x+"], ["\\boxed{7}", giant, giant]) == [1.0, 0.0, None]


def test_a_server_killed_and_started_again_costs_no_step():
    wanted = ask_library(PAIRS)
    servers = [RealVerifier()]
    client = VerifierClient(servers[0].url, deadline_s=60)
    stop = threading.Event()

    def kill_and_start() -> None:
        for _ in range(2):
            stop.wait(0.3)
            servers[-1].kill()
            servers.append(RealVerifier(servers[0].port))
        stop.set()

    thread = threading.Thread(target=kill_and_start)
    thread.start()
    try:
        ends = time.monotonic() + 60
        steps = 0
        while not stop.is_set() and time.monotonic() < ends:
            assert client.rewards(*split(PAIRS)) == wanted
            assert asyncio.run(client.async_rewards(*split(PAIRS))) == wanted
            steps += 2
        thread.join(30)
        assert len(servers) == 3 and steps > 0
        assert client.rewards(*split(PAIRS)) == wanted
    finally:
        stop.set()
        thread.join(30)
        servers[-1].kill()


def test_a_server_with_a_token_serves_those_who_have_it():
    one = RealVerifier(SCALEQUEST_SERVER_TOKEN="open-sesame")
    try:
        assert VerifierClient(one.url, token="open-sesame").rewards(["7"], ["\\boxed{7}"]) == [1.0]
        for token in (None, "open-barley"):
            with pytest.raises(Refused) as caught:
                VerifierClient(one.url, token=token).rewards(["7"], ["\\boxed{7}"])
            assert caught.value.status == 401
    finally:
        one.kill()


def test_options_reach_the_verifier_and_unknown_ones_are_refused(server):
    pair = (["5\\%"], ["\\boxed{0.05}"])
    strict = VerifierClient(server.url, options={"preset": "strict"}).rewards(*pair)
    assert strict == VerifierClient(server.url).rewards(*pair)
    with pytest.raises(Refused):
        VerifierClient(server.url, options={"preset": "generous"}).rewards(*pair)
