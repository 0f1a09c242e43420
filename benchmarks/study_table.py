"""The study's table: facts and form, by base, fine-tune and every other way to ask the base."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_finetunebench.runs.rates import rate_of
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.results import ProbeResult

_LABEL = 26
_CELL = 10


def study_table(facts: RunRecord, arms: RunRecord, form: RunRecord) -> Iterator[str]:
    """Yield a line for each group of probes. Every line compares all of its models on the same probes."""
    names = [arm.name for arm in arms.arms]
    short = [name.partition(":")[0] for name in names]
    yield "% right".ljust(_LABEL) + "".join(f"{name:>{_CELL}}" for name in ("n", "base", "fine-tune", *short))
    asked = [result for result in arms.results if result.arms]
    for label, kinds in (
        ("facts, trained wording", {"memorization"}),
        ("facts, rephrased", {"rephrased"}),
        ("facts, conclusions", {"secondary", "comparison"}),
    ):
        yield _line(label, [one for one in asked if one.kind in kinds], names)
    yield _line("form, trained wording", [one for one in form.results if one.kind == "memorization"], ())
    yield _line("form, held out", [one for one in form.results if one.kind == "form"], ())
    retained = [one for one in facts.results if one.kind == "retention"]
    yield _line("common knowledge", retained, ())
    yield "facts and form are two fine-tunes of the same base; common knowledge is of the one on facts"


def _line(label: str, results: Sequence[ProbeResult], arms: Sequence[str]) -> str:
    sides = [[one.of_base for one in results], results, *([one.of_arm(name) for one in results] for name in arms)]
    cells = [f"{len(results):,}", *(_cell([one for one in side if one is not None]) for side in sides)]
    return label.ljust(_LABEL) + "".join(f"{cell:>{_CELL}}" for cell in cells)


def _cell(results: Sequence[ProbeResult]) -> str:
    value = rate_of(results).value
    return "-" if value is None else f"{100 * value:.0f}"
