from __future__ import annotations

import pytest

from conftest import make_config, make_rows
from sq_train.config import check_config, hash_config, list_changes, read_config
from sq_train.errors import ConfigError


@pytest.fixture
def config():
    return make_config(make_rows(4), b"x")


def test_a_complete_configuration_is_read_into_typed_fields(make_run):
    config, _ = read_config(make_run(maxSteps=7).path)
    assert config.model.hidden_size == 32
    assert config.optimizer.learning_rate == 0.005
    assert config.max_steps == 7
    assert config.export is not None and config.export.gguf == "f32"


def test_an_unknown_key_is_refused_and_named(config):
    config["optimizer"]["lr"] = 1
    with pytest.raises(ConfigError, match="optimizer.*lr"):
        check_config(config)


@pytest.mark.parametrize(
    ("key", "value"),
    [("version", 2), ("batchSize", "16"), ("batchSize", 0), ("device", "tpu"), ("keepCheckpoints", 1), ("promptWeight", 2)],
)
def test_a_wrong_value_is_refused_and_its_key_named(config, key, value):
    config[key] = value
    with pytest.raises(ConfigError, match=key):
        check_config(config)


def test_a_missing_key_is_refused_and_named(config):
    del config["seed"]
    with pytest.raises(ConfigError, match="seed"):
        check_config(config)


def test_a_head_size_other_than_32_is_refused(make_run):
    run = make_run(model={"kind": "new", "hiddenSize": 96, "layers": 1, "heads": 4, "feedForwardSize": 64, "contextLength": 128})
    with pytest.raises(ConfigError, match="head size must be 32"):
        read_config(run.path)


def test_rows_longer_than_the_context_are_refused(make_run):
    with pytest.raises(ConfigError, match="contextLength"):
        read_config(make_run(maxTokens=129).path)


def test_the_hash_changes_with_what_decides_the_weights_and_with_nothing_else(config):
    before = hash_config(config)
    assert hash_config({**config, "logEverySteps": 7, "threads": 2, "allowDrift": True}) == before
    assert hash_config({**config, "seed": 1}) != before


def test_changes_are_listed_by_their_path():
    before, after = {"a": {"b": 1, "c": 2}, "d": 1}, {"a": {"b": 3, "c": 2}}
    assert list_changes(before, after) == ["a.b: 1 -> 3", "d: 1 -> null"]
