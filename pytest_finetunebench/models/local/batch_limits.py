"""How much a batch may hold, by the memory of the device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pytest_finetunebench.models.local import libraries
from pytest_finetunebench.models.local.weights import Loaded

_ON_CUDA = 256
_SHARE = 4
"""The part of the free memory that the keys and values of a batch may take: one in so many."""


@dataclass(frozen=True)
class BatchLimits:
    """The most answers of a batch, and the most tokens of its prompts and answers together."""

    answers: int = 32
    tokens: int = 16_384


def batch_limits(loaded: Loaded) -> BatchLimits:
    """Return the limits for a loaded model: wider where CUDA says how much memory is free."""
    limits = BatchLimits()
    if loaded.device != "cuda":
        return limits
    each = bytes_per_token(loaded.model.config)
    if each is None:
        return limits
    free, _ = libraries.torch().cuda.mem_get_info()
    return BatchLimits(_ON_CUDA, max(limits.tokens, free // _SHARE // each))


def bytes_per_token(config: Any) -> int | None:
    """Return what a token's keys and values take as 32-bit floats, or None where the config does not tell."""
    config = config.get_text_config() if hasattr(config, "get_text_config") else config
    layers, heads = getattr(config, "num_hidden_layers", None), getattr(config, "num_attention_heads", None)
    width = getattr(config, "hidden_size", None)
    if not (layers and heads and width):
        return None
    head = getattr(config, "head_dim", None) or width // heads
    shared = getattr(config, "num_key_value_heads", None) or heads
    return 2 * 4 * int(layers) * int(shared) * int(head)
