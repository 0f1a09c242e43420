"""Fine-tuning on Vertex, through the real SDK and a real server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_finetunebench.errors import ProviderError, SettingsError, TransientError
from pytest_finetunebench.models.lineage import find_lineage
from pytest_finetunebench.models.providers.jobs import tuning_provider
from pytest_finetunebench.models.providers.tuning import MARKER
from tests.server.asking import KEY, build
from tests.server.model_server import Fault, ModelServer, TuningPlan
from tests.support.tuning import GCS, PLACE, VERTEX_BASE, Trainer

JOB = f"{PLACE}/tuningJobs/1"
ENDPOINT = f"{PLACE}/endpoints/901"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_finetunebench.models.providers.retry._wait", lambda _: 0.0)


def server(**plan: Any) -> ModelServer:
    return ModelServer(tunings=TuningPlan(**plan))


def test_a_job_from_address_to_endpoint(tmp_path: Path) -> None:
    with server(polls=2) as tuning:
        trainer = Trainer(tuning, tmp_path, "gemini", hyperparameters={"n_epochs": 2}, suffix="bridges")
        trainer.do()
        (made,) = tuning.tunings.jobs
        assert tuning.tunings.files == {}
    assert made.body == {
        "baseModel": VERTEX_BASE,
        "supervisedTuningSpec": {"trainingDatasetUri": GCS, "hyperParameters": {"epochCount": 2}},
        "tunedModelDisplayName": "bridges",
        "labels": {MARKER: trainer.marker},
    }
    assert (trainer.job.state, trainer.job.model, trainer.job.job) == ("done", ENDPOINT, JOB)
    assert trainer.told == [
        f"created job {JOB}",
        f"job {JOB}: running, tuning, epoch 1",
        f"job {JOB}: succeeded",
    ]
    lineage = find_lineage([tmp_path], ENDPOINT)
    assert lineage is not None
    assert (lineage.base_model, lineage.training_file, lineage.provider) == (VERTEX_BASE, "train.jsonl", "gemini")
    assert lineage.training_sha256 == trainer.job.training.sha256
    assert lineage.hyperparameters == {"n_epochs": 2, "adapter_size": "four"}


def test_preference_pairs(tmp_path: Path) -> None:
    with server() as tuning:
        trainer = Trainer(tuning, tmp_path, "gemini", method="dpo", hyperparameters={"beta": 0.5})
        trainer.do()
        (made,) = tuning.tunings.jobs
    spec = {"trainingDatasetUri": GCS, "hyperParameters": {"beta": 0.5}}
    assert made.body["preferenceOptimizationSpec"] == spec
    lineage = find_lineage([tmp_path], ENDPOINT)
    assert lineage is not None
    assert (lineage.method, lineage.hyperparameters) == ("dpo", {"beta": 0.5})


@pytest.mark.parametrize(("end", "message"), [("failed", "row 3 is wrong"), ("cancelled", "")])
def test_a_job_that_ends_badly(tmp_path: Path, end: Any, message: str) -> None:
    with server(ends=[end]) as tuning:
        trainer = Trainer(tuning, tmp_path, "gemini")
        trainer.do()
    assert (trainer.job.state, trainer.job.message, trainer.job.model) == (end, message, None)
    assert not (tmp_path / "models").exists()


def test_killed_between_create_and_its_answer(tmp_path: Path) -> None:
    with server(faults={"created": [None, Fault(drop="before")]}, ends=["failed", "succeeded"]) as tuning:
        other = tmp_path / "other"
        other.mkdir()
        # an ended job with an error is in the list too
        Trainer(tuning, other, "gemini").do()
        trainer = Trainer(tuning, tmp_path, "gemini")
        with pytest.raises(ProviderError, match="the connection to"):
            trainer.do("begin")
        trainer.do()
        assert len(tuning.tunings.jobs) == 2
    assert (trainer.job.state, trainer.job.job) == ("done", f"{PLACE}/tuningJobs/2")


def test_cancelling(tmp_path: Path) -> None:
    with server(polls=9) as tuning:
        trainer = Trainer(tuning, tmp_path, "gemini")
        trainer.do("begin")
        trainer.do("cancel")
        assert tuning.tunings.jobs[0].state == "cancelled"
    assert trainer.job.state == "cancelled"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"state": "JOB_STATE_DREAMING"}, "is in a state called 'DREAMING'"),
        ({"state": "JOB_STATE_SUCCEEDED"}, "succeeded, and names no endpoint"),
    ],
)
@pytest.mark.filterwarnings("ignore:JOB_STATE_DREAMING is not a valid JobState")
def test_a_broken_answer(tmp_path: Path, parts: dict[str, Any], message: str) -> None:
    faults = {"status": [Fault(body=json.dumps({"name": JOB} | parts))]}
    with server(faults=faults) as tuning, pytest.raises(TransientError, match="broken") as caught:
        Trainer(tuning, tmp_path, "gemini").do("poll")
    assert message in str(caught.value)


def test_a_full_project_is_waited_for(tmp_path: Path) -> None:
    with server(faults={"create": [Fault(status=429, message="too many jobs")]}) as tuning:
        trainer = Trainer(tuning, tmp_path, "gemini")
        with pytest.raises(ProviderError, match=r"HTTP 429 .*too many jobs"):
            trainer.do()
        trainer.do()
        assert len(tuning.tunings.jobs) == 1
    assert trainer.job.state == "done"


def test_a_refused_job_says_what_to_do(tmp_path: Path) -> None:
    fault = Fault(status=400, message="Base model is not supported", echo_key=True)
    with server(faults={"create": [fault]}) as tuning:
        trainer = Trainer(tuning, tmp_path, "gemini")
        with pytest.raises(ProviderError) as caught:
            trainer.do()
    words = str(caught.value)
    assert f"/{PLACE} refuses to fine-tune {VERTEX_BASE} (HTTP 400: Base model is not supported" in words
    assert "check the base model's name and that its location tunes it, or train elsewhere: `finetunebench" in words
    assert KEY not in words
    assert trainer.job.state == "failed"


def test_a_file_that_is_only_here_is_not_uploaded(tmp_path: Path) -> None:
    with server() as tuning:
        trainer = Trainer(tuning, tmp_path, "gemini")
        local = trainer.job.training.model_copy(update={"uri": None})
        trainer = Trainer(tuning, tmp_path, "gemini", training=local)
        with pytest.raises(ProviderError, match=r"copy it with `gcloud storage cp train[.]jsonl gs://BUCKET/"):
            trainer.do()
        assert tuning.tunings.calls == []


def test_the_gemini_api_tunes_nothing() -> None:
    provider, _ = build(f"gemini:{VERTEX_BASE}", {"GOOGLE_API_KEY": KEY})
    with pytest.raises(
        SettingsError, match="the Gemini API has no model to fine-tune since May 2025, Vertex has: give"
    ):
        tuning_provider(provider)


def test_other_providers_tune_nothing() -> None:
    provider, _ = build("control:memorizer")
    with pytest.raises(
        SettingsError, match="fine-tuning is OpenAI's and Gemini's; for any other model, `finetunebench"
    ):
        tuning_provider(provider)
