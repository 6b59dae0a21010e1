"""Writes `out/`: the HF folder, the GGUF when the configuration asks for one, the bare prefix where there is one, and metrics.json."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any, Optional

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from .checkpoints import write_synced
from .config_types import ExportConfig
from .gguf_write import write_gguf
from .template import PrefixTemplate


def round_to_half(model: PreTrainedModel) -> None:
    """Rounds the matrices to what half precision holds (still stored in float32), as an f16 GGUF does; norms stay."""
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim >= 2:
                weight.copy_(weight.half().float())


def export_model(
    folder: Path,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    export: Optional[ExportConfig],
    metrics: dict[str, Any],
    prefix: Optional[PrefixTemplate] = None,
) -> Path:
    """Makes `out/` under a temporary name and renames it, so that a half-written one is never found.

    `prefix` goes into prefix.json: whoever asks the model sends the ids that it was trained behind.
    """
    out, temporary = folder / "out", folder / "out.part"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    model = model.to("cpu").float().eval()
    if export is not None and export.gguf == "f16":
        round_to_half(model)
    model.save_pretrained(temporary)
    tokenizer.save_pretrained(temporary)
    if export is not None:
        write_gguf(
            temporary / "model.gguf", model, tokenizer,
            kind=export.gguf, name=export.name, license=export.license, description=export.description,
        )
    if prefix is not None:
        write_synced(temporary / "prefix.json", json.dumps(prefix.describe(), indent=2, ensure_ascii=False) + "\n")
    write_synced(temporary / "metrics.json", json.dumps(metrics, indent=2) + "\n")
    shutil.rmtree(out, ignore_errors=True)
    os.replace(temporary, out)
    return out
