"""`finetunebench train`: one command from a training file to a model's id, whatever happens between."""

from __future__ import annotations

import datetime
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pytest_finetunebench.cli import main
from pytest_finetunebench.models import lifecycle
from pytest_finetunebench.models.lineage import find_lineage
from pytest_finetunebench.training import follow as fine_tuning
from pytest_finetunebench.training.jobs import JobFolder
from tests.server.asking import KEY
from tests.server.model_server import Fault, ModelServer, TuningPlan
from tests.support.tuning import GCS, OPENAI_BASE, PLACE, VERTEX_BASE, chat, pair, turn, write_rows

MODEL = f"ft:{OPENAI_BASE}:acme::Ab1"
WORK = Path(".finetunebench")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with training files, a key, no waiting, and a day in November."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr(fine_tuning, "FIRST_POLL", 0.0)
    monkeypatch.setattr(lifecycle, "today", lambda: datetime.date(2026, 11, 21))
    monkeypatch.setattr("pytest_finetunebench.models.providers.retry._wait", lambda _: 0.0)
    write_rows(tmp_path / "train.jsonl", map(chat, range(10)))
    write_rows(tmp_path / "pairs.jsonl", map(pair, range(10)))
    write_rows(tmp_path / "turns.jsonl", map(turn, range(10)))
    return tmp_path


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[ModelServer]:
    with ModelServer(tunings=TuningPlan(**getattr(request, "param", {}))) as started:
        yield started


def run(*args: str) -> Result:
    result = CliRunner().invoke(main, ["train", *args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    assert KEY not in result.output
    return result


def order(server: ModelServer, *more: str, file: str = "train.jsonl") -> list[str]:
    at = f"--base-url={server.openai_url}"
    return [file, "--provider=openai", f"--from={OPENAI_BASE}", at, "--max-retries=0", *more]


def test_stdout_is_the_model_alone(server: ModelServer) -> None:
    result = run(*order(server, "--epochs=2", "--suffix=", "--seed=3", "--price=25"))
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{MODEL}\n"
    assert "created job ftjob-1" in result.stderr
    assert f"trained {MODEL} from {OPENAI_BASE} on train.jsonl" in result.stderr
    found = find_lineage([WORK], MODEL)
    assert found is not None
    assert (found.hyperparameters["n_epochs"], found.seed) == (2, 3)
    assert found.training_cost == 1.25
    # what ended is told again, and not done again
    again = run("--resume")
    assert (again.exit_code, again.stdout) == (0, f"{MODEL}\n")
    assert len(server.tunings.jobs) == 1


def test_pairs_are_trained_by_dpo(server: ModelServer) -> None:
    assert run(*order(server, "--beta=0.3", "--validation=pairs.jsonl", file="pairs.jsonl")).exit_code == 0
    assert server.tunings.jobs[0].body["method"] == {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.3}}}


@pytest.mark.parametrize(
    ("server", "message"),
    [
        ({"ends": ["failed"]}, "Error: job ftjob-1 of train.jsonl: failed: line 3 is wrong (bad_rows)\n"),
        ({"ends": ["cancelled"]}, "Error: job ftjob-1 of train.jsonl: cancelled\n"),
        (
            {"faults": {"create": [Fault(status=403, message="closed to you")]}},
            "(HTTP 403: closed to you); OpenAI tunes",
        ),
    ],
    indirect=["server"],
    ids=["failed", "cancelled", "refused"],
)
def test_what_ends_badly_exits_with_1(server: ModelServer, message: str) -> None:
    result = run(*order(server))
    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr


@pytest.mark.parametrize("server", [{"polls": 2}], indirect=True)
def test_without_waiting(server: ModelServer) -> None:
    at = f"--base-url={server.openai_url}"
    begun = run(*order(server, "--no-follow"))
    assert (begun.exit_code, begun.stdout) == (3, "")
    assert "job ftjob-1 goes on: `finetunebench train --base-url=… --resume` follows it" in begun.stderr
    assert run("--resume", "--no-follow", at).exit_code == 3
    ended = run("--resume", "--no-follow", at)
    assert (ended.exit_code, ended.stdout) == (0, f"{MODEL}\n")


