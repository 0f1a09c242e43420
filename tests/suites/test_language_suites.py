"""The suites in other languages: generated, proven by answers, and hard for memory of wordings alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from knowledge_cases import generate_languages
from knowledge_cases.language_templates import LANGUAGES
from pytest_finetunebench import Completion, Outcome, grade, load_suite
from pytest_finetunebench.loaders.lint import find_doubts
from pytest_finetunebench.models.providers.control import Memorizer
from tests.suites.answers import language_answers
from tests.support.answer_files import read_answers

FILES = sorted(generate_languages.FOLDER.glob("*.yaml"))
NAMES = [file.stem for file in FILES]


REPHRASED = {"de": 8, "es": 24, "zh": 28}
"""Of 32 rephrased probes, how many the control gets right: in Chinese wordings share the letters of name and unit."""


@pytest.mark.parametrize("module", [generate_languages, language_answers], ids=["cases", "answers"])
def test_the_committed_files_are_what_the_templates_make(module: object) -> None:
    folder, made = module.FOLDER, module.files()  # type: ignore[attr-defined]
    assert {file.name for file in folder.glob("*.yaml")} == set(made)
    assert [name for name, text in made.items() if (folder / name).read_text(encoding="utf-8") != text] == []


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_every_probe_is_proven_by_answers(file: Path) -> None:
    suite = load_suite([file])
    answers = read_answers(language_answers.FOLDER / file.name, suite)
    assert answers.problems == []
    assert answers.known == []
    assert [fault for rows in answers.rows.values() for row in rows if (fault := row.fault())] == []
    assert list(find_doubts(suite)) == []


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_each_kind_has_thirty_probes_in_the_language_of_the_file(file: Path) -> None:
    probes = list(load_suite([file]).probes)
    assert min(Counter(probe.kind for probe in probes).values()) >= 30
    assert {probe.language for probe in probes} == {file.stem.rpartition("_")[2]}


@pytest.mark.parametrize("code", [words.code for words in LANGUAGES])
def test_memory_for_wordings_alone_knows_what_was_trained_and_concludes_little(code: str) -> None:
    suite = load_suite([generate_languages.FOLDER / f"fictional_people_{code}.yaml"])
    control = Memorizer(suite.trained)
    right = Counter(
        probe.kind
        for probe in suite.probes
        if grade(probe, Completion(text=control.answer(probe.prompt) or "")).outcome is Outcome.CORRECT
    )
    assert right["memorization"] == 32
    assert right["rephrased"] == REPHRASED[code]
    assert right["secondary"] == right["comparison"] == 0
