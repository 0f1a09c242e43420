"""How large batches of a local model may be."""

from types import SimpleNamespace

import pytest

from pytest_finetunebench.models.local import batch_limits, libraries
from pytest_finetunebench.models.local.batch_limits import BatchLimits, bytes_per_token
from pytest_finetunebench.models.local.weights import Loaded

# as SmolLM2-135M: 30 layers, 9 heads that share 3 keys and values, 64 wide
SMALL = SimpleNamespace(num_hidden_layers=30, num_attention_heads=9, num_key_value_heads=3, hidden_size=576)


def test_keys_and_values_are_counted_as_32_bit_floats() -> None:
    assert bytes_per_token(SMALL) == 2 * 4 * 30 * 3 * 64


def test_heads_that_share_nothing_each_count() -> None:
    plain = SimpleNamespace(num_hidden_layers=2, num_attention_heads=4, hidden_size=32, head_dim=16)
    assert bytes_per_token(plain) == 2 * 4 * 2 * 4 * 16


def test_a_part_of_a_larger_model_is_asked_for_its_text() -> None:
    assert bytes_per_token(SimpleNamespace(get_text_config=lambda: SMALL)) == bytes_per_token(SMALL)


def test_a_config_without_sizes_tells_nothing() -> None:
    assert bytes_per_token(SimpleNamespace(hidden_size=8)) is None


@pytest.mark.parametrize(("free", "tokens"), [(0, 16_384), (80 * 2**30, 80 * 2**30 // 4 // 46_080)])
def test_on_cuda_free_memory_bounds_a_batch(monkeypatch: pytest.MonkeyPatch, free: int, tokens: int) -> None:
    torch = SimpleNamespace(cuda=SimpleNamespace(mem_get_info=lambda: (free, 0)))
    monkeypatch.setattr(libraries, "torch", lambda: torch)
    model = SimpleNamespace(config=SMALL)
    assert batch_limits.batch_limits(Loaded(model, None, "cuda")) == BatchLimits(256, tokens)
    assert batch_limits.batch_limits(Loaded(model, None, "cpu")) == BatchLimits(32, 16_384)
