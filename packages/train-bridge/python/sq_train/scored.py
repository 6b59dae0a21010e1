"""Whole texts as token ids for models that give a number for a text, as their servers read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional, Sequence

import numpy as np
from transformers import PreTrainedTokenizerBase

from .errors import ConfigError, DataError
from .template import PrefixTemplate, encode_behind_prefix, make_plain_encoder
from .tokenise import CHUNK_ROWS, SELF_TEST_SHOWN, choose_tested, compare_text, decode_exactly, list_specials, refuse_nothing, refuse_specials


@dataclass(frozen=True)
class Conversation:
    """A question, and the reply to it where that is what is scored."""

    prompt: str
    reply: Optional[str]

    @property
    def messages(self) -> list[str]:
        return [self.prompt] if self.reply is None else [self.prompt, self.reply]


@dataclass
class ScoredTexts:
    """The examples of a reward model or a regression: `texts` of each (two of a pair, the chosen one first), and its target."""

    texts: list[list[np.ndarray]]
    targets: np.ndarray
    lines: np.ndarray
    dropped: dict[str, int]
    self_test: list[dict[str, str]]
    crossed: list[str] = field(default_factory=list)

    @property
    def lengths(self) -> np.ndarray:
        return np.array([sum(len(text) for text in texts) for texts in self.texts], dtype=np.int64)


class TextEncoder:
    """Makes token ids of conversations: the whole of what the chat template gives, or a question behind the bare prefix.

    It is what a server makes of the messages that it is sent, down to the template's last line break: the score is read at the
    last token.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, prefix: Optional[PrefixTemplate]) -> None:
        if tokenizer.pad_token_id is None or (prefix is None and not tokenizer.chat_template):
            missing = "padding token (pad_token in tokenizer_config.json)" if tokenizer.pad_token_id is None else "chat template (chat_template.jinja)"
            raise ConfigError(f"The tokenizer has no {missing}, which a model that scores texts needs. Add one to its folder.")
        self._tokenizer = tokenizer
        self._prefix = prefix
        self._encoder = make_plain_encoder(tokenizer)

    def render(self, conversation: Conversation) -> str:
        if self._prefix is not None:
            return self._prefix.prefix + conversation.prompt + self._prefix.end
        roles = [{"role": role, "content": text} for role, text in zip(("user", "assistant"), conversation.messages)]
        return self._tokenizer.apply_chat_template(roles, tokenize=False)

    def encode(self, names: Sequence[str], conversations: Sequence[Conversation]) -> list[np.ndarray]:
        """The ids of each conversation; `names` are the rows'."""
        if self._prefix is not None:
            for name, conversation in zip(names, conversations):
                if conversation.reply is not None:
                    raise DataError(f"Row '{name}' is a conversation, and the template is a bare prefix. Give texts without a prompt, or the template 'chat'.")
            parts = encode_behind_prefix(self._prefix, [conversation.prompt for conversation in conversations], names, self._encoder)
            ids = [[*self._prefix.prefix_ids, *part] for part in parts]
        else:
            texts = [self.render(conversation) for conversation in conversations]
            ids = [encoding.ids for encoding in self._encoder.encode_batch(texts, add_special_tokens=False)]
        for name, some in zip(names, ids):
            if some[-1:] == [self._tokenizer.pad_token_id]:
                raise ConfigError(
                    f"Row '{name}' ends with {self._tokenizer.pad_token!r}, which is the padding token too, so the score would be read "
                    "at another token. Give the tokenizer a padding token of its own (pad_token in tokenizer_config.json)."
                )
        return [np.array(some, dtype=np.int32) for some in ids]

    def run_self_test(self, name: str, conversation: Conversation, ids: np.ndarray) -> dict[str, str]:
        """Decodes what will be scored and compares it with what must be: stops the run when they differ."""
        text = self.render(conversation)
        at = 0
        for message in conversation.messages:
            at = text.find(message, at)
            if at < 0:
                raise DataError(
                    f"Mask self-test, row '{name}': the chat template rewrites its messages; it gives {text[:200]!r}. "
                    "Give the tokenizer a template that keeps them as they are."
                )
            at += len(message)
        whole = compare_text(name, self._tokenizer, ids, text)
        return {"id": name, "text": whole, "trainedText": decode_exactly(self._tokenizer, ids[-1:])}


def tokenise_texts(
    names: Sequence[str],
    examples: Sequence[Sequence[Conversation]],
    targets: Sequence[float],
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_tokens: int,
    prefix: Optional[PrefixTemplate],
) -> ScoredTexts:
    """Turns the conversations of each example into ids, drops examples with one that is too long or empty (counted), and runs the
    self-test on twelve of them.
    """
    encoder, specials, tested = TextEncoder(tokenizer, prefix), list_specials(tokenizer), choose_tested(len(examples))
    result = ScoredTexts([], np.zeros(0), np.zeros(0, dtype=np.int64), {"tooLong": 0, "empty": 0, "fullyMasked": 0}, [])
    lines: list[int] = []
    for start in range(0, len(examples), CHUNK_ROWS):
        chunk = range(start, min(start + CHUNK_ROWS, len(examples)))
        kept = [line for line in chunk if all(all(conversation.messages) for conversation in examples[line])]
        result.dropped["empty"] += len(chunk) - len(kept)
        for line in kept:
            refuse_specials(names[line], [message for conversation in examples[line] for message in conversation.messages], specials)
        encoded = iter(encoder.encode(
            [names[line] for line in kept for _ in examples[line]], [conversation for line in kept for conversation in examples[line]]
        ))
        for line in kept:
            texts = [next(encoded) for _ in examples[line]]
            if max(len(text) for text in texts) > max_tokens:
                result.dropped["tooLong"] += 1
                continue
            if line in tested:
                shown = [encoder.run_self_test(names[line], conversation, ids) for conversation, ids in zip(examples[line], texts)]
                if len(result.self_test) < SELF_TEST_SHOWN * len(texts):
                    parts = [{"part": "chosen"}, {"part": "rejected"}] if len(shown) == 2 else [{}]
                    result.self_test += [{**text, **part} for text, part in zip(shown, parts)]
            result.texts.append(texts)
            lines.append(line)
    refuse_nothing(len(lines), len(examples), result.dropped)
    result.lines = np.array(lines, dtype=np.int64)
    result.targets = np.array(targets, dtype=np.float32)[result.lines]
    return result
