"""Writes answers in the shapes of OpenAI and vLLM."""

from __future__ import annotations

import time
import uuid
from functools import lru_cache
from typing import Any, Callable, Optional, Sequence

from .samples import Generation, Piece
from .sampling import ScoredToken

Body = dict[str, Any]


class ReplyWriter:
    """The bodies of one request for replies, whole or streamed."""

    def __init__(
        self, generation: Generation, *, model: str, fingerprint: str, is_chat: bool, gives_ids: bool, name_token: Callable[[int], str]
    ) -> None:
        self._generation = generation
        self._is_chat = is_chat
        self._gives_ids = gives_ids
        self._name_token = name_token
        self._head = {
            "id": f"{'chatcmpl' if is_chat else 'cmpl'}-{uuid.uuid4().hex}",
            "created": int(time.time()),
            "model": model,
            "system_fingerprint": fingerprint,
        }
        self._lengths: dict[int, int] = {}
        self._completion_tokens = 0

    def write_whole(self, pieces: Sequence[Piece]) -> Body:
        """The answer that is not streamed: one piece a choice."""
        choices = []
        for piece in sorted(pieces, key=lambda one: one.index):
            said = {"message": {"role": "assistant", "content": piece.text, "refusal": None}} if self._is_chat else {"text": piece.text}
            choices.append({**self._choice(piece), **said})
        kind = "chat.completion" if self._is_chat else "text_completion"
        return {**self._head, "object": kind, "choices": choices, "usage": self._usage()}

    def write_openings(self) -> list[Body]:
        """What a stream of a conversation begins with: the role of each choice."""
        if not self._is_chat:
            return []
        count = len(self._generation.prompts) * self._generation.sampling.n
        delta = {"delta": {"role": "assistant", "content": ""}, "logprobs": None, "finish_reason": None}
        return [self._chunk([{"index": index, **delta}]) for index in range(count)]

    def write_piece(self, piece: Piece) -> Body:
        said = {"delta": {"content": piece.text}} if self._is_chat else {"text": piece.text}
        return self._chunk([{**self._choice(piece), **said}])

    def write_usage(self) -> Body:
        return {**self._chunk([]), "usage": self._usage()}

    def _chunk(self, choices: list[Body]) -> Body:
        return {**self._head, "object": "chat.completion.chunk" if self._is_chat else "text_completion", "choices": choices}

    def _choice(self, piece: Piece) -> Body:
        self._completion_tokens += len(piece.tokens)
        wants = self._generation.sampling.logprobs
        scored = None if wants is None else self._chat_logprobs(piece) if self._is_chat else self._text_logprobs(piece)
        return {
            "index": piece.index,
            "logprobs": scored,
            "finish_reason": piece.finish,
            "stop_reason": piece.stop_reason,
            **({"token_ids": list(piece.tokens)} if self._gives_ids else {}),
        }

    def _chat_logprobs(self, piece: Piece) -> Body:
        def describe(token: int, logprob: float) -> Body:
            name = self._name_token(token)
            return {"token": name, "logprob": logprob, "bytes": list(name.encode("utf-8"))}

        return {
            "content": [
                {**describe(scored.id, scored.logprob), "top_logprobs": [describe(token, logprob) for token, logprob in scored.top]}
                for scored in piece.scored
            ]
        }

    def _text_logprobs(self, piece: Piece) -> Body:
        names = [self._name_token(scored.id) for scored in piece.scored]
        at = self._lengths.get(piece.index, 0)
        offsets = []
        for name in names:
            offsets.append(at)
            at += len(name)
        self._lengths[piece.index] = at
        return {
            "tokens": names,
            "token_logprobs": [scored.logprob for scored in piece.scored],
            "top_logprobs": [self._name_top(scored) for scored in piece.scored],
            "text_offset": offsets,
        }

    def _name_top(self, scored: ScoredToken) -> dict[str, float]:
        """With the token itself, as vLLM. Of tokens with one name, such as parts of characters, the most probable counts."""
        named: dict[str, float] = {}
        for token, logprob in [*scored.top, (scored.id, scored.logprob)]:
            named.setdefault(self._name_token(token), logprob)
        return named

    def _usage(self) -> Body:
        read = sum(len(prompt) for prompt in self._generation.prompts)
        return {"prompt_tokens": read, "completion_tokens": self._completion_tokens, "total_tokens": read + self._completion_tokens}


def make_token_namer(decode: Callable[..., str]) -> Callable[[int], str]:
    """The text of one token, special ones included; a part of a character is U+FFFD."""
    return lru_cache(maxsize=65_536)(lambda token: decode([token], skip_special_tokens=False, clean_up_tokenization_spaces=False))


def write_scores(kind: str, model: str, data: list[Body], tokens: int) -> Body:
    """The answer of /classify and /pooling."""
    return {
        "id": f"{kind}-{uuid.uuid4().hex}",
        "object": "list",
        "created": int(time.time()),
        "model": model,
        "data": data,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens, "completion_tokens": 0},
    }


def write_models(model: str, path: str, max_context: Optional[int]) -> Body:
    return {
        "object": "list",
        "data": [
            {
                "id": model, "object": "model", "created": int(time.time()), "owned_by": "scalequest",
                "root": path, "parent": None, "permission": [], "max_model_len": max_context,
            }
        ],
    }
