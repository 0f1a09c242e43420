"""How much memory a training takes, so that a person hears of it before the system kills the process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_finetunebench.errors import one_line
from pytest_finetunebench.models.local.weights import Loaded
from pytest_finetunebench.training.local.order import LocalOrder
from pytest_finetunebench.training.local.rows import Pair, Tokens

_GIB = 2**30
_PER_HIDDEN, _PER_INNER, _PER_WORD = 16, 6, 4
"""Numbers kept for each token: per layer and unit of width, per layer and unit of inner width, per vocabulary entry.

A Llama of 135 million parameters took 2.9 MB for each token as 32-bit floats; this estimate is 3.0.
"""


def memory_warning(
    loaded: Loaded, order: LocalOrder, rows: Sequence[Tokens | Pair], free: int | None, out: object
) -> str | None:
    """Return what to do where a training on the CPU may take more than the bytes that were free before loading.

    An accelerator says itself that its memory is spent; a system kills the process.
    """
    each = bytes_per_token(loaded.model.config, 2 if loaded.narrowed else 4)
    if loaded.device != "cpu" or free is None or each is None:
        return None
    weights = sum(one.numel() * one.element_size() for one in loaded.model.parameters())
    size, row = min(order.batch_size, order.rows), max(map(_tokens, rows)) * each
    if weights + size * row <= free:
        return None
    fitting = [one for one in (2**power for power in range(size.bit_length())) if one < size]
    fitting = [one for one in fitting if weights + one * row <= free]
    advice = f"train with --batch-size {fitting[-1]}" if fitting else "train a smaller model"
    return (
        f"warning: the training may take {(weights + size * row) / _GIB:.1f} GiB of memory, and {free / _GIB:.1f} are "
        f"free. If the system kills it, remove {one_line(out)} and {advice}"
    )


def bytes_per_token(config: Any, width: int) -> int | None:
    """Return what a training keeps of each token of a batch, in numbers of `width` bytes; None if not known."""
    config = config.get_text_config() if hasattr(config, "get_text_config") else config
    layers, hidden = getattr(config, "num_hidden_layers", None), getattr(config, "hidden_size", None)
    words = getattr(config, "vocab_size", None)
    if not (layers and hidden and words):
        return None
    inner = getattr(config, "intermediate_size", None) or 4 * hidden
    of_layers = layers * (_PER_HIDDEN * hidden + _PER_INNER * inner) * width
    return int(of_layers + _PER_WORD * words * 4)  # the loss is of 32-bit floats, whatever the weights are


def _tokens(row: Tokens | Pair) -> int:
    return len(row.ids) if isinstance(row, Tokens) else 2 * max(len(row.chosen.ids), len(row.rejected.ids))
