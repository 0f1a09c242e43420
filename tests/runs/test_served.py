"""Who answered, and whether its answers were cut: notices of a run, and the gate on cut answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_finetunebench.models.lineage import Lineage
from pytest_finetunebench.models.local.spec import find_local_model, weights_hash
from pytest_finetunebench.runs.gate_results import Coverage
from pytest_finetunebench.runs.gates import parse_rate_gate
from pytest_finetunebench.runs.results import ProbeResult
from pytest_finetunebench.runs.served import answer_notices, is_other_model
from tests.settings import make_settings
from tests.support.results import result

TUNED = "ft:gpt-4o-mini-2024-07-18:acme::Ab12"


def answered(count: int, **fields: Any) -> list[ProbeResult]:
    return [result(id=f"c/i-{n}/rephrased-1", response=f"a {n}", **fields) for n in range(count)]


@pytest.mark.parametrize(
    ("asked", "served", "other"),
    [
        (TUNED, TUNED, False),
        (TUNED, "gpt-4o-mini-2024-07-18", True),
        ("gpt-4o", "gpt-4o-2024-08-06", False),
        ("gemini-2.5-flash", "gemini-2.5-flash-001", False),
        ("acme-lora", "Qwen/Qwen3-8B", True),
        ("qwen3", "qwen3:8b", False),
        ("Qwen/Qwen3-8B", "/models/qwen3-8b", False),
        ("smol.gguf", "/data/smol.gguf", False),
        ("llama", "llama2", True),
    ],
)
def test_another_model_is_told_from_another_name(asked: str, served: str, other: bool) -> None:
    assert is_other_model(asked, served) is other


def test_an_answer_of_another_model_is_a_notice() -> None:
    results = answered(30, served_model="gpt-4o-mini-2024-07-18")
    (told,) = answer_notices(make_settings(TUNED), results)
    assert told == (
        f"asked for '{TUNED}', but 'gpt-4o-mini-2024-07-18' answered 30 of 30 probes: is the fine-tune served under "
        "this name?"
    )
    assert answer_notices(make_settings("projects/p/locations/l/endpoints/1"), results) == ()


def test_an_adapter_of_other_weights_is_a_notice(tmp_path: Path) -> None:
    base, adapter = tmp_path / "base", tmp_path / "adapter"
    for folder, config, weights in (
        (base, "config.json", "model.bin"),
        (adapter, "adapter_config.json", "adapter_model.bin"),
    ):
        folder.mkdir()
        (folder / config).write_text("{}", encoding="utf-8")
        (folder / weights).write_bytes(b"w")
    settings = make_settings(f"hf:{base}+{adapter}")
    assert answer_notices(settings, answered(3)) == ()
    trained = weights_hash(find_local_model(str(base), ""))
    told = []
    for weights_of_base in (trained, f"{trained[:-1]}x"):
        (adapter / "finetunebench.json").write_text(json.dumps({"base_weights": weights_of_base}), encoding="utf-8")
        told.append(answer_notices(settings, answered(3)))
    assert told[0] == ()
    assert told[1][0].startswith("the adapter was trained on other weights than this base's")


def test_weights_narrowed_for_want_of_memory_are_a_notice() -> None:
    results = [*answered(3, served_model="./base (bfloat16)"), *answered(2, served_model="./base")]
    (told,) = answer_notices(make_settings("hf:./base"), results)
    assert told.startswith("3 of 5 answers are of weights narrowed to bfloat16, as memory was short")


def test_answers_that_are_the_bases_word_for_word() -> None:
    results = [replace(one, base=result(response=one.response)) for one in answered(50)]
    (told,) = answer_notices(make_settings("m"), results)
    assert told.startswith("50 of 50 answers are the base model's word for word: the adapter may not be served")
    changed = [replace(one, base=result(response="other")) for one in results[:2]] + results[2:]
    assert answer_notices(make_settings("m"), changed) == ()
    assert answer_notices(make_settings("m"), results[:19]) == ()


def test_many_cut_answers_are_one_warning() -> None:
    results = answered(2, finish_reason="length") + answered(18, finish_reason="stop")
    (told,) = answer_notices(make_settings("m"), results)
    assert told.startswith("2 of 20 answers (10%) are cut at --ft-max-tokens=100: raise it, or limit the share")


def test_another_system_message_than_was_trained() -> None:
    lineage = Lineage(
        model="m", provider="hf", base_model="b", training_file="t", job="j", created="x", systems=("Hi.",)
    )
    asked = [result(id="c/i/memorization-1", kind="memorization", system=system) for system in ("Hi.", "Be brief.")]
    (told,) = answer_notices(make_settings("m"), asked, lineage)
    assert told == "asked with another system message than the model was trained with: 'Be brief.', trained 'Hi.'"
    assert answer_notices(make_settings("m"), asked[:1], lineage) == ()
    assert "none, trained 'Hi.'" in answer_notices(make_settings("m", system="none"), asked[:1], lineage)[0]


def test_the_gate_on_cut_answers() -> None:
    gate = parse_rate_gate("max_rate", "truncated=0.05", "--ft-max-rate=truncated=0.05")
    results = answered(90, finish_reason="stop") + [
        replace(one, id=f"{one.id}x", item=f"{one.item}x") for one in answered(10, finish_reason="length")
    ]
    assert gate.id == "truncated<=0.05"
    assert gate.evaluate(results, Coverage(probes=100)).status == "failed"
    assert gate.evaluate(results[:90], Coverage(probes=90)).status == "passed"
    unknown = [replace(one, finish_reason=None) for one in results]
    assert "does not say which answers were cut" in gate.evaluate(unknown, Coverage(probes=100)).reason
