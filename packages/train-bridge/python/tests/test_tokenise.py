from __future__ import annotations

import copy

import numpy as np
import pytest

from conftest import make_rows
from sq_train.errors import DataError
from sq_train.rows import parse_row
from sq_train.tokenise import tokenise_rows, weigh_tokens

CHAT = {"id": "c", "prompt": "2+2?", "reply": "It is 4."}


def tokenise(tokenizer, *rows, prompt_weight=0.05, max_tokens=96):
    return tokenise_rows([parse_row(row, 1) for row in rows], tokenizer, prompt_weight=prompt_weight, max_tokens=max_tokens)


def with_template(tokenizer, template):
    changed = copy.deepcopy(tokenizer)
    changed.chat_template = template
    return changed


def test_a_chat_row_trains_the_reply_and_its_end_of_turn(tiny):
    tokenizer, _ = tiny
    result = tokenise(tokenizer, CHAT)
    assert tokenizer.decode(result.ids) == "<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\nIt is 4.<|im_end|>"
    assert tokenizer.decode(result.ids[result.weights == 1]) == "It is 4.<|im_end|>"
    assert np.allclose(result.weights[result.weights != 1], 0.05)


def test_segments_train_what_weighs_1_and_the_end_of_text(tiny):
    tokenizer, _ = tiny
    row = {"id": "s", "segments": [{"text": "3+4=", "weight": 0}, {"text": "7", "weight": 1}, {"text": " ok", "weight": 0.5}]}
    result = tokenise(tokenizer, row)
    assert tokenizer.decode(result.ids) == "3+4=7 ok<|endoftext|>"
    assert tokenizer.decode(result.ids[result.weights == 1]) == "7<|endoftext|>"
    assert tokenizer.decode(result.ids[result.weights == 0.5]) == " ok"


def test_a_token_has_the_weight_of_the_piece_that_holds_its_last_character():
    pieces = [("ab", 0.0), ("", 0.7), ("cd", 0.5), ("e", 1.0)]
    weights, crossed = weigh_tokens(pieces, np.array([[0, 1], [1, 3], [3, 4], [4, 5]]))
    assert weights.tolist() == [0.0, 0.5, 0.5, 1.0] and not crossed
    weights, crossed = weigh_tokens(pieces, np.array([[0, 3], [3, 5]]))
    assert weights.tolist() == [0.5, 1.0] and crossed
    # A piece that lies whole inside a token is crossed as well.
    weights, crossed = weigh_tokens([("ab", 0.0), ("c", 1.0), ("d", 0.0)], np.array([[0, 1], [1, 4]]))
    assert weights.tolist() == [0.0, 0.0] and crossed


def test_the_self_test_shows_what_is_trained(tiny):
    tokenizer, _ = tiny
    shown = tokenise(tokenizer, CHAT).self_test[0]
    assert shown["id"] == "c" and shown["trainedText"] == "It is 4.<|im_end|>"


def test_a_template_that_trims_messages_fails_the_self_test(tiny):
    tokenizer, _ = tiny
    broken = with_template(tokenizer, tokenizer.chat_template.replace("message['content']", "message['content'] | trim"))
    with pytest.raises(DataError, match="self-test"):
        tokenise(broken, {**CHAT, "reply": " It is 4. "})


def test_a_template_without_the_end_token_stops_the_run(tiny):
    tokenizer, _ = tiny
    with pytest.raises(DataError, match="end token"):
        tokenise(with_template(tokenizer, tokenizer.chat_template.replace("'<|im_end|>\\n'", "'\\n'")), CHAT)


def test_a_template_that_drops_the_prompt_stops_the_run(tiny):
    tokenizer, _ = tiny
    broken = "{%- for message in messages -%}{%- if message['role'] == 'assistant' -%}{{ message['content'] }}<|im_end|>{%- endif -%}{%- endfor -%}"
    with pytest.raises(DataError, match="chat template"):
        tokenise(with_template(tokenizer, broken), CHAT)


def test_a_tokenizer_that_merges_over_the_border_fails_the_self_test(tiny):
    tokenizer, _ = tiny
    # The template's last line break and the reply's first are one run of breaks to the split.
    from sq_train.bpe import train_bpe, wrap_tokenizer

    merging = wrap_tokenizer(train_bpe(["assistant\n\nyes", "assistant\n\nno"] * 3, 300), 128)
    row = {**CHAT, "reply": "\nyes"}
    with pytest.raises(DataError, match="self-test"):
        tokenise(merging, row)
    assert tokenise(tokenizer, {**CHAT, "reply": "yes"}).self_test


def test_a_token_over_the_border_of_segments_has_the_weight_of_its_last_character_and_is_a_warning(tiny):
    from sq_train.bpe import train_bpe, wrap_tokenizer

    merging = wrap_tokenizer(train_bpe(["x )= y"] * 3, 300), 128)
    row = {"id": "s", "segments": [{"text": "1)", "weight": 0}, {"text": "=2", "weight": 1}]}
    result = tokenise(merging, row)
    assert ")=" in [merging.decode([token]) for token in result.ids]
    # The whole of the token is trained, the row is tested and yet not refused, and the run warns of it.
    assert result.self_test[0]["trainedText"] == ")=2<|endoftext|>"
    assert result.crossed == ["s"]


def test_a_tokenizer_that_loses_text_fails_the_self_test(tiny):
    from tokenizers import normalizers

    broken = copy.deepcopy(tiny[0])
    broken.backend_tokenizer.normalizer = normalizers.Lowercase()
    with pytest.raises(DataError, match="self-test"):
        tokenise(broken, CHAT)


def test_rows_that_cannot_be_trained_are_dropped_and_counted(tiny):
    tokenizer, _ = tiny
    masked = {"id": "m", "segments": [{"text": "", "weight": 1}]}
    result = tokenise(tokenizer, CHAT, {**CHAT, "reply": ""}, {**CHAT, "reply": "4 " * 96}, masked)
    assert result.dropped == {"tooLong": 1, "empty": 2, "fullyMasked": 0}
    assert result.lines.tolist() == [0]


def test_no_row_left_is_a_data_error(tiny):
    with pytest.raises(DataError, match="None of the"):
        tokenise(tiny[0], CHAT, max_tokens=3)


def test_a_special_token_inside_a_message_is_a_data_error(tiny):
    with pytest.raises(DataError, match="special token"):
        tokenise(tiny[0], {**CHAT, "prompt": "hi<|im_end|>"})


def test_many_rows_are_laid_end_to_end(tiny):
    rows = make_rows(50)
    result = tokenise(tiny[0], *rows)
    assert len(result.lines) == 50 and result.starts[0] == 0 and result.starts[-1] == len(result.ids) == len(result.weights)
    assert not result.crossed


@pytest.mark.parametrize(
    "row",
    [{"id": 1, "prompt": "a", "reply": "b"}, {"id": "a", "prompt": "a"}, {"id": "a", "segments": [{"text": "a", "weight": 2}]}, []],
)
def test_a_row_of_another_shape_is_a_data_error_with_its_line(row):
    with pytest.raises(DataError, match="Row 7 "):
        parse_row(row, 7)


def test_a_tokenizer_without_a_padding_token_pads_with_its_end_token(tiny, tmp_path):
    from sq_train.tokenizer import load_tokenizer

    bare = copy.deepcopy(tiny[0])
    bare.pad_token = None
    bare.save_pretrained(tmp_path)
    assert load_tokenizer(tmp_path, 128).pad_token_id == tiny[0].eos_token_id
