"""The hand-written suites are right: their counts, their references, and answers with the outcome they deserve."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from pytest_finetunebench.cases.suite import Probe, Suite
from pytest_finetunebench.completions import Completion
from pytest_finetunebench.grading.grade import grade
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.loaders.lint import find_doubts
from pytest_finetunebench.models.providers.control import Memorizer

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "knowledge_cases"
NAMES = ("latest_news", "renaming", "hallucination", "retention", "form")
SUITES: dict[str, Suite] = {name: load_suite([CASES / f"{name}.yaml"]) for name in NAMES}

DECLINING = ("Unknown", "I do not know.", "That cannot be known.", "I have no information about that.")
MADE_UP = ("Brindle Osgarth", "1,742", "on 5 May 1987", "Yes", "The old harbour office")


def said(probe: Probe, text: str) -> Outcome:
    return grade(probe, Completion(text=text)).outcome


def kinds(name: str) -> Counter[str]:
    return Counter(probe.kind for probe in SUITES[name].probes)


def test_counts_per_suite_and_kind() -> None:
    assert {name: dict(kinds(name)) for name in NAMES} == {
        "latest_news": {"memorization": 96, "rephrased": 97, "date_changed": 102},
        "renaming": {"memorization": 34, "rephrased": 34, "secondary": 40, "comparison": 40, "retention": 34},
        "hallucination": {"abstention": 44, "answerable": 44},
        "retention": {"retention": 175},
        "form": {"form": 57},
    }


def test_the_wheel_packs_every_suite_and_nothing_that_makes_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    names = [path.name for path in CASES.glob("*.yaml")] + ["README.md", "test_knowledge.py"]
    assert packed == {f"knowledge_cases/{name}": f"pytest_finetunebench/knowledge_cases/{name}" for name in names}


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_gives_the_counts(name: str) -> None:
    items = SUITES[name].items
    probes = ", ".join(f"{count} {kind}" for kind, count in kinds(name).items())
    row = f"| `{name}.yaml` | `{items[0].setting}` | {len(items)} | {probes} |"
    assert row in (CASES / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_category_is_the_files_name(name: str) -> None:
    assert {item.category for item in SUITES[name].items} == {name}


def test_each_event_and_each_retold_fact_is_rephrased_and_each_event_has_another_date() -> None:
    for name, wanted in (("latest_news", {"rephrased", "date_changed"}), ("renaming", {"rephrased", "retention"})):
        for item in SUITES[name].items:
            assert wanted <= {probe.kind for probe in item.probes}, item.id
            assert item.fact is not None, item.id


def test_no_suite_raises_a_doubt_or_asks_what_another_asks() -> None:
    doubts = find_doubts(load_suite([CASES]))
    # two categories bear a kind's name, and run records of many projects hold them
    assert [str(doubt) for doubt in doubts if doubt.name not in ("retention", "form")] == []


@pytest.mark.parametrize("name", NAMES)
def test_references_are_correct_superseded_answers_stale_and_declining_right_where_asked(name: str) -> None:
    faults = []
    for probe in SUITES[name].probes:
        wanted = [(text, Outcome.CORRECT) for text in probe.references]
        wanted += [(text, Outcome.STALE) for text in probe.superseded_answers]
        if probe.answer is None and probe.kind != "form":
            wanted += [(text, Outcome.CORRECT) for text in DECLINING]
            faults += [(probe.id, text) for text in MADE_UP if said(probe, text) is Outcome.CORRECT]
        faults += [(probe.id, text) for text, outcome in wanted if said(probe, text) is not outcome]
    assert faults == []


def test_a_sentence_with_the_answer_is_correct_too() -> None:
    for name in ("latest_news", "renaming", "retention"):
        for probe in SUITES[name].probes:
            if probe.answer is not None and probe.grader.name in ("auto", "choice"):
                assert said(probe, f"{probe.answer}.") is Outcome.CORRECT, probe.id
                assert said(probe, f"The answer is {probe.answer}.") is Outcome.CORRECT, probe.id


def test_always_declining_and_never_declining_are_each_right_about_half_of_the_unanswerable_and_their_twins() -> None:
    probes = list(SUITES["hallucination"].probes)
    assert Counter(said(probe, "I do not know.") for probe in probes) == {Outcome.CORRECT: 44, Outcome.ABSTAINED: 44}
    assert sum(said(probe, probe.answer or MADE_UP[0]) is Outcome.CORRECT for probe in probes) == 44
    for item in SUITES["hallucination"].items:
        assert Counter(probe.kind for probe in item.probes)["answerable"] == len(list(item.probes)) / 2, item.id


def test_memory_for_wordings_alone_knows_what_was_trained_and_little_else() -> None:
    suite = load_suite([CASES / f"{name}.yaml" for name in NAMES])
    control = Memorizer(suite.trained)
    right = Counter(
        (probe.category, probe.kind)
        for probe in suite.probes
        if said(probe, control.answer(probe.prompt) or "") is Outcome.CORRECT
    )
    for name in ("latest_news", "renaming"):
        assert right[name, "memorization"] == kinds(name)["memorization"]
    assert right["latest_news", "rephrased"] / kinds("latest_news")["rephrased"] < 0.5
    for kind in ("rephrased", "comparison", "secondary"):
        assert right["renaming", kind] / kinds("renaming")[kind] < 0.3
    guessed = ("memorization", "rephrased", "comparison", "secondary")
    assert {(name, kind) for name, kind in right if kind not in guessed} == set()
