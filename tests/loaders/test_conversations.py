"""Conversations, other system messages and plain completion in case files, from file to request and training row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_finetunebench.cases.suite import Suite
from pytest_finetunebench.errors import CaseError
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.models.request import build_request
from pytest_finetunebench.runs.results import ProbeResult, probe_result
from pytest_finetunebench.training.export import ExportOptions, make_export
from tests.settings import make_settings

HEAD = "category: people\nsetting: new_knowledge\nsystem: Be brief.\n"
ITEM = """\
items:
  - id: ada-town
    prompt: Where does Ada live?
    answer: Vellmora
    systems: [You are a pirate., Answer in one word.]
    turns:
      - user: Hello!
      - assistant: Hi, how can I help?
    probes:
      rephrased:
        - Which town is Ada's home?
        - prompt: And Ada, where does she live?
          turns: [{role: user, content: Ada lives in Oldmora.}, {role: assistant, content: "Really?"}]
        - {prompt: Ada's town?, turns: []}
"""


def load(folder: Path, text: str) -> Suite:
    file = folder / "people.yaml"
    file.write_text(text, encoding="utf-8")
    return load_suite([file])


def test_questions_stand_in_conversations_and_under_other_system_messages(tmp_path: Path) -> None:
    probes = {probe.id.removeprefix("people/ada-town/"): probe for probe in load(tmp_path, HEAD + ITEM).probes}
    chats = {
        name: [(one.role, one.content) for one in build_request(probe, make_settings("m"), None).messages]
        for name, probe in probes.items()
    }
    greeting = [("user", "Hello!"), ("assistant", "Hi, how can I help?")]
    asked = ("user", "Where does Ada live?")
    assert chats["memorization-1"] == [("system", "Be brief."), *greeting, asked]
    assert chats["system_variant-1"] == [("system", "You are a pirate."), *greeting, asked]
    assert chats["system_variant-2"] == [("system", "Answer in one word."), *greeting, asked]
    assert chats["rephrased-1"][1:3] == greeting
    assert chats["rephrased-2"][1:3] == [("user", "Ada lives in Oldmora."), ("assistant", "Really?")]
    assert chats["rephrased-3"] == [("system", "Be brief."), ("user", "Ada's town?")]
    assert not probes["system_variant-1"].generalization
    assert str(probes["system_variant-2"].place).endswith("people.yaml:8")
    result = probe_result(probes["rephrased-2"], {"outcome": "wrong", "reason": "x"})
    assert ProbeResult.from_json(result.to_json()).probe.messages == probes["rephrased-2"].messages


def test_a_row_of_several_turns_is_trained(tmp_path: Path) -> None:
    suite = load(tmp_path, HEAD + ITEM)
    (row,) = make_export(suite, ExportOptions("hf")).files["train.jsonl"].splitlines()
    roles = ["system", "user", "assistant", "user", "assistant"]
    assert [one["role"] for one in json.loads(row)["messages"]] == roles
    assert json.loads(row)["completion"] == [{"role": "assistant", "content": "Vellmora"}]
    (row,) = make_export(suite, ExportOptions("gemini")).files["train.jsonl"].splitlines()
    assert [one["role"] for one in json.loads(row)["contents"]] == ["user", "model", "user", "model"]


def test_a_base_model_is_asked_in_plain_text(tmp_path: Path) -> None:
    text = HEAD + "format: completion\nitems:\n  - {id: a, prompt: Ada lives in, answer: Vellmora}\n"
    (probe,) = load(tmp_path, text).probes
    request = build_request(probe, make_settings("m"), None)
    assert (request.form, request.plain_text) == ("completion", "Be brief.\n\nAda lives in")


def test_what_is_not_used_changes_no_hash(tmp_path: Path) -> None:
    plain = "items:\n  - {id: a, prompt: Where?, answer: Vellmora}\n"
    hashes = {
        load(tmp_path, text).hash
        for text in (
            HEAD + plain,
            HEAD + "format: chat\n" + plain,
            HEAD + "format: completion\n" + plain,
            HEAD + plain.replace("answer", 'turns: [{user: "Hi"}, {assistant: "Yes?"}], answer'),
        )
    }
    assert len(hashes) == 3


@pytest.mark.parametrize(
    ("turns", "message"),
    [
        ("[{assistant: Hi}]", "turn 1 is the assistant's: user and assistant take turns, the user first"),
        ("[{user: Hi}]", "the last turn is the user's: end with the assistant's"),
        ("[Hi]", "write a turn as 'user: …' or 'assistant: …'"),
        ("[{usr: Hi}, {assistant: Hi}]", "usr"),
    ],
)
def test_turns_that_are_none(tmp_path: Path, turns: str, message: str) -> None:
    with pytest.raises(CaseError) as caught:
        load(tmp_path, f"{HEAD}items:\n  - {{id: a, prompt: Where?, answer: b, turns: {turns}}}\n")
    assert message in str(caught.value)
    assert "people.yaml:5" in str(caught.value)


def test_other_system_messages_need_a_prompt(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="has no 'prompt' to ask under other system messages"):
        load(tmp_path, f"{HEAD}items:\n  - {{id: a, answer: b, systems: [x], probes: {{rephrased: [Where?]}}}}\n")
