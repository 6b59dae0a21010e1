from __future__ import annotations

import json

import pytest

from conftest import make_rows
from sq_train.bpe import SPECIALS, list_stretches, train_bpe
from sq_train.rows import parse_row

TEXTS = [
    "Let $x = \\frac{12}{345}$; then $\\boxed{x^2 + \\sqrt{7}}$.",
    "  two  spaces\n\n\tand a tab \r\n",
    "$\\left[0, 10\\right)$ and $\\begin{pmatrix} 1 & -2 \\\\ 30 & 4 \\end{pmatrix}$",
    "naïve π ≤ 3.14159 — 数学 🎲",
    "1000000",
    "",
]


@pytest.mark.parametrize("text", TEXTS)
def test_text_comes_back_from_its_tokens_unchanged(tiny, text):
    tokenizer, _ = tiny
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_each_digit_is_one_token_and_stands_alone(tiny):
    tokenizer, _ = tiny
    tokens = [tokenizer.decode([token]) for token in tokenizer.encode("12 apples, 3045 pens and x10y")]
    with_digits = [token for token in tokens if any(character.isdigit() for character in token)]
    assert with_digits == list("12304510")


def test_the_specials_are_single_tokens_and_count_in_the_size(tiny):
    tokenizer, _ = tiny
    assert [len(tokenizer.encode(special)) for special in SPECIALS] == [1, 1, 1]
    assert len(tokenizer) <= 320
    assert tokenizer.eos_token == "<|im_end|>" and tokenizer.pad_token == "<|endoftext|>" and tokenizer.bos_token is None


def test_the_words_of_the_template_are_single_tokens(tiny):
    tokenizer, _ = tiny
    ids = tokenizer.encode("<|im_start|>assistant\n")
    assert [tokenizer.decode([token]) for token in ids] == ["<|im_start|>", "assistant", "\n"]


def test_the_same_rows_give_the_same_tokenizer():
    texts = list(list_stretches([parse_row(row, 1) for row in make_rows(100)]))
    first, second = (json.loads(train_bpe(texts, 330).to_str()) for _ in range(2))
    assert first == second


def test_an_entry_is_merged_only_when_it_is_seen_twice():
    tokenizer = train_bpe(["zebra", "apple apple"], 400)
    assert "zebra" not in tokenizer.get_vocab() and "apple" in tokenizer.get_vocab()
