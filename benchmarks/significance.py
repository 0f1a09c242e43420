"""Error rates of the rule `significant-drop`, simulated: `python benchmarks/significance.py [--runs 2000] [--json]`.

The rule fires where the one-sided clustered permutation test finds run B below run A at alpha 0.05; in a suite of
several rows, where any row's p-value does after Holm's correction (here: the whole suite and its four quarters).

Noise model. Item i has an ability u_i, drawn anew in each simulation from a beta distribution of mean 0.7 and
variance icc·0.7·0.3, so that icc is the correlation of two probes of one item over suites (0: all items are alike).
Both runs share u_i. In each run, for each item: with the chance `shock` its probes stand or fall together (one draw,
right with chance u_i, for all of them), otherwise each probe is right with chance u_i on its own. So an unchanged
model's two runs disagree on a share 2·0.7·0.3·(1 - icc) of the probes, and at shock 1 on whole items.
A drop by d lowers the pass rate of run B from 0.7 to 0.7 - d: `fading` multiplies each u_i by 1 - d/0.7, `forgetting`
sets u_i to 0 with the chance d/0.7.

Columns: `fires`, how often the rule fires on the whole suite (unchanged: its error, at most 5%; drop: its power), with
a 95% Wilson interval; `holm`, for the five rows; `by probe`, for the same test taking probes as independent, to show
what that would cost; `covered`, how often the 95% interval of the difference holds the true one. Where a design finds
a drop in fewer than 90% of the simulations, the number of items that would is computed from the mean item variance
seen, and simulated in its turn (rows marked *).

With `--sequential` it simulates `--ft-stop-when-decided=interval` instead, with the code that a run uses: a gate
`min-rate=0.7` over 300 items of 3 probes, for models with several true rates, icc 0.5, `shock` 0. `wrong` is how often
an early decision differs from what asking all gives, `false pass` how often it passes wrongly; `asked` the mean share
of the items asked. At most 1% may be wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from pytest_finetunebench.runs.early import ERROR
from pytest_finetunebench.runs.statistics import (
    SumTest,
    clustered_permutation_test,
    holm,
    item_differences,
    item_variance,
    needed_items,
    paired_difference,
    wilson_interval,
)

RATE = 0.7
DROP = 0.1
ALPHA = 0.05
POWER = 0.9
PROBES = 3
QUARTERS = 4
DESIGNS = (300, 25)
SEQUENTIAL_ITEMS = 300
SEQUENTIAL_RATES = (0.5, 0.6, 0.65, 0.69, 0.7, 0.71, 0.75, 0.8, 0.9)
Change = Literal["unchanged", "fading", "forgetting"]
CHANGES: tuple[Change, ...] = ("unchanged", "fading", "forgetting")


@dataclass(frozen=True)
class Noise:
    """How answers vary: see the module's docstring."""

    icc: float
    shock: float


NOISES = (Noise(0.5, 0.5), Noise(0.5, 0.0), Noise(0.5, 1.0), Noise(0.8, 0.5), Noise(0.2, 0.5))
"""The first is the one that the documentation quotes."""


@dataclass(frozen=True)
class Share:
    """How many of the simulations, with the 95% Wilson interval of their share."""

    count: int
    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Result:
    """The figures of one design under one noise and one change; `needed` where its power is below 90%."""

    noise: Noise
    items: int
    probes: int
    change: Change
    fires: Share
    holm: Share
    by_probe: Share
    covered: Share
    item_variance: float
    needed: int | None
    checks_needed: bool = False


