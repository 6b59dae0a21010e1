"""The fixed text around what a model reads and learns, read off the tokenizer's own chat template, and its borders."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Optional, Sequence, Union

from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerBase

from .config_types import QuestionTemplate, RawTemplate, TrainConfig
from .errors import ConfigError, DataError


@dataclass(frozen=True)
class ChatTemplate:
    """The fixed texts of the chat template around a prompt and a reply."""

    before_prompt: str
    before_reply: str
    turn_end: str
    # White space that the model writes before its reply: what it is asked with ends before it.
    space: str = ""

    def render(self, prompt: str, reply: str) -> str:
        return f"{self.before_prompt}{prompt}{self.before_reply}{self.space}{reply}{self.turn_end}"


@dataclass(frozen=True)
class PrefixTemplate:
    """A bare prefix behind which a text stands, and the end of that text.

    Training and generation see the same token ids for the prefix: a generator is asked with `prefix_ids`.
    """

    prefix: str
    end: str
    prefix_ids: tuple[int, ...]
    end_ids: tuple[int, ...]

    def describe(self) -> dict[str, Any]:
        """What out/prefix.json holds, for whoever asks the model."""
        return {"prefix": self.prefix, "prefixIds": list(self.prefix_ids), "end": self.end, "endIds": list(self.end_ids)}


Template = Union[ChatTemplate, PrefixTemplate]


def make_plain_encoder(tokenizer: PreTrainedTokenizerBase) -> Tokenizer:
    """The tokenizer without post-processing, truncation and padding: nothing is added, and offsets are not trimmed."""
    state: dict[str, Any] = json.loads(tokenizer.backend_tokenizer.to_str())
    state.update(post_processor=None, truncation=None, padding=None)
    return Tokenizer.from_str(json.dumps(state))


def render_prompt(tokenizer: PreTrainedTokenizerBase, prompt: str) -> str:
    """What stands before the reply when a model is asked, the beginning of its turn included."""
    return tokenizer.apply_chat_template([{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True)


def render_chat(tokenizer: PreTrainedTokenizerBase, prompt: str, reply: str) -> str:
    """What the tokenizer's own chat template makes of the two messages."""
    messages = [{"role": "user", "content": prompt}, {"role": "assistant", "content": reply}]
    return tokenizer.apply_chat_template(messages, tokenize=False)


def _split_chat(tokenizer: PreTrainedTokenizerBase) -> tuple[str, str, str]:
    """The texts before the prompt, between prompt and reply, and behind the reply."""
    if not tokenizer.chat_template:
        raise ConfigError(
            "The tokenizer has no chat template. Add one to its folder (chat_template.jinja), or give a template of kind 'raw'."
        )
    prompt_mark, reply_mark = "PROMPTMARK", "REPLYMARK"
    text = render_chat(tokenizer, prompt_mark, reply_mark)
    if text.count(prompt_mark) != 1 or text.count(reply_mark) != 1 or text.index(prompt_mark) > text.index(reply_mark):
        raise DataError(
            f"The chat template does not hold the prompt and then the reply, once each; it gives {text[:200]!r}. "
            "Correct the tokenizer's chat_template."
        )
    before_prompt, rest = text.split(prompt_mark)
    before_reply, after = rest.split(reply_mark)
    return before_prompt, before_reply, after


def read_chat_template(tokenizer: PreTrainedTokenizerBase) -> ChatTemplate:
    """Finds the fixed texts by rendering two marks. The end of turn is the tokenizer's end token."""
    before_prompt, before_reply, after = _split_chat(tokenizer)
    turn_end = tokenizer.eos_token
    if not turn_end or not after.startswith(turn_end):
        raise DataError(
            f"The chat template ends a reply with {after[:40]!r}, not with the end token {turn_end!r}: "
            "the model would never learn to stop. Correct the chat_template or eos_token."
        )
    asked = render_prompt(tokenizer, "PROMPTMARK")
    whole = f"{before_prompt}PROMPTMARK{before_reply}"
    # Such as DeepSeek's "Assistant:", behind which a reply begins with a word that owns the space before it.
    space = whole.removeprefix(asked) if whole.startswith(asked) and whole.removeprefix(asked).isspace() else ""
    return ChatTemplate(before_prompt, before_reply.removesuffix(space), turn_end, space)


