"""Reads exports with TRL's own parsers, and trains a step of those that need no server. Prints a JSON object.

Arguments: the folder of the model to make from the GGUF, the GGUF, and then the folders of exports.
"""

import importlib
import io
import json
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

from datasets import load_dataset
from sq_train.gguf_read import load_gguf_as_llama

model_folder, gguf, *exports = (Path(argument) for argument in sys.argv[1:])
model, tokenizer = load_gguf_as_llama(gguf)
model.save_pretrained(model_folder)
tokenizer.save_pretrained(model_folder)

shown = (
    "learning_rate", "max_length", "beta", "loss_type", "loss_weights", "num_generations", "warmup_steps", "packing",
    "per_device_train_batch_size", "gradient_accumulation_steps", "center_rewards_coefficient", "lr_scheduler_type", "adam_beta2",
)
result = {}
for folder in exports:
    os.chdir(folder)
    config = next(folder.glob("*.yaml"))
    script = importlib.import_module(f"trl.scripts.{config.stem}")
    parsed = script.make_parser().parse_args_and_config(["--config", config.name], fail_with_unknown_args=True)
    arguments = parsed[1]
    said = {name: getattr(arguments, name) for name in shown if hasattr(arguments, name)}
    rows = load_dataset("json", data_files=str(folder / "train.jsonl"), split="train")
    entry = {"arguments": json.loads(json.dumps(said, default=str)), "columns": rows.column_names, "rows": len(rows)}
    if config.stem == "grpo":
        sys.path.insert(0, str(folder))
        module, name = parsed[0].reward_funcs[0].rsplit(".", 1)
        entry["reward"] = callable(getattr(importlib.import_module(module), name))
    else:
        with redirect_stdout(io.StringIO()):
            script.main(*parsed)
        entry["trained"] = json.loads((folder / "model" / "checkpoint-1" / "trainer_state.json").read_text())["global_step"]
    result[config.stem] = entry
print(json.dumps(result))