def main(args: Sequence[str] | None = None) -> int:
    """Simulate and print a row per design."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=_at_least_one, default=2000, help="simulations per row (default: 2000)")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers (default: 1)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--sequential", action="store_true", help="simulate gates that are decided early")
    options = parser.parse_args(args)
    if options.sequential:
        print(sequential_table([sequential(rate, options.runs, options.seed) for rate in SEQUENTIAL_RATES]))
        return 0
    results = [
        result
        for noise in NOISES
        for items in DESIGNS
        for change in CHANGES
        for result in with_check(noise, items, change, options.runs, options.seed)
    ]
    if options.json:
        print(json.dumps({"runs": options.runs, "results": [asdict(result) for result in results]}, indent=2))
    else:
        print(table(results))
    return 0


@dataclass(frozen=True)
class Sequential:
    """What early decisions of a gate come to, for a model of a true rate."""

    rate: float
    early: Share
    wrong: Share
    false_pass: Share
    asked: float


def sequential(rate: float, runs: int, seed: int) -> Sequential:
    """Simulate whole runs of a gate that is decided by the sequential test, and compare with asking all."""
    generator = random.Random(f"sequential {seed} {rate}")  # noqa: S311 - a simulation
    early = wrong = false_pass = asked = 0
    for _ in range(runs):
        items = [_right(generator, rate) for _ in range(SEQUENTIAL_ITEMS)]
        passes = sum(items) >= RATE * PROBES * SEQUENTIAL_ITEMS - 1e-9
        found, seen = decided_early([right - RATE * PROBES for right in items])
        early += found is not None
        wrong += found is not None and found != passes
        false_pass += bool(found) and not passes
        asked += seen
    decided, erred, passed = (share(count, runs) for count in (early, wrong, false_pass))
    return Sequential(rate, decided, erred, passed, asked / runs / SEQUENTIAL_ITEMS)


def decided_early(values: Sequence[float]) -> tuple[bool | None, int]:
    """Return whether the sum of values in random order is shown to be above 0, and after how many; None if never."""
    low, high = -RATE * PROBES, (1 - RATE) * PROBES
    below, above = SumTest(low, high, len(values)), SumTest(-high, -low, len(values))
    for seen, value in enumerate(values, 1):
        below.add(value)
        above.add(-value)
        if max(below.evidence, above.evidence) >= 1 / ERROR:
            return below.evidence > above.evidence, seen
    return None, len(values)


def _right(generator: random.Random, rate: float) -> int:
    chance = generator.betavariate(rate, 1 - rate)  # icc 0.5
    return sum(generator.random() < chance for _ in range(PROBES))


def sequential_table(results: Sequence[Sequential]) -> str:
    """Lay out the error rates and the share asked, a row per true rate."""
    lines = [f"{'true rate':<11}{'early':>8}{'wrong (95% interval)':>26}{'false pass':>12}{'asked':>8}"]
    for one in results:
        wrong = f"{one.wrong.share:.2%} ({one.wrong.low:.2%} to {one.wrong.high:.2%})"
        shares = f"{one.early.share:>8.1%}{wrong:>26}{one.false_pass.share:>12.2%}{one.asked:>8.1%}"
        lines.append(f"{one.rate:<11}{shares}")
    return "\n".join(lines)


def _at_least_one(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text} is below 1")
    return number


def with_check(noise: Noise, items: int, change: Change, runs: int, seed: int) -> list[Result]:
    """Return the figures of a design and, where it needs more items, those of a design that has them."""
    result = simulate(noise, items, change, runs, seed)
    if result.needed is None:
        return [result]
    return [result, simulate(noise, result.needed, change, runs, seed, checks_needed=True)]


def simulate(noise: Noise, items: int, change: Change, runs: int, seed: int, *, checks_needed: bool = False) -> Result:
    """Simulate pairs of runs and count what the rule and the interval do."""
    generator = random.Random(f"{seed} {noise} {items} {change} {checks_needed}")  # noqa: S311 - a simulation
    clusters = [item for item in range(items) for _ in range(PROBES)]
    truth = 0.0 if change == "unchanged" else -DROP
    fires = several = by_probe = covered = 0
    variance = 0.0
    for _ in range(runs):
        a, b = two_runs(generator, noise, items, change)
        differences = item_differences(a, b, clusters)
        p_value = p_of_drop(differences)
        fires += p_value <= ALPHA
        rows = [p_value, *(p_of_drop(differences[start::QUARTERS]) for start in range(QUARTERS))]
        several += min(holm(rows)) <= ALPHA
        by_probe += p_of_drop([after - before for before, after in zip(a, b, strict=True)]) <= ALPHA
        interval = paired_difference(a, b, clusters)
        covered += interval is not None and interval.low <= truth <= interval.high
        variance += (item_variance(a, b, clusters) or 0.0) / runs
    lacking = change != "unchanged" and fires < POWER * runs and not checks_needed
    return Result(
        noise=noise,
        items=items,
        probes=PROBES,
        change=change,
        fires=share(fires, runs),
        holm=share(several, runs),
        by_probe=share(by_probe, runs),
        covered=share(covered, runs),
        item_variance=variance,
        needed=needed_items(DROP, variance, PROBES, ALPHA, POWER) if lacking else None,
        checks_needed=checks_needed,
    )


def two_runs(generator: random.Random, noise: Noise, items: int, change: Change) -> tuple[list[float], list[float]]:
    """Draw the values of all probes, item by item, in run A and in run B."""
    a: list[float] = []
    b: list[float] = []
    for _ in range(items):
        ability = draw_ability(generator, noise)
        answer(generator, noise, ability, a)
        if change == "fading":
            ability *= 1 - DROP / RATE
        elif change == "forgetting" and generator.random() < DROP / RATE:
            ability = 0.0
        answer(generator, noise, ability, b)
    return a, b


def draw_ability(generator: random.Random, noise: Noise) -> float:
    """Draw the chance that an item's probe is right: beta of mean RATE, correlation `icc` within items."""
    if noise.icc == 0:
        return RATE
    weight = 1 / noise.icc - 1
    return generator.betavariate(RATE * weight, (1 - RATE) * weight)


def answer(generator: random.Random, noise: Noise, ability: float, values: list[float]) -> None:
    """Append the values of one item's probes in one run."""
    if generator.random() < noise.shock:
        values += [float(generator.random() < ability)] * PROBES
    else:
        values += [float(generator.random() < ability) for _ in range(PROBES)]


def p_of_drop(differences: Sequence[float]) -> float:
    """Return the one-sided p-value; 1 where there is nothing to test."""
    tested = clustered_permutation_test(differences, "drop")
    return 1.0 if tested is None else tested.p_value


def share(count: int, n: int) -> Share:
    """Return the share with its interval."""
    low, high = wilson_interval(count, n) or (0.0, 1.0)
    return Share(count, n, count / n, low, high)


def table(results: Sequence[Result]) -> str:
    """Lay the figures out as text."""
    head = f"{'icc':>4}{'shock':>6}  {'items':<11}{'change':<12}{'fires (95% interval)':<25}"
    head += f"{'n':>6}{'holm':>8}{'by probe':>10}{'covered':>9}  items needed for {POWER:.0%}"
    return "\n".join([head, *map(_line, results)])


def _line(result: Result) -> str:
    fires = result.fires
    design = f"{result.items} x {result.probes}{'*' if result.checks_needed else ''}"
    needed = "" if result.needed is None else str(result.needed)
    return (
        f"{result.noise.icc:>4}{result.noise.shock:>6}  {design:<11}{result.change:<12}"
        f"{f'{fires.share:.1%} ({fires.low:.1%} to {fires.high:.1%})':<25}{fires.n:>6}{result.holm.share:>8.1%}"
        f"{result.by_probe.share:>10.1%}{result.covered.share:>9.1%}  {needed}"
    ).rstrip()


if __name__ == "__main__":
    sys.exit(main())
