"""The one loop that runs the model: sequences join the batch when there is a place, and leave it when they end."""

from __future__ import annotations

import random
import threading
import traceback
from collections import deque
from typing import Callable, Sequence

import torch

from ..errors import classify_error
from .checkpoint import Checkpoint
from .errors import ApiError
from .key_values import KeyValues
from .reply_text import ReplyText
from .samples import Generation, Row
from .sampling import Sampling, pick_tokens, score_tokens

# Padded tokens that are read at once.
_PREFILL_TOKENS = 16_384
# Failures in a row after which the engine gives itself up.
_MOST_FAILURES = 3
# Steps without trouble after which more rows are tried again.
_STEPS_UNTIL_MORE = 256


class Engine:
    """Runs a model for many requests at once.

    A sample draws from its own seed, so that what else is in the batch changes nothing but the last digits of its logits.
    Equal prompts that wait together are read once. Where memory runs out, rows go back into the line and are read again later.
    """

    def __init__(self, checkpoint: Checkpoint, *, max_batch: int, max_waiting: int, log: Callable[[str], None]) -> None:
        self._checkpoint = checkpoint
        self._max_batch = self._most = max_batch
        self._max_waiting = max_waiting
        self._log = log
        self._waiting: deque[Row] = deque()
        self._rows: list[Row] = []
        self._batch = KeyValues(checkpoint.model)
        self._changed = threading.Condition()
        self._is_closed = False
        self._has_cancelled = False
        self._failures = 0
        self._calm_steps = 0
        self.is_dead = threading.Event()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    def submit(self, generation: Generation) -> None:
        """Puts a request in line. Raises an ApiError where there are too many, or none are taken any more."""
        sampling = generation.sampling
        count, most = len(generation.prompts) * sampling.n, self._max_batch + self._max_waiting
        if count > most:
            raise ApiError(400, f"The request asks for {count} samples, and {most} are taken at most. Send fewer prompts, or a smaller 'n'.", param="n")
        with self._changed:
            self._refuse_crowd(count)
        first = sampling.seed if sampling.seed is not None else random.SystemRandom().getrandbits(48)
        rows = []
        for number, prompt in enumerate(generation.prompts):
            limit = min(sampling.max_tokens, self._checkpoint.max_context - len(prompt))
            for sample in range(sampling.n):
                text = ReplyText(self._decoder(sampling), prompt, sampling.stops, includes_stop=sampling.includes_stop)
                rows.append(Row(generation, number * sampling.n + sample, prompt, first + sample, text, limit))
        generation.rows_left = len(rows)
        with self._changed:
            # Once more: others have come meanwhile.
            self._refuse_crowd(count)
            self._waiting.extend(rows)
            self._changed.notify_all()

    def _refuse_crowd(self, count: int) -> None:
        if self._is_closed or self.is_dead.is_set():
            raise ApiError(503, "The server is stopping and takes no new requests.", retry_after=1)
        if self._waiting and len(self._waiting) + count > self._max_waiting:
            raise ApiError(503, f"{len(self._waiting)} samples are waiting already. Ask again later.", retry_after=1)

    def cancel(self, generation: Generation) -> None:
        """Frees the places of a request that nobody waits for."""
        with self._changed:
            # Also called behind an answer that is whole, which leaves nothing to free.
            self._has_cancelled |= generation.rows_left > 0
            generation.is_cancelled = True
            self._changed.notify_all()

    def describe(self) -> dict[str, int]:
        """How many samples run and wait."""
        with self._changed:
            return {"running": sum(row.finish is None for row in self._rows), "waiting": len(self._waiting)}

    def close(self, seconds: float) -> bool:
        """Takes nothing new, and finishes what it has within the time. Gives whether all was finished."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _decoder(self, sampling: Sampling) -> Callable[[Sequence[int]], str]:
        tokenizer, skips = self._checkpoint.tokenizer, sampling.skips_special
        return lambda tokens: tokenizer.decode(tokens, skip_special_tokens=skips, clean_up_tokenization_spaces=False)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._drop_cancelled()
                while not self._waiting and not self._rows:
                    if self._is_closed:
                        return
                    self._changed.wait()
                    self._drop_cancelled()
            try:
                with torch.inference_mode():
                    self._compact()
                    self._admit()
                    self._step()
                    self._compact()
                self._failures = 0
            except Exception as error:  # one bad step must not end the server
                self._recover(error)
                if self.is_dead.is_set():
                    return

    def _drop_cancelled(self) -> None:
        if not self._has_cancelled:
            return
        self._has_cancelled = False
        self._waiting = deque(row for row in self._waiting if not row.generation.is_cancelled)
        for row in self._rows:
            if row.generation.is_cancelled and row.finish is None:
                row.finish = "abort"

    def _compact(self) -> None:
        """Takes ended rows out of the batch, when they are many enough to be worth the copying."""
        live = [at for at, row in enumerate(self._rows) if row.finish is None]
        if len(live) == len(self._rows):
            return
        if not live:
            self._rows, self._batch = [], KeyValues(self._checkpoint.model)
        elif (len(self._rows) - len(live)) * 4 >= len(self._rows):
            self._batch.keep(live)
            self._rows = [self._rows[at] for at in live]

    def _admit(self) -> None:
        """Lets waiting rows in, as many as there are places, and reads their prompts: so many at a time that no other waits long."""
        new, prompts = self._take_waiting()
        if not new:
            return
        batch = KeyValues(self._checkpoint.model)
        try:
            logits = batch.read(prompts)
            places = {prompt: at for at, prompt in enumerate(prompts)}
            at = [places[(*row.prompt, *row.output)] for row in new]
            if at != list(range(len(prompts))):
                batch.keep(at)
                logits = logits[torch.tensor(at, device=logits.device)]
            self._batch.join(batch)
        except BaseException:
            # They are not in the batch yet, and must not be forgotten.
            with self._changed:
                self._waiting.extendleft(reversed(new))
            raise
        self._rows.extend(new)
        self._advance(new, logits)

    def _take_waiting(self) -> tuple[list[Row], list[tuple[int, ...]]]:
        with self._changed:
            free = self._most - sum(row.finish is None for row in self._rows)
            new: list[Row] = []
            prompts: dict[tuple[int, ...], None] = {}
            longest = 0
            while self._waiting and len(new) < free:
                tokens = (*self._waiting[0].prompt, *self._waiting[0].output)
                longest = max(longest, len(tokens))
                if new and tokens not in prompts and longest * (len(prompts) + 1) > _PREFILL_TOKENS:
                    break
                prompts[tokens] = None
                new.append(self._waiting.popleft())
            return new, list(prompts)

    def _step(self) -> None:
        if all(row.finish is not None for row in self._rows):
            return
        # A row that was given up before its first token is still in the batch.
        logits = self._batch.step([row.output[-1] if row.output else 0 for row in self._rows])
        self._advance(self._rows, logits)
        self._calm_steps += 1
        if self._calm_steps >= _STEPS_UNTIL_MORE:
            self._calm_steps, self._most = 0, min(self._max_batch, self._most * 2)

    def _advance(self, rows: Sequence[Row], logits: torch.Tensor) -> None:
        """Chooses the next token of each row that goes on, and hands out what is new."""
        live = [at for at, row in enumerate(rows) if row.finish is None]
        if not live:
            return
        # A NaN is the highest of its row.
        broken = ~logits.max(-1).values.isfinite()
        if broken.any():
            self._give_up([rows[at] for at in live if broken[at]])
            live = [at for at in live if rows[at].finish is None]
            if not live:
                return
        going = [rows[at] for at in live]
        if len(live) < len(rows):
            logits = logits[torch.tensor(live, device=logits.device)]
        allowed = logits
        for at, row in enumerate(going):
            if len(row.output) < row.sampling.min_tokens:
                allowed = allowed.clone() if allowed is logits else allowed
                # A name that the model has no token for, of another tokenizer perhaps, ends nothing.
                ends = [end for end in sorted(self._checkpoint.end_ids | row.sampling.stop_ids) if end < logits.shape[1]]
                allowed[at, ends] = float("-inf")
        tokens = pick_tokens(allowed, [row.sampling for row in going], [row.draw() for row in going])
        scored = score_tokens(logits, tokens, [row.sampling.logprobs for row in going])
        for row, token, score in zip(going, tokens, scored):
            row.push(token, score, self._checkpoint.end_ids)
            self._hand_out(row)

    def _hand_out(self, row: Row) -> None:
        generation = row.generation
        if row.finish is None and not generation.streams:
            return
        piece = row.take_piece()
        if piece is not None:
            generation.pieces.put(piece)
        if row.finish is not None:
            generation.rows_left -= 1
            if generation.rows_left == 0:
                generation.pieces.put(None)

    def _recover(self, error: Exception) -> None:
        """After a failed step the keys and values may be half written: all rows that go on are read again, or given up."""
        with self._changed:
            going = [row for row in self._rows if row.finish is None]
            self._rows, self._batch, self._calm_steps = [], KeyValues(self._checkpoint.model), 0
            if classify_error(error) == "oom":
                if torch.cuda.is_available():
                    torch.cuda.empty_cache()
                tried = max(len(going), min(self._most, len(going) + len(self._waiting)))
                if tried > 1:
                    self._most = max(1, tried // 2)
                    self._log(f"memory ran out with {tried} samples at once: {self._most} from now on")
                    self._waiting.extendleft(reversed(going))
                    return
                row = going[0] if going else self._waiting.popleft()
                self._log("memory ran out with one sample at once: its request is refused")
                said = "There is too little memory for this prompt and its reply. Make one of them shorter."
                self._fail(row.generation, ApiError(413, said, code="out_of_memory"))
                return
            self._failures += 1
            self._log("".join(traceback.format_exception(error)).rstrip())
            failure = ApiError(500, f"The engine failed: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")
            is_dead = self._failures >= _MOST_FAILURES
            # What the step was about; where nothing runs yet, those that were to be read.
            failed = list(self._waiting) if is_dead else [] if going else list(self._waiting)[: self._most]
            for generation in {id(row.generation): row.generation for row in [*going, *failed]}.values():
                self._fail(generation, failure)
            if is_dead:
                self._log("the engine failed three times in a row and gives up")
                self.is_dead.set()

    def _give_up(self, rows: Sequence[Row]) -> None:
        """Fails the requests of rows for which the model gives no numbers, and no others."""
        self._log("the model gives logits that are no numbers")
        said = "The checkpoint gives logits that are no numbers. Look at its weights, or give --dtype float32."
        with self._changed:
            for generation in {id(row.generation): row.generation for row in rows}.values():
                self._fail(generation, ApiError(500, said))

    def _fail(self, generation: Generation, error: ApiError) -> None:
        generation.is_cancelled = self._has_cancelled = True
        generation.pieces.put(error)
        self._drop_cancelled()
