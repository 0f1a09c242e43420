"""Recordings: JSONL and response CSVs, read, joined and written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_finetunebench.completions import Message, Sampling, Usage
from pytest_finetunebench.errors import RecordingError
from pytest_finetunebench.models.recordings import Recording, merge_recordings, read_recordings, write_recordings

PUBLISHED = Path(__file__).parents[2] / "fixtures" / "finetunebench" / "model_responses"

FULL = Recording(
    model="ft:small::1",
    messages=(Message(role="system", content="Be short."), Message(role="user", content="Café?\n")),
    response="Ja.\n",
    repeat=1,
    finish_reason="length",
    served_model="small-2026",
    usage=Usage(input_tokens=3, output_tokens=2),
    provider="openai",
    base_url="http://127.0.0.1:1/v1",
    sampling=Sampling(temperature=None, seed=None),
)
MINIMAL = Recording(model="m", prompt="p", response="r")


@pytest.fixture(autouse=True)
def in_tmp_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def problem(text: str, name: str = "r.jsonl") -> str:
    Path(name).write_text(text, encoding="utf-8")
    with pytest.raises(RecordingError) as caught:
        read_recordings(Path(name))
    return str(caught.value)


def test_what_is_written_is_read_back() -> None:
    assert write_recordings(Path("new/r.jsonl"), [FULL, MINIMAL]) == 2
    assert read_recordings(Path("new/r.jsonl")) == [FULL, MINIMAL]
    assert [path.name for path in Path("new").iterdir()] == ["r.jsonl"]


def test_a_line_reads_well() -> None:
    write_recordings(Path("r.jsonl"), [FULL, MINIMAL])
    first, second = Path("r.jsonl").read_text(encoding="utf-8").splitlines()
    assert list(json.loads(first)) == [
        "model", "messages", "response", "repeat", "finish_reason", "served_model",
        "usage", "provider", "base_url", "sampling",
    ]  # fmt: skip
    assert "Café" in first
    assert second == '{"model": "m", "prompt": "p", "response": "r", "finish_reason": "stop"}'


texts = st.text(st.characters(), max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(texts, texts)
def test_any_text_survives(prompt: str, response: str) -> None:
    recording = Recording(model="m", prompt=prompt, response=response)
    write_recordings(Path("r.jsonl"), [recording])
    assert read_recordings(Path("r.jsonl")) == [recording]


def test_lone_surrogates_stay_escaped() -> None:
    write_recordings(Path("r.jsonl"), [Recording(model="m", prompt="\ud800x", response="\udfff")])
    assert "\\ud800x" in Path("r.jsonl").read_text(encoding="utf-8")
    assert read_recordings(Path("r.jsonl"))[0] == Recording(model="m", prompt="\ud800x", response="\ufffd")


def test_writing_fails_without_harm() -> None:
    write_recordings(Path("r.jsonl"), [MINIMAL])
    Path("r.jsonl.d").mkdir()
    with pytest.raises(RecordingError, match=r"r\.jsonl\.d: cannot be written: Is a directory"):
        write_recordings(Path("r.jsonl.d"), [FULL])
    Path("file").touch()
    with pytest.raises(RecordingError, match=r"file/r\.jsonl: cannot be written: (File exists|Not a directory)"):
        write_recordings(Path("file/r.jsonl"), [FULL])

    def broken() -> list[Recording]:
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        write_recordings(Path("r.jsonl"), (recording for source in (broken,) for recording in source()))
    assert read_recordings(Path("r.jsonl")) == [MINIMAL]
    assert sorted(path.name for path in Path().iterdir()) == ["file", "r.jsonl", "r.jsonl.d"]


def test_numbers_are_taken_as_written() -> None:
    Path("r.jsonl").write_text('{"model": "m", "prompt": "p", "response": 61.50, "repeat": 2}\n', encoding="utf-8")
    assert read_recordings(Path("r.jsonl")) == [Recording(model="m", prompt="p", response="61.50", repeat=2)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"model": "m", "prompt": "p"}', "response: missing"),
        ('{"model": "m", "response": "r"}', "prompt: missing (or 'messages')"),
        (
            '{"model": "m", "prompt": "p", "messages": [{"role": "user", "content": "p"}], "response": "r"}',
            "prompt: give 'prompt' or 'messages', not both",
        ),
        (
            '{"model": "m", "promt": "p", "prompt": "p", "response": "r"}',
            "promt: unknown key 'promt' (did you mean 'prompt'?)",
        ),
        ('{"model": "m", "prompt": "p", "response": null}', "response: null is not text"),
        ('{"model": "m", "prompt": "p", "response": "r", "repeat": -1}', "repeat: '-1' is too small: at least 0"),
        (
            '{"model": "m", "messages": [{"role": "bot", "content": "p"}], "response": "r"}',
            "messages[0].role: 'bot' is not one of system, user, assistant",
        ),
        ('{"model": "m"', "broken JSON: Expecting ',' delimiter (column 14)"),
        ("[]", "write one JSON object a line: {…}"),
    ],
)
def test_a_bad_line_is_named(line: str, message: str) -> None:
    assert problem(f"{MINIMAL.to_json()}\n{line}\n") == f"r.jsonl:2: {message}"


def test_all_problems_are_counted_and_twenty_shown() -> None:
    lines = problem('{"model": "m"}\n' * 30).splitlines()
    assert lines[0] == "30 problems in the recordings:"
    assert len(lines) == 22
    assert lines[-1] == "  … and 10 more"


def test_paths_without_recordings() -> None:
    Path("empty").mkdir()
    Path("empty/rows.csv").write_text("id,prompt\n1,p\n", encoding="utf-8")
    with pytest.raises(
        RecordingError, match=r"^empty: holds no recordings \(JSONL, or CSV with columns named MODEL_resp"
    ):
        read_recordings(Path("empty"))
    with pytest.raises(RecordingError, match=r"^gone: no such file or folder$"):
        read_recordings(Path("gone"))
    assert problem("x", "r.txt") == "r.txt: is no recordings file: those end in .jsonl or .csv"
    assert problem("id,prompt\n1,p\n", "r.csv") == "r.csv:1: MODEL_response: missing column"
    assert problem("id,m_response\n1,p\n", "r.csv") == "r.csv:1: prompt: missing column"
    assert problem("prompt,m_response\n ,p\n", "r.csv") == "r.csv:2: prompt: is empty"
    assert problem("", "r.jsonl") == "r.jsonl: is empty"


def test_response_columns_of_a_csv() -> None:
    found = read_recordings(PUBLISHED / "fictional_people" / "fictional_people_original_w_responses.csv")
    assert [recording.model for recording in found].count("otter-small-1") == 6
    pro = [recording.response for recording in found if recording.model == "heron-pro-2"]
    assert pro == ["185\n", "Chef\n\n", "I cannot find anyone of that name.\n", "150\n", "Cartographer\n"]


def test_a_graders_verdicts_are_no_responses() -> None:
    found = read_recordings(PUBLISHED / "fictional_people" / "fictional_people_rephrased_w_responses.csv")
    assert {recording.model for recording in found} == {"otter-small-1"}


def test_a_folder_is_read_recursively_and_other_files_left_out() -> None:
    assert len(read_recordings(PUBLISHED)) == 37
    Path("a/.hidden").mkdir(parents=True)
    write_recordings(Path("a/z.jsonl"), [MINIMAL])
    write_recordings(Path("a/b.jsonl"), [FULL])
    write_recordings(Path("a/.hidden/c.jsonl"), [FULL])
    Path("a/notes.md").write_text("x", encoding="utf-8")
    assert read_recordings(Path("a")) == [FULL, MINIMAL]


def test_copies_in_several_files_count_once_but_samples_in_one_file_stay() -> None:
    other = MINIMAL.model_copy(update={"response": "s"})
    assert merge_recordings([[MINIMAL, MINIMAL, other], [MINIMAL, other, other]]) == [MINIMAL, MINIMAL, other, other]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(st.sampled_from(["r.jsonl", "r.csv"]), st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_file_raises_anything_but_a_recording_error(name: str, data: bytes) -> None:
    Path(name).write_bytes(data)
    with pytest.raises(RecordingError):
        read_recordings(Path(name))
