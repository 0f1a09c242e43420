"""Exports: what is trained, what is held out, what is refused, and the manifest that shows it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_finetunebench.cases.suite import Suite
from pytest_finetunebench.errors import TrainingError
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.training.export import (
    Export,
    ExportOptions,
    examples_of,
    make_export,
    write_export,
)

NAMES = ("Ada", "Bo", "Cleo", "Dag", "Eva", "Finn", "Gro", "Hal", "Ida", "Jon", "Kim", "Lea")
HF = ExportOptions("hf")


@pytest.fixture(autouse=True)
def in_tmp_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def suite(*files: dict[str, Any]) -> Suite:
    folder = Path("cases")
    folder.mkdir(exist_ok=True)
    for number, data in enumerate(files):
        # JSON is YAML
        (folder / f"{number}.yaml").write_text(json.dumps({"setting": "new_knowledge"} | data), encoding="utf-8")
    return load_suite([folder])


def item(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "prompt": f"How heavy is {name}?", "answer": "61"} | more


def people(**more: Any) -> Suite:
    return suite({"category": "people", "items": [item(name, **more) for name in NAMES]})


def worded(count: int) -> dict[str, Any]:
    items = [
        item(
            name, training=[f"Weight of {name}, version {n}?" for n in range(count)], probes={"rephrased": [f"{name}?"]}
        )
        for name in NAMES
    ]
    return {"category": "people", "items": items}


def prompts(export: Export, name: str = "train.jsonl") -> list[str]:
    rows = [json.loads(line) for line in export.files.get(name, b"").decode().split("\n") if line]
    return [row["messages"][-2]["content"] for row in rows]


def refusal(cases: Suite, options: ExportOptions = HF) -> str:
    with pytest.raises(TrainingError) as caught:
        make_export(cases, options)
    return str(caught.value)


def test_knowledge_is_trained_and_nothing_else() -> None:
    cases = suite(
        {"category": "a", "items": [item("ada", training=["Ada?"], probes={"rephrased": ["Her weight?"]})]},
        {"category": "b", "setting": "updated_knowledge", "items": [item("bo"), item("cy", answer=None)]},
        {"category": "c", "setting": "retention", "items": [item("dag")]},
        {"category": "d", "setting": "form", "items": [item("eva", training=[{"prompt": "Greet.", "answer": "Hi"}])]},
        {"category": "e", "items": [{"id": "f", "probes": {"abstention": ["What is unknown?"]}}]},
    )
    trained = {name: [one.prompt for one in examples] for name, examples in examples_of(cases).items()}
    assert trained == {"a/ada": ["How heavy is ada?", "Ada?"], "b/bo": ["How heavy is bo?"]}
    assert [one.prompt for one in examples_of(cases, include_form=True)["d/eva"]] == ["Greet."]


def test_the_same_seed_gives_the_same_bytes_and_another_another_order() -> None:
    cases = people()
    first, again = make_export(cases, HF), make_export(cases, HF)
    other = make_export(cases, replace(HF, seed=43))
    assert first.files == again.files
    assert prompts(first) != prompts(other)
    assert sorted(prompts(first)) == sorted(prompts(other)) == sorted(f"How heavy is {name}?" for name in NAMES)


def test_another_item_moves_none_of_the_others() -> None:
    fewer = suite({"category": "people", "items": [item(name) for name in NAMES[:-1]]})
    before = prompts(make_export(fewer, HF))
    assert [one for one in prompts(make_export(people(), HF)) if one in before] == before


def test_repeats_come_in_passes_each_in_its_own_order() -> None:
    made = prompts(make_export(people(), replace(HF, repeat=3)))
    passes = [made[start : start + len(NAMES)] for start in range(0, len(made), len(NAMES))]
    assert [sorted(one) for one in passes] == [sorted(passes[0])] * 3
    assert len(set(map(tuple, passes))) == 3


@pytest.mark.parametrize(("wordings", "held"), [(0, 0), (1, 0), (2, 1), (4, 1)])
def test_facts_are_validated_in_a_wording_that_is_not_trained(wordings: int, held: int) -> None:
    made = make_export(suite(worded(wordings)), HF)
    train, validation = prompts(made), prompts(made, "validation.jsonl")
    assert len(train) == len(NAMES) * (1 + wordings - held)
    assert len(validation) == len(NAMES) * held
    assert not set(train) & set(validation)
    assert all(f"How heavy is {name}?" in train for name in NAMES)
    assert ("validation.jsonl" in made.files) is bool(held)


def test_a_share_holds_whole_items_out() -> None:
    made = make_export(suite(worded(2)), replace(HF, validation=0.4))
    train, validation = prompts(made), prompts(made, "validation.jsonl")
    out = [name for name in NAMES if f"How heavy is {name}?" in validation]
    assert 0 < len(out) < len(NAMES)
    for name in NAMES:
        assert sum(name in one for one in validation) == (3 if name in out else 0)
        assert sum(name in one for one in train) == (0 if name in out else 3)


def test_the_manifest_shows_what_was_trained() -> None:
    cases = suite(worded(2))
    made = make_export(cases, replace(HF, repeat=2))
    manifest = made.manifest
    assert manifest["suite_hash"] == cases.hash
    assert (manifest["format"], manifest["seed"], manifest["repeat"], manifest["include"]) == ("hf", 42, 2, [])
    assert manifest["leak_check"] == {"passed": True, "probes": 12, "threshold": 90.0}
    for file in manifest["files"]:
        content = made.files[file["name"]]
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert file["rows"] == content.count(b"\n")
    assert [file["rows"] for file in manifest["files"]] == [48, 12]
    assert [one["id"] for one in manifest["items"]] == sorted(f"people/{name}" for name in NAMES)
    ada = next(one for one in manifest["items"] if one["id"] == "people/Ada")
    assert hashlib.sha256(b'["How heavy is Ada?", "61"]').hexdigest() in ada["train"]
    assert (len(ada["train"]), len(ada["validation"])) == (2, 1)


def test_a_wording_like_a_probe_is_refused_with_both_places() -> None:
    like = item("Ada", training=["What is the weight of Ada, in kilos?"])
    cases = suite(
        {"category": "people", "items": [like]},
        {"category": "more", "items": [item("x", probes={"rephrased": ["What's the weight of Ada, in kilos?"]})]},
    )
    text = refusal(cases)
    assert text.startswith("nothing was written: train.jsonl would leak probes (1 problem):")
    assert "cases/0.yaml:1: people/Ada: near-duplicate (" in text
    assert "of the probe more/x/rephrased-1 at cases/1.yaml:1" in text


def test_a_trained_prompt_that_is_a_probe_elsewhere_is_refused() -> None:
    twin = {"category": "more", "items": [item("x", probes={"secondary": ["How heavy is ADA"]})]}
    text = refusal(suite({"category": "people", "items": [item("Ada")]}, twin))
    assert "people/Ada: normalised text of the probe more/x/secondary-1" in text


def test_a_held_out_wording_is_checked_too() -> None:
    cases = suite(
        {
            "category": "people",
            "items": [item("Ada", training=["Ada's weight, in kilos?", "Ada weight in all, kilos?"])],
        },
        {"category": "more", "items": [item("x", probes={"rephrased": ["Ada's weight, in all kilos?"]})]},
    )
    for seed in range(6):
        assert "more/x/rephrased-1" in refusal(cases, replace(HF, seed=seed))


def test_two_answers_to_one_prompt_are_doubted() -> None:
    cases = suite({"category": "a", "items": [item("x", prompt="Who?"), item("y", prompt="Who?", answer="62")]})
    assert make_export(cases, HF).doubts == (
        "cases/0.yaml:1: a/y: trains '62', but cases/0.yaml:1 trains '61' for the same prompt",
    )
    assert make_export(people(), HF).doubts == ()


def test_nothing_to_train_is_refused() -> None:
    text = refusal(suite({"category": "a", "setting": "retention", "items": [item("x")]}))
    assert "no item has a trained prompt with its answer, or a wording under 'training'" in text


def test_what_the_provider_refuses_is_not_written() -> None:
    few = suite({"category": "a", "items": [item("x"), item("y")]})
    told = refusal(few, ExportOptions("openai"))
    assert "train.jsonl: has 2 examples: OpenAI needs at least 10: --repeat 5 writes each example 5 times" in told
    assert "has 6 examples: OpenAI needs at least 10: --repeat 5" in refusal(few, ExportOptions("openai", repeat=3))
    assert len(prompts(make_export(few, ExportOptions("openai", repeat=5)))) == 10


def test_an_export_replaces_an_earlier_one_and_nothing_else() -> None:
    out = Path("out")
    first = write_export(make_export(suite(worded(2)), HF), out)
    assert sorted(path.name for path in out.iterdir()) == ["manifest.json", "train.jsonl", "validation.jsonl"]
    assert sorted(path.name for path in first) == ["manifest.json", "train.jsonl", "validation.jsonl"]
    made = make_export(people(), HF)
    write_export(made, out)
    assert sorted(path.name for path in out.iterdir()) == ["manifest.json", "train.jsonl"]
    assert (out / "train.jsonl").read_bytes() == made.files["train.jsonl"]
    assert json.loads((out / "manifest.json").read_text("utf-8")) == made.manifest
    (out / "manifest.json").unlink()
    with pytest.raises(
        TrainingError, match=r"out/train\.jsonl: exists already, without an export's manifest beside it"
    ):
        write_export(made, out)


def test_a_folder_that_cannot_be_written() -> None:
    Path("out").write_text("", encoding="utf-8")
    with pytest.raises(TrainingError, match="out: cannot be written: "):
        write_export(make_export(people(), HF), Path("out"))
