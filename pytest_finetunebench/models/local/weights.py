"""Load a base model once, and its adapters beside it, with words for whatever goes wrong."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_finetunebench.errors import ProviderError, one_line
from pytest_finetunebench.models.lineage import TRAINED_BY_US
from pytest_finetunebench.models.local import libraries
from pytest_finetunebench.models.local.memory import free_memory, is_memory_error
from pytest_finetunebench.models.local.spec import LocalModel, read_json, shape_of

_GIB = 2**30
_GGUF_GROWTH = 7
"""About how much larger a four-bit GGUF file is as 32-bit floats."""


@dataclass
class Loaded:
    """A base model in memory, with its tokenizer and the adapters loaded so far."""

    model: Any
    tokenizer: Any
    device: str
    adapters: dict[Path, str] = field(default_factory=dict)
    """The name of each adapter in the model, by its folder."""
    narrowed: bool = False
    """Whether the weights are bfloat16 for want of memory. Answers may then differ."""
    spoiled: bool = False
    """Whether an adapter may be half in the model: no answer of it is the base's any more."""


def choose_device(wanted: str = "auto") -> str:
    """Return `cuda`, `mps` or `cpu`: the wanted one, or the best there is.

    Raises:
        ProviderError: the wanted one is not there.
    """
    torch = libraries.torch()
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted != "auto":
        if not there[wanted]:
            raise _hopeless(f"hf: --ft-device={wanted}: torch finds no such device here; leave it out")
        return wanted
    return next(name for name, found in there.items() if found)


def load_base(spec: LocalModel, device: str, threads: int | None = None) -> Loaded:
    """Load a base model and its tokenizer.

    Raises:
        ProviderError: there is too little memory, or the files cannot be read.
    """
    torch, transformers = libraries.torch(), libraries.transformers()
    if threads is not None and device == "cpu":
        torch.set_num_threads(threads)
    folder, options = str(spec.folder), {"gguf_file": spec.gguf} if spec.gguf else {}
    dtype, narrowed = _dtype(spec, device)
    try:
        with _without_warnings():
            tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **options)
            model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, **options)
            model.to(device)
    except Exception as error:  # noqa: BLE001 - the libraries raise anything for broken files
        raise _unloadable(spec.base, error) from None
    model.eval()
    tokenizer.padding_side = "left"
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return Loaded(model, tokenizer, device, narrowed=narrowed)


def add_adapter(loaded: Loaded, adapter: Path) -> str:
    """Load an adapter beside the base, if it is not yet, and return its name.

    Raises:
        ProviderError: it is of another base, or cannot be read.
    """
    if adapter in loaded.adapters:
        return loaded.adapters[adapter]
    _check_fits(loaded, adapter)
    peft, name = libraries.peft(), f"adapter_{len(loaded.adapters)}"
    loaded.spoiled = True
    try:
        with _without_warnings():
            if not loaded.adapters:
                loaded.model = peft.PeftModel.from_pretrained(loaded.model, str(adapter), adapter_name=name)
                loaded.model.eval()
            # the first one a second time: only this tells which parts found no place
            placed = loaded.model.load_adapter(str(adapter), adapter_name=name, is_trainable=False)
    except Exception as error:  # noqa: BLE001 - as above
        raise _unloadable(adapter, error) from None
    _check_placed(adapter, placed)
    loaded.spoiled = False
    loaded.adapters[adapter] = name
    return name


def _check_placed(adapter: Path, placed: Any) -> None:
    """Refuse an adapter of which a part found no place, or that leaves a place empty: peft only warns."""
    for keys, what in ((placed.unexpected_keys, "the base has no place for"), (placed.missing_keys, "it lacks")):
        found = sorted(key for key in keys if ".lora_" in key)
        if found:
            first = one_line(found[0].removeprefix("base_model.model."), 80)
            message = f"{what} {len(found):,} {'part' if len(found) == 1 else 'parts'}, such as {first}"
            raise _hopeless(f"hf: the adapter {one_line(adapter)} is of another base model: {message}")


@contextlib.contextmanager
def _without_warnings() -> Iterator[None]:
    """Keep the libraries' deprecations to themselves: a run whose warnings are errors must be able to load them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def using(loaded: Loaded, adapter: Path | None) -> Iterator[Any]:
    """Lend the model with one adapter switched on, or with none."""
    if adapter is not None:
        name = add_adapter(loaded, adapter)
        loaded.model.set_adapter(name)
        yield loaded.model
    elif loaded.adapters:
        with loaded.model.disable_adapter():
            yield loaded.model
    else:
        yield loaded.model


def _dtype(spec: LocalModel, device: str) -> tuple[Any, bool]:
    """Return the type to load weights as, and whether it is a narrower one for want of memory.

    It is their own on accelerators, and 32-bit floats on a CPU that has the memory.

    Raises:
        ProviderError: there is too little memory for either.
    """
    torch = libraries.torch()
    if device != "cpu":
        return "auto", False
    stored = _stored_bytes(spec)
    config = read_json(spec.folder / "config.json")
    own = str(config.get("dtype") or config.get("torch_dtype") or "float32")
    wide = stored * _GGUF_GROWTH if spec.gguf else stored * (1 if own == "float32" else 2)
    narrow = wide // 2
    free = free_memory()
    if free is None or wide < free:
        return torch.float32, False
    if narrow < free:
        return torch.bfloat16, True
    raise _hopeless(
        f"hf: {one_line(spec.base)} needs about {narrow / _GIB:.2f} GiB of memory, and {free / _GIB:.2f} GiB are free: "
        "take a smaller model, or serve it elsewhere and name --ft-base-url"
    )


def _stored_bytes(spec: LocalModel) -> int:
    if spec.gguf:
        return spec.base.stat().st_size
    kinds = [sum(path.stat().st_size for path in spec.folder.glob(f"*{end}")) for end in (".safetensors", ".bin")]
    return kinds[0] or kinds[1]


def _check_fits(loaded: Loaded, adapter: Path) -> None:
    """Refuse an adapter that was trained here on a base of another shape."""
    trained = read_json(adapter / TRAINED_BY_US).get("base_shape")
    shape = shape_of(loaded.model.config.to_dict())
    if isinstance(trained, dict) and trained != shape:
        told = ", ".join(
            f"{name} {trained.get(name)} and not {shape.get(name)}"
            for name in trained
            if trained[name] != shape.get(name)
        )
        raise _hopeless(f"hf: the adapter {one_line(adapter)} was trained on another base: {told}")


def _unloadable(path: Path, error: BaseException) -> ProviderError:
    words = one_line(str(error).strip() or type(error).__name__, 200)
    if is_memory_error(error):
        return _hopeless(f"hf: too little memory to load {one_line(path)}: take a smaller model, or serve it elsewhere")
    if "size mismatch" in words or "Target modules" in words or "target_modules" in words:
        return _hopeless(f"hf: the adapter {one_line(path)} is of another base model: {words}")
    # its header alone says that a GGUF file is cut, and transformers only meets the missing bytes
    advice = "is the whole file there? " if path.suffix == ".gguf" else ""
    return _hopeless(f"hf: {one_line(path)} cannot be loaded: {advice}{words}")


def _hopeless(message: str) -> ProviderError:
    return ProviderError(message, hopeless=True, sent=False)


def threads_for(workers: int) -> int | None:
    """Return the threads that one of several processes may use on a CPU; None leaves it to torch."""
    return max(1, (os.cpu_count() or 1) // workers) if workers > 1 else None
