"""Checkpoints that a kill cannot spoil: COMPLETE.json is written last, and only folders that hold it count."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Optional

from .errors import ConfigError
from .config import list_changes
from .rows import hash_file

MARKER = "COMPLETE.json"
PREFIX = "checkpoint-"


@dataclass(frozen=True)
class Identity:
    """What a checkpoint must share with the run that resumes it."""

    config: Mapping[str, Any]
    config_hash: str
    data_sha256: str
    tokenizer_sha256: str


@dataclass(frozen=True)
class Checkpoint:
    step: int
    path: Path
    marker: dict[str, Any]


def write_synced(path: Path, text: str) -> None:
    """Writes a small file so that it is either whole or not there: temporary name, fsync, rename, fsync of the folder."""
    temporary = path.with_name(path.name + ".part")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def complete_checkpoint(path: Path, step: int, identity: Identity) -> dict[str, Any]:
    """Syncs a checkpoint's files and writes its marker; gives the marker with the size in bytes."""
    files: dict[str, str] = {}
    size = 0
    for file in sorted(path.rglob("*")):
        if not file.is_file() or file.name == MARKER:
            continue
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
        files[file.relative_to(path).as_posix()] = hash_file(file)
        size += file.stat().st_size
    marker = {
        "step": step,
        "sha256": files,
        "configHash": identity.config_hash,
        "dataSha256": identity.data_sha256,
        "tokenizerSha256": identity.tokenizer_sha256,
        "config": dict(identity.config),
    }
    write_synced(path / MARKER, json.dumps(marker, indent=2) + "\n")
    return {**marker, "bytes": size}


def _step_of(path: Path) -> int:
    digits = path.name.removeprefix(PREFIX)
    return int(digits) if digits.isdigit() else -1


def list_complete(folder: Path) -> list[Checkpoint]:
    """The folders with a readable marker, newest first."""
    found: list[Checkpoint] = []
    for path in folder.glob(f"{PREFIX}*") if folder.is_dir() else []:
        try:
            marker = json.loads((path / MARKER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if _step_of(path) >= 0 and marker.get("step") == _step_of(path):
            found.append(Checkpoint(marker["step"], path, marker))
    return sorted(found, key=lambda checkpoint: -checkpoint.step)


def is_intact(checkpoint: Checkpoint) -> bool:
    """Whether every file is there with the hash that the marker holds."""
    for name, sha256 in checkpoint.marker["sha256"].items():
        file = checkpoint.path / name
        if not file.is_file() or hash_file(file) != sha256:
            return False
    return True


def refuse_drift(checkpoint: Checkpoint, identity: Identity, *, tokenizer_known: bool = True) -> None:
    """Throws a ConfigError that names what changed since the checkpoint."""
    marker = checkpoint.marker
    changes: list[str] = []
    if marker["configHash"] != identity.config_hash:
        changes += list_changes(marker.get("config", {}), identity.config) or ["the configuration"]
    if marker["dataSha256"] != identity.data_sha256 and not any(change.startswith("data.") for change in changes):
        changes.append(f"the data file: {marker['dataSha256'][:12]} -> {identity.data_sha256[:12]}")
    if tokenizer_known and marker["tokenizerSha256"] != identity.tokenizer_sha256:
        changes.append(f"the tokenizer: {marker['tokenizerSha256'][:12]} -> {identity.tokenizer_sha256[:12]}")
    if changes:
        raise ConfigError(
            f"The run has a checkpoint at step {checkpoint.step} that was made with another configuration. "
            f"Changed: {'; '.join(changes)}. Undo the change, start a new run, or set allowDrift."
        )


def find_newest(folder: Path) -> tuple[Optional[Checkpoint], list[str]]:
    """The newest checkpoint that is complete and intact, and the names of newer ones whose files do not fit their hashes."""
    spoiled: list[str] = []
    for checkpoint in list_complete(folder):
        if is_intact(checkpoint):
            return checkpoint, spoiled
        spoiled.append(checkpoint.path.name)
    return None, spoiled


def remove_checkpoint(path: Path) -> None:
    """Removes the marker first, so that a kill half-way leaves nothing that looks complete."""
    (path / MARKER).unlink(missing_ok=True)
    shutil.rmtree(path, ignore_errors=True)


def remove_incomplete(folder: Path) -> None:
    """Removes what a kill left half-written."""
    complete = {checkpoint.path for checkpoint in list_complete(folder)}
    for path in folder.glob(f"{PREFIX}*") if folder.is_dir() else []:
        if path not in complete:
            shutil.rmtree(path, ignore_errors=True)


def prune_checkpoints(folder: Path, keep: int) -> None:
    """Keeps the `keep` newest complete checkpoints. Called after a new one is complete, never before."""
    for checkpoint in list_complete(folder)[max(1, keep) :]:
        remove_checkpoint(checkpoint.path)
