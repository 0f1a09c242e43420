"""Run records as files: numbers, names, references, damaged files, and records of older versions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_finetunebench.errors import RunError, SettingsError
from pytest_finetunebench.grading.outcome import Outcome
from pytest_finetunebench.runs.files import RunFolder, check_run_name, find_record
from pytest_finetunebench.runs.git_revision import git_revision
from pytest_finetunebench.runs.record import RunRecord
from pytest_finetunebench.runs.record_files import read_record, write_json
from pytest_finetunebench.runs.results import ProbeResult
from tests.support.records import RIGHT, probe, record, suites

FIXTURES = Path(__file__).parents[2] / "fixtures" / "runs"
WHOLE = record(probe("a/form-1", RIGHT))
PARTIAL = record(probe("a/form-1", RIGHT), not_selected=("people/b/form-1",))


def named(name: str | None, whole: bool = True) -> RunRecord:
    return (WHOLE if whole else PARTIAL).model_copy(update={"name": name})


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path / "runs")


def test_runs_are_numbered_in_their_order(folder: RunFolder) -> None:
    assert list(folder) == []
    stored = [folder.save(one) for one in (WHOLE, PARTIAL, named("base"))]
    assert [run.number for run in stored] == [1, 2, 3]
    assert list(folder) == stored
    assert stored[0].read() == WHOLE.model_copy(update={"number": 1})
    assert [run.path.name for run in stored] == [
        "0001_ft-m_2026-11-21.json",
        "0002_ft-m_2026-11-21.json",
        "0003_base_ft-m_2026-11-21.json",
    ]


def test_numbers_go_on_from_the_highest_and_past_four_digits(folder: RunFolder) -> None:
    folder.save(WHOLE)
    (folder.folder / "0001_ft-m_2026-11-21.json").rename(folder.folder / "9999_x.json")
    for foreign in ("notes.json", "12_x.json", "0013_x.txt", ".0014_x.json"):
        (folder.folder / foreign).write_text("{", encoding="utf-8")
    assert folder.save(WHOLE).path.name.startswith("10000_")
    assert [run.number for run in folder] == [9999, 10000]
    assert folder.find("9999").record == WHOLE.model_copy(update={"number": 9999})


SAVE_FIVE = """
import sys
from pathlib import Path
from pytest_finetunebench.runs.files import RunFolder
from pytest_finetunebench.runs.record_files import read_record
record = read_record(Path(sys.argv[1]))
for _ in range(5):
    RunFolder(Path(sys.argv[2])).save(record)
