"""A suite put to models without pytest: recordings, controls, a base, repeats, and a provider that fails."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from pytest_finetunebench import __version__
from pytest_finetunebench.completions import Completion, Request
from pytest_finetunebench.errors import CaseError, RecordingError, TransientError
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.grading.version import grading_version
from pytest_finetunebench.models.providers.base import ProviderContext
from pytest_finetunebench.models.recordings import Recording, write_recordings
from pytest_finetunebench.runs.comparison import compare_runs, record_of_base
from pytest_finetunebench.runs.measure import make_record, measure
from pytest_finetunebench.runs.record_files import read_record, write_json
from pytest_finetunebench.runs.regrade import regrade
from pytest_finetunebench.settings import Settings
from tests.settings import make_settings, model_settings
from tests.support.records import RIGHT, WRONG, probe

CASES = """\
    category: towns
    setting: new_knowledge
    items:
    - id: ellin
      prompt: Where is Ellin?
      answer: Vellmora
      probes: {rephrased: [In which land lies Ellin?]}
    - {id: calm, prompt: Say hello., answer: null, grader: tone}
"""


def tone(text: str, probe: object) -> bool:
    return text.islower()


class Failing:
    """A provider of the user's own that always fails."""

    remote = True
    base_url: str | None = "http://127.0.0.1:9"

    def __init__(self, context: ProviderContext) -> None:
        self.closed = False

    async def complete(self, request: Request) -> Completion:
        raise TransientError("the server is busy", status=503)

    async def aclose(self) -> None:
        self.closed = True


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    cases, answers = tmp_path / "towns.yaml", tmp_path / "r.jsonl"
    cases.write_text(textwrap.dedent(CASES), encoding="utf-8")
    said = {
        "new": {"Where is Ellin?": "In Vellmora.", "In which land lies Ellin?": "Skerrow", "Say hello.": "hello"},
        "old": {"Where is Ellin?": "Skerrow", "Say hello.": "HELLO"},
    }
    write_recordings(
        answers,
        [
            Recording(model=model, prompt=prompt, response=response)
            for model, answered in said.items()
            for prompt, response in answered.items()
        ],
    )
    return with_model("replay:new", cases=(cases,), recordings=(answers,), cache_dir=tmp_path / "cache")


def with_model(text: str, **parts: Any) -> Settings:
    return make_settings(text, max_retries=0, **parts)


def outcomes(record: Any) -> dict[str, Outcome]:
    return {one.id.removeprefix("towns/"): one.outcome for one in record.results}


def test_recordings_make_a_record(settings: Settings, tmp_path: Path) -> None:
    found = measure(settings, {}, {"tone": tone})
    assert outcomes(found) == {
        "calm/memorization-1": Outcome.CORRECT,
        "ellin/memorization-1": Outcome.CORRECT,
        "ellin/rephrased-1": Outcome.WRONG,
    }
    assert [one.response for one in found.results] == ["hello", "In Vellmora.", "Skerrow"]
    assert {(one.source, one.calls) for one in found.results} == {("local", 0)}
    assert (found.model, found.tool_version, found.grading_version) == ("replay:new", __version__, grading_version())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", found.created)
    assert found.suite_hash is not None
    assert not found.partial
    write_json(tmp_path / "run.json", found)
    assert read_record(tmp_path / "run.json") == found
    assert regrade(found, {"tone": tone}).record == found


def test_what_is_not_recorded_is_unmeasured(settings: Settings) -> None:
    old = with_model("replay:old", cases=settings.suite.cases, recordings=settings.answers.recordings)
    found = measure(old, {}, {"tone": tone})
    assert outcomes(found)["ellin/rephrased-1"] is Outcome.UNMEASURED
    compared = compare_runs(found, measure(settings, {}, {"tone": tone}))
    assert {change.id.removeprefix("towns/"): change.kind for change in compared.changes} == {
        "calm/memorization-1": "fixed",
        "ellin/memorization-1": "fixed",
        "ellin/rephrased-1": "unmeasured",
    }


def test_the_base_model_is_asked_too(settings: Settings) -> None:
    both = settings.model_copy(update={"base": model_settings("replay:old")})
    found = measure(both, {}, {"tone": tone})
    base = record_of_base(found)
    assert found.base_model == "replay:old"
    assert base is not None
    assert base.model == "replay:old"
    assert list(outcomes(base).values()) == [Outcome.WRONG, Outcome.WRONG, Outcome.UNMEASURED]


def test_every_sample_is_asked(settings: Settings) -> None:
    found = measure(
        settings.model_copy(update={"suite": settings.suite.model_copy(update={"repeat": 3})}), {}, {"tone": tone}
    )
    assert [one.repeat for one in found.results] == [0, 1, 2] * 3
    assert found.repeat == 3
    # a recording that stands there once is the first sample, and no other
    assert {one.measured for one in found.results if one.repeat} == {False}


def test_a_provider_that_fails_leaves_all_unmeasured(settings: Settings) -> None:
    failing = {"failing": f"{__name__}:Failing"}
    found = measure(with_model("failing:m", cases=settings.suite.cases, providers=failing), {}, {"tone": tone})
    assert set(outcomes(found).values()) == {Outcome.UNMEASURED}
    assert "the server is busy" in found.results[0].reason
    assert found.results[0].calls == 1
    assert found.base_url == "http://127.0.0.1:9"
    assert {rate.n for rate in found.pass_rates} == {0}


def test_what_cannot_be_used_is_an_error(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="'tone' is not a grader"):
        measure(settings, {}, {})
    lost = with_model("replay:new", cases=settings.suite.cases, recordings=(tmp_path / "none.jsonl",))
    with pytest.raises(RecordingError, match=r"none\.jsonl"):
        measure(lost, {}, {"tone": tone})


def test_a_record_is_in_order_and_says_all_once(settings: Settings) -> None:
    results = [*probe("b/form-1", RIGHT, WRONG)[::-1], *probe("a/form-1", RIGHT)]
    found = make_record(
        settings, results, suite_hash=None, base_url=None, not_run=["x"], notices=["one", "two", "one"], name="n"
    )
    assert [(one.item, one.repeat) for one in found.results] == [("a", 0), ("b", 0), ("b", 1)]
    assert (found.notices, found.not_run, found.name, found.partial) == (("one", "two"), ("x",), "n", True)
    assert (found.pass_rates[0].correct, found.pass_rates[0].n) == (1.5, 2)
