"""Prints the prompts that lm-eval's own task code makes, one JSON line each: {"task", "problem", "prompt", "stop", "maxTokens"}.

Usage: render-lm-eval-prompts.py DATA_DIR COUNT WORK_DIR. The documents are those of DATA_DIR/benchmark, written to WORK_DIR
in the shape of the hub's data sets: nothing is downloaded. For each task the first COUNT documents, in order.
"""

import gzip
import importlib.metadata
import json
import os
import sys
import types

os.environ["HF_HUB_OFFLINE"] = os.environ["HF_DATASETS_OFFLINE"] = "1"
data_dir, count, work_dir = sys.argv[1], int(sys.argv[2]), sys.argv[3]
os.environ["HF_HOME"] = work_dir


class NoMetric:
    """Stands in for the metric that the code tasks load from the hub when they are imported: no reply is judged here."""

    def compute(self, **_):
        return {}, {}


sys.modules["evaluate"] = types.ModuleType("evaluate")
sys.modules["evaluate"].load = lambda *_, **__: NoMetric()

import lm_eval.tasks  # noqa: E402
from lm_eval.api.task import ConfigurableTask  # noqa: E402
from lm_eval.tasks._yaml_loader import load_yaml  # noqa: E402

FOLDER = os.path.dirname(lm_eval.tasks.__file__)
# As `lm_eval` sets it where --seed is not given.
FEWSHOT_SEED = 1234


def write_rows(name, fields):
    """A benchmark of the data folder as plain JSON Lines; the field that tells the tasks apart is kept."""
    target = os.path.join(work_dir, name.replace("/", "-") + ".jsonl")
    with gzip.open(os.path.join(data_dir, "benchmark", name + ".jsonl.gz"), "rt") as lines, open(target, "w") as out:
        for line in lines:
            row = json.loads(line)
            out.write(json.dumps({field: row[field] for field in fields}) + "\n")
    return target


def make_task(path, files):
    config = load_yaml(os.path.join(FOLDER, path))
    config.update(dataset_path="json", dataset_name=None, dataset_kwargs={"data_files": files})
    task = ConfigurableTask(config=config)
    task.set_fewshot_seed(FEWSHOT_SEED)
    return task


gsm8k = {split: write_rows(f"gsm8k/{split}", ["question", "answer"]) for split in ("train", "test")}
math = {split: write_rows(f"math/{split}", ["problem", "level", "type", "solution"]) for split in ("train", "test")}

humaneval = {"test": write_rows("humaneval/test", ["prompt", "entry_point", "test"])}
mbpp = {"test": write_rows("mbpp/test", ["text", "code", "test_list"])}

shots_file = os.path.join(FOLDER, "minerva_math", "utils.py")
print(json.dumps({"version": importlib.metadata.version("lm_eval"), "minerva_shots": shots_file}))
for name, path, files in [
    ("gsm8k", "gsm8k/gsm8k.yaml", gsm8k),
    ("hendrycks_math", "hendrycks_math/hendrycks_math_algebra.yaml", math),
    ("minerva_math", "minerva_math/minerva_math_algebra.yaml", math),
    ("humaneval", "humaneval/humaneval.yaml", humaneval),
    ("humaneval_instruct", "humaneval/humaneval_instruct.yaml", humaneval),
    ("mbpp", "mbpp/mbpp.yaml", mbpp),
    ("mbpp_plus", "mbpp/mbpp_plus.yaml", mbpp),
    ("mbpp_instruct", "mbpp/mbpp_instruct.yaml", mbpp),
]:
    task = make_task(path, files)
    shots = task.config.num_fewshot or 0
    for _, doc in task.doc_iterator(limit=count):
        prompt = task.fewshot_context(doc, num_fewshot=shots, gen_prefix=task.doc_to_prefix(doc))
        problem = next(doc[field] for field in ("question", "problem", "text", "prompt") if field in doc)
        kwargs = task.config.generation_kwargs
        row = {"task": name, "problem": problem, "prompt": prompt, "stop": kwargs["until"]}
        print(json.dumps({**row, "maxTokens": kwargs.get("max_gen_toks")}))
