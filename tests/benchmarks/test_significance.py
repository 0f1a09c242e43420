"""The simulated error rates of the rule `significant-drop`, with few simulations and loose bounds."""

from __future__ import annotations

import json
import random

import pytest

from benchmarks import significance
from benchmarks.significance import NOISES, PROBES, Noise, simulate, two_runs


def test_an_unchanged_model_seldom_fails() -> None:
    result = simulate(NOISES[0], 300, "unchanged", runs=200, seed=1)
    assert result.fires.low <= 0.05
    assert result.fires.share <= 0.09
    assert result.holm.share <= 0.09
    assert result.covered.share >= 0.9
    assert result.needed is None


def test_taking_probes_as_independent_would_fail_it_more_often() -> None:
    result = simulate(Noise(0.5, 1.0), 100, "unchanged", runs=200, seed=1)
    assert result.by_probe.low > 0.05 >= result.fires.low


@pytest.mark.parametrize("change", ["fading", "forgetting"])
def test_a_drop_of_ten_points_on_300_items_is_found(change: significance.Change) -> None:
    result = simulate(NOISES[0], 300, change, runs=100, seed=1)
    assert result.fires.share >= 0.9
    assert result.covered.share >= 0.88


def test_too_few_items_say_how_many_would_find_it_and_those_do() -> None:
    small, larger = significance.with_check(NOISES[0], 25, "fading", runs=200, seed=1)
    assert small.fires.share < 0.5
    assert small.needed == larger.items
    assert 100 < larger.items < 300
    assert 0.84 <= larger.fires.share <= 0.98


@pytest.mark.parametrize("noise", [Noise(0.5, 0.5), Noise(0.2, 0.0), Noise(0.0, 1.0)])
@pytest.mark.parametrize(("change", "rate"), [("unchanged", 0.7), ("fading", 0.6), ("forgetting", 0.6)])
def test_noise_is_as_described(noise: Noise, change: significance.Change, rate: float) -> None:
    items = 20_000
    a, b = two_runs(random.Random(1), noise, items, change)
    n = items * PROBES
    assert sum(a) / n == pytest.approx(0.7, abs=0.01)
    assert sum(b) / n == pytest.approx(rate, abs=0.01)
    together = sum(a[start] * a[start + 1] for start in range(0, n, PROBES)) / items
    # of two probes of an item: by its ability, and by the shock of the run
    assert (together - 0.49) / 0.21 == pytest.approx(noise.icc + noise.shock * (1 - noise.icc), abs=0.03)
    if change == "unchanged":
        differing = sum(x != y for x, y in zip(a, b, strict=True)) / n
        assert differing == pytest.approx(0.42 * (1 - noise.icc), abs=0.01)


def test_table_and_json_hold_a_row_per_design(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(significance, "NOISES", NOISES[:1])
    monkeypatch.setattr(significance, "DESIGNS", (12,))
    assert significance.main(["--runs", "5"]) == 0
    head, first, *_ = capsys.readouterr().out.splitlines()
    assert head.split()[:4] == ["icc", "shock", "items", "change"]
    assert first.split()[:6] == ["0.5", "0.5", "12", "x", "3", "unchanged"]
    assert significance.main(["--runs", "5", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["runs"] == 5
    assert [row["change"] for row in shown["results"]][:2] == ["unchanged", "fading"]
    assert {row["fires"]["n"] for row in shown["results"]} == {5}


def test_no_simulations_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        significance.main(["--runs", "0"])
    assert "argument --runs: 0 is below 1" in capsys.readouterr().err


@pytest.mark.parametrize("rate", [0.69, 0.8])
def test_early_decisions_are_seldom_wrong(rate: float) -> None:
    result = significance.sequential(rate, runs=40, seed=1)
    assert result.wrong.count <= 2
    assert result.false_pass.count <= result.wrong.count <= result.early.count
    assert (result.early.share > 0.9 and result.asked < 0.6) or rate < 0.8
