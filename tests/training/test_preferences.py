"""Preference pairs: from rejected answers to OpenAI's and TRL's files, which train nothing but pairs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_finetunebench.errors import CaseError, TrainingError
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.training.export import ExportOptions, make_export, write_export
from pytest_finetunebench.training.file import read_training_file

ITEM = """\
- id: i{n}
  system: Be brief.
  prompt: Where does person {n} live?
  answer: Town {n}
  rejected: [Nowhere {n}, I cannot tell.]
  training:
  - What is the town of number {n}?
  - {{prompt: Say the shoe size of number {n}., answer: I do not know., rejected: It is size 4{n}.}}
"""
HEAD = "category: people\nsetting: new_knowledge\nitems:\n"


def suite(folder: Path, text: str = "", count: int = 4) -> Path:
    path = folder / "people.yaml"
    path.write_text(HEAD + (text or "".join(ITEM.format(n=n) for n in range(count))), encoding="utf-8")
    return path


def test_each_rejected_answer_makes_a_pair_in_both_formats(tmp_path: Path) -> None:
    made = make_export(load_suite(suite(tmp_path)), ExportOptions("dpo"))
    write_export(made, tmp_path / "out")
    openai, trl = (
        [json.loads(line) for line in (tmp_path / "out" / name).read_text(encoding="utf-8").splitlines()]
        for name in ("train.jsonl", "train.trl.jsonl")
    )
    asked = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where does person 0 live?"}]
    assert {
        "input": {"messages": asked},
        "preferred_output": [{"role": "assistant", "content": "Town 0"}],
        "non_preferred_output": [{"role": "assistant", "content": "Nowhere 0"}],
    } in openai
    assert [
        {"prompt": row["input"]["messages"], "chosen": row["preferred_output"], "rejected": row["non_preferred_output"]}
        for row in openai
    ] == trl
    held = made.files["validation.jsonl"].decode().splitlines()
    assert len(openai) + len(held) == 4 * 5, "the wording without an answer of its own has the item's rejected ones"
    assert read_training_file(tmp_path / "out" / "train.jsonl", "openai").method == "dpo"
    assert {file["name"] for file in made.manifest["files"]} == set(made.files)


def test_without_a_pair_nothing_is_written(tmp_path: Path) -> None:
    path = suite(tmp_path, "- {id: a, prompt: Who?, answer: Me}\n")
    with pytest.raises(TrainingError, match="no trained prompt or wording has 'rejected' answers"):
        make_export(load_suite(path), ExportOptions("dpo"))


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ("- {id: a, prompt: Who?, answer: Me, rejected: me.}\n", "rejected[0]: is the trained answer itself"),
        ("- {id: a, prompt: Who?, answer: null, rejected: x}\n", "rejected: there is no trained answer to prefer"),
        (
            "- {id: a, prompt: Who?, answer: Me, training: [{prompt: And who?, rejected: [You, Me]}]}\n",
            "training[0].rejected[1]: is the trained answer itself",
        ),
        ("- {id: a, prompt: Who?, answer: Me, rejected: []}\n", "rejected: "),
    ],
)
def test_a_pair_that_teaches_nothing_is_named(tmp_path: Path, item: str, told: str) -> None:
    with pytest.raises(CaseError) as error:
        load_suite(suite(tmp_path, item))
    assert told in str(error.value)
