"""What `PATH_OR_ID[+ADAPTER]` names, whether its files are whole, and a hash of the weights."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pytest_finetunebench.errors import SettingsError, one_line
from pytest_finetunebench.models.lineage import TRAINED_BY_US

ADAPTER_CONFIG = "adapter_config.json"
ADAPTER_WEIGHTS = ("adapter_model.safetensors", "adapter_model.bin")
WEIGHTS = "weights:"
"""What the address of a model in this process begins with."""
NARROWED = " (bfloat16)"
"""What follows a model's name in an answer where its weights were narrowed for want of memory."""
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_WEIGHTS = (".safetensors", ".bin", ".gguf")
_TELLING = (*_WEIGHTS, ".json", ".jinja", ".model", ".txt")
"""Suffixes of the files that decide what a model answers."""
_NOT_NEEDED = ["original/*", "onnx/*", "*.onnx", "*.msgpack", "*.h5", "*.gguf", "*.pth"]


@dataclass(frozen=True)
class LocalModel:
    """A model on this machine: the base's folder or GGUF file, and an adapter's folder."""

    text: str
    """As the user wrote it."""
    base: Path
    adapter: Path | None = None

    @property
    def gguf(self) -> str | None:
        """The name of the base's GGUF file; None where the base is a folder."""
        return self.base.name if self.base.suffix == ".gguf" else None

    @property
    def folder(self) -> Path:
        """The base's folder."""
        return self.base.parent if self.gguf else self.base


def find_local_model(text: str, where: str) -> LocalModel:
    """Return the model that a spec names, its files checked. A hub id is downloaded where it is not here yet.

    Raises:
        SettingsError: a folder or file is missing, half written, or something else; the message begins with `where`.
    """
    base, adapter = _split(text)
    found = LocalModel(text, _base(base, where), None if adapter is None else _path(adapter))
    _check_base(found, where)
    if found.adapter is not None:
        _check_adapter(found.adapter, where)
    return found


def weights_hash(model: LocalModel) -> str:
    """Return `weights:` and 16 hex digits for the base, and after a `+` 16 more for the adapter.

    A cache must not answer for other weights under the same name, so every byte counts.
    """
    files = [model.base] if model.gguf else sorted(_telling_files(model.base))
    digest = f"{WEIGHTS}{_digest(files)}"
    if model.adapter is None:
        return digest
    names = (ADAPTER_CONFIG, *ADAPTER_WEIGHTS)
    return f"{digest}+{_digest([path for name in names if (path := model.adapter / name).exists()])}"


def window_of(text: str) -> int | None:
    """Return how many tokens a spec's model takes in all, by its configuration; None where that does not tell."""
    try:
        model = find_local_model(text, f"hf:{text}")
    except SettingsError:
        return None  # whoever loads it says so
    config = {} if model.gguf else read_json(model.folder / "config.json")
    of_text = config.get("text_config")
    for told in (config, of_text if isinstance(of_text, dict) else {}):
        if isinstance(found := told.get("max_position_embeddings"), int) and found > 0:
            return found
    return None


def trained_on_other_weights(text: str) -> bool:
    """Whether a spec's adapter was trained here on a base with other weights, as far as the adapter tells.

    Raises:
        SettingsError: a folder or file is missing or half written.
    """
    model = find_local_model(text, f"hf:{text}")
    told = {} if model.adapter is None else read_json(model.adapter / TRAINED_BY_US)
    trained = told.get("base_weights")
    return isinstance(trained, str) and trained != weights_hash(replace(model, adapter=None))


def shape_of(config: dict[str, Any]) -> dict[str, Any]:
    """Return what of a model's configuration an adapter must fit."""
    names = ("model_type", "hidden_size", "num_hidden_layers", "vocab_size")
    return {name: config[name] for name in names if name in config}


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON object; an empty one where the file is missing or holds none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _split(text: str) -> tuple[str, str | None]:
    """Split base and adapter at a `+`. A path may hold one too, so what exists decides."""
    if "+" not in text or _path(text).exists():
        return text, None
    splits = [(text[:at], text[at + 1 :]) for at, char in enumerate(text) if char == "+"]
    known = (split for split in splits if _path(split[0]).exists() and split[1])
    base, adapter = next(known, splits[-1])
    return base, adapter.strip() or None


