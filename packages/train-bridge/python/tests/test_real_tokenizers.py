"""What tokenizers of well-known models do that ours does not: SentencePiece's space, added words, templates that end in a space."""

from __future__ import annotations

import copy
from types import SimpleNamespace

import pytest
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from sq_train.bpe import train_bpe, wrap_tokenizer
from sq_train.config_types import RawTemplate
from sq_train.errors import DataError
from sq_train.pairs import tokenise_pairs
from sq_train.rows import parse_row
from sq_train.scored import Conversation, tokenise_texts
from sq_train.template import read_prefix_template
from sq_train.tokenise import tokenise_rows

CHAT = {"id": "a", "prompt": "What is two?", "reply": "The answer is 7."}
TEXTS = ["[INST] What is two? [/INST] The answer is 7."] * 5


def make_sentencepiece(kind: str) -> PreTrainedTokenizerFast:
    """As Mistral 7B's and Llama 2's ("legacy": a space before each stretch of text), or as later ones ("first")."""
    bare = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    # So that no token of so small a text holds more than a word.
    words = pre_tokenizers.Split(Regex("▁?[^▁]+|▁"), behavior="isolated")
    if kind == "legacy":
        bare.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
        bare.pre_tokenizer = words
    else:
        metaspace = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="first", split=False)
        bare.pre_tokenizer = pre_tokenizers.Sequence([metaspace, words])
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=["<unk>", "<s>", "</s>"], show_progress=False)
    bare.train_from_iterator(TEXTS, trainer)
    bare.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    bare.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in ("<s>", "</s>", "<pad>")])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bare, bos_token="<s>", eos_token="</s>", unk_token="<unk>", pad_token="<pad>", clean_up_tokenization_spaces=False
    )
    tokenizer.chat_template = (
        "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}"
        "{% else %}{{ ' ' + message['content'] + eos_token }}{% endif %}{% endfor %}"
    )
    return tokenizer


def read_trained(tokenizer, rows) -> list[str]:
    return tokenizer.convert_ids_to_tokens(rows.ids[rows.weights == 1].tolist())


@pytest.mark.parametrize("kind", ["legacy", "first"])
def test_a_conversation_of_a_sentencepiece_model_is_trained_from_the_reply_on(kind):
    tokenizer = make_sentencepiece(kind)
    rows = tokenise_rows([parse_row(CHAT, 1)], tokenizer, prompt_weight=0, max_tokens=100)
    assert "".join(read_trained(tokenizer, rows)) == "▁The▁answer▁is▁7.</s>"
    assert rows.ids.tolist().count(tokenizer.bos_token_id) == 1
    scored = tokenise_texts(["a"], [[Conversation("What is two?", "The answer is 7.")]], [1.0], tokenizer, max_tokens=100, prefix=None)
    assert scored.texts[0][0].tolist() == rows.ids.tolist()


@pytest.mark.parametrize("kind", ["legacy", "first"])
@pytest.mark.parametrize("prefix", ["<s>", "<s>[INST]"])
def test_a_question_of_a_sentencepiece_model_stands_behind_the_prefixs_ids(kind, prefix):
    tokenizer = make_sentencepiece(kind)
    template = read_prefix_template(tokenizer, SimpleNamespace(template=RawTemplate(kind="raw", prefix=prefix, end="</s>")))
    row = parse_row({"id": "q", "question": " What is two?"}, 1)
    rows = tokenise_rows([row], tokenizer, prompt_weight=0, max_tokens=100, prefix=template)
    whole = tokenizer(f"{prefix} What is two?</s>", add_special_tokens=False).input_ids
    assert rows.ids.tolist() == whole and whole[: len(template.prefix_ids)] == list(template.prefix_ids)
    assert "".join(read_trained(tokenizer, rows)).lstrip("▁") == "What▁is▁two?</s>"


def test_a_sentencepiece_model_that_loses_text_still_fails_the_self_test():
    tokenizer = make_sentencepiece("legacy")
    bare = tokenizer.backend_tokenizer
    bare.normalizer = normalizers.Sequence([normalizers.Lowercase(), normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    with pytest.raises(DataError, match="loses text"):
        tokenise_rows([parse_row(CHAT, 1)], tokenizer, prompt_weight=0, max_tokens=100)


@pytest.fixture
def deepseek():
    """Its template writes a space between the model's name and the reply, and asks without that space."""
    tokenizer = wrap_tokenizer(train_bpe(["User: What is two? Assistant: The answer is 7."] * 5, 400), 128)
    tokenizer.chat_template = (
        "{% for message in messages %}{% if message['role'] == 'user' %}{{ 'User: ' + message['content'] + '\n\n' }}"
        "{% else %}{{ 'Assistant: ' + message['content'] + eos_token }}{% endif %}{% endfor %}"
        "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
    )
    return tokenizer


def test_a_reply_owns_the_space_that_the_model_is_asked_without(deepseek):
    rows = tokenise_rows([parse_row(CHAT, 1)], deepseek, prompt_weight=0, max_tokens=100)
    assert deepseek.decode(rows.ids[rows.weights == 1]) == " The answer is 7.<|im_end|>"
    asked = deepseek.apply_chat_template([{"role": "user", "content": CHAT["prompt"]}], add_generation_prompt=True, return_dict=False)
    assert rows.ids[rows.weights == 0].tolist() == asked and rows.crossed == []


def test_so_do_both_replies_of_a_pair(deepseek):
    pair = parse_row({"id": "a", "prompt": "What is two?", "chosen": "The answer is 7.", "rejected": "User"}, 1, "dpo")
    rows = tokenise_pairs([pair], deepseek, max_tokens=100, prefix=None)
    trained = [deepseek.decode(row.ids[row.weights == 1]) for row in (rows.chosen[0], rows.rejected[0])]
    assert trained == [" The answer is 7.<|im_end|>", " User<|im_end|>"]


def test_added_words_that_control_nothing_may_stand_in_a_message(tiny):
    tokenizer = copy.deepcopy(tiny[0])
    # As runs of spaces in GPT-NeoX and Gemma, and <think> in Qwen3.
    tokenizer.add_tokens([AddedToken("  ", normalized=False), AddedToken("<think>", normalized=False)])
    row = parse_row({"id": "a", "prompt": "What  is two?", "reply": "<think>It is  two."}, 1)
    rows = tokenise_rows([row], tokenizer, prompt_weight=0, max_tokens=100)
    assert tokenizer.decode(rows.ids[rows.weights == 1]) == "<think>It is  two.<|im_end|>"
