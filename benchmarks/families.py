"""Several `significant-drop` gates in one run, simulated: `python benchmarks/families.py [--runs 1000]`.

It compares Holm's correction with the step-down method of Westfall & Young, which gates and tables use. Answers vary as
in `benchmarks/significance.py` (its first noise model). Families of tests:

- `kinds`: all probes, and each of three kinds of them, over the same items;
- `quarters`: all items, and each quarter of them;
- `parts`: each quarter alone, so that no two tests share a probe;
- `tiny`: all items, and eight categories of four items, which by themselves can show nothing.

Changes: `unchanged`; `fading`, a drop of ten points everywhere; `one`, where the first kind, quarter or category alone
drops by 30 points. `false alarm` is how often any test fires of those that nothing changed, at alpha 5%: at most 5% is
right. `first` is how often the first test fires, `any` how often any does, and `mean` the mean share of those that
should. The first test is that of all items, or of `parts`, the first quarter.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.significance import ALPHA, DROP, NOISES, PROBES, RATE, answer, draw_ability
from pytest_finetunebench.runs.statistics import clustered_permutation_tests, holm, step_down

FAMILIES = ("kinds", "quarters", "parts", "tiny")
CHANGES = ("unchanged", "fading", "one")
ITEMS = (300, 60)
DRAWS = 999
TINY = 4
Tests = list[dict[int, float]]


@dataclass(frozen=True)
class Rates:
    """What one correction comes to, as shares of the simulations."""

    false_alarm: float
    first: float
    any: float
    mean: float


@dataclass(frozen=True)
class Result:
    """A family of tests under one change, by both corrections."""

    family: str
    items: int
    change: str
    holm: Rates
    step_down: Rates


def main(args: Sequence[str] | None = None) -> int:
    """Simulate and print a row per family, number of items and change."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000, help="simulations per row (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers (default: 1)")
    options = parser.parse_args(args)
    print(_HEAD)
    for family in FAMILIES:
        for items in ITEMS:
            for change in CHANGES:
                print(_line(simulate(family, items, change, options.runs, options.seed)), flush=True)
    return 0


def simulate(family: str, items: int, change: str, runs: int, seed: int) -> Result:
    """Draw pairs of runs, and count which tests fire by either correction."""
    generator = random.Random(f"{seed} {family} {items} {change}")  # noqa: S311 - a simulation
    fired: dict[str, list[list[bool]]] = {"holm": [], "step_down": []}
    true: list[bool] = []
    for _ in range(runs):
        tests, true = two_runs(generator, family, items, change)
        found = [clustered_permutation_tests(list(test.values())) for test in tests]
        raw = [1.0 if one is None else one.drop for one in found]
        fired["holm"].append([p <= ALPHA for p in holm(raw)])
        # neither fires where no test does by itself
        adjusted = step_down(tests, raw, "drop", DRAWS) if min(raw) <= ALPHA else raw
        fired["step_down"].append([p <= ALPHA for p in adjusted])
    by_holm, by_both = (_rates(fired[name], true) for name in ("holm", "step_down"))
    return Result(family, items, change, by_holm, by_both)


def two_runs(generator: random.Random, family: str, items: int, change: str) -> tuple[Tests, list[bool]]:
    """Return the tests' changes by item, and which of them are about probes that changed."""
    differences = [_item(generator, _lost(family, items, change, item)) for item in range(items)]
    groups = _groups(family, items)
    tests = [{item: float(sum(differences[item][probe] for probe in kinds)) for item in part} for part, kinds in groups]
    affected = [
        any(any(_lost(family, items, change, item)[k] for k in kinds) for item in part) for part, kinds in groups
    ]
    return tests, affected


def _groups(family: str, items: int) -> list[tuple[range, Sequence[int]]]:
    whole, every = range(items), range(PROBES)
    if family == "kinds":
        return [(whole, every), *((whole, (kind,)) for kind in every)]
    if family == "tiny":
        return [(whole, every), *((range(start, start + TINY), every) for start in range(0, 8 * TINY, TINY))]
    quarters: list[tuple[range, Sequence[int]]] = [
        (range(part * items // 4, (part + 1) * items // 4), every) for part in range(4)
    ]
    return quarters if family == "parts" else [(whole, every), *quarters]


def _lost(family: str, items: int, change: str, item: int) -> Sequence[float]:
    """Return by how much each of an item's probes loses in the second run."""
    if change != "one":
        return (DROP if change == "fading" else 0.0,) * PROBES
    if family == "kinds":
        return (3 * DROP, *(0.0,) * (PROBES - 1))
    return (3 * DROP if item < (TINY if family == "tiny" else items // 4) else 0.0,) * PROBES


def _item(generator: random.Random, lost: Sequence[float]) -> list[float]:
    ability = draw_ability(generator, NOISES[0])
    before: list[float] = []
    after: list[float] = []
    answer(generator, NOISES[0], ability, before)
    answer(generator, NOISES[0], ability, after)
    # what was right is lost with the chance that lowers the rate so far
    kept = [right * (generator.random() >= loss / RATE) for right, loss in zip(after, lost, strict=True)]
    return [new - old for old, new in zip(before, kept, strict=True)]


def _rates(fired: Sequence[Sequence[bool]], affected: Sequence[bool]) -> Rates:
    runs = len(fired)
    alarms = sum(any(fires and not real for fires, real in zip(row, affected, strict=True)) for row in fired)
    hits = [sum(fires and real for fires, real in zip(row, affected, strict=True)) for row in fired]
    mean = sum(hits) / runs / sum(affected) if any(affected) else 0.0
    return Rates(alarms / runs, sum(row[0] for row in fired) / runs, sum(map(any, fired)) / runs, mean)


_COLUMNS: Mapping[str, str] = {"false_alarm": "false alarm", "first": "first", "any": "any", "mean": "mean"}
_HEAD = f"{'family':<10}{'items':>6}  {'change':<11}" + "".join(
    f"{f'{name}, Holm':>18}{'step-down':>11}" for name in _COLUMNS.values()
)


def _line(result: Result) -> str:
    pairs = [(getattr(result.holm, name), getattr(result.step_down, name)) for name in _COLUMNS]
    figures = "".join(f"{one:>18.1%}{other:>11.1%}" for one, other in pairs)
    return f"{result.family:<10}{result.items:>6}  {result.change:<11}{figures}"


if __name__ == "__main__":
    sys.exit(main())
