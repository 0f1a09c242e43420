"""`finetunebench cases list`: what each shipped suite holds, takes and can find."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner

from pytest_finetunebench.cli import main
from pytest_finetunebench.runs.statistics.power import least_drop, needed_items
from pytest_finetunebench.runs.suite_size import CHANGING_ITEMS


def listed(*options: str) -> str:
    result = CliRunner().invoke(main, ["cases", "list", *options])
    assert result.exit_code == 0, result.output
    return result.output


def suites(*options: str) -> dict[str, Any]:
    return {suite["name"]: suite for suite in json.loads(listed("--json", *options))}


def test_each_suite_shows_items_probes_tokens_cost_and_the_drop_that_it_finds() -> None:
    lines = listed().splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("fictional_people"))
    assert lines[at].split(" items: ")[1] == "150 memorization, 150 rephrased, 150 secondary, 150 comparison"
    shown = r"600 probes: [12]\d,\d{3} tokens in, 60,000 out, \$0\.0[78]; a drop of 12 points shows"
    assert re.fullmatch(shown, lines[at + 1].strip())
    assert "US dollars at 0.30:1.20 per" in lines[-3]
    assert lines[-1] == "nine times in ten, if 20% of the items change anyway."


def test_the_cost_follows_the_price() -> None:
    cheap, dear = suites("--price", "1:0")["medical"], suites("--price=2:3")["medical"]
    assert cheap["cost"] == pytest.approx(cheap["input_tokens"] / 1e6)
    assert dear["cost"] == pytest.approx((2 * dear["input_tokens"] + 3 * dear["output_tokens"]) / 1e6)


def test_a_price_that_is_none_is_refused() -> None:
    result = CliRunner().invoke(main, ["cases", "list", "--price", "cheap"])
    assert result.exit_code != 0
    assert "--price: write IN:OUT, US dollars per million tokens" in result.output


def test_the_drop_is_the_least_that_the_items_suffice_for() -> None:
    for suite in suites().values():
        items, probes = suite["items"], sum(suite["probes"].values()) / suite["items"]
        drop = suite["least_drop"]
        assert drop == least_drop(items, CHANGING_ITEMS, probes)
        assert needed_items(drop, CHANGING_ITEMS, probes) <= items
        assert needed_items(drop - 0.001, CHANGING_ITEMS, probes) > items