@pytest.mark.parametrize("server", [{"polls": 9}], indirect=True)
def test_the_same_order_is_the_same_job(server: ModelServer) -> None:
    assert run(*order(server, "--no-follow")).exit_code == 3
    again = run(*order(server, "--no-follow"))
    assert "the same training was begun 20" in again.stderr
    assert len(server.tunings.jobs) == 1
    assert run(*order(server, "--no-follow", "--epochs=9")).exit_code == 3
    assert len(server.tunings.jobs) == 2
    several = run("--resume", f"--base-url={server.openai_url}")
    assert several.exit_code == 2
    assert "has 2 running jobs, name one:\n  --job=ftjob-1  (gpt-4o-mini-2024-07-18, 20" in several.stderr
    cancelled = run("--cancel", "--job=ftjob-2", f"--base-url={server.openai_url}")
    assert (cancelled.exit_code, cancelled.stdout) == (0, "")
    assert "job ftjob-2: cancelled" in cancelled.stderr
    assert [job.state for job in server.tunings.jobs] == ["running", "cancelled"]
    twice = run("--cancel", "--job=ftjob-2")
    assert (twice.exit_code, "job ftjob-2 has ended: cancelled" in twice.stderr) == (2, True)
    assert run("--resume", "--job=ftjob-2").exit_code == 1


@pytest.mark.parametrize("server", [{"polls": 9}], indirect=True)
def test_a_job_is_looked_for_where_it_is(server: ModelServer) -> None:
    run(*order(server, "--no-follow"))
    elsewhere = run("--resume")
    assert elsewhere.exit_code == 2
    assert f"is at {server.openai_url}, not at https://api.openai.com/v1: set --base-url" in elsewhere.stderr
    assert server.tunings.calls.count("status") == 1


@pytest.mark.parametrize("server", [{"polls": 9}], indirect=True)
def test_two_processes_do_not_follow_one_job(server: ModelServer) -> None:
    run(*order(server, "--no-follow"))
    (job,) = JobFolder(WORK).load()
    with JobFolder(WORK).claim(job):
        result = run("--resume", f"--base-url={server.openai_url}")
    assert result.exit_code == 1
    assert "another process follows this job: let it end first" in result.stderr


def test_a_damaged_job_is_named(server: ModelServer) -> None:
    run(*order(server))
    (path,) = (WORK / "jobs").glob("*.json")
    path.write_text(path.read_text().replace('"done"', '"dreaming"'))
    result = run("--resume")
    assert result.exit_code == 1
    assert f"{path.name}: is damaged: state: " in result.stderr


@pytest.mark.parametrize(
    ("day", "code"), [("2027-01-05", 1), ("2027-01-06", 1), ("2028-01-01", 1)], ids=["last", "first-without", "later"]
)
def test_openai_closes(day: str, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "today", lambda: datetime.date.fromisoformat(day))
    monkeypatch.delenv("OPENAI_API_KEY")
    result = run("train.jsonl", "--provider=openai", f"--from={OPENAI_BASE}", "--max-retries=0")
    assert result.exit_code == code
    closed = (
        "OpenAI takes no new fine-tuning jobs since 2027-01-06; nothing was uploaded. Train elsewhere: `finetunebench"
    )
    assert (closed in result.stderr) is (day != "2027-01-05")
    if day == "2027-01-05":
        assert "warning: OpenAI takes new fine-tuning jobs until 2027-01-05, today\n" in result.stderr
        assert f"warning: {OPENAI_BASE} and its fine-tunes will be shut down on 2027-01-14, in 9 days" in result.stderr
        assert "no key: set OPENAI_API_KEY" in result.stderr
    else:
        assert not WORK.exists()


