"""Trains a step of TRL on the exports of a run that are TRL's, and reads the others as `scalequest train` does. Prints a JSON object.

Arguments: the GGUF of a small model, the folder of the exports, and then their forms.
"""

import io
import json
import sys
from contextlib import redirect_stdout
from pathlib import Path

import torch
from datasets import Dataset, load_dataset
from sq_train.gguf_read import load_gguf_as_llama
from sq_train.rows import hash_file, read_rows
from trl import DPOConfig, DPOTrainer, GRPOConfig, GRPOTrainer, SFTConfig, SFTTrainer

KINDS = {"sft": "sft", "qft": "sft", "qpo": "dpo", "preference": "reward", "regression": "regression", "grpo": "grpo"}
COMMON = {
    "max_steps": 1, "per_device_train_batch_size": 2, "learning_rate": 1e-3, "warmup_steps": 0, "use_cpu": True, "bf16": False,
    "report_to": [], "save_strategy": "no", "disable_tqdm": True, "logging_strategy": "no",
}


def reward(completions: list, answer: list, **_: object) -> list[float]:
    """Needs the column `answer`; numbers that differ give a gradient."""
    assert set(answer) == {"3"}, answer
    return [float(place) for place, _ in enumerate(completions)]


def train(form: str, rows: Dataset, folder: Path) -> dict[str, object]:
    own = {**COMMON, "output_dir": str(folder / f"{form}-model")}
    given = {"model": str(folder / "base"), "processing_class": tokenizer, "train_dataset": rows}
    if form == "trl-grpo":
        sizes = {"num_generations": 2, "max_completion_length": 4}
        trainer = GRPOTrainer(args=GRPOConfig(**own, **sizes), reward_funcs=reward, **given)
    elif form in ("trl-dpo", "trl-qpo"):
        trainer = DPOTrainer(args=DPOConfig(**own), **given)
    else:
        trainer = SFTTrainer(args=SFTConfig(**own), **given)
    trainer.train()
    changed = any(not torch.equal(old, new) for old, new in zip(model.parameters(), trainer.model.parameters(), strict=True))
    return {"steps": trainer.state.global_step, "hasChanged": changed}


gguf, folder = Path(sys.argv[1]), Path(sys.argv[2])
model, tokenizer = load_gguf_as_llama(gguf)
model.save_pretrained(folder / "base")
tokenizer.save_pretrained(folder / "base")
told: dict[str, object] = {}
for form in sys.argv[3:]:
    path = folder / f"{form}.jsonl"
    if form in KINDS:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        rows = read_rows(path, sha256=hash_file(path), rows=lines, kind=KINDS[form])
        told[form] = {"rows": len(rows), "row": type(rows[0]).__name__}
    else:
        loaded = load_dataset("json", data_files=str(path), split="train")
        first = loaded[0]
        with redirect_stdout(io.StringIO()):
            told[form] = {**train(form, loaded, folder), "rows": len(loaded), "first": first}
print(json.dumps(told))
