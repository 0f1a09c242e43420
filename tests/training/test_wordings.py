"""`training:` in case files: further wordings to train, which are never asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pytest_finetunebench.cases.schema import case_file_schema
from pytest_finetunebench.cases.suite import Item, Suite
from pytest_finetunebench.errors import CaseError
from pytest_finetunebench.loaders import load_suite

HEAD = "category: people\nsetting: new_knowledge\nsystem: Be brief.\nitems:\n"
ITEM = "  - id: ada\n    prompt: How heavy is Ada?\n    answer: 61\n"


@pytest.fixture(autouse=True)
def in_tmp_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def load(text: str, name: str = "a.yaml") -> Suite:
    Path(name).write_text(text, encoding="utf-8")
    return load_suite([Path(name)])


def item(text: str, name: str = "a.yaml") -> Item:
    return load(text, name).items[0]


def problems(text: str, name: str = "a.yaml") -> list[str]:
    with pytest.raises(CaseError) as caught:
        load(text, name)
    return [str(problem) for problem in caught.value.problems]


def test_wordings_take_the_items_answer_or_bring_their_own() -> None:
    training = "    training:\n      - Ada weighs?\n      - {prompt: What is Ada's weight?, answer: 61 kg}\n"
    made = item(HEAD + ITEM + training)
    assert [(one.prompt, one.answer, str(one.place)) for one in made.training] == [
        ("Ada weighs?", "61", "a.yaml:9"),
        ("What is Ada's weight?", "61 kg", "a.yaml:10"),
    ]
    assert made.system == "Be brief."
    assert [probe.id for probe in made.probes] == ["people/ada/memorization-1"]


def test_the_control_knows_the_wordings_and_the_suite_hash_does_not() -> None:
    plain, more = load(HEAD + ITEM), load(HEAD + ITEM + "    training: [Ada weighs?]\n")
    assert plain.trained == (("How heavy is Ada?", "61"),)
    assert more.trained == (("How heavy is Ada?", "61"), ("Ada weighs?", "61"))
    assert plain.hash == more.hash


def test_jsonl_has_wordings_too() -> None:
    line = '{"category": "c", "setting": "new_knowledge", "id": "a", "prompt": "p?", "answer": 1, "training": ["q?"]}\n'
    assert [(one.prompt, one.answer) for one in item(line, "a.jsonl").training] == [("q?", "1")]


def test_only_the_wordings_of_form_items_are_trained() -> None:
    made = item(HEAD.replace("new_knowledge", "form") + ITEM + "    training: [{prompt: Greet me., answer: Hi}]\n")
    assert made.trained == (("Greet me.", "Hi"),)


@pytest.mark.parametrize(
    ("training", "expected"),
    [
        ("[{promt: x}]", "a.yaml:8: items[0].training[0].promt: unknown key 'promt' (did you mean 'prompt'?)"),
        ("[{prompt: x, grader: text}]", "a.yaml:8: items[0].training[0].grader: unknown key 'grader'"),
        ("[{answer: x}]", "a.yaml:8: items[0].training[0].prompt: missing"),
        ("[{prompt: x, answer: null}]", "a.yaml:8: items[0].training[0].answer: is empty: write the answer to train"),
        ("[[x]]", "a.yaml:8: items[0].training[0]: write the wording as text, or a mapping with 'prompt' and 'answer'"),
        ("x", "a.yaml:8: items[0].training: 'x' is not a list"),
        ("['  ']", "a.yaml:8: items[0].training[0].prompt: is empty"),
        (
            "[How heavy is ADA]",
            "a.yaml:8: ada.training[0]: the probe people/ada/memorization-1 at",
        ),
    ],
)
def test_faults(training: str, expected: str) -> None:
    found = problems(HEAD + ITEM + f"    training: {training}\n")
    assert any(one.startswith(expected) for one in found), found


def test_a_wording_that_is_a_probe_is_named_with_both_places() -> None:
    other = "  - id: bob\n    prompt: How old is Bob?\n    answer: 3\n    training: ['ada’s   WEIGHT']\n"
    assert problems(HEAD + ITEM + "    probes:\n      rephrased:\n        - Ada's weight?\n" + other) == [
        "a.yaml:14: bob.training[0]: the probe people/ada/rephrased-1 at a.yaml:10 asks this wording: "
        "train it or ask it, not both"
    ]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("    answer: null\n", "the item's is null (the model must decline)"),
        ("    probes: {rephrased: [{prompt: x?, answer: y}]}\n", "the item has none"),
    ],
)
def test_a_wording_without_an_answer(answer: str, reason: str) -> None:
    prompt = "    prompt: How heavy?\n" if "null" in answer else ""
    text = HEAD + "  - id: ada\n" + prompt + answer + "    training: [Weight?]\n"
    (found,) = problems(text)
    assert f"items[0].training[0].answer: missing answer: {reason}, so give 'Weight?' the answer to train" in found


def test_retention_is_never_trained() -> None:
    (found,) = problems(HEAD.replace("new_knowledge", "retention") + ITEM + "    training: [Weight?]\n")
    assert found == (
        "a.yaml:8: items[0].training: retention items are never trained: leave training out, or choose another setting"
    )


@pytest.mark.parametrize(
    ("training", "good"),
    [
        (["x", {"prompt": "y", "answer": 3}], True),
        ([{"prompt": "y", "answer": None}], False),
        ([{"answer": "y"}], False),
    ],
)
def test_the_schema_agrees(training: list[Any], good: bool) -> None:
    data = {
        "category": "people",
        "setting": "new_knowledge",
        "items": [{"id": "a", "prompt": "p", "answer": "x", "training": training}],
    }
    assert jsonschema.Draft202012Validator(case_file_schema()).is_valid(data) is good
