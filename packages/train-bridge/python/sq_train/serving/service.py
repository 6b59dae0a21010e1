"""The endpoints: from the body of a request to the body of its answer, without HTTP."""

from __future__ import annotations

import base64
import math
import struct
import time
from concurrent.futures import CancelledError, Future
from concurrent.futures import wait as wait_for
from queue import Empty
from typing import Any, Callable, Iterator, Mapping, Optional, Union

import torch
import transformers

from .bodies import ReplyWriter, make_token_namer, write_models, write_scores
from .checkpoint import Checkpoint
from .engine import Engine
from .errors import ApiError, ClientGone
from .requests import check_model, read_conversation, read_flag, read_ids, read_prompts, read_sampling, read_streaming
from .samples import Generation, Piece
from .scoring import Scorer, Scores

Body = Mapping[str, Any]
# Whether the client is still there. Asked now and then while it waits.
IsThere = Callable[[], bool]
_LOOK_EVERY_S = 0.25


class Service:
    """What the server can do with its checkpoint."""

    def __init__(
        self, checkpoint: Checkpoint, *, name: str, path: str, max_batch: int, max_waiting: int, log: Callable[[str], None]
    ) -> None:
        self._checkpoint = checkpoint
        self._name = name
        self._path = path
        self._name_token = make_token_namer(checkpoint.tokenizer.decode)
        self._fingerprint = f"sq_train-transformers-{transformers.__version__}-torch-{torch.__version__}"
        limits = {"max_batch": max_batch, "max_waiting": max_waiting, "log": log}
        make = Engine if checkpoint.task == "generate" else Scorer
        self._worker: Union[Engine, Scorer] = make(checkpoint, **limits)

    @property
    def is_dead(self) -> bool:
        return isinstance(self._worker, Engine) and self._worker.is_dead.is_set()

    def close(self, seconds: float) -> bool:
        """Finishes what is in line, within the time."""
        return self._worker.close(seconds)

    def describe_load(self) -> dict[str, int]:
        return self._worker.describe()

    def list_models(self) -> dict[str, Any]:
        return write_models(self._name, self._path, self._checkpoint.max_context)

    def reply(self, body: Body, is_there: IsThere, *, is_chat: bool) -> Union[dict[str, Any], Iterator[dict[str, Any]]]:
        """Writes replies: one body, or the events of a stream."""
        check_model(body, self._name)
        engine = self._require_engine()
        sampling = read_sampling(body, self._checkpoint, is_chat=is_chat)
        streams, wants_usage = read_streaming(body)
        prompts = [read_conversation(body, self._checkpoint, goes_on=True)] if is_chat else read_prompts(body, "prompt", self._checkpoint)
        generation = Generation(prompts, sampling, streams)
        writer = ReplyWriter(
            generation, model=self._name, fingerprint=self._fingerprint, is_chat=is_chat,
            gives_ids=read_flag(body, "return_token_ids", False), name_token=self._name_token,
        )
        engine.submit(generation)
        pieces = self._collect(engine, generation, is_there)
        return self._stream(writer, pieces, wants_usage=wants_usage) if streams else writer.write_whole(list(pieces))

    def tokenize(self, body: Body) -> dict[str, Any]:
        check_model(body, self._name)
        # Counting is for texts that are too long as well.
        room = -(10**12)
        if body.get("messages") is not None:
            tokens = read_conversation(body, self._checkpoint, goes_on=True, room=room)
        elif body.get("prompt") == "":
            tokens = list(self._checkpoint.tokenizer("", add_special_tokens=bool(body.get("add_special_tokens", True)))["input_ids"])
        elif isinstance(body.get("prompt"), str):
            tokens = read_prompts(body, "prompt", self._checkpoint, room=room)[0]
        else:
            raise ApiError(400, "'prompt' is missing: a text. Or give 'messages'.", param="prompt")
        names = [self._name_token(token) for token in tokens] if body.get("return_token_strs") else None
        return {"count": len(tokens), "max_model_len": self._checkpoint.max_context, "tokens": tokens, "token_strs": names}

    def detokenize(self, body: Body) -> dict[str, Any]:
        check_model(body, self._name)
        tokens = read_ids(body, self._checkpoint)
        text = self._checkpoint.tokenizer.decode(tokens, skip_special_tokens=False, clean_up_tokenization_spaces=False)
        return {"prompt": text if tokens else ""}

    def classify(self, body: Body, is_there: IsThere) -> dict[str, Any]:
        """One list of scores for each text: a probability for each class, or the raw logits with `use_activation` false."""
        vectors, tokens = self._score(body, is_there, per_token=False)
        labels: Mapping[int, str] = self._checkpoint.model.config.id2label
        data = []
        for index, [scores] in enumerate(vectors):
            label = labels.get(max(range(len(scores)), key=scores.__getitem__))
            data.append({"index": index, "label": label, "probs": scores, "num_classes": len(scores)})
        return write_scores("classify", self._name, data, tokens)

    def pool(self, body: Body, is_there: IsThere) -> dict[str, Any]:
        """What the head gives for a text, or for each of its tokens."""
        tasks = ["classify"] + (["token_classify"] if isinstance(self._worker, Scorer) and self._worker.gives_tokens else [])
        task = body.get("task") or tasks[0]
        if isinstance(self._worker, Scorer) and task not in tasks:
            raise ApiError(400, f"Unsupported task: '{task}' Supported tasks: {', '.join(tasks)}", param="task")
        form = body.get("encoding_format") or "float"
        if form not in ("float", "base64"):
            raise ApiError(400, f"'encoding_format' is '{form}'; give float or base64.", param="encoding_format")
        vectors, tokens = self._score(body, is_there, per_token=task == "token_classify")
        data = [
            {"index": index, "object": "pooling", "data": _encode(rows, form, per_token=task == "token_classify")}
            for index, rows in enumerate(vectors)
        ]
        return write_scores("pool", self._name, data, tokens)

    def _require_engine(self) -> Engine:
        if isinstance(self._worker, Engine):
            return self._worker
        raise ApiError(400, "This checkpoint has a classification head and writes no replies. Ask /classify or /pooling.")

    def _collect(self, engine: Engine, generation: Generation, is_there: IsThere) -> Iterator[Piece]:
        """The pieces as they come. However this ends, the places are free afterwards."""
        looked_at = time.monotonic()
        try:
            while True:
                # By the clock: of many short samples one may always be ready.
                if time.monotonic() - looked_at >= _LOOK_EVERY_S:
                    looked_at = time.monotonic()
                    if not is_there():
                        raise ClientGone()
                try:
                    piece = generation.pieces.get(timeout=_LOOK_EVERY_S)
                except Empty:
                    continue
                if piece is None:
                    return
                if isinstance(piece, ApiError):
                    raise piece
                yield piece
        finally:
            engine.cancel(generation)

    def _stream(self, writer: ReplyWriter, pieces: Iterator[Piece], *, wants_usage: bool) -> Iterator[dict[str, Any]]:
        yield from writer.write_openings()
        for piece in pieces:
            yield writer.write_piece(piece)
        if wants_usage:
            yield writer.write_usage()

    def _score(self, body: Body, is_there: IsThere, *, per_token: bool) -> tuple[list[Scores], int]:
        check_model(body, self._name)
        if not isinstance(self._worker, Scorer):
            # Without the word that clients take for an unknown name.
            raise ApiError(404, "Not Found: this checkpoint has no classification head")
        if body.get("messages") is not None:
            texts = [read_conversation(body, self._checkpoint, goes_on=False, room=0)]
        else:
            texts = read_prompts(body, "input", self._checkpoint, room=0)
        activate = self._choose_activation(body)
        futures = self._worker.submit(texts, per_token=per_token)
        try:
            found = [_wait(future, is_there) for future in futures]
        finally:
            for future in futures:
                future.cancel()
        return [[activate(row) for row in rows] for rows in found], sum(len(text) for text in texts)

    def _choose_activation(self, body: Body) -> Callable[[list[float]], list[float]]:
        """As vLLM: a softmax over classes, a sigmoid of one, and nothing for a regression."""
        wants = read_flag(body, "use_activation", read_flag(body, "activation", True))
        kind: Optional[str] = self._checkpoint.model.config.problem_type
        if not wants or kind == "regression":
            return lambda row: row
        if kind == "multi_label_classification" or self._checkpoint.model.config.num_labels == 1:
            return lambda row: torch.tensor(row).sigmoid().tolist()
        return lambda row: torch.tensor(row).softmax(-1).tolist()


def _wait(future: "Future[Scores]", is_there: IsThere) -> Scores:
    while not wait_for([future], timeout=_LOOK_EVERY_S).done:
        if not is_there():
            raise ClientGone()
    try:
        scores = future.result()
    except CancelledError:
        raise ApiError(503, "The server is stopping.", retry_after=1) from None
    if not all(math.isfinite(value) for row in scores for value in row):
        raise ApiError(500, "The checkpoint gives a score that is no number. Look at its weights, or give --dtype float32.")
    return scores


def _encode(rows: Scores, form: str, *, per_token: bool) -> Any:
    if form == "float":
        return rows if per_token else rows[0]
    values = [value for row in rows for value in row]
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode("ascii")
