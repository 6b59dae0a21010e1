"""A model with one output that scores a text: the layers of a language model, and a head in the place of its output matrix."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedModel, PreTrainedTokenizerBase

from .config_types import LoadModel, TrainConfig
from .errors import ConfigError, explain_load
from .model import check_fit, load_model, prepare_model

HEAD = "score"
# So that a head of one seed differs from the weights of the layers, which are drawn from the seed too.
HEAD_SEED = 0x48_45_41_44


def prepare_classifier(config: TrainConfig, folder: Path, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    """The model that a reward model or a regression begins with, in float32.

    It is a new model, a language model, or one that has a head already, which keeps it. A new head is drawn from the seed.
    """
    if isinstance(config.model, LoadModel) and _has_head(folder / config.model.path):
        model = _load_classifier(folder / config.model.path)
        check_fit(config, model, len(tokenizer))
    else:
        model = _put_head(prepare_model(config, folder, tokenizer), config.seed)
    settings = model.config.get_text_config()
    settings.pad_token_id = tokenizer.pad_token_id
    # What a server needs to give the score as it is: one output, and no sigmoid over it.
    model.config.problem_type = "regression"
    model.config.id2label, model.config.label2id = {0: HEAD}, {HEAD: 0}
    return model


def _has_head(path: Path) -> bool:
    if not (path / "config.json").is_file():
        return False
    with explain_load(path, "model"):
        names = AutoConfig.from_pretrained(path, local_files_only=True).architectures or []
    return any(name.endswith("ForSequenceClassification") for name in names)


def _load_classifier(path: Path) -> PreTrainedModel:
    outputs = AutoConfig.from_pretrained(path, local_files_only=True).num_labels
    if outputs != 1:
        raise ConfigError(f"The model '{path}' gives {outputs} numbers for a text, and a score is one. Load a language model, or a model with one output.")
    with explain_load(path, "model"):
        return AutoModelForSequenceClassification.from_pretrained(path, dtype=torch.float32, local_files_only=True)


def _put_head(language: PreTrainedModel, seed: int) -> PreTrainedModel:
    """The layers of a language model with a new head on them."""
    config = language.config
    config.num_labels = 1
    try:
        # On no device: the layers are those of the language model, which need not be drawn and held twice.
        with torch.device("meta"):
            model = AutoModelForSequenceClassification.from_config(config, dtype=torch.float32)
    except ValueError as error:
        raise ConfigError(f"Models of type '{config.model_type}' cannot be given a head that scores a text: {str(error).splitlines()[0]} Load another one.") from error
    empty = getattr(model, HEAD, None)
    if not isinstance(empty, torch.nn.Linear) or empty.bias is not None:
        raise ConfigError(f"The head of models of type '{config.model_type}' is not one matrix, which servers expect. Load another one.")
    head = torch.nn.Linear(empty.in_features, 1, bias=False)
    with torch.no_grad():
        head.weight.normal_(0.0, config.get_text_config().initializer_range, generator=torch.Generator().manual_seed(seed ^ HEAD_SEED))
    setattr(model, model.base_model_prefix, language.base_model)
    setattr(model, HEAD, head)
    return model
