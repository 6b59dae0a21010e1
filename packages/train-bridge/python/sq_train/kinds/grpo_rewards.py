"""What a reply earns: the verdict of the verifier's server, and something for the form of the answer."""

from __future__ import annotations

import logging
import queue
import re
import threading
import time
from typing import Any, Mapping, Optional, Sequence

from scalequest_reward import BadInput, DeadlinePassed, RewardError, Verdict, VerifierClient

from ..cancel import CancelSwitch
from ..config_types import VerifierConfig
from ..errors import Cancelled, ConfigError, DataError, ServiceError, WorkerError
from ..events import EventWriter
from .grpo_prompts import Prompts

# The first request waits no longer than this for a server that is still starting.
START_DEADLINE_S = 30.0
# A cancel lets a request that is under way finish for so long.
CANCEL_PATIENCE_S = 5.0

_CANARY = (["7", "7"], ["So it is $\\boxed{7}$.", "So it is $\\boxed{8}$."])


class Verifier(VerifierClient):
    """The client of one training. It hears a cancel while the server is away, and tells of that in the events."""

    def __init__(self, config: VerifierConfig, cancel: CancelSwitch, events: EventWriter, deadline_s: Optional[float] = None) -> None:
        try:
            super().__init__(config.url, deadline_s=deadline_s or config.deadline_seconds)
        except BadInput as error:
            raise ConfigError(
                f"GRPO needs the server of a verifier: {error} Start one with `scalequest serve verifier`, and give its "
                "address as grpo.verifier.url or in SCALEQUEST_VERIFIER_URL."
            ) from error
        self._cancel = cancel
        _tell_in_events(events)

    def verify(self, items: Sequence[Mapping[str, object]]) -> list[Verdict]:
        done: queue.SimpleQueue[tuple[list[Verdict], Optional[BaseException]]] = queue.SimpleQueue()

        def ask() -> None:
            try:
                done.put((VerifierClient.verify(self, items), None))
            except BaseException as error:
                done.put(([], error))

        # A thread of its own, since a request may last as long as the deadline; as a daemon it holds up no exit.
        threading.Thread(target=ask, name="verifier", daemon=True).start()
        began = time.monotonic()
        while True:
            try:
                verdicts, error = done.get(timeout=0.2)
            except queue.Empty:
                is_patient = self.is_well and time.monotonic() - began < CANCEL_PATIENCE_S
                if not is_patient and self._cancel.is_asked_alone():
                    raise Cancelled() from None
                continue
            if error is not None:
                raise error
            return verdicts


class _EventHandler(logging.Handler):
    """The client's log as `warning` events: the server is away, or it answers again."""

    def __init__(self, events: EventWriter) -> None:
        super().__init__(logging.WARNING)
        self._events = events

    def emit(self, record: logging.LogRecord) -> None:
        self._events.warn("verifier", record.getMessage())


def _tell_in_events(events: EventWriter) -> None:
    log = logging.getLogger("scalequest_reward")
    for handler in [one for one in log.handlers if isinstance(one, _EventHandler)]:
        log.removeHandler(handler)
    log.addHandler(_EventHandler(events))


def explain_failure(error: RewardError) -> WorkerError:
    """The error of a client as one of the worker: a server that is away can come back, all else must be put right."""
    if isinstance(error, DeadlinePassed):
        return ServiceError(
            f"{error} The training has stopped before that step, and nothing is lost: with a server at the same address, or another "
            "one in SCALEQUEST_VERIFIER_URL, the same command goes on. grpo.verifier.deadlineSeconds says how long a server may be away."
        )
    return ConfigError(f"The verifier's server cannot be used: {error}")


def check_verifier(config: VerifierConfig, prompts: Prompts, cancel: CancelSwitch, events: EventWriter) -> None:
    """Asks before the slow part whether the server can tell right from wrong, and which references it can check.

    Throws a ServiceError where it does not answer within 30 s (or the deadline, where that is shorter), a ConfigError where
    it is no verifier of ours or refuses us, and a DataError where no reference can be checked.
    """
    client = Verifier(config, cancel, events, deadline_s=min(START_DEADLINE_S, config.deadline_seconds))
    try:
        rewards = client.rewards(*_CANARY)
        client.deadline_s = config.deadline_seconds
        # Whether a reference can be checked does not depend on the reply.
        checked = client.rewards([row.answer for row in prompts.rows], [""] * len(prompts.rows))
    except RewardError as error:
        raise explain_failure(error) from error
    finally:
        client.close()
    if rewards != [1.0, 0.0]:
        raise ConfigError(
            f"The server at {client.url} does not tell right from wrong: for the reference 7 it gives the replies 7 and 8 "
            f"the rewards {rewards[0]} and {rewards[1]}. Give the address of a `scalequest serve verifier`."
        )
    undecided = [row.id for row, reward in zip(prompts.rows, checked) if reward is None]
    if len(undecided) == len(prompts.rows):
        raise DataError(
            f"None of the {len(undecided)} answers can be checked by the verifier, such as that of row '{undecided[0]}'. "
            "An answer is what stands in the box, as text or LaTeX, and nothing else. Correct the rows."
        )
    if undecided:
        events.warn(
            "undecided-answers",
            f"{len(undecided)} of {len(prompts.rows)} answers cannot be checked by the verifier (first: row '{undecided[0]}'). "
            "Replies to these prompts have no reward and are left out.",
        )


_BOX = re.compile(r"\\boxed\s*\{")


def has_boxed_answer(reply: str) -> bool:
    """Whether a reply holds a box that is closed and not empty.

    Example: has_boxed_answer(r"It is $\\boxed{\\frac{1}{2}}$.") is True.
    """
    for found in _BOX.finditer(reply):
        depth, at = 1, found.end()
        while at < len(reply) and depth > 0:
            if reply[at] == "\\":
                at += 1
            elif reply[at] == "{":
                depth += 1
            elif reply[at] == "}":
                depth -= 1
            at += 1
        if depth == 0 and reply[found.end() : at - 1].strip():
            return True
    return False


def reward_form(prompts: Sequence[str], completions: Sequence[str], **columns: Any) -> list[float]:
    """A reward function for TRL: 1 for an answer in a box, right or wrong."""
    return [float(has_boxed_answer(reply)) for reply in completions]


# What TRL calls it in its metrics: rewards/form/mean.
reward_form.__name__ = "form"
