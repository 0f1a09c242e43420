"""`finetunebench plan`: the size of a suite that finds a drop."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pytest_finetunebench.cli import main
from pytest_finetunebench.completions import Usage
from pytest_finetunebench.runs.files import RunFolder
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.statistics import needed_items
from tests.support.records import RIGHT, WRONG, probe, record


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    monkeypatch.chdir(tmp_path)
    return RunFolder(tmp_path / ".finetunebench" / "runs")


def plan(*args: str, code: int = 0) -> str:
    found = CliRunner().invoke(main, ["plan", *args])
    assert found.exit_code == code, found.output
    return found.output


def as_json(*args: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(plan(*args, "--json"))
    return found


def run(seed: int, samples: int = 1) -> RunRecord:
    generator = random.Random(seed)
    chances = random.Random(0)
    rows = []
    for n in range(60):
        ability = chances.betavariate(2, 1)
        outcomes = [RIGHT if generator.random() < ability else WRONG for _ in range(samples)]
        rows.append(probe(f"i{n}/form-1", *outcomes, usage=Usage(input_tokens=100, output_tokens=10)))
    return record(*rows, model="gpt-4o-mini", repeat=samples)


def test_without_a_run_the_assumptions_are_said(folder: RunFolder) -> None:
    assert plan("--drop", "0.05", "--power", "0.9") == (
        "to find   a drop of 5 points in 90% of runs, at the 5% level\n"
        "items     387\n"
        "probes    1,161 (3.0 an item)\n"
        "calls     1,161 calls a run, cost not known (give --record and --price)\n"
        "variance  0.100 between items: assumed: an unchanged model answers 10% of the probes otherwise, "
        "whole items at a time\n"
    )
    assert as_json("--drop", "0.05")["items"] == needed_items(0.05, 0.1) == 387


def test_more_tests_less_noise_and_larger_drops(folder: RunFolder) -> None:
    usual = as_json("--drop", "0.1")["items"]
    assert as_json("--drop", "0.1", "--tests", "4")["items"] > usual
    assert as_json("--drop", "0.1", "--power", "0.5")["items"] < usual
    assert as_json("--drop", "0.1", "--flips", "0.3")["items"] > usual
    assert as_json("--drop", "0.3")["items"] < usual
    found = as_json("--drop", "0.1", "--probes", "5", "--repeat", "2")
    assert (found["probes"], found["calls"]) == (5 * usual, 10 * usual)


def test_runs_show_how_far_answers_vary(folder: RunFolder) -> None:
    folder.save(run(1))
    folder.save(run(2))
    two = as_json("--record", "1", "--record", "2", "--price", "1:10")
    assert two["variance"] > 0.1
    assert two["items"] == needed_items(0.1, two["variance"])
    assert two["cost"] == pytest.approx(two["calls"] * 200 / 1_000_000)
    assert two["source"].startswith("the two runs #1 gpt-4o-mini of ")
    folder.save(run(3, samples=2))
    sampled = as_json("--record", "last", "--price", "1:10")
    assert sampled["source"].startswith("the first and the second sample of each probe in #3 ")
    # the list price of a known model
    assert as_json("--record", "last")["cost"] > 0


@pytest.mark.parametrize(
    ("args", "words", "code"),
    [
        (["--drop", "0"], "0.0 is not in the range 0<x<1", 2),
        (["--power", "0.04"], "--power=0.04 must be above --alpha=0.05", 2),
        (["--record", "1", "--flips", "0.2"], "--flips and --probes stand in for a run", 2),
        (["--record", "1", "--record", "1", "--record", "1"], "give one run with several samples, or two runs", 2),
        (["--record", "1", "--price", "cheap"], "--price=cheap: write IN:OUT", 2),
        (["--record", "1"], "asked each probe once, which does not tell how far answers vary", 1),
        (["--record", "7"], "holds no run 7", 1),
    ],
)
def test_what_cannot_be_planned(folder: RunFolder, args: list[str], words: str, code: int) -> None:
    folder.save(run(1, samples=2) if "--price" in args else run(1))
    assert words in " ".join(plan(*args, code=code).split())
