"""The published FineTuneBench data, run whole: what a careful reader counts as correct, whichever way it comes in.

`replay:` and the real SDKs over HTTP, plainly and under pytest-xdist, and again from the cache.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.server.model_server import Fault, ModelServer, SeenRequest, recorded
from tests.support.project import Project

KINDS = (
    "fictional_people/memorization",
    "fictional_people/rephrased",
    "fictional_people/secondary",
    "fictional_people/comparison",
    "latest_news/memorization",
)
MEASURED = (150, 150, 150, 25, 50)
CORRECT = {
    "gpt-4o-mini-2024-07-18": (150, 134, 68, 10, 50),
    "gpt-3.5-turbo-0125": (148, 53, 81, 7, 50),
    "gpt-4o-2024-08-06": (136, 29, 92, 10, 50),
    "gemini-1.5-flash-002": (3, None, 88, 10, 2),
    "gemini-1.5-pro-002": (3, None, 87, 11, 0),
}
"""Per kind; None where the published file holds no responses."""
IN_BOTH_WAYS = ("gpt-4o-2024-08-06", "gemini-1.5-flash-002")
"""A model of each provider: the others' answers differ in nothing that a server or a worker could change."""
WITH_RECORDINGS = ("-k", "fictional_people or (latest_news and memorization)")


def published(model: str) -> dict[str, tuple[int, int]]:
    """Return kind → (correct, n) as published."""
    return {
        kind: (0, 0) if correct is None else (correct, n)
        for kind, n, correct in zip(KINDS, MEASURED, CORRECT[model], strict=True)
    }


def measured(record: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Return kind → (correct, n) as a run record has them."""
    rates = {f"{rate['category']}/{rate['kind']}": (rate["correct"], rate["n"]) for rate in record["pass_rates"]}
    return {kind: rates[kind] for kind in KINDS}


def run(pytester: pytest.Pytester, shared: Path, *args: str, workers: int = 0) -> dict[str, Any]:
    """Run the suite and return the run record."""
    project = Project(pytester, ("-n", str(workers)) if workers else ())
    datasets = shared / "finetunebench" / "datasets"
    return project.run_json(f"--ft-cases={datasets}", "-q", "-rN", "--tb=no", *args)


@pytest.mark.parametrize(("model", "workers"), [*((model, 0) for model in CORRECT), (IN_BOTH_WAYS[0], 2)])
def test_from_recordings(pytester: pytest.Pytester, shared: Path, model: str, workers: int) -> None:
    recordings = shared / "finetunebench" / "model_responses"
    options = (f"--ft-model=replay:{model}", f"--ft-recordings={recordings}")
    record = run(pytester, shared, *options, *WITH_RECORDINGS, workers=workers)
    assert measured(record) == published(model)


def test_what_has_no_recording_is_unmeasured_never_wrong(pytester: pytest.Pytester, shared: Path) -> None:
    recordings = shared / "finetunebench" / "model_responses"
    record = run(pytester, shared, "--ft-model=replay:gpt-4o-2024-08-06", f"--ft-recordings={recordings}")
    assert measured(record) == published("gpt-4o-2024-08-06")
    outcomes = [result["outcome"] for result in record["results"]]
    assert (len(outcomes), outcomes.count("unmeasured")) == (1218, 1218 - sum(MEASURED))
    assert record["notices"] == [
        "coding/coding_memorization.csv is missing: coding has no memorization probes, and its items have no trained "
        "prompt or answer"
    ]


@pytest.mark.parametrize("model", IN_BOTH_WAYS)
def test_over_http_and_again_from_the_cache(
    pytester: pytest.Pytester, shared: Path, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = recorded(shared / "finetunebench" / "model_responses")
    spec = f"gemini:{model}" if model.startswith("gemini") else model
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("GOOGLE_API_KEY", "AIza-test")

    def withhold(seen: SeenRequest) -> Fault | None:
        if (seen.model, seen.prompt) in answers:
            return None
        return Fault(text="", finish="SAFETY" if seen.api == "gemini" else "content_filter")

    with ModelServer(answers, faults=withhold) as server:
        url = server.url if model.startswith("gemini") else server.openai_url
        options = (f"--ft-model={spec}", f"--ft-base-url={url}", *WITH_RECORDINGS)
        first = run(pytester, shared, *options, workers=2)
        assert measured(first) == published(model)
        assert len(server.requests) == 650
        again = run(pytester, shared, *options, "--ft-cache=replay")
        assert len(server.requests) == 650
    assert measured(again) == published(model)
    answered = sum(n for _, n in published(model).values())
    assert [result["source"] for result in again["results"] if result["source"]] == ["cache"] * answered
    assert "sk-test" not in json.dumps([first, again])
