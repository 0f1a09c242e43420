"""The benchmark of the leak check measures a file that has leaks of each level."""

from __future__ import annotations

import json

import pytest

from benchmarks.leaks import exact_only, main, make_data


def test_it_finds_what_was_put_in(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--rows", "600", "--probes", "60", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["rows"], figures["probes"]) == (600, 60)
    assert figures["levels"]["exact"] == figures["exact_leaks"] > 0
    assert figures["levels"]["near-duplicate"] > 0
    assert figures["ratio"] == figures["seconds"] / figures["exact_seconds"]


def test_the_same_seed_makes_the_same_data() -> None:
    assert make_data(50, 10, 1) == make_data(50, 10, 1)
    suite, rows = make_data(400, 20, 1)
    assert exact_only(rows, suite) == sum(row.user[0] in {probe.prompt for probe in suite.probes} for row in rows)
