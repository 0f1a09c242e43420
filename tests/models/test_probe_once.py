"""One probe put to one model once: the same marks and the same payment, whoever asks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pytest_finetunebench.cases.suite import Probe
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.models.probe_once import grade_exchange, probe_base, probe_once
from pytest_finetunebench.models.roles import ModelSet
from pytest_finetunebench.settings import AnswerSettings, CallLimits, ModelSettings, Settings
from pytest_finetunebench.settings.model_spec import parse_model_spec
from tests.server.model_server import Fault, ModelServer
from tests.support.results import result

ENVIRON = {"OPENAI_API_KEY": "sk-test"}
PROBE: Probe = result(prompt="How heavy is Ada?", expected="61").probe


@contextmanager
def models(folder: Path, server: ModelServer, base: str | None = None) -> Iterator[ModelSet]:
    url = server.openai_url
    settings = Settings(
        model=ModelSettings.of(parse_model_spec("m"), base_url=url),
        base=ModelSettings.of(parse_model_spec(base), base_url=url) if base else None,
        answers=AnswerSettings(cache_dir=folder / "cache"),
        limits=CallLimits(max_retries=1, wait=0),
    )
    opened = ModelSet(settings, ENVIRON, (), "run")
    try:
        yield opened
    finally:
        opened.close()


def test_an_answer_is_graded_and_its_calls_counted_once(tmp_path: Path) -> None:
    with (
        ModelServer(lambda model, prompt: "61" if model == "m" else "60") as server,
        models(tmp_path, server, "b") as m,
    ):
        first, again = (probe_once(m, PROBE, 0, {}).fields for _ in range(2))
        base = probe_base(m, PROBE, 0, {})
    assert (first["outcome"], first["source"], first["calls"]) == (Outcome.CORRECT, "provider", 1)
    assert (again["outcome"], again["source"], again["calls"]) == (Outcome.CORRECT, "cache", 0)
    assert base is not None
    assert (base.outcome, base.response, base.calls) == (Outcome.WRONG, "60", 1)


def test_without_a_base_model_there_is_nothing_of_it(tmp_path: Path) -> None:
    with ModelServer() as server, models(tmp_path, server) as m:
        assert probe_base(m, PROBE, 0, {}) is None


def test_a_failure_is_unmeasured_with_the_calls_that_it_cost(tmp_path: Path) -> None:
    faults = [Fault(status=503, headers={"retry-after-ms": "1"})] * 2
    with ModelServer(faults=faults) as server, models(tmp_path, server) as m:
        exchange = m.ask(PROBE, 0)
        found = grade_exchange(m, PROBE, exchange, {}).fields
    assert (found["outcome"], found["calls"]) == (Outcome.UNMEASURED, 2)
    assert found["reason"].endswith("(gave up after 2 tries)")


@pytest.mark.parametrize("role", ["model", "base"])
def test_a_damaged_entry_is_unmeasured_at_no_call(tmp_path: Path, role: str) -> None:
    with ModelServer() as server:
        for damage in (False, True):
            if damage:
                with sqlite3.connect(tmp_path / "cache" / "cache.db") as database:
                    database.execute("UPDATE Cache SET value = x'00'")
                database.close()
            with models(tmp_path, server, "b") as m:
                base, model = probe_base(m, PROBE, 0, {}), probe_once(m, PROBE, 0, {}).fields
        assert len(server.requests) == 2
    assert base is not None
    outcome, reason, calls = (
        (model["outcome"], model["reason"], model["calls"])
        if role == "model"
        else (base.outcome, base.reason, base.calls)
    )
    assert (outcome, calls) == (Outcome.UNMEASURED, 0)
    assert "is damaged: entry" in reason
