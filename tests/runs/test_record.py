"""Results as JSON on a report, and run records as files."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pytest_finetunebench.cases.suite import Place, Probe
from pytest_finetunebench.completions import Completion, Sampling, Usage, valid_unicode
from pytest_finetunebench.grading.outcome import Outcome, Verdict
from pytest_finetunebench.models.calling.answer import Answer
from pytest_finetunebench.models.graded import graded, unmeasured
from pytest_finetunebench.models.judge import JudgedVerdict
from pytest_finetunebench.reports.summarise import summarise
from pytest_finetunebench.runs.record import SCHEMA_VERSION, RunRecord
from pytest_finetunebench.runs.record_files import write_json
from pytest_finetunebench.runs.results import ProbeResult, probe_result
from tests.support.results import result

ANY_TEXT = st.text(st.characters(exclude_categories=()))
PROBE = Probe(
    id="people/ada/rephrased-1",
    category="people",
    item="ada",
    kind="rephrased",
    setting="new_knowledge",
    generalization=True,
    prompt="How heavy?",
    answer="61",
    place=Place(file="a.yaml", line=3),
)


def record(*results: ProbeResult, **parts: object) -> RunRecord:
    rates = summarise(results, "ft:m").pass_rates
    base = {"tool_version": "1", "created": "2026-11-21T03:11:49+00:00", "model": "ft:m", "base_url": None}
    rest = {"suite_hash": "0" * 64, "sampling": Sampling(), "pass_rates": rates, "results": results}
    return RunRecord.model_validate(base | rest | parts)


def read(path: Path) -> RunRecord:
    return RunRecord.model_validate_json(path.read_bytes())


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
@example("\ud800", "\udfff", "\ud83d\ude00")
@example("", "a\x7f", "\x7f ñ")
def test_a_result_travels_as_ascii_and_comes_back_whole(prompt: str, response: str, reason: str) -> None:
    sent = result(prompt=prompt, response=response, reason=reason)
    text = sent.to_json()
    assert text.isascii()
    assert text.isprintable()
    assert ProbeResult.from_json(text) == sent


def test_a_verdict_on_an_answer_becomes_a_result() -> None:
    verdict = Verdict(outcome=Outcome.CORRECT, extracted="61", reason="says 61", grader="number")
    completion = Completion(text="61 kg", served_model="m-1", usage=Usage(input_tokens=9, output_tokens=2))
    found = graded(JudgedVerdict(verdict), Answer(completion, "provider", 2), fingerprint="f")
    made = probe_result(PROBE, found, control=Outcome.WRONG)
    assert made.measured
    assert (made.outcome, made.extracted, made.grader, made.response) == (Outcome.CORRECT, "61", "number", "61 kg")
    assert (made.source, made.calls, made.served_model, made.control) == ("provider", 2, "m-1", Outcome.WRONG)
    assert (made.expected, made.place) == ("61", "a.yaml:3")


def test_without_an_answer_the_result_is_unmeasured() -> None:
    made = probe_result(PROBE, unmeasured("gave up", calls=6))
    assert not made.measured
    assert (made.outcome, made.reason, made.calls, made.source) == (Outcome.UNMEASURED, "gave up", 6, None)


def test_a_run_record_is_read_back(tmp_path: Path) -> None:
    written = record(result(), result(Outcome.UNMEASURED, kind="rephrased"), notices=("größer",))
    path = tmp_path / "new" / "folder" / "run.json"
    write_json(path, written)
    assert read(path) == written
    assert json.loads(path.read_text(encoding="utf-8"))["schema_version"] == SCHEMA_VERSION
    assert "größer" in path.read_text(encoding="utf-8")


@given(text=ANY_TEXT)
@example(text="\ud800")
def test_any_text_makes_valid_json(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("run") / "run.json"
    write_json(path, record(result(prompt=text), notices=(text,)))
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["notices"] == [valid_unicode(text)]
    assert data["results"][0]["prompt"] == valid_unicode(text)


def test_a_record_replaces_another_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text("old", encoding="utf-8")
    write_json(path, record(result()))
    assert len(read(path).results) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_keeps_what_stood_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.json"
    path.write_text("old", encoding="utf-8")

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full_disk)
    with pytest.raises(OSError, match="No space left on device"):
        write_json(path, record(result()))
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_the_file_mode_follows_the_umask(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_json(tmp_path / "run.json", record(result()))
        assert os.umask(umask) == umask
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "run.json").stat().st_mode) == mode


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_regular_file_is_written_into_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_json(path, record(result()))
        assert json.loads(os.read(reader, 65536))["model"] == "ft:m"
    finally:
        os.close(reader)
    assert path.is_fifo()
