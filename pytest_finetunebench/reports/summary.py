"""The one view model that every report turns into lines."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.lineage import Lineage
from pytest_finetunebench.runs.found_hard import FoundHard
from pytest_finetunebench.runs.probabilities import KindProbability
from pytest_finetunebench.runs.rates import Row, stored_rates
from pytest_finetunebench.runs.record import PassRate
from pytest_finetunebench.runs.units import Weight

if TYPE_CHECKING:
    from pytest_finetunebench.runs.arm_rows import ArmStudy

DOMINANT = 0.5
"""A share of the probes above which one item decides a rate."""
_SHOWN = 3


@dataclass(frozen=True)
class BaseSummary:
    """What asking the base model took, and what came of it."""

    model: str
    correct: int
    measured: int
    unmeasured: int
    calls: int
    cache_hits: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class JudgeSummary:
    """What the judge was asked, what it cost, and how it agrees with the rules where both decided.

    All of it includes the base model's answers and the arms', if there are any.
    """

    model: str
    answers: int
    accepted: int
    """Answers that the judge alone made correct."""
    compared: int
    agreed: int
    kappa: float | None
    """Cohen's; None where it has no meaning."""
    calls: int
    failed_calls: int
    """Those of `calls` that brought no verdict; what tokens they took is not known."""
    cache_hits: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Summary:
    """All that a report may show of one run."""

    model: str
    base_url: str | None
    """The address of a custom server; None for the provider's."""
    rows: tuple[Row, ...]
    total: Row
    kinds: tuple[str, ...]
    """The kinds that occur, in report order."""
    outcomes: Counter[Outcome]
    reasons: Counter[str]
    """Why probes are unmeasured."""
    runs_on: int = 0
    """Answers that the model went on after."""
    calls: int = 0
    retries: int = 0
    unused_calls: int = 0
    """Calls made ahead for tests that then did not run; not among `calls`."""
    cache_hits: int = 0
    local: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    usage_unknown: int = 0
    """Answers from calls of this run that came without a token count."""
    repeat: int = 1
    """Samples of each probe."""
    flaky: tuple[str, ...] = ()
    """Probes with right and other samples."""
    probes: int = 0
    base: BaseSummary | None = None
    judge: JudgeSummary | None = None
    cost: float | None = None
    """US dollars that the calls to the model under test cost; None where the price is unknown."""
    not_run: int = 0
    """Selected probes without a result: the run stopped early, or a worker crashed."""
    notices: tuple[str, ...] = field(default=())
    weight: Weight = "probes"
    """What counts once in a rate."""
    general_kinds: tuple[str, ...] = ()
    """Those of the kinds that count as generalization."""
    lineage: Lineage | None = None
    shutdown: datetime.date | None = None
    """The day on which the provider says it will shut the model down."""
    arms: ArmStudy | None = None
    """The same probes asked in other ways; None where none was."""
    found_hard: FoundHard | None = None
    """Probes that were chosen because a model failed them; None where there is none."""
    probabilities: tuple[KindProbability, ...] = ()
    """How likely the references' first tokens were, by kind; empty where it was not asked."""

    @property
    def is_control(self) -> bool:
        """Whether the model under test is the control: then no control is shown beside it."""
        return self.model.startswith("control:")

    @property
    def warnings(self) -> tuple[str, ...]:
        """What weakens the figures: a knowledge item with most of the probes."""
        rates = [(f"{row.category}/{kind}", rate) for row in (*self.rows, self.total) for kind, rate in row.rates]
        told = [f"{name} ({rate.dominant:.0%})" for name, rate in rates if rate.dominant > DOMINANT]
        if not told:
            return ()
        more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
        words = "one knowledge item has most of the probes, which makes the rate less certain"
        return (f"{words}: {', '.join(told[:_SHOWN])}{more}",)

    @property
    def pass_rates(self) -> tuple[PassRate, ...]:
        """Every rate per category and kind, then over all, as a run record stores them."""
        return stored_rates(self.rows, self.total)