def _path(text: str) -> Path:
    return Path(os.path.expanduser(text.strip()))  # noqa: PTH111 - pathlib's raises for unknown users


def _base(text: str, where: str) -> Path:
    path = _path(text)
    if path.exists():
        return path
    if text.startswith((".", "/", "~")) or not _HUB_ID.fullmatch(text):
        raise SettingsError(f"{where}: no such folder: {one_line(path)}")
    hub = importlib.import_module("huggingface_hub")
    try:
        return Path(hub.snapshot_download(text, ignore_patterns=_NOT_NEEDED))
    except Exception as error:  # noqa: BLE001 - a network's failures are of many types
        reason = one_line(str(error).strip() or type(error).__name__, 160)
        raise SettingsError(f"{where}: no folder '{text}' here, and the hub gave none: {reason}") from None


def _check_base(model: LocalModel, where: str) -> None:
    path = model.base
    if model.gguf:
        if _head(path, 4) != b"GGUF":
            raise SettingsError(f"{where}: {one_line(path)} is no GGUF file, or half written")
        return
    if not path.is_dir():
        raise SettingsError(f"{where}: {one_line(path)} is a file: name a model's folder, or a file that ends in .gguf")
    if not (path / "config.json").exists():
        if (path / ADAPTER_CONFIG).exists():
            base = read_json(path / ADAPTER_CONFIG).get("base_model_name_or_path") or "BASE"
            raise SettingsError(f"{where}: {one_line(path)} is an adapter: write hf:{one_line(base)}+{one_line(path)}")
        gguf = sorted(path.glob("*.gguf"))
        hint = f"; name the file: hf:{one_line(gguf[0])}" if gguf else ""
        raise SettingsError(f"{where}: {one_line(path)} holds no model: it has no config.json{hint}")
    index = read_json(path / "model.safetensors.index.json").get("weight_map")
    wanted = sorted({str(name) for name in index.values()}) if isinstance(index, dict) else []
    present = [one for one in path.iterdir() if one.suffix in _WEIGHTS]
    missing = [name for name in wanted if not (path / name).exists()]
    if missing or not present:
        lacking = missing[0] if missing else "its weights (model.safetensors)"
        raise SettingsError(f"{where}: {one_line(path)} is half written: it lacks {lacking}")
    for one in present:
        _check_whole(one, where)


def _check_adapter(path: Path, where: str) -> None:
    if not path.is_dir():
        raise SettingsError(f"{where}: no such adapter folder: {one_line(path)}")
    weights = next((path / name for name in ADAPTER_WEIGHTS if (path / name).exists()), None)
    if (path / ADAPTER_CONFIG).exists() and weights is not None:
        _check_whole(weights, where)
        return
    checkpoints = sorted(path.glob("checkpoint-*"), key=lambda one: (len(one.name), one.name))
    if checkpoints:
        hint = f"its training has not ended: `finetunebench train --resume --out {path}`, or name {checkpoints[-1]}"
    elif (path / "config.json").exists():
        hint = "it is a whole model: write hf: and its path alone"
    else:
        hint = f"it lacks {ADAPTER_CONFIG if weights else ADAPTER_WEIGHTS[0]}: is it half written?"
    raise SettingsError(f"{where}: {one_line(path)} holds no adapter: {hint}")


def _check_whole(path: Path, where: str) -> None:
    """Compare a safetensors file's size with what its header promises."""
    if path.suffix != ".safetensors":
        return
    size = path.stat().st_size
    try:
        length = int.from_bytes(_head(path, 8), "little")
        header = json.loads(_head(path, 8 + length)[8:]) if 0 < length < min(size, 2**28) else {}
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        whole = bool(header) and size == 8 + length + max(ends, default=0)
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        whole = False
    if not whole:
        raise SettingsError(f"{where}: {one_line(path)} is half written: save or download it again")


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _telling_files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_file() and path.suffix in _TELLING and path.name not in ("trainer_state.json", TRAINED_BY_US):
            yield path


def _digest(files: list[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        stat = path.stat()
        total.update(f"{path.name}\n{_file_digest(path, stat.st_size, stat.st_mtime_ns)}\n".encode())
    return total.hexdigest()[:16]


@lru_cache(maxsize=256)
def _file_digest(path: Path, size: int, changed: int) -> str:
    del size, changed  # they tell a file from what stood there before
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
