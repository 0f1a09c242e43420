"""The models of a run: what their calls cost so far."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.models.roles import ModelSet
from tests.server.model_server import ModelServer
from tests.settings import make_settings

PROBE = Probe(
    id="c/i/memorization-1",
    category="c",
    item="i",
    kind="memorization",
    setting="retention",
    generalization=False,
    prompt="hi",
    answer="ho",
    place=Place(file="c.yaml", line=1),
)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(usage=(1000, 100)) as running:
        yield running


def cost_before_and_after(server: ModelServer, **settings: Any) -> tuple[float | None, float | None]:
    """Return the cost before and after one call."""
    given = make_settings(base_url=server.openai_url, cache="off", **settings)
    models = ModelSet(given, {"OPENAI_API_KEY": "sk-test"}, (), "run")
    try:
        models.open()
        before = models.status().cost
        models.ask(PROBE, 0)
        return before, models.status().cost
    finally:
        models.close()


def test_an_unknown_price_is_no_cost_before_and_after_the_first_answer(server: ModelServer) -> None:
    assert cost_before_and_after(server) == (None, None)


def test_a_known_price_gives_the_cost_of_what_came(server: ModelServer) -> None:
    before, after = cost_before_and_after(server, price=(1.0, 10.0))
    assert before is None
    assert after == pytest.approx(0.002)
