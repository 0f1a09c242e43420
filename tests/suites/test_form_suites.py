"""The trainable form suites: what their generator writes, enough of it, and nothing held out that is trained."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from knowledge_cases.generate_form_suites import FOLDER, SUITES, text_of
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.training.export import ExportOptions, make_export
from tests.suites.answers import form_suites_answers

FORM = tuple(name for name in SUITES if name != "conduct")
SENTENCE = re.compile(r"[^.?!\n]+")
HEADINGS = {"### Instruction:", "### Input:"}
"""Of the template that is trained: no sentences."""


@pytest.mark.parametrize("name", SUITES)
def test_the_committed_files_are_what_the_generators_write(name: str) -> None:
    assert (FOLDER / f"{name}.yaml").read_text(encoding="utf-8") == text_of(name)
    answers = Path(form_suites_answers.__file__).with_name(f"{name}.yaml")
    assert answers.read_text(encoding="utf-8") == form_suites_answers.text_of(name)


@pytest.mark.parametrize("name", FORM)
def test_enough_is_trained_and_held_out_and_no_sentence_is_shared(name: str) -> None:
    suite = load_suite(FOLDER / f"{name}.yaml")
    kinds = Counter(probe.kind for probe in suite.probes)
    assert kinds["form"] >= 40
    assert kinds["memorization"] == len(suite.items)
    trained = {prompt for prompt, _ in suite.trained}
    assert len(trained) >= 60
    sentences = {part.strip() for prompt in trained for part in SENTENCE.findall(prompt)}
    asked = {part.strip() for p in suite.probes if p.kind == "form" for part in SENTENCE.findall(p.prompt)}
    assert not (sentences & asked) - HEADINGS
    made = make_export(suite, ExportOptions("openai", include_form=True))
    assert len(made.files["train.jsonl"].splitlines()) >= 60


def test_conduct_makes_pairs_of_both_sides() -> None:
    suite = load_suite(FOLDER / "conduct.yaml")
    assert Counter(probe.kind for probe in suite.probes) == {"abstention": 32, "answerable": 32}
    made = make_export(suite, ExportOptions("dpo", validation=0.1))
    rows = [json.loads(line) for line in made.files["train.jsonl"].splitlines()]
    rejected = [row["non_preferred_output"][0]["content"] for row in rows]
    assert any(text.startswith("There are ") for text in rejected)
    assert "I cannot know that." in rejected
