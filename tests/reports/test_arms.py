"""The arms of a run as lines, JUnit pairs, Markdown and JSON: the same figures everywhere, within the width."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pytest_finetunebench.completions import Usage
from pytest_finetunebench.models.arms.answer import ArmAnswer
from pytest_finetunebench.models.graded import GradedAnswer
from pytest_finetunebench.reports.arms import arm_lines, arm_pairs, arms_as_plain, cost_of_correct
from pytest_finetunebench.reports.junit import suite_properties
from pytest_finetunebench.reports.markdown import markdown
from pytest_finetunebench.reports.summarise import summarise_record
from pytest_finetunebench.runs.arm_rows import ArmStudy, Cost, study_of
from pytest_finetunebench.runs.record import ArmEntry, RunRecord
from tests.support.records import RIGHT, WRONG, record
from tests.support.results import result


def run(name: str = "retrieve:2") -> RunRecord:
    usage = Usage(input_tokens=10, output_tokens=5)
    results = [
        result(
            RIGHT if number % 3 else WRONG,
            id=f"people/i{number}/rephrased-1",
            item=f"i{number}",
            kind="rephrased",
            usage=usage,
            arms={
                name: ArmAnswer(
                    outcome=RIGHT if number < 6 else WRONG,
                    reason="r",
                    usage=usage,
                    context=("a", "b"),
                    needed=1,
                    rank=2 if number < 9 else None,
                )
            },
            base=GradedAnswer(outcome=WRONG, reason="r"),
        )
        for number in range(12)
    ]
    entry = ArmEntry(name=name, spec="retrieve:2", model="b", note="2 passages from the items' facts")
    prices = {"model": (2.0, 2.0), "base": (4.0, 4.0)}
    return record(results, arms=(entry,), base_model="b", prices=prices, train_cost=3.0)


def study(name: str = "retrieve:2") -> ArmStudy:
    found = study_of(run(name))
    assert found is not None
    return found


@pytest.mark.parametrize("width", [40, 80, 200])
def test_lines_fit_and_hold_every_figure(width: int) -> None:
    lines = list(arm_lines(study(), width))
    assert max(map(len, lines)) <= width
    text = " ".join(" ".join(lines).split())
    for told in (
        "arms: probes that were not trained, 12 probes of 12 items",
        "verdict too few items to tell (",
        "66.7%",
        "50.0%",
        ".00/.75",
        "0.0600",
        "100,000",
        "training cost $3.00",
        "misses: 3 not retrieved, 3 retrieved but not used",
        "retrieve:2: 2 passages from the items' facts",
    ):
        assert told in text


def test_a_long_name_is_folded_and_a_table_keeps_its_columns() -> None:
    name = "the-arm-with-a-name-that-goes-on-and-on-and-on"
    lines = list(arm_lines(study(name), 80))
    assert max(map(len, lines)) <= 80


def test_junit_json_and_markdown_say_the_same() -> None:
    found = study()
    pairs = dict(arm_pairs(found))
    plain = arms_as_plain(found)
    json.dumps(plain)
    arm = next(one for one in plain["arms"] if one["name"] == "retrieve:2")
    assert (pairs["ft.arms.verdict"], pairs["ft.arm.right:retrieve:2"]) == (plain["verdict"], "0.5")
    assert (arm["right"], arm["hits"], arm["not_retrieved"]) == (0.5, {"1": 0.0, "2": 0.75}, 3)
    assert float(pairs["ft.arm.cost_per_correct:retrieve:2"]) == pytest.approx(arm["cost_per_correct"])
    assert pairs["ft.arm.pays_after:retrieve:2"] == "100000"
    summary = summarise_record(run())
    assert pairs.items() <= dict(suite_properties(summary)).items()
    page = markdown(summary, [])
    assert f"<b>Arms</b> probes that were not trained: <code>{plain['verdict'].split('(')[0]}" in page
    assert "not retrieved" in page


@pytest.mark.parametrize(
    ("cost", "shown"),
    [
        (Cost(0.0000072, 0.0000104, 0.0000098, 0.0000111), "0.0104 [0.0098, 0.0111]"),
        (Cost(0.05, 0.06, 0.05, 0.081234567), "60.0000 [50.0000, 81.2346]"),
        (Cost(0.0, 0.0, 0.0, 0.0), "0.0000 [0.0000, 0.0000]"),
        (Cost(0.0000072, None, 0.00002, None), "none right [0.0200, no upper end]"),
    ],
)
def test_right_answers_are_priced_by_the_thousand_as_answers_are(cost: Cost, shown: str) -> None:
    assert cost_of_correct(replace(study().rows[0], cost=cost)) == shown
