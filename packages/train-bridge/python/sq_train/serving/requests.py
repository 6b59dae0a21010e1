"""Reads the bodies of requests: what is asked for, or an ApiError that names the field."""

from __future__ import annotations

import json
import math
from typing import Any, Mapping, Optional, Sequence

from .checkpoint import Checkpoint
from .errors import ApiError, prompt_too_long
from .sampling import Sampling

Body = Mapping[str, Any]

# Fields that would change the replies and are not built, with the values that change nothing.
_UNSUPPORTED: dict[str, tuple[Any, ...]] = {
    "frequency_penalty": (0,), "presence_penalty": (0,), "repetition_penalty": (1,), "length_penalty": (1,),
    "logit_bias": ({},), "bad_words": ([],), "allowed_token_ids": (), "logits_processors": ([],), "prompt_logprobs": (),
    "structured_outputs": (), "guided_json": (), "guided_regex": (), "guided_choice": (), "guided_grammar": (),
    "use_beam_search": (False,), "echo": (False,), "suffix": ("",), "tools": ([],), "functions": ([],), "logprob_token_ids": ([],),
    "truncate_prompt_tokens": (), "repetition_detection": (), "best_of": (1,),
}
_MOST_SAMPLES = 4096
# A temperature below is greedy: the logits, divided by it, would leave the numbers that there are. As vLLM.
_LEAST_TEMPERATURE = 1e-5
_MOST_TOP_LOGPROBS = 100


def check_model(body: Body, served: str) -> None:
    asked = body.get("model")
    if asked is not None and asked != served:
        raise ApiError(404, f"The model '{str(asked)[:200]}' does not exist; this server has '{served}'.", param="model", code="model_not_found")


def read_sampling(body: Body, checkpoint: Checkpoint, *, is_chat: bool) -> Sampling:
    """The settings of a request for replies, with vLLM's defaults: temperature 1, and 16 tokens of a completion."""
    _refuse_unsupported(body)
    stops = _read_stops(body.get("stop"))
    stop_ids = {_whole("stop_token_ids", one, least=0) for one in _list("stop_token_ids", body.get("stop_token_ids"))}
    # The text of a reply never holds a special token, so that a stop of that name must be met as a token.
    specials = checkpoint.tokenizer.get_added_vocab()
    stop_ids |= {specials[stop] for stop in stops if stop in specials}
    default = checkpoint.max_context if is_chat else 16
    name = "max_completion_tokens" if is_chat and body.get("max_completion_tokens") is not None else "max_tokens"
    top_k = _whole("top_k", _get(body, "top_k", 0), least=-1)
    temperature = _number("temperature", _get(body, "temperature", 1.0), least=0, most=100)
    return Sampling(
        max_tokens=_whole(name, _get(body, name, default), least=1),
        temperature=temperature if temperature >= _LEAST_TEMPERATURE else 0.0,
        top_p=_share("top_p", _get(body, "top_p", 1.0)),
        top_k=max(0, top_k),
        min_p=_number("min_p", _get(body, "min_p", 0.0), least=0, most=1),
        min_tokens=_whole("min_tokens", _get(body, "min_tokens", 0), least=0),
        n=_whole("n", _get(body, "n", 1), least=1, most=_MOST_SAMPLES),
        seed=None if body.get("seed") is None else _whole("seed", body["seed"]),
        stops=stops,
        stop_ids=frozenset(stop_ids),
        includes_stop=read_flag(body, "include_stop_str_in_output", False),
        ignores_eos=read_flag(body, "ignore_eos", False),
        skips_special=read_flag(body, "skip_special_tokens", True),
        logprobs=_read_logprobs(body, is_chat=is_chat),
    )


def read_streaming(body: Body) -> tuple[bool, bool]:
    """Whether the answer is streamed, and whether its usage comes at the end."""
    streams = read_flag(body, "stream", False)
    options = body.get("stream_options")
    if options is not None and (not isinstance(options, dict) or not streams):
        raise ApiError(400, "'stream_options' is an object beside \"stream\": true.", param="stream_options")
    return streams, bool((options or {}).get("include_usage", False))


def read_prompts(body: Body, name: str, checkpoint: Checkpoint, *, room: int = 1) -> list[list[int]]:
    """One or several prompts, each as text or as token ids. `room` is what the context must hold beside."""
    given = body.get(name)
    if given is None:
        raise ApiError(400, f"'{name}' is missing: a text, token ids, or a list of either.", param=name)
    several = given if isinstance(given, list) and not _is_ids(given) else [given]
    if not several:
        raise ApiError(400, f"'{name}' is an empty list.", param=name)
    adds = read_flag(body, "add_special_tokens", True)
    return [check_length(_to_ids(one, name, checkpoint, adds=adds), checkpoint, room=room) for one in several]


def read_conversation(body: Body, checkpoint: Checkpoint, *, goes_on: bool, room: int = 1) -> list[int]:
    """The tokens of a conversation in the checkpoint's template. `goes_on` opens the reply by default."""
    messages = _read_messages(body.get("messages"))
    tokenizer = checkpoint.tokenizer
    if tokenizer.chat_template is None and body.get("chat_template") is None:
        raise ApiError(400, "The tokenizer of this checkpoint has no chat template. Send raw text to /v1/completions.", param="messages")
    continues = read_flag(body, "continue_final_message", False)
    opens = read_flag(body, "add_generation_prompt", goes_on and not continues)
    if continues and opens:
        raise ApiError(400, "'continue_final_message' and 'add_generation_prompt' exclude each other.", param="continue_final_message")
    extra = body.get("chat_template_kwargs") or {}
    if not isinstance(extra, dict):
        raise ApiError(400, "'chat_template_kwargs' is not an object.", param="chat_template_kwargs")
    try:
        text = tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=opens, continue_final_message=continues,
            **({} if body.get("chat_template") is None else {"chat_template": body["chat_template"]}), **extra,
        )
    except Exception as error:  # a template says what it does not take by whatever it raises
        raise ApiError(400, f"The chat template does not take this conversation. It says: {error}", param="messages") from error
    ids = tokenizer(text, add_special_tokens=read_flag(body, "add_special_tokens", False))["input_ids"]
    return check_length(list(ids), checkpoint, room=room)


