"""Compare a model's checkpoints on one suite, and choose the best by a rule."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pytest_finetunebench.errors import SettingsError, nearest, one_line
from pytest_finetunebench.runs.rates import GENERALIZATION, rows_of
from pytest_finetunebench.runs.record import RunRecord

FIGURES = ("memorization", GENERALIZATION, "gap", "retention")
"""What a sweep shows, in order."""
MOST_UNMEASURED = 0.01
"""The share of unmeasured probes that a checkpoint may have to be chosen."""
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_CONDITION = re.compile(r"(\w+)\s*(>=|<=|>|<)\s*(-?[0-9.]+%?)")


@dataclass(frozen=True)
class Checkpoint:
    """One checkpoint's figures."""

    spec: str
    step: int | None
    figures: dict[str, float]
    """Rates in 0..1 and the gap in -1..1, by name; what was not measured is left out."""
    unmeasured: int
    probes: int

    @property
    def decidable(self) -> bool:
        """Whether enough was measured to choose it."""
        return bool(self.probes) and self.unmeasured <= MOST_UNMEASURED * self.probes


def checkpoint_of(spec: str, step: int | None, record: RunRecord) -> Checkpoint:
    """Return a checkpoint's figures over the whole suite."""
    _, total = rows_of(record.results)
    figures: dict[str, float] = {}
    for name, rate in total.rates:
        if rate.value is not None:
            figures[name] = rate.value
    if total.gap is not None:
        figures["gap"] = total.gap
    return Checkpoint(spec, step, figures, sum(not one.measured for one in record.results), len(record.results))


@dataclass(frozen=True)
class BestRule:
    """The figure that is to be highest, and what must hold: `generalization where retention>=0.9`."""

    figure: str
    conditions: tuple[tuple[str, str, float], ...]

    def allows(self, checkpoint: Checkpoint) -> bool:
        """Whether a checkpoint may be chosen. A figure that was not measured meets no condition."""
        figures = checkpoint.figures
        holds = all(name in figures and _OPERATORS[sign](figures[name], bar) for name, sign, bar in self.conditions)
        return checkpoint.decidable and self.figure in figures and holds

    def choose(self, checkpoints: Sequence[Checkpoint]) -> Checkpoint | None:
        """Return the best checkpoint, the earliest of equals; for the gap the lowest is best. None if none may be."""
        allowed = [one for one in checkpoints if self.allows(one)]
        sign = -1 if self.figure == "gap" else 1
        return max(allowed, key=lambda one: sign * one.figures[self.figure], default=None)


def read_rule(text: str, kinds: Sequence[str]) -> BestRule:
    """Read `FIGURE [where FIGURE>=NUMBER [and …]]`.

    Raises:
        SettingsError: it is written otherwise, or names a figure that the suite does not have.
    """
    head, _, rest = text.partition(" where ")
    conditions = []
    for part in rest.split(" and ") if rest.strip() else ():
        found = _CONDITION.fullmatch(part.strip())
        if not found:
            raise SettingsError(f"--best: '{one_line(part, 60)}' is no condition: write one such as retention>=0.9")
        try:
            bar = float(found[3].removesuffix("%")) / (100 if found[3].endswith("%") else 1)
        except ValueError:
            raise SettingsError(f"--best: '{one_line(found[3], 20)}' is no number") from None
        conditions.append((found[1], found[2], bar))
    rule = BestRule(head.strip(), tuple(conditions))
    known = [*dict.fromkeys([*FIGURES, *kinds])]
    for name in (rule.figure, *(name for name, _, _ in conditions)):
        if name not in known:
            hint = nearest(name, known) or f": choose of {', '.join(known)}"
            raise SettingsError(f"--best: '{one_line(name, 60)}' is no figure of this suite{hint}")
    return rule
