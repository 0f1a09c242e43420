"""Samples: what tests are parametrized with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.runs.results import sample_id

SHOWING_ONLY = ("collectonly", "setuponly", "showfixtures", "show_fixtures_per_test")
"""pytest's options that run no test: nothing is asked and nothing written; `--setup-plan` sets `setuponly`."""


def shows_only(config: pytest.Config) -> bool:
    """Whether this session only shows tests or fixtures."""
    return any(getattr(config.option, name, False) for name in SHOWING_ONLY)


@dataclass(frozen=True, slots=True)
class Sample:
    """One asking of a probe. Each test is parametrized with one."""

    probe: Probe
    repeat: int

    @property
    def id(self) -> str:
        """The probe's id. Further samples add their number, from 1."""
        return sample_id(self.probe.id, self.repeat)


def samples_of(session: pytest.Session) -> list[Sample]:
    """Return the samples of the session's tests, in their order."""
    return [sample for item in session.items if (sample := sample_of(item)) is not None]


def sample_of(item: pytest.Item) -> Sample | None:
    """Return a test's sample; None if it has none."""
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("ft_probe") if callspec is not None else None


def repeat_of(item: pytest.Item) -> int:
    """Return the index of a test's sample."""
    sample = sample_of(item)
    return 0 if sample is None else sample.repeat


def param_of(sample: Sample, name: str) -> Any:
    """Return the sample as a parameter with its id, `name`, and its marks."""
    return pytest.param(sample, id=name, marks=_marks(sample.probe.category, sample.probe.kind))


@cache
def _marks(category: str, kind: str) -> tuple[pytest.MarkDecorator, ...]:
    # by position for code that reads them, by name for `-m "ft_kind(name='rephrased')"`
    of_kind = pytest.mark.ft_kind(kind, name=kind)
    return pytest.mark.ft, pytest.mark.ft_category(category, name=category), of_kind
