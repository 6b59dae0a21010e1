"""The prompts of a GRPO training: rendered by the chat template, tokenised once, and asked with exactly those ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence, cast

import numpy as np
from transformers import PreTrainedTokenizerBase

from ..config_types import GrpoTraining
from ..errors import ConfigError, DataError
from ..rows import AnswerRow, Row
from ..template import make_plain_encoder, render_prompt
from ..tokenise import SELF_TEST_SHOWN, choose_tested, compare_text, list_specials, refuse_specials

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
    specials, tested = list_specials(tokenizer), choose_tested(len(asked))
    room = config.max_tokens - config.grpo.max_reply_tokens
    dropped = {"tooLong": 0, "empty": 0, "fullyMasked": 0}
    kept: list[int] = []
    self_test: list[dict[str, str]] = []
    for line, (row, text, encoding) in enumerate(zip(asked, texts, encodings)):
        if not row.prompt.strip():
            dropped["empty"] += 1
            continue
        refuse_specials(row.id, [row.prompt], specials)
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


def _test_prompt(row: AnswerRow, text: str, ids: Sequence[int], tokenizer: PreTrainedTokenizerBase) -> None:
    """Stops the run where the model would be asked something else than the row holds."""
    if row.prompt.strip() not in text:
        raise DataError(
            f"Row '{row.id}': the chat template does not keep the prompt as it is; it gives {text[:200]!r}. "
            "Give the tokenizer a template that does."
        )
    compare_text(row.id, tokenizer, np.array(ids), text)
    beginning = tokenizer.bos_token_id
    if beginning is not None and list(ids[:2]) == [beginning, beginning]:
        raise ConfigError(f"The chat template begins with {tokenizer.bos_token!r} twice. Leave one in the tokenizer's chat_template.")
