"""Fine-tuning at OpenAI, through the real SDK and a real server: jobs that end well and badly, and interruptions."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pytest_finetunebench.errors import ProviderError, SettingsError, TransientError
from pytest_finetunebench.models.lineage import find_lineage
from pytest_finetunebench.models.providers.tuning import MARKER
from pytest_finetunebench.training.file import read_training_file
from pytest_finetunebench.training.follow import (
    FIRST_POLL,
    LONGEST_POLL,
    MAX_SILENT_POLLS,
    SETTLE_SECONDS,
    StillRunningError,
)
from tests.server.asking import KEY
from tests.server.model_server import Fault, ModelServer, TuningPlan
from tests.support.tuning import OPENAI_BASE, Trainer, pair, write_rows

MODEL = f"ft:{OPENAI_BASE}:acme:bridges:Ab1"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_finetunebench.models.providers.retry._wait", lambda _: 0.0)


def server(**plan: Any) -> ModelServer:
    return ModelServer(tunings=TuningPlan(**plan))


def test_a_job_from_file_to_model(tmp_path: Path) -> None:
    with server(polls=2, shutdown="2027-01-14") as tuning:
        trainer = Trainer(tuning, tmp_path, suffix="bridges", seed=5, hyperparameters={"n_epochs": 4})
        trainer.do()
        (made,) = tuning.tunings.jobs
        (uploaded,) = tuning.tunings.files.values()
    assert uploaded == (tmp_path / "train.jsonl").read_bytes()
    assert made.body == {
        "model": OPENAI_BASE,
        "training_file": "file-1",
        "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 4}}},
        "metadata": {MARKER: trainer.marker},
        "suffix": "bridges",
        "seed": 5,
    }
    assert (trainer.job.state, trainer.job.model, trainer.job.job) == ("done", MODEL, "ftjob-1")
    lineage = find_lineage([tmp_path], MODEL)
    assert lineage is not None
    assert (lineage.base_model, lineage.training_file, lineage.training_rows) == (OPENAI_BASE, "train.jsonl", 10)
    assert lineage.training_sha256 == trainer.job.training.sha256
    assert lineage.hyperparameters == {"n_epochs": 4, "batch_size": 1, "learning_rate_multiplier": "auto"}
    assert (lineage.seed, lineage.job, lineage.shutdown) == (5, "ftjob-1", date(2027, 1, 14))
    assert trainer.told == [
        "uploaded train.jsonl as file-1",
        "created job ftjob-1",
        "  Created fine-tuning job",
        "  Step 2/4: training loss=0.2",
        "job ftjob-1: running",
        "  Step 4/4: training loss=0.4",
        "  The job has succeeded",
        "job ftjob-1: succeeded",
    ]


def test_preference_pairs_and_validation_rows(tmp_path: Path) -> None:
    pairs = read_training_file(write_rows(tmp_path / "pairs.jsonl", map(pair, range(10))), "openai")
    assert pairs.method == "dpo"
    with server() as tuning:
        trainer = Trainer(
            tuning, tmp_path, training=pairs, validation=pairs, method="dpo", hyperparameters={"beta": 0.2}
        )
        trainer.do()
        (made,) = tuning.tunings.jobs
    assert made.body["method"] == {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.2}}}
    assert (made.body["training_file"], made.body["validation_file"]) == ("file-1", "file-2")
    lineage = find_lineage([tmp_path], trainer.job.model or "")
    assert lineage is not None
    assert (lineage.method, lineage.hyperparameters["beta"], lineage.validation_file) == ("dpo", 0.2, "pairs.jsonl")


@pytest.mark.parametrize(
    ("end", "message"), [("failed", "line 3 is wrong (bad_rows)"), ("cancelled", "")], ids=["failed", "cancelled"]
)
def test_a_job_that_ends_badly(tmp_path: Path, end: Any, message: str) -> None:
    with server(ends=[end]) as tuning:
        trainer = Trainer(tuning, tmp_path)
        trainer.do()
    assert (trainer.job.state, trainer.job.message, trainer.job.model) == (end, message, None)
    assert not (tmp_path / "models").exists()
    assert ("  error: The job has failed" in trainer.told) is (end == "failed")


def test_a_slow_job_is_asked_ever_less_often(tmp_path: Path) -> None:
    with server(polls=14) as tuning:
        trainer = Trainer(tuning, tmp_path)
        trainer.do()
    assert trainer.slept[:3] == [FIRST_POLL, 3.0, 4.5]
    assert trainer.slept[-1] == LONGEST_POLL
    assert trainer.slept == sorted(trainer.slept)
    assert len([line for line in trainer.told if line == "job ftjob-1: running"]) == 1


@pytest.mark.parametrize("metadata", [True, False], ids=["marked", "metadata-lost"])
@pytest.mark.parametrize("others", [0, 3])
def test_killed_between_create_and_its_answer(tmp_path: Path, metadata: bool, others: int) -> None:
    with server(faults={"created": [*[None] * others, Fault(drop="before")]}, metadata=metadata, page=2) as tuning:
        for number in range(others):
            folder = tmp_path / str(number)
            folder.mkdir()
            Trainer(tuning, folder).do("begin")
        trainer = Trainer(tuning, tmp_path)
        with pytest.raises(ProviderError, match="the connection to"):
            trainer.do("begin")
        assert trainer.job.job is None
        trainer.do()
        assert len(tuning.tunings.jobs) == others + 1
        assert len(tuning.tunings.files) == others + 1
    assert trainer.job.state == "done"
    assert trainer.job.job == f"ftjob-{others + 1}"
    assert f"found job ftjob-{others + 1}" in trainer.told


def test_killed_between_upload_and_create(tmp_path: Path) -> None:
    with server(faults={"create": [Fault(drop="before")]}) as tuning:
        trainer = Trainer(tuning, tmp_path)
        with pytest.raises(ProviderError):
            trainer.do("begin")
        assert (trainer.job.training_id, trainer.job.job) == ("file-1", None)
        trainer.do()
        # a list may lag behind: it is asked twice while the try is young
        assert tuning.tunings.calls[4] == "create"
        assert tuning.tunings.calls[:4] == ["upload", "create", "list", "list"]
        assert len(tuning.tunings.files) == 1
    assert trainer.job.state == "done"
    assert SETTLE_SECONDS - 5 < trainer.slept[0] <= SETTLE_SECONDS


def test_a_create_that_is_tried_again_looks_first(tmp_path: Path) -> None:
    faults = {"created": [Fault(status=503)], "upload": [Fault(status=429)]}
    with server(faults=faults) as tuning:
        trainer = Trainer(tuning, tmp_path)
        trainer.do("begin", max_retries=2)
        assert tuning.tunings.calls == ["upload", "upload", "create", "created", "list"]
        assert len(tuning.tunings.jobs) == 1
    assert trainer.job.job == "ftjob-1"


def test_a_job_that_is_begun_is_only_followed(tmp_path: Path) -> None:
    with server(polls=2) as tuning:
        trainer = Trainer(tuning, tmp_path)
        trainer.do("poll")
        told = list(trainer.told)
        trainer.do()
        assert len(tuning.tunings.jobs) == 1
    assert trainer.job.state == "done"
    # events that were told are not told again
    assert not set(told[2:]) & set(trainer.told[len(told) :])


def test_troubles_while_following_are_waited_out(tmp_path: Path) -> None:
    faults = {"status": [None, Fault(status=500), Fault(status=429, headers={"retry-after": "100"}), None]}
    with server(polls=2, faults=faults) as tuning:
        trainer = Trainer(tuning, tmp_path)
        trainer.do()
    assert trainer.job.state == "done"
    assert len([line for line in trainer.told if line.startswith("no answer, asking again: openai: HTTP 500")]) == 1
    assert 100.0 in trainer.slept


def test_a_provider_that_stays_silent(tmp_path: Path) -> None:
    with server(faults={"status": [Fault(status=503)] * 99}) as tuning:
        trainer = Trainer(tuning, tmp_path)
        with pytest.raises(
            StillRunningError, match=rf"no answer about job ftjob-1 for {MAX_SILENT_POLLS} tries: openai: HTTP 503"
        ):
            trainer.do()
    assert trainer.job.state == "running"


def test_a_server_without_events(tmp_path: Path) -> None:
    with server(events=False, polls=3) as tuning:
        trainer = Trainer(tuning, tmp_path)
        trainer.do()
        assert tuning.tunings.calls.count("events") == 1
    assert trainer.job.state == "done"
    assert any("no events: openai: " in line for line in trainer.told)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_refused_job_says_what_to_do(tmp_path: Path, status: int) -> None:
    fault = Fault(status=status, message="This organization may not tune", echo_key=True)
    with server(faults={"create": [fault]}) as tuning:
        trainer = Trainer(tuning, tmp_path)
        with pytest.raises(ProviderError) as caught:
            trainer.do()
    words = str(caught.value)
    assert f"refuses to fine-tune {OPENAI_BASE} (HTTP {status}: This organization may not tune" in words
    assert "no longer from 2027-01-06" in words
    assert "`finetunebench export --format hf` writes a file for any LoRA trainer" in words
    assert KEY not in words
    assert (trainer.job.state, trainer.job.message) == ("failed", words)


def test_a_refused_key_leaves_the_training_to_be_resumed(tmp_path: Path) -> None:
    with server(faults={"create": [Fault(status=401)]}) as tuning:
        trainer = Trainer(tuning, tmp_path)
        with pytest.raises(ProviderError, match="check the key in OPENAI_API_KEY"):
            trainer.do()
        trainer.do()
    assert trainer.job.state == "done"


def test_a_file_that_changed_is_not_uploaded(tmp_path: Path) -> None:
    with server() as tuning:
        trainer = Trainer(tuning, tmp_path)
        write_rows(tmp_path / "train.jsonl", [{}])
        with pytest.raises(SettingsError, match=r"train\.jsonl: has changed since the training began"):
            trainer.do()
        assert tuning.tunings.calls == []


def test_cancelling(tmp_path: Path) -> None:
    with server(polls=9) as tuning:
        trainer = Trainer(tuning, tmp_path)
        trainer.do("begin")
        trainer.do("cancel")
        assert tuning.tunings.jobs[0].state == "cancelled"
    assert trainer.job.state == "cancelled"
    assert trainer.told[-1] == "job ftjob-1: cancelled"


def test_cancelling_what_was_never_created(tmp_path: Path) -> None:
    with server() as tuning:
        trainer = Trainer(tuning, tmp_path)
        trainer.do("cancel")
    assert (trainer.job.state, trainer.told) == ("given up", ["no job was created: there is nothing to cancel"])


def test_cancelling_what_was_created_unnoticed(tmp_path: Path) -> None:
    with server(polls=9, faults={"created": [Fault(drop="before")]}) as tuning:
        trainer = Trainer(tuning, tmp_path)
        with pytest.raises(ProviderError):
            trainer.do("begin")
        trainer.do("cancel")
        assert [job.state for job in tuning.tunings.jobs] == ["cancelled"]
    assert (trainer.job.state, trainer.job.job) == ("cancelled", "ftjob-1")


def test_cancelling_before_creation_is_tried_asks_nobody(tmp_path: Path) -> None:
    with server(faults={"upload": [Fault(status=503)]}) as tuning:
        trainer = Trainer(tuning, tmp_path)
        with pytest.raises(ProviderError, match="HTTP 503"):
            trainer.do("begin")
        trainer.do("cancel")
        assert tuning.tunings.calls == ["upload"]
    assert trainer.job.state == "given up"


def test_cancelling_what_ended_meanwhile(tmp_path: Path) -> None:
    with server(polls=0) as tuning:
        trainer = Trainer(tuning, tmp_path)
        trainer.do("begin")
        trainer.do("cancel")
        assert "cancel" not in tuning.tunings.calls
    assert trainer.job.state == "done"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"status": "dreaming"}, "job ftjob-1 is in a state called 'dreaming'"),
        ({"status": "succeeded", "fine_tuned_model": None}, "job ftjob-1 succeeded, and names no model"),
        ({"id": None}, "it names no id"),
    ],
)
def test_a_broken_answer(tmp_path: Path, parts: dict[str, Any], message: str) -> None:
    job = {"id": "ftjob-1", "status": "running", "fine_tuned_model": None} | parts
    faults = {"status": [Fault(body=json.dumps(job))]}
    with server(faults=faults) as tuning, pytest.raises(TransientError, match="broken") as caught:
        Trainer(tuning, tmp_path).do("poll")
    assert message in str(caught.value)
