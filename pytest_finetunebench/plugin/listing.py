"""List the probes where no model is named: editors show them as a tree, and a saved id stays what it was."""

from __future__ import annotations

import pytest

from pytest_finetunebench.errors import FinetuneBenchError
from pytest_finetunebench.loaders import load_suite
from pytest_finetunebench.plugin.custom_graders import custom_graders
from pytest_finetunebench.plugin.read_settings import read_suite
from pytest_finetunebench.plugin.samples import Sample, param_of


def list_probes(metafunc: pytest.Metafunc) -> None:
    """Parametrize a test with the probes of the suite; its fixtures skip it. A suite with problems stays one test."""
    config = metafunc.config
    try:
        settings = read_suite(config)
        graders = custom_graders(config, settings.graders)
        suite = load_suite(settings.cases, all_rows=settings.all_rows, graders=graders.keys())
    except (FinetuneBenchError, pytest.UsageError):
        return  # nothing is asked: a run with a model says what is wrong
    samples = (Sample(probe, index) for probe in suite.probes for index in range(settings.repeat))
    metafunc.parametrize("ft_probe", [param_of(sample, sample.id) for sample in samples], indirect=True)
