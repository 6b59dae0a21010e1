"""One sample while it is written, and the request that it belongs to."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Optional, Sequence, Union

from .errors import ApiError
from .reply_text import ReplyText
from .sampling import Sampling, ScoredToken


@dataclass(frozen=True)
class Piece:
    """What came of a row since its last piece. The last one has a finish reason."""

    index: int
    text: str
    tokens: tuple[int, ...]
    scored: tuple[ScoredToken, ...]
    finish: Optional[str]
    stop_reason: Union[str, int, None]


@dataclass
class Generation:
    """One request: `n` samples of each prompt, and where its pieces go. None ends them, an ApiError fails them."""

    prompts: Sequence[Sequence[int]]
    sampling: Sampling
    streams: bool = False
    pieces: "SimpleQueue[Union[Piece, ApiError, None]]" = field(default_factory=SimpleQueue)
    # Set by whoever no longer wants the answer.
    is_cancelled: bool = False
    rows_left: int = 0


class Row:
    """One sample while it is written."""

    def __init__(self, generation: Generation, index: int, prompt: Sequence[int], seed: int, text: ReplyText, limit: int) -> None:
        self.generation = generation
        self.index = index
        self.prompt = tuple(prompt)
        self.output: list[int] = []
        self._seed = seed
        # Made at the first draw: it takes kilobytes, and tens of thousands of samples may wait.
        self._random: Optional[random.Random] = None
        self._text = text
        self._limit = limit
        self._drawn: Optional[float] = None
        self._scored: list[ScoredToken] = []
        self._given = 0
        self.finish: Optional[str] = None
        self.stop_reason: Union[str, int, None] = None

    @property
    def sampling(self) -> Sampling:
        return self.generation.sampling

    def draw(self) -> float:
        """The number that chooses the next token: the same until it has, so that a step that fails and is done again changes nothing."""
        if self.sampling.temperature == 0:
            return 0.0
        if self._random is None:
            # By its name, and not by the number: neighbouring seeds then have nothing in common.
            self._random = random.Random(f"reply/{self._seed}")
        if self._drawn is None:
            self._drawn = self._random.random()
        return self._drawn

    def push(self, token: int, scored: Optional[ScoredToken], end_ids: frozenset[int]) -> None:
        """Takes the token that was chosen, and finds out whether it ends the reply."""
        sampling = self.sampling
        self.output.append(token)
        self._drawn = None
        is_end = token in end_ids and not sampling.ignores_eos
        if is_end or token in sampling.stop_ids:
            stop = self._text.end()
            if stop is None and not is_end and sampling.includes_stop:
                self._text.push(token)
                self._text.end()
            self._end("stop", stop if stop is not None or is_end else token)
            return
        if scored is not None:
            self._scored.append(scored)
        stop = self._text.push(token)
        if stop is None and len(self.output) >= self._limit:
            stop = self._text.end()
            self._end("length" if stop is None else "stop", stop)
        elif stop is not None:
            self._end("stop", stop)

    def _end(self, finish: str, stop_reason: Union[str, int, None]) -> None:
        self.finish, self.stop_reason = finish, stop_reason

    def take_piece(self) -> Optional[Piece]:
        """What is new, or None where a stream has nothing to send."""
        is_over = self.finish is not None
        text = self._text.take_new(is_over=is_over)
        if not is_over and text == "":
            return None
        tokens, scored = tuple(self.output[self._given :]), tuple(self._scored)
        self._given, self._scored = len(self.output), []
        return Piece(self.index, text, tokens, scored, self.finish, self.stop_reason)
