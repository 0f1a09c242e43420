"""FineTuneBench's folders as published: on rows of our own in the same shape, and on the real ones."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_finetunebench.cases.grader_options import AbstainGrader, AutoGrader
from pytest_finetunebench.cases.suite import Probe, Suite
from pytest_finetunebench.errors import CaseError
from pytest_finetunebench.loaders import load_suite
from tests.support.answers import MOMENT

PUBLISHED = Path(__file__).parents[2] / "fixtures" / "finetunebench" / "datasets"


@pytest.fixture
def datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the fixtures to spoil."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(PUBLISHED, "datasets")
    return Path("datasets")


def by_id(loaded: Suite) -> dict[str, Probe]:
    return {probe.id: probe for probe in loaded.probes}


def problems(path: Path, *, all_rows: bool = False) -> list[str]:
    with pytest.raises(CaseError) as caught:
        load_suite([path], all_rows=all_rows)
    return [str(problem) for problem in caught.value.problems]


def counts(loaded: Suite) -> dict[tuple[str, str], int]:
    return Counter((probe.category, probe.kind) for probe in loaded.probes)


def test_every_kind_is_there() -> None:
    assert counts(load_suite([PUBLISHED])) == {
        ("fictional_people", "memorization"): 6,
        ("fictional_people", "rephrased"): 6,
        ("fictional_people", "secondary"): 6,
        ("fictional_people", "comparison"): 3,
        ("latest_news", "memorization"): 2,
        ("latest_news", "rephrased"): 2,
        ("latest_news", "date_changed"): 2,
        ("medical", "memorization"): 2,
        ("medical", "vignette"): 2,
        ("coding", "application"): 2,
    }


@pytest.mark.parametrize("part", ["..", ".", "medical"])
def test_a_folder_is_recognised_at_each_level(part: str) -> None:
    probes = by_id(load_suite([PUBLISHED / part]))
    assert "medical/0/vignette-1" in probes
    assert ("coding/0/application-1" in probes) == (part != "medical")


def test_the_fact_joins_the_files_of_people() -> None:
    probes = by_id(load_suite([PUBLISHED]))
    trained = probes["fictional_people/ilsabet-corvane-wun-2/memorization-1"]
    assert trained.prompt == (
        "Answer the question with a number, word, or phrase.\nWhat is Ilsabet Corvane's occupation?"
    )
    for kind, answer in (("rephrased", "cartographer"), ("secondary", "No")):
        probe = probes[f"fictional_people/ilsabet-corvane-wun-2/{kind}-1"]
        assert (probe.answer, probe.fact) == (answer, "Ilsabet Corvane works as a cartographer.")
        assert (probe.trained_prompt, probe.trained_answer) == (trained.prompt, "cartographer")
        assert probe.grader == AutoGrader()


def test_a_comparison_stands_for_itself() -> None:
    probe = by_id(load_suite([PUBLISHED]))[
        "fictional_people/brannoc-tellimar-qzo-ilsabet-corvane-wun-favorite-color/comparison-1"
    ]
    assert (probe.fact, probe.trained_prompt, probe.trained_answer) == (None, None, None)
    assert probe.generalization


def test_news_decline_where_the_date_is_another() -> None:
    probes = by_id(load_suite([PUBLISHED]))
    probe = probes["latest_news/bridge-closes-in-dunmarrow-kpt/date_changed-1"]
    assert (probe.answer, probe.grader, probe.trained_answer) == (None, AbstainGrader(), "6")
    assert probe.prompt.startswith("\nYou are a news expert")
    assert probe.prompt.endswith("from May 20, 2025?\n                Answer: ")
    assert probe.place.line == 22


def test_news_of_all_rows() -> None:
    loaded = load_suite([PUBLISHED / "latest_news"], all_rows=True)
    assert counts(loaded)["latest_news", "memorization"] == 3
    assert loaded.items[0].id == "ferry-sails-to-quillhaven-abc"


def test_updates_carry_the_superseded_answer() -> None:
    probes = by_id(load_suite([PUBLISHED]))
    memorized, vignette = probes["medical/0/memorization-1"], probes["medical/0/vignette-1"]
    assert (memorized.setting, memorized.superseded_answers) == ("updated_knowledge", ("2 hours",))
    assert (vignette.superseded_answers, vignette.answer) == (("At 10:00",), "At 12:00")
    assert vignette.trained_answer == "4 hours"
    assert vignette.fact == "Previously: wait 2 hours after Moxarel. Now: wait 4 hours."


def test_an_answer_that_did_not_change_is_not_superseded(datasets: Path) -> None:
    path = datasets / "coding" / "coding_generalization.csv"
    path.write_text(",id,prompt,answer_before,answer\n0,0,What?,Grind,grind \n", encoding="utf-8")
    assert by_id(load_suite([datasets / "coding"]))["coding/0/application-1"].superseded_answers == ()


def test_a_missing_file_is_told_with_what_it_costs() -> None:
    loaded = load_suite([PUBLISHED])
    assert loaded.notices == (
        "coding/coding_memorization.csv is missing: coding has no memorization probes, "
        "and its items have no trained prompt or answer",
    )
    probe = by_id(loaded)["coding/0/application-1"]
    assert (probe.trained_prompt, probe.trained_answer, probe.superseded_answers) == (None, None, ("open_stream",))


def test_other_missing_and_unknown_files(datasets: Path) -> None:
    (datasets / "medical" / "medical_generalization.csv").rename(datasets / "medical" / "medical_extra.csv")
    assert load_suite([datasets / "medical"]).notices == (
        "medical/medical_generalization.csv is missing: medical has no vignette probes",
        "medical/medical_extra.csv is not read: it is not one of FineTuneBench's files",
    )


MEDICAL = "datasets/medical/medical_generalization.csv"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("0,0,p,x", "the row has 4 cells, the header 5: a cell with a line end needs quotes"),
        ('0,0,"p\nq",b,', "answer: missing answer"),
        ("0,0, ,b,x", "prompt: is empty"),
        ("0,,p,b,x", "id: is empty"),
        ("0,🎉,p,b,x", "id: '🎉' makes no id: use letters or digits"),
        ('0,0,"p,b,x', "broken CSV: unexpected end of data (in the row that starts here)"),
        ("0,0,p\0,b,x", "has a NUL byte: this is not CSV text"),
    ],
)
def test_bad_rows(datasets: Path, rows: str, message: str) -> None:
    Path(MEDICAL).write_text(f",id,prompt,answer_before,answer\n{rows}\n", encoding="utf-8")
    assert problems(datasets) == [f"{MEDICAL}:2: {message}"]


def test_a_missing_column(datasets: Path) -> None:
    Path(MEDICAL).write_text(",id,prompt,answer\n0,0,p,x\n", encoding="utf-8")
    assert problems(datasets) == [
        f"{MEDICAL}:1: answer_before: missing column (did you mean 'answer'?); columns found: id, prompt, answer"
    ]


def test_not_utf8_and_empty(datasets: Path) -> None:
    Path(MEDICAL).write_bytes(b",id\n0,\xff\n")
    (datasets / "coding" / "coding_generalization.csv").write_text("", encoding="utf-8")
    assert problems(datasets) == [
        f"{MEDICAL}:2: is not UTF-8: byte 0xff at offset 6; save the file as UTF-8",
        "datasets/coding/coding_generalization.csv: is empty",
    ]


def test_a_repeated_id_names_both_places(datasets: Path) -> None:
    text = ',id,prompt,answer_before,answer\n0,a b,"p\nq",b,x\n1,a b,p,b,x\n2,A-B,p,b,x\n'
    Path(MEDICAL).write_text(text, encoding="utf-8")
    assert problems(datasets) == [
        f"{MEDICAL}:4: id: duplicate id 'medical/a-b': already used at {MEDICAL}:2",
        f"{MEDICAL}:5: id: duplicate id 'medical/a-b': already used at {MEDICAL}:2",
    ]


def test_a_fact_taught_twice_names_both_places(datasets: Path) -> None:
    path = datasets / "fictional_people" / "fictional_people_memorization.csv"
    path.write_text("id,prompt,answer,fact\na,p,x,A is x.\na,q,x,A is x.\n", encoding="utf-8")
    assert problems(datasets) == [f"{path}:3: fact: duplicate id 'fictional_people/a-1': already used at {path}:2"]


def test_used_in_analysis_is_true_or_false(datasets: Path) -> None:
    path = datasets / "latest_news" / "latest_news_rephrased.csv"
    path.write_text("id,prompt,answer,used_in_analysis\na,p,x,maybe\n", encoding="utf-8")
    assert problems(datasets) == [f"{path}:2: used_in_analysis: 'maybe' is neither True nor False"]
    assert load_suite([datasets], all_rows=True).items


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(
    st.binary(max_size=80)
    | st.text(alphabet='id,promtanswe\r\n"\0x_é', max_size=80).map(str.encode)
    | st.text(max_size=40).map(lambda tail: b",id,prompt,answer_before,answer\n0,0,p,b," + tail.encode("utf-8"))
)
def test_no_csv_raises_anything_but_a_case_error(tmp_path: Path, data: bytes) -> None:
    folder = tmp_path / "medical"
    folder.mkdir(exist_ok=True)
    (folder / "medical_memorization.csv").write_bytes(data)
    try:
        load_suite([folder])
    except CaseError as error:
        str(error)


NEWS = ("memorization", "rephrased", "date_changed")


@pytest.mark.parametrize(("all_rows", "news"), [(False, 50), (True, 590)])
def test_the_published_datasets(shared: Path, all_rows: bool, news: int) -> None:
    start = time.process_time()
    loaded = load_suite([shared / "finetunebench" / "datasets"], all_rows=all_rows)
    assert time.process_time() - start < MOMENT
    assert counts(loaded) == {
        **{("fictional_people", kind): 150 for kind in ("memorization", "rephrased", "secondary", "comparison")},
        **{("latest_news", kind): news for kind in NEWS},
        **{("medical", kind): 125 for kind in ("memorization", "vignette")},
        ("coding", "application"): 218,
    }
    probes = list(loaded.probes)
    assert len({probe.id for probe in probes}) == len(probes)
    people = [probe for probe in probes if probe.category == "fictional_people" and probe.kind != "comparison"]
    assert all(probe.trained_prompt and probe.fact for probe in people)
    assert len({probe.item for probe in people}) == 150
    assert len({probe.item for probe in probes if probe.category == "latest_news"}) == news
    assert sum(probe.answer is None for probe in probes) == news
    assert len(loaded.notices) == 1
