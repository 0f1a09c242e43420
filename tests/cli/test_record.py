"""`finetunebench record`: a suite's answers in a file, which then replay as the model did."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pytest_finetunebench.cli import main
from pytest_finetunebench.completions import Sampling
from pytest_finetunebench.models.recordings import read_recordings
from pytest_finetunebench.runs.measure import measure
from tests.server.asking import KEY
from tests.server.model_server import Fault, ModelServer
from tests.settings import make_settings

MODEL = "ft:gpt-4o-mini-2024-07-18:acme::Ab12"
CASES = """\
    category: towns
    setting: new_knowledge
    system: Answer shortly.
    items:
    - id: ellin
      prompt: Where is Ellin?
      answer: Vellmora
      probes: {rephrased: [In which land lies Ellin?, Where is Ellin?]}
    - {id: brack, prompt: Where is Brack?, answer: Skerrow}
"""
SAID = {"Where is Ellin?": "In Vellmora.", "In which land lies Ellin?": "Skerrow", "Where is Brack?": "In Skerrow."}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    Path("towns.yaml").write_text(textwrap.dedent(CASES), encoding="utf-8")


def server(**parts: Any) -> ModelServer:
    return ModelServer(lambda _, prompt: SAID[prompt], served_model="gpt-4o-mini-2024-07-18", **parts)


def run(at: ModelServer | None, *args: str, spec: str = MODEL) -> Result:
    url = [] if at is None else [f"--base-url={at.openai_url}"]
    words = ["record", spec, "--cases=towns.yaml", "--out=answers.jsonl", "--max-retries=0", *url, *args]
    result = CliRunner().invoke(main, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert KEY not in result.output
    return result


def test_what_is_recorded_replays_as_the_model_did() -> None:
    with server() as live:
        result = run(live, "--temperature=none", "--seed=7")
        assert result.exit_code == 0, result.output
        # two probes ask the same
        assert len(live.requests) == 3
    assert result.stdout == ""
    assert f"recorded 3 answers of {MODEL} in answers.jsonl\n" in result.stderr
    assert f"replay: pytest '--ft-model=replay:{MODEL}' '--ft-recordings=answers.jsonl'\n" in result.stderr
    recorded = read_recordings(Path("answers.jsonl"))
    assert {entry.response for entry in recorded} == set(SAID.values())
    assert {entry.model for entry in recorded} == {MODEL}
    assert {entry.served_model for entry in recorded} == {"gpt-4o-mini-2024-07-18"}
    assert {entry.sampling for entry in recorded} == {Sampling(temperature=None, seed=7, max_tokens=100)}
    assert {next(m.role for m in entry.messages or ()) for entry in recorded} == {"system"}
    replayed = measure(
        make_settings(f"replay:{MODEL}", cases=(Path("towns.yaml"),), recordings=(Path("answers.jsonl"),)),
        {},
        {},
    )
    assert [str(one.outcome) for one in replayed.results] == ["correct", "correct", "wrong", "correct"]


def test_samples_and_the_cache() -> None:
    with server() as live:
        assert run(live, "--repeat=2", "--concurrency=1").exit_code == 0
        asked = len(live.requests)
        Path("answers.jsonl").unlink()
        result = run(live, "--repeat=2")
        assert len(live.requests) == asked == 6
    assert len(read_recordings(Path("answers.jsonl"))) == 6
    assert result.stderr.endswith("'--ft-recordings=answers.jsonl' --ft-repeat=2\n")


def test_what_has_no_answer_is_listed() -> None:
    def broken(seen: Any) -> Fault | None:
        return Fault(status=500) if "Brack" in seen.prompt else None

    with server(faults=broken) as live:
        result = run(live)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "not recorded: towns/brack/memorization-1: openai: HTTP 500 from " in result.stderr
    assert "recorded 2 answers" in result.stderr
    assert result.stderr.endswith("Error: 1 sample of the suite not recorded\n")
    assert len(read_recordings(Path("answers.jsonl"))) == 2


def test_a_whole_file_is_not_replaced_by_less() -> None:
    Path("answers.jsonl").write_text("what was recorded while the model lived\n")
    with server(faults=[Fault(status=404, message="shut down")] * 9) as live:
        result = run(live)
    assert result.exit_code == 1
    assert "answers.jsonl stays as it was, and the answers that came are in the cache" in result.stderr
    assert "retired or misspelt" in result.stderr
    assert Path("answers.jsonl").read_text() == "what was recorded while the model lived\n"


def test_nothing_is_written_where_nothing_came() -> None:
    with server(faults=lambda _: Fault(status=401)) as live:
        result = run(live)
    assert result.exit_code == 1
    assert "4 samples of the suite not recorded" in result.stderr
    assert not Path("answers.jsonl").exists()


def test_interrupted_by_hand() -> None:
    def slow(seen: Any) -> Fault | None:
        return Fault(latency=60) if "Brack" in seen.prompt else None

    with server(faults=slow) as live:
        words = ["record", MODEL, "--cases=towns.yaml", "--out=answers.jsonl", f"--base-url={live.openai_url}"]
        command = [sys.executable, "-c", "from pytest_finetunebench.cli import main; main()", *words]
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        process = subprocess.Popen(  # noqa: S603
            command,
            env=environ,
            text=True,
            stderr=subprocess.PIPE,
            # a shell's background jobs are deaf to it
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        end = time.monotonic() + 60
        while len(live.requests) < 3:
            assert time.monotonic() < end
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.strip() == "interrupted: the answers that came are in the cache"
    assert not Path("answers.jsonl").exists()


@pytest.mark.parametrize(
    ("spec", "words", "message"),
    [
        ("control:memorizer", [], "costs no call and never disappears"),
        (f"replay:{MODEL}", [], "costs no call and never disappears"),
        ("opnai:x", [], "unknown provider 'opnai' (did you mean 'openai'?)"),
        (MODEL, ["--temperature=hot"], "'hot': needs a number from 0, or none"),
        (MODEL, ["--seed=1.5"], "'1.5': needs a whole number, or none"),
        (MODEL, ["--temperature=-1"], "--temperature"),
        (MODEL, ["--max-tokens=0"], "--max-tokens"),
        (MODEL, ["--repeat=0"], "--repeat"),
    ],
)
def test_usage(spec: str, words: list[str], message: str) -> None:
    result = run(None, *words, spec=spec)
    assert result.exit_code == 2
    assert message in result.stderr


def test_wrong_cases_are_named() -> None:
    Path("towns.yaml").write_text("category: towns\n")
    result = run(None)
    assert result.exit_code == 1
    assert "towns.yaml" in result.stderr