def read_prefix_template(tokenizer: PreTrainedTokenizerBase, config: TrainConfig) -> PrefixTemplate:
    """The bare prefix that the configuration names, with one beginning token at most, and an end that the model can stop at.

    Whether the prefix ends where a token ends shows at the texts behind it: `encode_behind_prefix` looks.
    """
    wanted = config.template
    if isinstance(wanted, RawTemplate):
        prefix, end = wanted.prefix, wanted.end
    else:
        prefix, between, _ = _split_chat(tokenizer)
        end = tokenizer.eos_token or ""
        if not end or not between.startswith(end):
            raise ConfigError(
                f"The chat template ends the user's message with {between[:40]!r}, not with the end token {end!r}, so a question "
                "would have no end. Give a template of kind 'raw' with the prefix and the end of the model, such as its end token."
            )
    encoder = make_plain_encoder(tokenizer)
    prefix_ids, end_ids = encoder.encode(prefix, add_special_tokens=False).ids, encoder.encode(end, add_special_tokens=False).ids
    if tokenizer.eos_token_id not in end_ids:
        raise ConfigError(
            f"The template's end {end!r} does not hold the end token {tokenizer.eos_token!r}: the model would never learn to stop. "
            "Put the end token into template.end."
        )
    beginning = tokenizer.bos_token_id
    if beginning is not None and beginning != tokenizer.eos_token_id and prefix_ids.count(beginning) > 1:
        raise ConfigError(f"The template's prefix {prefix!r} holds the beginning token {tokenizer.bos_token!r} more than once. Leave one.")
    return PrefixTemplate(prefix, end, tuple(prefix_ids), tuple(end_ids))


def find_prefix(tokenizer: PreTrainedTokenizerBase, config: TrainConfig) -> Optional[PrefixTemplate]:
    """The bare prefix of a run; None where its rows are conversations."""
    return read_prefix_template(tokenizer, config) if isinstance(config.template, (QuestionTemplate, RawTemplate)) else None


def encode_behind_prefix(template: PrefixTemplate, texts: Sequence[str], ids: Sequence[str], encoder: Tokenizer) -> list[list[int]]:
    """The token ids of each text with its end, to stand behind the prefix's; `ids` name the rows.

    Throws where the tokens of the whole do not begin with the prefix's: the model would be trained on other tokens
    than it is asked with. So it is with DeepSeek's `User: `, whose space belongs to the first word.
    """
    # The whole is encoded, and the prefix cut off: SentencePiece puts a space before a text that stands alone.
    whole = encoder.encode_batch([template.prefix + text + template.end for text in texts], add_special_tokens=False)
    prefix = list(template.prefix_ids)
    for name, text, full in zip(ids, texts, whole):
        if full.ids[: len(prefix)] != prefix:
            raise DataError(
                f"Row '{name}': a token lies over the border between the prefix {template.prefix!r} and the text {text[:60]!r}, so "
                "the model would be trained on other tokens than it is asked with. Take white space from the end of the prefix, "
                "or from the beginning of the text."
            )
    return [full.ids[len(prefix) :] for full in whole]


def warn_of_beginning(template: PrefixTemplate, tokenizer: PreTrainedTokenizerBase) -> str | None:
    """A warning where the tokenizer puts a beginning token before any text by itself, and the prefix has none."""
    added = tokenizer("a", add_special_tokens=True).input_ids
    beginning = tokenizer.bos_token_id
    if beginning is None or not added or added[0] != beginning or beginning in template.prefix_ids[:1]:
        return None
    return (
        f"The tokenizer begins every text with {tokenizer.bos_token!r}, and the prefix {template.prefix!r} does not. "
        "Put it there if the model was trained with it."
    )
