"""A training that may take more memory than there is says so before the system kills it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_finetunebench.errors import ProviderError
from pytest_finetunebench.models.local.weights import Loaded
from pytest_finetunebench.training.local.loop import enough_memory
from pytest_finetunebench.training.local.needs import bytes_per_token, memory_warning
from pytest_finetunebench.training.local.order import LocalOrder
from pytest_finetunebench.training.local.rows import Pair, Tokens

# as SmolLM2-135M
CONFIG = SimpleNamespace(num_hidden_layers=30, hidden_size=576, intermediate_size=1536, vocab_size=49_152)
ROW = Tokens([1] * 44, [1] * 44)
MIB = 2**20


def warning(free: int | None, *, device: str = "cpu", size: int = 8, row: Tokens | Pair = ROW) -> str | None:
    weights = [SimpleNamespace(numel=lambda: 134_000_000, element_size=lambda: 4)]
    model: Any = SimpleNamespace(config=CONFIG, parameters=lambda: weights)
    order = LocalOrder(base_model="b", file="f", sha256="s", rows=20, method="supervised", epochs=1, batch_size=size)
    return memory_warning(Loaded(model, None, device), order, [row] * 20, free, "ad")


def test_a_token_takes_what_was_measured() -> None:
    # by the highest memory of one step, 16 rows of 44 tokens against one: 2.87 MiB
    assert bytes_per_token(CONFIG, 4) == pytest.approx(2.87 * MIB, rel=0.1)
    assert bytes_per_token(SimpleNamespace(hidden_size=8), 4) is None


def test_enough_memory_needs_no_word() -> None:
    assert warning(4096 * MIB) is None
    assert warning(None) is None
    assert warning(1, device="cuda") is None


def test_the_largest_batch_that_fits_is_named() -> None:
    told = warning(1200 * MIB)
    assert told is not None
    assert "may take 1.5 GiB of memory, and 1.2 are free" in told
    assert told.endswith("If the system kills it, remove ad and train with --batch-size 4")
    pairs = warning(1200 * MIB, row=Pair(ROW, ROW))
    assert pairs is not None
    assert pairs.endswith("--batch-size 2")
    assert (warning(600 * MIB) or "").endswith("remove ad and train a smaller model")


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (8, "too little memory for steps of 8 rows: remove ad and train with --batch-size 4, or take a smaller model"),
        (1, "too little memory for steps of 1 row: take a smaller model, or cut the longest rows"),
    ],
)
def test_spent_memory_is_told_in_a_line(size: int, told: str) -> None:
    order = LocalOrder(base_model="b", file="f", sha256="s", rows=20, method="supervised", epochs=1, batch_size=size)
    with pytest.raises(ProviderError, match=f"^{told}$"), enough_memory(order, Path("ad")):
        raise RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)")
    with pytest.raises(RuntimeError, match="shape"), enough_memory(order, Path("ad")):
        raise RuntimeError("shape")