"""


def test_processes_that_save_at_once_get_numbers_of_their_own(tmp_path: Path, folder: RunFolder) -> None:
    write_json(tmp_path / "one.json", WHOLE)
    command = [sys.executable, "-c", SAVE_FIVE, str(tmp_path / "one.json"), str(folder.folder)]
    environ = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    running = [subprocess.Popen(command, env=environ) for _ in range(3)]  # noqa: S603
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert [run.number for run in folder] == list(range(1, 16))
    assert {run.read().model for run in folder} == {"ft:m"}


@given(model=st.text(min_size=1), commit=st.none() | st.text(), created=st.text())
def test_any_model_makes_a_plain_file_name(
    tmp_path_factory: pytest.TempPathFactory, model: str, commit: str | None, created: str
) -> None:
    place = tmp_path_factory.mktemp("runs")
    one = RunRecord.model_validate(WHOLE.model_dump() | {"model": model, "commit": commit, "created": created})
    stored = RunFolder(place).save(one)
    assert stored.path.parent == place
    assert stored.path.name.isascii()
    assert len(stored.path.name) < 160
    assert list(RunFolder(place)) == [stored]
    assert stored.read().model == one.model


def test_the_file_name_tells_name_model_commit_and_day(folder: RunFolder) -> None:
    parts = {"name": "Größe/2".replace("/", " "), "model": "ft:gpt-4o:acme::Ab12", "commit": "0123456789abcdef+"}
    stored = folder.save(WHOLE.model_copy(update=parts))
    assert stored.path.name == "0001_grosse-2_ft-gpt-4o-acme-ab12_0123456_2026-11-21.json"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such device")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OSError, match="file"):
        RunFolder(tmp_path / "file" / "runs").save(WHOLE)
    if os.geteuid():
        (tmp_path / "runs").mkdir(mode=0o500)
        with pytest.raises(PermissionError):
            RunFolder(tmp_path / "runs").save(WHOLE)


def test_last_is_the_newest_whole_run(folder: RunFolder) -> None:
    assert find_record(folder, "last").record is None
    folder.save(PARTIAL)
    found = folder.find("last")
    assert (found.record, found.passed_over) == (None, ("#1 (a partial run)",))
    folder.save(WHOLE)
    folder.save(PARTIAL)
    folder.save(WHOLE.model_copy(update={"interrupted": "Ctrl-C"}))
    found = folder.find("last")
    assert found.record is not None
    assert (found.record.number, found.passed_over) == (2, ("#4 (a partial run)", "#3 (a partial run)"))


def test_a_number_finds_any_run(folder: RunFolder) -> None:
    for one in (WHOLE, PARTIAL):
        folder.save(one)
    for ref in ("2", "#2", "0002"):
        found = folder.find(ref).record
        assert found is not None
        assert found.number == 2
    with pytest.raises(RunError) as caught:
        folder.find("3")
    assert str(caught.value).endswith("runs holds no run 3: `finetunebench runs list` shows what there is")


def test_a_number_that_stands_twice_is_refused(folder: RunFolder) -> None:
    path = folder.save(WHOLE).path
    shutil.copy(path, path.with_name("0001_other.json"))
    with pytest.raises(RunError) as caught:
        folder.find("1")
    files = "0001_ft-m_2026-11-21.json, 0001_other.json"
    assert str(caught.value).endswith(f"runs holds several runs 1: give the path of one of {files}")


def test_a_name_finds_the_newest_whole_run_of_it(folder: RunFolder) -> None:
    assert folder.find("base").record is None
    for one in (named("base"), named("base"), named("other"), named("base", whole=False), named("draft", whole=False)):
        folder.save(one)
    found = folder.find("base")
    assert found.record is not None
    assert (found.record.number, found.passed_over) == (2, ("#4 (a partial run)",))
    with pytest.raises(RunError, match=r"holds no run called 'bse' \(did you mean 'base'\?\)$"):
        folder.find("bse")
    with pytest.raises(RunError, match=r"holds no run called 'x': `finetunebench runs list` shows what there is$"):
        folder.find("x")
    with pytest.raises(RunError, match="holds no run called 'draft' but partial ones, which are no baseline by name"):
        folder.find("draft")


def test_a_path_finds_its_file(tmp_path: Path, folder: RunFolder) -> None:
    path = tmp_path / "run.json"
    write_json(path, PARTIAL)
    assert find_record(folder, str(path)).record == PARTIAL
    with pytest.raises(RunError, match=r"none\.json: cannot be read: No such file or directory$"):
        find_record(folder, str(tmp_path / "none.json"))
    with pytest.raises(RunError, match="cannot be read: Is a directory"):
        find_record(folder, f"{tmp_path}/")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "is blank, or has blanks around it"),
        (" base", "is blank, or has blanks around it"),
        ("last", "would be read as the last or first run, or as a run's number"),
        ("7", "would be read as the last or first run, or as a run's number"),
        ("#7", "would be read as the last or first run, or as a run's number"),
        ("7²", "would be read as the last or first run, or as a run's number"),
        ("a/b", "would be read as a path"),
        ("a\\b", "would be read as a path"),
        ("base.json", "would be read as a path"),
        ("a\nb", "is longer than 60 characters, or holds one that cannot be printed"),
        ("x" * 61, "is longer than 60 characters, or holds one that cannot be printed"),
    ],
)
def test_names_that_could_not_be_found_again_are_refused(folder: RunFolder, name: str, fault: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check_run_name(name, "--ft-save=x")
    assert str(caught.value).startswith("--ft-save=x: '")
    assert f" cannot name a run: it {fault}; write, say, baseline" in str(caught.value)
    with pytest.raises(SettingsError, match=r"^the run record: "):
        folder.save(named(name))
    assert list(folder) == []


@given(st.text())
def test_a_name_that_is_allowed_is_found(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    try:
        check_run_name(name, "--o")
    except SettingsError:
        return
    place = RunFolder(tmp_path_factory.mktemp("runs"))
    place.save(named(name))
    place.save(named("otherwise" if name != "otherwise" else "else"))
    found = find_record(place, name).record
    assert found is not None
    assert (found.number, found.name) == (1, name)


GOOD = WHOLE.model_dump(mode="json")
DEEP = b'{"schema_version": 1, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def changed(**parts: object) -> bytes:
    return json.dumps(GOOD | parts).encode()


def rate(value: str) -> bytes:
    return changed(pass_rates=[GOOD["pass_rates"][0] | {"rate": "RATE"}]).replace(b'"RATE"', value.encode())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is no run record: not JSON (Expecting value: line 1 column 1 (char 0))"),
        (changed()[:-40], "is no run record: not JSON ("),
        (b"\xff\xfe\x00", "is no run record: not JSON ("),
        (DEEP, "is no run record: not JSON ("),
        (b"[" + b"9" * 5000 + b"]", "is no run record: not JSON ("),
        (rate("NaN"), "is no run record: not JSON (NaN is no number)"),
        (rate("-Infinity"), "is no run record: not JSON (-Infinity is no number)"),
        (rate("1e999"), "is damaged: pass_rates[0].rate: 'inf' is not a finite number"),
        (rate("[]"), "is damaged: pass_rates[0].rate: "),
        (b"[]", "is no run record: it has no schema_version"),
        (b"{}", "is no run record: it has no schema_version"),
        (changed(schema_version=True), "is no run record: it has no schema_version"),
        (changed(schema_version="1"), "is no run record: it has no schema_version"),
        (changed(schema_version=0), "is damaged: schema_version: "),
        (
            changed(schema_version=3),
            "was written by a newer version (schema_version 3, and this version of the tool reads up to 2): "
            "update pytest-finetunebench",
        ),
        (changed(results=[{}]), "is damaged: results[0].outcome: missing"),
        (changed(results=None), "is damaged: results: null is not a list"),
        (changed(extra=1), "is damaged: extra: unknown key 'extra'"),
        (b'{"schema_version": 1}', "is damaged: tool_version: missing"),
    ],
)
def test_a_damaged_record_is_named_and_never_skipped(folder: RunFolder, data: bytes, message: str) -> None:
    folder.save(WHOLE)
    path = folder.save(named("new")).path
    path.write_bytes(data)
    refs: list[str] = ["last", "2", "new", "other", str(path)]
    for ref in refs:
        with pytest.raises(RunError) as caught:
            find_record(folder, ref)
        assert f"0002_new_ft-m_2026-11-21.json: {message}" in str(caught.value)
        assert "\n" not in str(caught.value)


@given(st.binary(max_size=60) | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_whatever_a_file_holds_it_is_an_error_in_words(
    tmp_path_factory: pytest.TempPathFactory, data: bytes | str
) -> None:
    path = tmp_path_factory.mktemp("run") / "run.json"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    with pytest.raises(RunError, match=r"run\.json: is no run record: "):
        read_record(path)


@given(suites(runs=1), st.text(st.characters(exclude_categories=())))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, runs: list[list[ProbeResult]], text: str
) -> None:
    path = tmp_path_factory.mktemp("run") / "run.json"
    written = record(runs[0], notices=(text,), interrupted=text, not_run=(text,), commit=text)
    write_json(path, written)
    assert read_record(path) == written


def test_a_record_of_version_1_stays_readable() -> None:
    """The file is frozen: a later version must still read it as this."""
    found = read_record(FIXTURES / "run_record_v1.json")
    assert (found.number, found.name, found.model, found.base_model) == (7, "before", "ft:otter-1", "openai:otter")
    assert (found.judge_model, found.repeat, found.partial) == ("openai:otter-judge", 2, True)
    assert (found.commit, found.not_selected) == ("0123456789abcdef0123456789abcdef01234567+", ("birds/dunlin/form-1",))
    assert found.served_models == ("otter-1-0007",)
    assert [(one.id, one.repeat, one.outcome) for one in found.results] == [
        ("birds/auk/memorization-1", 0, Outcome.CORRECT),
        ("birds/auk/memorization-1", 1, Outcome.WRONG),
        ("birds/brent/rephrased-1", 0, Outcome.STALE),
        ("birds/brent/rephrased-1", 1, Outcome.CORRECT),
        ("birds/crake/form-1", 0, Outcome.MALFORMED),
        ("birds/crake/form-1", 1, Outcome.UNMEASURED),
    ]
    auk, _, brent, judged, crake, failed = found.results
    assert auk.usage is not None
    assert (auk.usage.input_tokens, auk.usage.output_tokens, auk.fingerprint) == (21, 3, "ab" * 32)
    assert (auk.control, auk.source, auk.calls) == (Outcome.CORRECT, "provider", 2)
    assert brent.base is not None
    assert (brent.base.outcome, brent.base.response) == (Outcome.STALE, "Skerrow")
    assert (brent.superseded_answers, brent.aliases) == (("Skerrow",), ("Port Ellin",))
    assert judged.judge is not None
    assert (judged.judge.verdict, judged.judge.prompt_version, judged.rules) == ("correct", "1", Outcome.WRONG)
    assert crake.grader_options.title == "all(json, tone)"
    assert (failed.reason, failed.calls, failed.response) == ("gave up after 6 tries", 6, None)
    rates = [(rate.category, rate.kind, rate.correct, rate.n) for rate in found.pass_rates]
    assert rates[0] == ("birds", "memorization", 0.5, 1)
    assert len(rates) == 8


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True)  # noqa: S603, S607


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_the_revision_of_a_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert git_revision(tmp_path) is None
    assert git_revision(tmp_path / "missing") is None
    git(tmp_path, "init")
    assert git_revision(tmp_path) is None
    # a name that is not UTF-8, shown as it is
    file = tmp_path / os.fsdecode(b"caf\xe9.txt")
    file.write_text("a", encoding="utf-8")
    git(tmp_path, "config", "core.quotepath", "false")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "one")
    clean = git_revision(tmp_path)
    assert clean is not None
    assert len(clean) in (40, 64)
    (tmp_path / "new.txt").write_text("untracked", encoding="utf-8")
    assert git_revision(tmp_path) == clean
    file.write_text("b", encoding="utf-8")
    assert git_revision(tmp_path) == clean + "+"
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert git_revision(tmp_path) is None


def test_only_the_record_its_lock_and_the_index_stay_behind(folder: RunFolder) -> None:
    folder.save(WHOLE)
    assert {path.name for path in folder.folder.iterdir()} <= {"0001_ft-m_2026-11-21.json", ".lock", ".index.json"}
    assert folder.find("last").record == WHOLE.model_copy(update={"number": 1})


def test_a_record_of_version_2_stays_readable() -> None:
    """The file is frozen: a later version must still read it as this."""
    found = read_record(FIXTURES / "run_record_v2.json")
    assert (found.number, found.base_model, found.train_cost) == (8, "b", 3.0)
    assert found.prices == {"model": (2.0, 2.0), "base": (4.0, 4.0)}
    assert [(arm.name, arm.spec, arm.model, arm.tuned, arm.note) for arm in found.arms] == [
        ("retrieve:2", "retrieve:2", "b", False, "2 passages from the items' facts")
    ]
    arm = found.results[0].arms["retrieve:2"]
    assert (arm.outcome, arm.context, arm.needed, arm.rank, arm.miss) == (Outcome.CORRECT, ("a", "b"), 1, 2, None)
