"""Several tests of a drop in one run, simulated, with few simulations and loose bounds."""

from __future__ import annotations

import pytest

from benchmarks import families


@pytest.mark.parametrize("family", families.FAMILIES)
def test_the_step_down_method_finds_no_less_than_holm(family: str) -> None:
    for change in families.CHANGES:
        found = families.simulate(family, 36, change, runs=12, seed=1)
        assert found.step_down.mean >= found.holm.mean
        assert found.step_down.first >= found.holm.first
        assert found.step_down.false_alarm <= 0.25


def test_the_table_has_a_row_for_each(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(families, "FAMILIES", ("parts",))
    monkeypatch.setattr(families, "ITEMS", (8,))
    assert families.main(["--runs", "2"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["family", "items", "change"]
    assert [row.split()[:3] for row in rows] == [["parts", "8", change] for change in families.CHANGES]
