"""Evaluation from Python: the same answers, records and rates as under pytest."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

import pytest_finetunebench as ftb
from pytest_finetunebench.errors import CaseError, FinetuneBenchError, SettingsError
from tests.server.model_server import ModelServer
from tests.support.project import CASES, Project


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a suite, as the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    (tmp_path / "people.yaml").write_text(CASES, encoding="utf-8")
    return tmp_path


def parrot(request: ftb.Request) -> str:
    """Answer every question as one that knows only Ada's weight."""
    return "61" if "kilograms" in request.prompt else "I do not know."


def test_a_function_is_a_model() -> None:
    suite = ftb.load_suite("people.yaml")
    run = ftb.evaluate(suite, parrot, name="first")
    assert isinstance(run, ftb.RunRecord)
    assert (run.model, run.name, run.suite_hash) == ("python:parrot", "first", suite.hash)
    assert {rate.kind: rate.rate for rate in run.rates() if rate.category is None} == {
        "memorization": 0.5,
        "rephrased": 0.5,
        "secondary": 0.0,
        "generalization": pytest.approx(1 / 3),
    }
    assert [rate.kind for rate in run.rates("fictional_people/rephrased")] == ["rephrased"]
    (general,) = run.rates("generalization")
    assert (general.category, general.n) == (None, 3)
    assert [result.outcome for result in run.failures] == ["abstained", "abstained", "overfit"]
    assert repr(run).startswith("<Run python:parrot 'first' of 20")
    assert repr(run).endswith("2 of 5 answers right>")


def test_an_object_and_an_async_function_are_models() -> None:
    class Model:
        async def complete(self, request: ftb.Request) -> ftb.Completion:
            return ftb.Completion(text=parrot(request))

    async def asked(request: ftb.Request) -> str:
        await asyncio.sleep(0)
        return parrot(request)

    runs = [ftb.evaluate("people.yaml", model) for model in (parrot, Model(), asked)]
    assert len({tuple(result.outcome for result in run.results) for run in runs}) == 1
    assert ftb.compare_runs(runs[0], runs[1]).counts == {"still right": 2, "still wrong": 3}


def test_an_answer_of_a_function_is_never_cached() -> None:
    ftb.evaluate("people.yaml", parrot)
    assert not Path(".finetunebench").exists()
    again = ftb.evaluate("people.yaml", lambda request: "Vellmora")
    assert {result.response for result in again.results} == {"Vellmora"}


def test_a_model_that_fails_is_unmeasured_and_told() -> None:
    def broken(request: ftb.Request) -> str:
        raise RuntimeError("no memory left")

    run = ftb.evaluate("people.yaml", broken)
    assert {result.outcome for result in run.results} == {"unmeasured"}
    assert "no memory left" in run.results[0].reason
    assert [rate.rate for rate in run.rates()] == [None] * 8


