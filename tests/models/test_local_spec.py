"""What a spec of a model on this machine names, and what is said where its files are missing or half written."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.models.local import spec
from pytest_finetunebench.models.local.spec import find_local_model, weights_hash
from pytest_finetunebench.models.prices import find_window
from pytest_finetunebench.models.providers.base import ProviderContext, create_provider
from tests.settings import make_settings


def safetensors(path: Path, size: int = 8) -> None:
    header = json.dumps({"w": {"dtype": "F32", "shape": [size // 4], "data_offsets": [0, size]}}).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * size)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "llama"}', encoding="utf-8")
    safetensors(folder / "model.safetensors")
    return folder


@pytest.fixture
def adapter(tmp_path: Path) -> Path:
    folder = tmp_path / "adapter+1"
    folder.mkdir()
    (folder / "adapter_config.json").write_text('{"base_model_name_or_path": "acme/base"}', encoding="utf-8")
    safetensors(folder / "adapter_model.safetensors")
    return folder


def fault(text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        find_local_model(text, f"hf:{text}")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_base_and_adapter_are_told_apart(base: Path, adapter: Path) -> None:
    assert find_local_model(str(base), "").adapter is None
    both = find_local_model(f"{base}+{adapter}", "")
    assert (both.base, both.adapter) == (base, adapter)


def test_a_missing_library_is_named_with_the_command_that_installs_it(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SettingsError) as caught:
        create_provider("hf", ProviderContext(make_settings(f"hf:{base}")))
    install = "pip install 'pytest-finetunebench[local]'"
    assert str(caught.value) == f"hf:{base}: needs torch, transformers, peft, not installed here: {install}"


def test_what_is_missing_is_named(base: Path, adapter: Path, tmp_path: Path) -> None:
    assert f"no such folder: {tmp_path}/none" in fault(f"{tmp_path}/none")
    assert "no such folder: nothing-of-this-name" in fault("nothing-of-this-name")
    assert f"no such adapter folder: {tmp_path}/none" in fault(f"{base}+{tmp_path}/none")
    assert f"is an adapter: write hf:acme/base+{adapter}" in fault(str(adapter))
    assert "holds no adapter: it is a whole model" in fault(f"{base}+{base}")
    (tmp_path / "empty").mkdir()
    assert "holds no model: it has no config.json" in fault(f"{tmp_path}/empty")
    assert "holds no adapter: it lacks adapter_model.safetensors" in fault(f"{base}+{tmp_path}/empty")


def test_what_is_half_written_is_named(base: Path, adapter: Path, tmp_path: Path) -> None:
    weights = adapter / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-3])
    assert f"{weights} is half written" in fault(f"{base}+{adapter}")
    weights.write_bytes(b"")
    assert f"{weights} is half written" in fault(f"{base}+{adapter}")
    weights.unlink()
    (adapter / "checkpoint-8").mkdir()
    (adapter / "checkpoint-12").mkdir()
    told = fault(f"{base}+{adapter}")
    assert f"`finetunebench train --resume --out {adapter}`, or name {adapter}/checkpoint-12" in told
    index = {"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}
    (base / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    assert "is half written: it lacks model-1.safetensors" in fault(str(base))
    broken = tmp_path / "m.gguf"
    broken.write_bytes(b"no model")
    assert "is no GGUF file, or half written" in fault(str(broken))


def test_the_hash_tells_weights_apart(base: Path, adapter: Path) -> None:
    def both() -> str:
        spec._file_digest.cache_clear()
        return weights_hash(find_local_model(f"{base}+{adapter}", ""))

    before = both()
    assert before.startswith(weights_hash(find_local_model(str(base), "")) + "+")
    (adapter / "README.md").write_text("notes", encoding="utf-8")
    assert both() == before
    weights = adapter / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    changed = both()
    assert changed != before
    assert changed.partition("+")[0] == before.partition("+")[0]
    (base / "chat_template.jinja").write_text("{{ messages }}", encoding="utf-8")
    assert both().partition("+")[0] != changed.partition("+")[0]


@pytest.mark.parametrize(
    ("config", "window"),
    [
        ('{"max_position_embeddings": 8192}', 8192),
        ('{"text_config": {"max_position_embeddings": 2048}}', 2048),
        ('{"text_config": 1}', None),
        ("{}", None),
    ],
)
def test_a_model_s_window_is_read_from_its_configuration(base: Path, config: str, window: int | None) -> None:
    (base / "config.json").write_text(config, encoding="utf-8")
    assert find_window(make_settings(f"hf:{base}").model, custom_server=True) == window


def test_a_model_that_is_not_there_has_no_known_window(tmp_path: Path) -> None:
    assert find_window(make_settings(f"hf:{tmp_path / 'none'}").model, custom_server=True) is None
