"""The prompts of a GRPO training: rendered by the chat template, tokenised once, and asked with exactly those ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence, cast

import numpy as np
from transformers import PreTrainedTokenizerBase

from ..config_types import GrpoTraining
from ..errors import ConfigError, DataError
from ..rows import AnswerRow, Row
from ..template import make_plain_encoder

SELF_TEST_ROWS = 12
SELF_TEST_SHOWN = 3


@dataclass
class Prompts:
    """Rows that can be asked. `lines[i]` is the index of prompt i in the data file, from 0."""

    rows: list[AnswerRow]
    ids: list[list[int]]
    lines: np.ndarray
    dropped: dict[str, int]
    self_test: list[dict[str, str]]
    crossed: list[str]

    @property
    def lengths(self) -> np.ndarray:
        return np.array([len(ids) for ids in self.ids])


def tokenise_prompts(rows: Sequence[Row], tokenizer: PreTrainedTokenizerBase, config: GrpoTraining) -> Prompts:
    """Renders each prompt up to where the model begins its reply, and drops those that leave no room for one (counted).

    Nothing is added to what the template gives, so that a beginning token stands there once at most.
    """
    if not tokenizer.chat_template:
        raise ConfigError("The tokenizer has no chat template, and a prompt is asked through one. Add chat_template.jinja to its folder.")
    asked = [cast(AnswerRow, row) for row in rows]
    texts = [render_prompt(tokenizer, row.prompt) for row in asked]
    encodings = make_plain_encoder(tokenizer).encode_batch(texts, add_special_tokens=False)
    specials = [str(token) for token in tokenizer.added_tokens_decoder.values()]
    tested = set(np.linspace(0, len(asked) - 1, num=min(SELF_TEST_ROWS, len(asked)), dtype=int).tolist())
    room = config.max_tokens - config.grpo.max_reply_tokens
    dropped = {"tooLong": 0, "empty": 0, "fullyMasked": 0}
    kept: list[int] = []
    self_test: list[dict[str, str]] = []
    for line, (row, text, encoding) in enumerate(zip(asked, texts, encodings)):
        if not row.prompt.strip():
            dropped["empty"] += 1
            continue
        _refuse_specials(row, specials)
        if len(encoding.ids) > room:
            dropped["tooLong"] += 1
            continue
        if line in tested:
            _test_prompt(row, text, encoding.ids, tokenizer)
            if len(self_test) < SELF_TEST_SHOWN:
                self_test.append({"id": row.id, "text": text})
        kept.append(line)
    if not kept:
        raise DataError(
            f"None of the {len(asked)} prompts can be asked (dropped: {dropped}). A prompt may have maxTokens minus "
            f"grpo.maxReplyTokens tokens, which is {room}. Check the data, or raise maxTokens."
        )
    return Prompts(
        rows=[asked[line] for line in kept],
        ids=[encodings[line].ids for line in kept],
        lines=np.array(kept, dtype=np.int64),
        dropped=dropped,
        self_test=self_test,
        crossed=[],
    )


def render_prompt(tokenizer: PreTrainedTokenizerBase, prompt: str) -> str:
    """What stands before the reply, the beginning of the model's turn included."""
    return tokenizer.apply_chat_template([{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True)


def _refuse_specials(row: AnswerRow, specials: Sequence[str]) -> None:
    for special in specials:
        if special in row.prompt:
            raise DataError(f"Row '{row.id}' holds the special token {special!r} in its prompt, which could end the user's turn. Remove it.")


def _test_prompt(row: AnswerRow, text: str, ids: Sequence[int], tokenizer: PreTrainedTokenizerBase) -> None:
    """Stops the run where the model would be asked something else than the row holds."""
    if row.prompt.strip() not in text:
        raise DataError(
            f"Row '{row.id}': the chat template does not keep the prompt as it is; it gives {text[:200]!r}. "
            "Give the tokenizer a template that does."
        )
    decoded = tokenizer.decode(list(ids), skip_special_tokens=False)
    if decoded != text:
        raise DataError(
            f"Row '{row.id}': its tokens decode to {decoded[:200]!r}, not to its text {text[:200]!r}. "
            "The tokenizer loses text; choose another one."
        )
    beginning = tokenizer.bos_token_id
    if beginning is not None and list(ids[:2]) == [beginning, beginning]:
        raise ConfigError(f"The chat template begins with {tokenizer.bos_token!r} twice. Leave one in the tokenizer's chat_template.")