def test_the_control_and_the_record_are_those_of_pytest(
    plain_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = plain_project.run_json("--ft-model=control:memorizer")
    monkeypatch.chdir(plain_project.path)
    run = ftb.evaluate("knowledge_cases", "control:memorizer")
    written = json.loads(run.report("run.json").read_text(encoding="utf-8"))
    changing = {"created", "commit"}
    assert {key: value for key, value in written.items() if key not in changing} == {
        key: value for key, value in record.items() if key not in changing
    }


def test_answers_are_cached() -> None:
    with ModelServer() as server:
        first = ftb.evaluate("people.yaml", "openai:m", base_url=server.url, limits=ftb.CallLimits(concurrency=2))
        second = ftb.evaluate("people.yaml", "openai:m", base_url=server.url)
    assert sum(result.calls for result in first.results) == 5
    assert sum(result.calls for result in second.results) == 0
    assert {result.source for result in second.results} == {"cache"}
    assert [result.response for result in second.results] == [result.response for result in first.results]


def test_it_works_where_an_event_loop_runs() -> None:
    async def notebook() -> tuple[ftb.Run, ftb.Run]:
        return ftb.evaluate("people.yaml", parrot), await ftb.aevaluate("people.yaml", parrot)

    plain, awaited = asyncio.run(notebook())
    assert [result.outcome for result in plain.results] == [result.outcome for result in awaited.results]


def test_a_cancelled_evaluation_asks_no_further() -> None:
    asked: list[str] = []

    async def cancelled() -> None:
        reached = asyncio.Event()
        loop = asyncio.get_running_loop()

        def slow(request: ftb.Request) -> str:
            asked.append(request.prompt)
            loop.call_soon_threadsafe(reached.set)
            return "61"

        suite = ftb.load_suite("people.yaml")
        task = asyncio.create_task(ftb.aevaluate(suite, slow, repeat=1000))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert len(asked) < 5000


def test_runs_are_stored_beside_those_of_pytest() -> None:
    run = ftb.evaluate("people.yaml", parrot).save("mine")
    assert (run.number, run.name) == (1, "mine")
    found = ftb.load_run("mine")
    assert isinstance(found, ftb.Run)
    assert found.results == run.results


def test_reports_by_their_ending() -> None:
    def rude(request: ftb.Request) -> str:
        return "<script>alert(1)</script>"

    run = ftb.evaluate("people.yaml", rude)
    page = run.report("out/r.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<script>alert" not in page
    assert "Pass rates" in run.report("r.md").read_text(encoding="utf-8")
    with pytest.raises(SettingsError, match=r"report\('r.pdf'\): name a file that ends in .html, .md or .json"):
        run.report("r.pdf")
    fragment = run._repr_html_()
    assert "<script" not in fragment
    assert "&lt;script&gt;" in fragment
    assert "<td>fictional_people</td><td>rephrased</td>" in fragment
    assert "5 answers not right" in fragment


def test_a_frame_has_a_row_for_each_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    run = ftb.evaluate("people.yaml", parrot)
    if importlib.util.find_spec("pandas") is not None:
        frame: Any = run.to_frame()
        assert list(frame["outcome"]) == [str(result.outcome) for result in run.results]
        assert frame.groupby("kind")["correct"].mean()["memorization"] == 0.5
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(FinetuneBenchError, match="to_frame needs pandas: pip install pandas"):
        run.to_frame()


def test_what_cannot_be_used_is_named() -> None:
    with pytest.raises(SettingsError, match="repeat=0: needs a whole number from 1 to 1000"):
        ftb.evaluate("people.yaml", parrot, repeat=0)
    with pytest.raises(SettingsError, match="model=3: give a spec such as openai:ID, a function of a request"):
        ftb.evaluate("people.yaml", 3)
    with pytest.raises(SettingsError, match="model=opena:x: unknown provider 'opena'"):
        ftb.evaluate("people.yaml", "opena:x")
    with pytest.raises(SettingsError, match="rates: the suite has no probes of 'medical'"):
        ftb.evaluate("people.yaml", parrot).rates("medical")
    with pytest.raises(CaseError, match=r"gone\.yaml: no such file"):
        ftb.evaluate("gone.yaml", parrot)


def test_arms_are_asked_beside_the_model_and_reported(tmp_path: Path) -> None:
    run = ftb.evaluate("people.yaml", parrot, arms=["model+retrieve:1", "told = model+oracle"], train_cost=2.0)
    assert [(arm.name, arm.spec) for arm in run.arms] == [
        ("model+retrieve:1", "model+retrieve:1"),
        ("told", "model+oracle"),
    ]
    weight = next(one for one in run.results if one.id.endswith("weight/rephrased-1"))
    assert weight.arms["told"].context == ("Ada Lindqvist weighs 61 kilograms.",)
    assert run.report("run.html").read_text(encoding="utf-8").count("model+retrieve:1") >= 2
    assert "<b>Arms</b>" in run.report("run.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"arms": ["retrieve:5"]},
            "arms=retrieve:5: there is no base model for this arm: name one with base_model=SPEC",
        ),
        ({"arms": ["retrieve"]}, "arms=retrieve: write retrieve:K"),
        ({"corpus": ["x.md"]}, "corpus: there is no arm that it is for"),
        ({"arms": ["model+retrieve:1"], "corpus": "none.md"}, "none.md: no such file or folder"),
        ({"arms": ["model+few-shot:9"]}, "the suite trains 2 examples of 2 items"),
    ],
)
def test_arms_that_cannot_work_are_refused(options: dict[str, Any], message: str) -> None:
    asked: list[ftb.Request] = []

    def model(request: ftb.Request) -> str:
        asked.append(request)
        return "61"

    with pytest.raises(SettingsError, match=message):
        ftb.evaluate("people.yaml", model, **options)
    assert not asked


def test_recordings_may_be_one_path() -> None:
    with pytest.raises(FinetuneBenchError, match=r"none\.jsonl: no such file"):
        ftb.evaluate("people.yaml", "replay:m", recordings="none.jsonl")
