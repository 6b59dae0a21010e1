"""Scores texts with a classification head, those that wait together in one batch."""

from __future__ import annotations

import threading
import traceback
from collections import deque
from concurrent.futures import Future
from typing import Callable, Sequence

import torch

from ..errors import classify_error
from .checkpoint import Checkpoint
from .errors import ApiError

# Padded tokens in one batch.
_BATCH_TOKENS = 32_768

Scores = list[list[float]]


class Scorer:
    """Gives the raw logits of a text: one vector, or one for each of its tokens."""

    def __init__(self, checkpoint: Checkpoint, *, max_batch: int, max_waiting: int, log: Callable[[str], None]) -> None:
        self._model = checkpoint.model
        self._max_batch = self._most = max_batch
        self._max_waiting = max_waiting
        self._log = log
        self._waiting: deque[tuple[tuple[int, ...], bool, "Future[Scores]"]] = deque()
        self._changed = threading.Condition()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="scorer", daemon=True)
        self._thread.start()

    @property
    def gives_tokens(self) -> bool:
        """Whether the head can be put on every token: it is one layer on top of the last hidden state."""
        return isinstance(getattr(self._model, "score", None), torch.nn.Linear)

    def submit(self, texts: Sequence[Sequence[int]], *, per_token: bool) -> list["Future[Scores]"]:
        """Puts texts in line, as token ids. A future that is cancelled frees its place."""
        futures: list[Future[Scores]] = [Future() for _ in texts]
        with self._changed:
            if self._is_closed:
                raise ApiError(503, "The server is stopping and takes no new requests.", retry_after=1)
            if self._waiting and len(self._waiting) + len(texts) > self._max_waiting:
                raise ApiError(503, f"{len(self._waiting)} texts are waiting already. Ask again later.", retry_after=1)
            self._waiting.extend((tuple(text), per_token, future) for text, future in zip(texts, futures))
            self._changed.notify_all()
        return futures

    def describe(self) -> dict[str, int]:
        with self._changed:
            return {"running": 0, "waiting": len(self._waiting)}

    def close(self, seconds: float) -> bool:
        """Takes nothing new, and finishes what it has within the time. Gives whether all was finished."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (batch := self._take()) is not None:
            if not batch:
                continue
            try:
                with torch.inference_mode():
                    found = self._score([text for text, _, _ in batch], per_token=batch[0][1])
                for (_, _, future), scores in zip(batch, found):
                    future.set_result(scores)
            except Exception as error:  # one bad batch must not end the server
                self._recover(error, batch)

    def _take(self) -> list[tuple[tuple[int, ...], bool, "Future[Scores]"]] | None:
        """Texts of one kind, as many as fit; None at the end."""
        with self._changed:
            while not self._waiting:
                if self._is_closed:
                    return None
                self._changed.wait()
            batch: list[tuple[tuple[int, ...], bool, Future[Scores]]] = []
            longest = 0
            while self._waiting and len(batch) < self._most:
                text, per_token, future = self._waiting[0]
                longest = max(longest, len(text))
                if batch and (per_token != batch[0][1] or longest * (len(batch) + 1) > _BATCH_TOKENS):
                    break
                self._waiting.popleft()
                if future.running() or future.set_running_or_notify_cancel():
                    batch.append((text, per_token, future))
            return batch

    def _score(self, texts: Sequence[Sequence[int]], *, per_token: bool) -> list[Scores]:
        width = max(len(text) for text in texts)
        # At the right: a head that looks for the last token that is no padding finds the text's own.
        pad = self._model.config.get_text_config().pad_token_id
        filled = [[*text, *[0 if pad is None else pad] * (width - len(text))] for text in texts]
        inputs = {
            "input_ids": torch.tensor(filled, device=self._model.device),
            "attention_mask": torch.tensor([[1] * len(text) + [0] * (width - len(text)) for text in texts], device=self._model.device),
        }
        if per_token:
            hidden = getattr(self._model, self._model.base_model_prefix)(**inputs).last_hidden_state
            scores = self._model.score(hidden).float().tolist()
            return [rows[: len(text)] for rows, text in zip(scores, texts)]
        if pad is None:
            # The head would then take the last place of the row, padding or not.
            alone = [self._model(input_ids=inputs["input_ids"][at : at + 1, : len(text)]) for at, text in enumerate(texts)]
            return [[output.logits[0].float().tolist()] for output in alone]
        return [[row] for row in self._model(**inputs).logits.float().tolist()]

    def _recover(self, error: Exception, batch: list[tuple[tuple[int, ...], bool, "Future[Scores]"]]) -> None:
        if classify_error(error) == "oom" and len(batch) > 1:
            if torch.cuda.is_available():
                torch.cuda.empty_cache()
            with self._changed:
                self._most = len(batch) // 2
                self._waiting.extendleft(reversed(batch))
            self._log(f"memory ran out with {len(batch)} texts at once: {self._most} from now on")
            return
        if classify_error(error) == "oom":
            failure = ApiError(413, "There is too little memory for this text. Make it shorter.", code="out_of_memory")
        else:
            self._log("".join(traceback.format_exception(error)).rstrip())
            failure = ApiError(500, f"The model failed: {type(error).__name__}: {error}")
        for _, _, future in batch:
            future.set_exception(failure)