def check_length(tokens: list[int], checkpoint: Checkpoint, *, room: int) -> list[int]:
    if not tokens:
        raise ApiError(400, "The prompt has no tokens. Give at least one.", param="prompt")
    if len(tokens) + room > checkpoint.max_context:
        raise prompt_too_long(len(tokens), checkpoint.max_context)
    return tokens


def read_ids(body: Body, checkpoint: Checkpoint) -> list[int]:
    given = body.get("tokens")
    if not isinstance(given, list):
        raise ApiError(400, "'tokens' is missing: a list of token ids.", param="tokens")
    return _check_ids(given, "tokens", checkpoint)


def _read_messages(messages: Any) -> list[dict[str, Any]]:
    if not isinstance(messages, list) or not messages:
        raise ApiError(400, "'messages' is missing: a list of at least one {role, content}.", param="messages")
    read = []
    for at, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise ApiError(400, f"Message {at} has no role.", param="messages")
        content = message.get("content")
        if isinstance(content, list):
            if not all(isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str) for part in content):
                raise ApiError(400, f"Message {at} has parts that are no text, and this server reads nothing else.", param="messages")
            content = "\n".join(part["text"] for part in content)
        if not isinstance(content, str):
            raise ApiError(400, f"Message {at} has no content.", param="messages")
        read.append({**message, "content": content})
    return read


def _is_ids(value: Sequence[Any]) -> bool:
    return len(value) > 0 and all(isinstance(one, int) and not isinstance(one, bool) for one in value)


def _to_ids(given: Any, name: str, checkpoint: Checkpoint, *, adds: bool) -> list[int]:
    if isinstance(given, str):
        return list(checkpoint.tokenizer(given, add_special_tokens=adds)["input_ids"])
    if isinstance(given, list):
        return _check_ids(given, name, checkpoint)
    raise ApiError(400, f"'{name}' holds a {type(given).__name__}; give texts or token ids.", param=name)


def _check_ids(given: list[Any], name: str, checkpoint: Checkpoint) -> list[int]:
    size = checkpoint.model.config.get_text_config().vocab_size
    for one in given:
        if isinstance(one, bool) or not isinstance(one, int) or not 0 <= one < size:
            raise ApiError(400, f"'{name}' holds {json.dumps(one)[:100]}, which is no token id from 0 to {size - 1}.", param=name)
    return list(given)


def _read_stops(given: Any) -> tuple[str, ...]:
    stops = [given] if isinstance(given, str) else _list("stop", given)
    if not all(isinstance(stop, str) and stop != "" for stop in stops):
        raise ApiError(400, "'stop' is a text or a list of texts, none of them empty.", param="stop")
    return tuple(stops)


def _read_logprobs(body: Body, *, is_chat: bool) -> Optional[int]:
    if not is_chat:
        given = body.get("logprobs")
        return None if given is None else _whole("logprobs", given, least=0, most=_MOST_TOP_LOGPROBS)
    top = body.get("top_logprobs")
    if not read_flag(body, "logprobs", False):
        if top:
            raise ApiError(400, "'top_logprobs' needs \"logprobs\": true.", param="top_logprobs")
        return None
    return 0 if top is None else _whole("top_logprobs", top, least=0, most=_MOST_TOP_LOGPROBS)


def _refuse_unsupported(body: Body) -> None:
    for name, neutral in _UNSUPPORTED.items():
        value = body.get(name)
        if value is not None and value not in neutral:
            raise ApiError(400, f"'{name}' is not supported by this server. Leave it out, or serve the checkpoint with vLLM.", param=name)
    form = body.get("response_format")
    if form is not None and form != {"type": "text"}:
        raise ApiError(400, "'response_format' is not supported by this server, but for text.", param="response_format")


def _get(body: Body, name: str, default: Any) -> Any:
    value = body.get(name)
    return default if value is None else value


def _list(name: str, given: Any) -> list[Any]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise ApiError(400, f"'{name}' is not a list.", param=name)
    return given


def read_flag(body: Body, name: str, default: bool) -> bool:
    value = _get(body, name, default)
    if not isinstance(value, bool):
        raise ApiError(400, f"'{name}' is {json.dumps(value)[:100]}; give true or false.", param=name)
    return value


def _whole(name: str, value: Any, *, least: Optional[int] = None, most: Optional[int] = None) -> int:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not is_whole or (least is not None and value < least) or (most is not None and value > most):
        at_least = "" if least is None else f" of at least {least}"
        at_most = "" if most is None else f" and at most {most}"
        raise ApiError(400, f"'{name}' is {json.dumps(value)[:100]}; give a whole number{at_least}{at_most}.", param=name)
    return value


def _number(name: str, value: Any, *, least: float, most: float) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not least <= value <= most:
        raise ApiError(400, f"'{name}' is {json.dumps(value)[:100]}; give a number from {least:g} to {most:g}.", param=name)
    return float(value)


def _share(name: str, value: Any) -> float:
    share = _number(name, value, least=0, most=1)
    if share == 0:
        raise ApiError(400, f"'{name}' is 0; give a number above 0, up to 1.", param=name)
    return share
