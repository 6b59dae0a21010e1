"""Our own tokenizer: a byte-level BPE with Qwen2's split, so that each digit is one token, and ChatML's specials."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Iterable, Iterator, Optional, Sequence

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from .rows import AnswerRow, ChatRow, PreferenceRow, QuestionRow, Row, ScoredRow, SegmentRow

END_OF_TEXT = "<|endoftext|>"
TURN_START = "<|im_start|>"
TURN_END = "<|im_end|>"
SPECIALS = (END_OF_TEXT, TURN_START, TURN_END)

# Qwen2's pattern: llama.cpp has it built in as the pre-tokenizer "qwen2", so both sides cut text alike.
QWEN2_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

CHAT_TEMPLATE = Path(__file__).with_name("chatml.jinja").read_text(encoding="utf-8").strip("\n")


def set_byte_level(tokenizer: Tokenizer) -> Tokenizer:
    """Gives a tokenizer the split, the byte alphabet and the decoder of this family."""
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(QWEN2_SPLIT), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def list_stretches(rows: Iterable[Row]) -> Iterator[str]:
    """The texts between two special tokens, as the rendered rows hold them."""
    for row in rows:
        if isinstance(row, SegmentRow):
            text = "".join(part for part, _ in row.segments)
            for special in SPECIALS:
                text = text.replace(special, "\0")
            yield from filter(None, text.split("\0"))
            continue
        for role, text in _list_messages(row):
            if text is not None:
                yield f"{role}\n{text}"


def _list_messages(row: Row) -> list[tuple[str, Optional[str]]]:
    if isinstance(row, (ChatRow, ScoredRow)):
        return [("user", row.prompt), ("assistant", row.reply)]
    if isinstance(row, PreferenceRow):
        role = "user" if row.prompt is None else "assistant"
        return [("user", row.prompt), (role, row.chosen), (role, row.rejected)]
    if isinstance(row, QuestionRow):
        return [("user", row.question)]
    assert isinstance(row, AnswerRow)
    return [("user", row.prompt)]


def sample_rows(rows: Sequence[Row], count: int, seed: int) -> list[Row]:
    """At most `count` rows, drawn by the seed, in the order of the file."""
    if len(rows) <= count:
        return list(rows)
    return [rows[index] for index in sorted(random.Random(seed).sample(range(len(rows)), count))]


def train_bpe(texts: Iterable[str], vocab_size: int) -> Tokenizer:
    """Trains the BPE; `vocab_size` counts the 256 bytes and the three specials. The same texts give the same file."""
    tokenizer = set_byte_level(Tokenizer(models.BPE(ignore_merges=False)))
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        min_frequency=2,
        special_tokens=list(SPECIALS),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def wrap_tokenizer(tokenizer: Tokenizer, context_length: int) -> PreTrainedTokenizerFast:
    """The tokenizer as transformers knows it: no beginning token, end of turn as end, end of text as padding."""
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=TURN_END,
        pad_token=END_OF_TEXT,
        chat_template=CHAT_TEMPLATE,
        model_max_length=context_length,
        clean_up_tokenization_spaces=False,
        padding_side="right",
    )
