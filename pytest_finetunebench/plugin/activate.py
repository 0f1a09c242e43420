"""Switch the plugin on. Imported only when a model is named."""

from __future__ import annotations

import pytest

from pytest_finetunebench.plugin.asking import Asking
from pytest_finetunebench.plugin.collector import ResultCollector
from pytest_finetunebench.plugin.conclusion import Conclusion
from pytest_finetunebench.plugin.custom_graders import find_modules
from pytest_finetunebench.plugin.dry_run import DryRun
from pytest_finetunebench.plugin.exit_code import ExitCode
from pytest_finetunebench.plugin.gating import read_gates
from pytest_finetunebench.plugin.probing import ProbingSession
from pytest_finetunebench.plugin.process import this_process
from pytest_finetunebench.plugin.read_settings import read_settings
from pytest_finetunebench.plugin.screen import Screen


def activate(config: pytest.Config) -> None:
    """Register the session that asks and grades; in the process that owns the run, also what reports."""
    settings = read_settings(config)
    if settings.answers.providers:
        find_modules(config)
    plan = read_gates(config, settings)
    session = ProbingSession(config, settings, plan)
    config.pluginmanager.register(session, "finetunebench-probing")
    config.pluginmanager.register(Asking(config, session, plan), "finetunebench-asking")
    if not this_process(config).owns_run:
        return
    if settings.answers.dry_run:
        config.pluginmanager.register(DryRun(config, session), "finetunebench-dry-run")
        return
    collector = ResultCollector(config, settings, session)
    config.pluginmanager.register(collector, "finetunebench-collector")
    conclusion = Conclusion(config, settings, collector, plan)
    config.pluginmanager.register(conclusion, "finetunebench-conclusion")
    config.pluginmanager.register(ExitCode(conclusion), "finetunebench-exit-code")
    screen = Screen(config, collector, conclusion, full=settings.output.table == "full")
    config.pluginmanager.register(screen, "finetunebench-screen")
    if plan.stop_when_decided is not None:
        conclusion.watch(session)
    if config.pluginmanager.hasplugin("xdist"):
        from pytest_finetunebench.plugin.xdist import XdistHooks

        config.pluginmanager.register(XdistHooks(collector, settings), "finetunebench-xdist")
        if this_process(config).role == "controller":
            from pytest_finetunebench.plugin.controller_line import ControllerLine

            config.pluginmanager.register(ControllerLine(config, session, collector), "finetunebench-line")
            from pytest_finetunebench.plugin.progress_telling import ProgressSum

            config.pluginmanager.register(ProgressSum(config, lambda: session.status), "finetunebench-progress")
