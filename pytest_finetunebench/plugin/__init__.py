"""The pytest plugin. Its hooks only translate; without a model it does nothing and imports only pytest.

It alone imports pytest. May import `reports` and below. Never imports `cli`.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable

import pytest

from pytest_finetunebench.plugin import fixtures, hooks
from pytest_finetunebench.plugin.options import add_options, check_names, model_given, refuse_gates

MARKERS = (
    "ft: a probe of a knowledge item, put to the model under test",
    "ft_category(name): the category of the probe's knowledge item",
    "ft_kind(name): the kind of the probe",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    pluginmanager.add_hookspecs(hooks)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    known = early_config.known_args_namespace
    if known.ft_suite and not known.file_or_dir:
        from pytest_finetunebench.cases.shipped import TEST_FILE, shipped_folder

        # a shipped suite brings its test file
        for words in (known.file_or_dir, args):
            words.append(str(shipped_folder() / TEST_FILE))


def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    if hasattr(config, "workerinput"):
        from pytest_finetunebench.plugin.process import take_variables

        take_variables(config)
    check_names(config)
    if model_given(config):
        _load()(config)
    else:
        refuse_gates(config)
        config.pluginmanager.register(fixtures, "finetunebench-skipping")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Show the probes without a model, too, to whoever lists tests or names one by its id, as editors do."""
    config = metafunc.config
    if "ft_probe" not in metafunc.fixturenames or model_given(config):
        return
    in_pycharm = os.environ.get("TEAMCITY_VERSION") == "LOCAL"  # set by its runner, which never collects only
    if config.option.collectonly or in_pycharm or any("[" in str(arg) for arg in config.args):
        from pytest_finetunebench.plugin.listing import list_probes

        list_probes(metafunc)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not model_given(config):
        fixtures.tell_skipped(terminalreporter, config)


def _load() -> Callable[[pytest.Config], None]:
    """Import what a run with a model needs and return its entry point. Pause garbage collection meanwhile."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        from pytest_finetunebench.plugin.activate import activate
        from pytest_finetunebench.plugin.garbage import freeze_garbage
    finally:
        if collecting:
            gc.enable()
    freeze_garbage("the modules")
    return activate
