"""Drafting without a server: prompts and their versions, passages, rules."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_finetunebench.cases.suite import KINDS, Place, Probe
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.drafting import checks
from pytest_finetunebench.drafting.drafts import Target, author_task
from pytest_finetunebench.drafting.from_text import passages
from pytest_finetunebench.drafting.replies import REPLIES, CheckReply, DraftedItems, Questions, read_reply
from pytest_finetunebench.drafting.wording import DRAFTED_KINDS, prompt
from pytest_finetunebench.errors import Problem, ProviderError
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.loaders.lint import similarity_fault
from pytest_finetunebench.loaders.native import load_case_file

ROOT = Path(__file__).resolve().parents[2]
PROMPTS = ROOT / "pytest_finetunebench" / "drafting" / "prompts"
VERSIONS = {
    "abstention": (1, "b7ec6fc58cc2"),
    "application": (1, "3156b0f97b16"),
    "check": (1, "51f70eca392f"),
    "common": (2, "5d7fcd2c40ff"),
    "comparison": (1, "286d50826e53"),
    "date_changed": (1, "6a1c5ec992a5"),
    "items": (2, "89a03a207f94"),
    "rephrased": (1, "e00b3d3d7588"),
    "secondary": (1, "68e09b1aa2d9"),
    "vignette": (1, "614387073371"),
}
"""Of each prompt: its version, and the first digits of its SHA-256; new words are a new version."""


def test_every_change_of_a_prompt_is_a_new_version() -> None:
    found = {}
    for path in PROMPTS.iterdir():
        one = prompt(path.stem)
        found[one.name] = (one.version, hashlib.sha256(one.text.encode()).hexdigest()[:12])
    assert found == VERSIONS


def test_every_kind_that_generalizes_can_be_drafted() -> None:
    assert set(DRAFTED_KINDS) == {kind for kind, counts in KINDS.items() if counts} | {"abstention"}
    assert list(DRAFTED_KINDS) == list(REPLIES)
    assert {path.stem for path in PROMPTS.iterdir()} == {*DRAFTED_KINDS, "common", "check", "items"}


@pytest.mark.parametrize("model", [*dict.fromkeys(REPLIES.values()), CheckReply, DraftedItems])
def test_schemas_are_closed(model: type[Questions]) -> None:
    schema = model.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        assert part["additionalProperties"] is False
        assert sorted(part["required"]) == sorted(part["properties"])


@pytest.mark.parametrize(
    "text", ["", "no", "[]", '{"probes": [{"question": 5}]}', '{"probes": [{"question": "x", "answer": "y"}]}', "{}"]
)
def test_a_reply_beside_the_schema_is_an_error(text: str) -> None:
    with pytest.raises(ProviderError, match="the reply is not in the form asked for; the model said: "):
        read_reply(Questions, Completion(text=text))


def test_a_cut_reply_is_an_error() -> None:
    with pytest.raises(ProviderError, match="the reply was cut at the model's token limit"):
        read_reply(Questions, Completion(text='{"probes": []}', finish_reason="length"))


def test_passages_end_at_paragraphs_then_sentences_then_words() -> None:
    assert passages("One.\n\nTwo.\n \nThree.", 12) == ["One.\n\nTwo.", "Three."]
    assert passages("First one. Second one. x", 16) == ["First one.", "Second one. x"]
    assert passages("aaaa bbbb cccc", 11) == ["aaaa bbbb", "cccc"]
    assert passages("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]
    assert passages(" \n\n ") == []


@settings(max_examples=50)
@given(st.text(st.sampled_from("ab. \n")), st.integers(2, 30))
def test_passages_lose_nothing_and_are_never_too_long(text: str, size: int) -> None:
    parts = passages(text, size)
    assert all(0 < len(part) <= size for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def probe(answer: str | None, **fields: Any) -> Probe:
    values: dict[str, Any] = {
        "id": "x",
        "category": "c",
        "item": "i",
        "kind": "rephrased",
        "setting": "new_knowledge",
        "generalization": True,
        "prompt": "Where does Ada live?",
        "answer": answer,
        "place": Place(file="a.yaml"),
    }
    return Probe(**(values | fields))


def test_a_reference_that_its_own_grader_refuses() -> None:
    assert checks.grading_fault(probe("Vellmora")) is None
    assert checks.grading_fault(probe(None)) is None
    fault = checks.grading_fault(probe("Vellmora", grader={"name": "regex", "pattern": "Ostwick"}))
    assert fault is not None
    assert fault.startswith("the grader calls its answer 'Vellmora' wrong: ")


@pytest.mark.parametrize("path", ["fictional_people.yaml", "coding_updates.yaml"])
def test_the_bound_lets_every_shipped_rephrasing_pass(path: str) -> None:
    suite = load_suite([ROOT / "knowledge_cases" / path])
    faults = [
        similarity_fault(one.prompt, [one.trained_prompt])
        for one in suite.probes
        if one.kind == "rephrased" and one.trained_prompt is not None
    ]
    assert faults
    assert set(faults) == {None}


def test_drafts_are_read_validated_and_left_out(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    head = "category: c\nsetting: new_knowledge\nitems:\n"
    item = "- id: a\n  prompt: p\n  answer: x\n  probes:\n    rephrased:\n    - {prompt: q, draft: true}\n    - r\n"
    file.write_text(head + item, encoding="utf-8")
    without = tmp_path / "b.yaml"
    without.write_text(head + item.replace("    - {prompt: q, draft: true}\n", ""), encoding="utf-8")
    loaded, plain = load_suite([file]), load_suite([without])
    assert loaded.notices == ("1 draft left out: accept them with `finetunebench review`",)
    assert (loaded.drafts, plain.drafts, plain.notices) == (1, 0, ())
    assert loaded.hash == plain.hash
    problems: list[Problem] = []
    file.write_text(head + item.replace("draft: true", "draft: maybe"), encoding="utf-8")
    assert load_case_file(file, problems) == []
    assert str(problems[0]).endswith("a.yaml:9: items[0].probes.rephrased[0].draft: 'maybe' is neither true nor false")
    twice = head + item + "- {id: a, prompt: s, answer: y, draft: true, source: So it is.}\n"
    file.write_text(twice, encoding="utf-8")
    with pytest.raises(Exception, match="duplicate id 'c/a'"):
        load_suite([file])


def test_a_model_is_told_the_language_of_the_item(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    items = "items:\n- {id: a, prompt: p, answer: x}\n- {id: b, language: en, prompt: q, answer: y}\n"
    file.write_text(f"category: c\nsetting: new_knowledge\nlanguage: de\n{items}", encoding="utf-8")
    german, english = load_case_file(file, [])
    asked = [author_task(Target(file, loaded, "rephrased", 1)).data for loaded in (german, english)]
    assert [data.get("language") for data in asked] == ["German", None]
    assert "in the language that `language` names" in prompt("common").text
