"""The run record: one run's results as a versioned document, to gate, to compare with and to regrade."""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import Field, field_validator

from pytest_finetunebench.cases.suite import Frozen
from pytest_finetunebench.completions import Sampling, valid_unicode
from pytest_finetunebench.models.lineage import Lineage
from pytest_finetunebench.runs.results import ProbeResult

SCHEMA_VERSION = 2


class PassRate(Frozen, allow_inf_nan=False):
    """A pass rate as stored: `rate`, `low` and `high` are None where n is 0."""

    category: str | None
    """None over all categories."""
    kind: str
    """A probe kind, or `generalization`."""
    correct: float
    """Probes that are right; of one asked several times, the share of its samples."""
    n: int
    items: int | None = None
    """How many knowledge items the probes are of; None in records of earlier versions."""
    rate: float | None
    low: float | None
    high: float | None
    control_correct: int | float | None
    kind_mean: float | None = None
    """Of `generalization`: the mean over its kinds of their rates, 0..1."""


class ArmEntry(Frozen):
    """An arm of a run: how it asked which model, and what it drew from."""

    name: str
    spec: str
    """The arm as it was given, without its name."""
    model: str
    tuned: bool = False
    """Whether it asked the model under test, not the base model."""
    note: str = ""


class RunRecord(Frozen):
    """One run as a versioned file. `results` are in the order of their ids, then of their samples."""

    schema_version: Literal[1, 2] = 2
    tool_version: str
    grading_version: str = ""
    """Changes with whatever decides verdicts: records with different ones are regraded before they are compared."""
    number: int | None = None
    """The run's number in its folder; None where it was not saved there."""
    name: str | None = None
    created: str
    """UTC, ISO 8601."""
    commit: str | None = None
    """The revision of the project that was tested, 40 hex digits, with `+` where files were changed."""
    model: str
    base_url: str | None
    base_model: str | None = None
    judge_model: str | None = None
    arms: tuple[ArmEntry, ...] = ()
    """Other ways in which the probes were asked."""
    prices: dict[Literal["model", "base"], tuple[float, float]] = Field(default_factory=dict)
    """US dollars per million tokens, input and output; only in runs with arms, and only where they are known."""
    train_cost: float | None = None
    """US dollars that training the model cost, if it was given."""
    suite_hash: str | None
    sampling: Sampling
    repeat: int = Field(default=1, ge=1)
    """Samples of each probe."""
    cache: str = "auto"
    pass_rates: tuple[PassRate, ...]
    results: tuple[ProbeResult, ...]
    found_hard: tuple[ProbeResult, ...] = ()
    """Results of probes that were chosen because a model failed them: they count in no rate and no gate."""
    found_hard_counts: bool = False
    """Whether such results were asked to count: then they are among `results`."""
    not_run: tuple[str, ...] = ()
    """Ids of selected probes without a result: the run stopped early, or a worker crashed."""
    not_selected: tuple[str, ...] = ()
    """Ids of the suite's other probes: `-k`, `--lf` and the like left them out."""
    probes: tuple[str, ...] = ()
    """Ids of all probes of the suite; empty in records of older versions."""
    seal: str | None = None
    """What `probes` and `suite_hash` come to, so that a list cut by hand shows; None in records of older versions."""
    rejected: str | None = None
    """Why a whole run is no baseline: its gates failed, or are not decided yet."""
    accepted: bool = False
    """Whether a person accepted it as a baseline all the same."""
    interrupted: str | None = None
    """Why the run ended early."""
    stopped: str | None = None
    """What was saved, where the run stopped asking once its gates were decided."""
    notices: tuple[str, ...] = ()
    lineage: Lineage | None = None
    """What the model was trained from, where `finetunebench train` made it."""
    shutdown: datetime.date | None = None
    """The day on which the model's provider says it will shut the model down."""

    @field_validator("schema_version")
    @classmethod
    def _current(cls, version: int) -> int:
        # an older record is one of this version whose new fields are empty: it is written as such
        del version
        return SCHEMA_VERSION

    @field_validator("*", mode="before")
    @classmethod
    def _valid_unicode(cls, value: object) -> object:
        return valid_unicode(value)

    @property
    def all_results(self) -> tuple[ProbeResult, ...]:
        """Every result, with those that do not count."""
        return (*self.results, *self.found_hard)

    @property
    def partial(self) -> bool:
        """Whether this is not the whole suite: such a record is no baseline by itself."""
        return bool(self.not_run or self.not_selected or self.interrupted)

    @property
    def flaw(self) -> str | None:
        """Why this run is no baseline by itself; None for one that is, or that a person accepted."""
        if self.accepted:
            return None
        if self.stopped:
            return "it stopped asking once its gates were decided"
        return "a partial run" if self.partial else self.rejected

    @property
    def served_models(self) -> tuple[str, ...]:
        """The model versions that providers said they ran."""
        return tuple(sorted({result.served_model for result in self.all_results if result.served_model}))

    @property
    def title(self) -> str:
        """The record as messages name it."""
        label = "" if self.number is None else f"#{self.number} "
        named = f" '{self.name}'" if self.name else ""
        return f"{label}{self.model}{named} of {self.created[:10]}"
