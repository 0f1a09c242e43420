"""A run's models together: what is begun ahead of the tests, and what no longer is."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.models.calling.answer import Answer
from pytest_finetunebench.models.roles import ModelSet
from tests.server.judge_model import gullible
from tests.server.model_server import ModelServer
from tests.settings import make_settings

REFERENCE = "Adults with Tarsk fever first receive 40 mg of velmorine twice a day for seven days"
ENVIRON = {"OPENAI_API_KEY": "sk-test"}


def until(happened: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("at_once", [True, False])
def test_once_a_run_stops_no_judge_is_asked_about_what_still_comes(tmp_path: Path, at_once: bool) -> None:
    probe = Probe(
        id="c/i/memorization-1",
        category="c",
        item="i",
        kind="memorization",
        setting="new_knowledge",
        generalization=False,
        prompt="What do adults with Tarsk fever receive?",
        answer=REFERENCE,
        place=Place(file="cases.yaml", line=1),
    )
    with ModelServer(lambda model, prompt: gullible(prompt) if model == "j" else "Velmorine.", latency=0.3) as server:
        settings = make_settings(judge="j", base_url=server.openai_url, cache_dir=tmp_path / "cache")
        models = ModelSet(settings, ENVIRON, (), "run-1")
        models.prefetch([(probe, 0)], {})
        until(lambda: server.requests)
        models.stop(at_once=at_once)
        time.sleep(0.2)
        models.close()
        assert [request.model for request in server.requests] == ["m"]
        models = ModelSet(settings, ENVIRON, (), "run-2")
        outcome = models.ask(probe, 0).outcome
        assert isinstance(outcome, Answer)
        assert outcome.source == ("provider" if at_once else "cache")
        models.close()