@pytest.mark.parametrize("server", [{"polls": 1}], indirect=True)
def test_vertex(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    words = ["turns.jsonl", "--provider=gemini", f"--from={VERTEX_BASE}", f"--base-url={server.url}"]
    words += ["--vertex-project=acme", "--vertex-location=europe-west4"]
    here = run(*words)
    assert here.exit_code == 2
    copy = "`gcloud storage cp turns.jsonl gs://BUCKET/turns.jsonl`, and name the copy with --training-uri=gs://BUCKET/"
    assert copy in here.stderr
    result = run(*words, f"--training-uri={GCS}", "--epochs=1")
    assert (result.exit_code, result.stdout) == (0, f"{PLACE}/endpoints/901\n")
    assert "gemini-2.5-flash and its fine-tunes will be shut down on 2026-10-20, 32 days ago" in result.stderr
    found = find_lineage([WORK], f"{PLACE}/endpoints/901")
    assert found is not None
    assert (found.training_file, found.training_sha256 is None) == ("turns.jsonl", False)
    run("gs://b/other.jsonl", *words[1:])
    found = find_lineage([WORK], f"{PLACE}/endpoints/902")
    assert found is not None
    assert (found.training_file, found.training_sha256) == ("gs://b/other.jsonl", None)


def test_the_gemini_api_has_no_tuning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", KEY)
    result = run("turns.jsonl", "--provider=gemini", "--from=gemini-2.5-flash", f"--training-uri={GCS}")
    assert result.exit_code == 2
    assert "the Gemini API has no model to fine-tune since May 2025, Vertex has: give --vertex-project" in result.stderr
    assert not WORK.exists()


BASICS = ["train.jsonl", "--provider=openai", "--from=m", "--base-url=http://127.0.0.1:9/v1"]
VERTEX = ["turns.jsonl", "--provider=gemini", "--from=m", f"--training-uri={GCS}"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "TRAINING_FILE is missing"),
        (BASICS[:1], "--provider is missing"),
        (BASICS[:2], "--from is missing"),
        (["--resume", "--cancel"], "--resume and --cancel exclude each other"),
        (["--resume", "train.jsonl"], "--resume: the job has its settings already, leave out TRAINING_FILE"),
        (["--cancel", "--epochs=2"], "--cancel: the job has its settings already, leave out --epochs"),
        (["--resume"], ".finetunebench/jobs has no running job"),
        (["--resume", "--job=x"], "--job=x: .finetunebench/jobs has no such job"),
        ([*BASICS, "--job=x"], "--job says which job --resume or --cancel means"),
        ([*BASICS, "--beta=1"], "--beta: is for dpo, and the file holds no pairs"),
        ([*BASICS, "--method=dpo"], "train.jsonl: holds rows for supervised, and the training is dpo"),
        ([*BASICS, "--validation=pairs.jsonl"], "pairs.jsonl: holds rows for dpo, and the training is supervised"),
        ([*BASICS, f"--training-uri={GCS}"], "--training-uri: OpenAI is handed the file itself"),
        (["gs://b/t.jsonl", *BASICS[1:]], "gs://b/t.jsonl: give a file"),
        (["turns.jsonl", *BASICS[1:]], "turns.jsonl:1: messages: is not a list of messages"),
        (["none.jsonl", *BASICS[1:]], "none.jsonl: cannot be read: No such file"),
        ([*VERTEX, "--batch-size=2"], "--batch-size: Vertex has no such setting, leave it out"),
        ([*VERTEX, "--validation=turns.jsonl"], "--validation=turns.jsonl: give its gs:// address"),
        ([*VERTEX[:3], "--training-uri=t.jsonl"], "--training-uri=t.jsonl: give an address that begins with gs://"),
    ],
    ids=range(19),
)
def test_usage(words: list[str], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert not list(Path().glob(".finetunebench/jobs/*.json"))


def started(server: ModelServer, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from pytest_finetunebench.cli import main; main()", "train", *words]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(  # noqa: S603
        command,
        env=environ,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # a shell's background jobs are deaf to it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def wait_for(server: ModelServer, call: Any) -> None:
    end = time.monotonic() + 60
    while call not in server.tunings.calls:
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("server", [{"polls": 1, "faults": {"created": [Fault(latency=60)]}}], indirect=True)
def test_a_killed_process_leaves_one_job(server: ModelServer) -> None:
    """SIGKILL once the server has made the job, before the process can know of it."""
    killed = started(server, *order(server))
    wait_for(server, "created")
    killed.kill()
    killed.communicate()
    (job,) = JobFolder(WORK).load()
    assert job.job is None
    result = run("--resume", f"--base-url={server.openai_url}")
    assert (result.exit_code, result.stdout) == (0, f"{MODEL}\n")
    assert len(server.tunings.jobs) == 1


@pytest.mark.parametrize("server", [{"polls": 99}], indirect=True)
def test_interrupted_by_hand(server: ModelServer) -> None:
    process = started(server, *order(server))
    wait_for(server, "events")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    last = err.splitlines()[-1]
    assert last.startswith(
        "job ftjob-1 goes on: `finetunebench train --base-url=… --resume` follows it, `finetunebench"
    )
    assert "Traceback" not in err
    server.tunings.plan = TuningPlan(polls=0)
    assert run("--resume", f"--base-url={server.openai_url}").stdout == f"{MODEL}\n"


@pytest.mark.parametrize("server", [{"faults": {"status": [Fault(status=503)] * 20}}], indirect=True)
def test_a_silent_server_leaves_the_job_to_be_resumed(server: ModelServer) -> None:
    result = run(*order(server, "--work-dir=my work"))
    assert (result.exit_code, result.stdout) == (3, "")
    assert "no answer about job ftjob-1 for 10 tries: openai: HTTP 503" in result.stderr
    assert "the job goes on: `finetunebench train --work-dir='my work' --base-url=… --resume` follows" in result.stderr


def test_the_job_file_holds_no_secret(server: ModelServer) -> None:
    at = server.openai_url.replace("//", "//user:geheim77@")
    assert run("train.jsonl", "--provider=openai", f"--from={OPENAI_BASE}", f"--base-url={at}").exit_code == 0
    (path,) = (WORK / "jobs").glob("*.json")
    text = path.read_text()
    assert "geheim77" not in text
    assert KEY not in text
    assert json.loads(text)["base_url"] == server.openai_url
