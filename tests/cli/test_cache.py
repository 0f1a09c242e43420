"""`finetunebench cache`: each command on real caches, whole and broken."""

from __future__ import annotations

import json
import sqlite3
import zlib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pytest_finetunebench.cli import main
from pytest_finetunebench.completions import Completion, Message, Request, Sampling, Usage
from pytest_finetunebench.models.cache import CompletionCache, Entry

CASES = """
category: people
setting: new_knowledge
items:
  - id: ada
    prompt: How tall is Ada?
    answer: 171 cm
    probes:
      rephrased: [What is Ada's height?]
"""


def ask(prompt: str = "How tall is Ada?", **parts: Any) -> Request:
    base = {"provider": "openai", "base_url": "https://api.openai.com/v1", "model": "ft:m:acme::1"}
    return Request.model_validate({**base, "messages": (Message(role="user", content=prompt),), **parts})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of three entries of two models, in a working directory of its own."""
    monkeypatch.chdir(tmp_path)
    place = tmp_path / ".finetunebench" / "cache"
    with CompletionCache(place, "run-1") as cache:
        cache.put(ask(), Completion(text="171 cm", served_model="m-2026", usage=Usage(input_tokens=9, output_tokens=3)))
        cache.put(ask("Wo wohnt Bo?", repeat=1), Completion(text="In Åbo.\u2028\0", finish_reason="length"))
        other = ask(provider="gemini", base_url=None, model="gemini-x", sampling=Sampling(temperature=None, seed=None))
        cache.put(other, Completion(text="no idea"))
    return place


def run(*args: object, **options: Any) -> Result:
    result = CliRunner().invoke(main, ["cache", *map(str, args)], **options)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def done(*args: object, **options: Any) -> str:
    result = run(*args, **options)
    assert result.exit_code == 0, result.output
    return result.output


def failed(*args: object, code: int = 1) -> str:
    result = run(*args)
    assert result.exit_code == code, result.output
    return result.stderr.splitlines()[-1] if code == 2 else result.stderr.removesuffix("\n")


def entries(folder: Path) -> list[Entry]:
    with CompletionCache(folder, "test", read_only=True) as cache:
        return list(cache.entries())


def damage_row(folder: Path, prompt: str) -> None:
    connection = sqlite3.connect(folder / "cache.db")
    with connection:
        connection.execute("UPDATE Cache SET value = ? WHERE key = ?", (zlib.compress(b"{"), ask(prompt).fingerprint))
    connection.close()


# --- stats


def test_stats(folder: Path) -> None:
    lines = done("stats").splitlines()
    assert lines[0] == "folder   .finetunebench/cache"
    assert lines[1].startswith("entries  3 (0.")
    assert lines[2].startswith("oldest   20")
    assert lines[4:] == [
        "        2  openai:ft:m:acme::1 at https://api.openai.com/v1",
        "        1  gemini:gemini-x",
    ]


def test_stats_as_json(folder: Path) -> None:
    found = json.loads(done("stats", "--json"))
    assert (found["folder"], found["entries"], found["damaged"]) == (".finetunebench/cache", 3, 0)
    assert found["bytes"] > 4096
    assert found["oldest"] <= found["newest"]
    assert found["models"][1] == {"provider": "gemini", "model": "gemini-x", "base_url": None, "entries": 1}


def test_the_folder_is_named_before_the_command_after_it_or_by_the_environment(folder: Path) -> None:
    moved = folder.rename(folder.parent / "moved")
    assert failed("stats") == "Error: there is no completion cache at .finetunebench/cache"
    for output in (
        done("--cache-dir", moved, "stats"),
        done("stats", "--cache-dir", moved),
        done("--cache-dir", folder, "stats", "--cache-dir", moved),
        done("stats", env={"FT_CACHE_DIR": str(moved)}),
        done("stats", "--cache-dir", moved, env={"FT_CACHE_DIR": str(folder)}),
    ):
        assert output.startswith(f"folder   {moved}\n")
    assert not folder.exists()


def test_stats_tells_of_damage(folder: Path) -> None:
    damage_row(folder, "How tall is Ada?")
    result = run("stats")
    assert result.exit_code == 1
    assert "entries  2 (" in result.stdout
    assert result.stderr.startswith(
        "Error: 1 damaged entry cannot be read; the first: the completion cache .finetunebench/cache is damaged"
    )


# --- export and import


def test_export_writes_lines_that_a_person_can_read(folder: Path) -> None:
    result = run("export", "answers/all.jsonl")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "exported 3 entries to answers/all.jsonl\n"
    first = Path("answers/all.jsonl").read_text(encoding="utf-8").split("\n")[0]
    assert first == (
        '{"model": "ft:m:acme::1", "messages": [{"role": "user", "content": "How tall is Ada?"}], '
        '"response": "171 cm", "repeat": 0, "finish_reason": "stop", "served_model": "m-2026", '
        '"usage": {"input_tokens": 9, "output_tokens": 3}, "provider": "openai", '
        '"base_url": "https://api.openai.com/v1", "sampling": {"temperature": 0.0, "seed": 42, "max_tokens": 100}}'
    )


def test_export_to_standard_output_of_one_model(folder: Path) -> None:
    lines = done("export", "-", "--model", "gemini-x").splitlines()
    assert [json.loads(line)["response"] for line in lines] == ["no idea"]
    assert failed("export", "-", "--model", "m") == (
        "Error: .finetunebench/cache holds no entry of model m: nothing to export"
    )


def test_import_restores_what_export_wrote(folder: Path) -> None:
    done("export", "all.jsonl")
    assert done("import", "all.jsonl", "--cache-dir", "new") == "imported 3 entries; 0 already there\n"
    assert done("import", "all.jsonl", "--cache-dir", "new") == "imported 0 entries; 3 already there\n"
    before, after = entries(folder), entries(Path("new"))
    assert [(e.request, e.completion) for e in after] == [(e.request, e.completion) for e in before]
    assert {entry.run for entry in after} == {"import"}
    done("export", "again.jsonl", "--cache-dir", "new")
    assert Path("again.jsonl").read_bytes() == Path("all.jsonl").read_bytes()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answer=st.text(), prompt=st.text(st.characters(exclude_categories=())), temperature=st.floats(0, 2))
@example(answer="\0\x85\u2028\r\n", prompt="\ud800 \udc00", temperature=1e-300)
def test_any_entry_survives_export_and_import(
    tmp_path_factory: pytest.TempPathFactory, answer: str, prompt: str, temperature: float
) -> None:
    place = tmp_path_factory.mktemp("cache")
    request = ask(prompt, sampling=Sampling(temperature=temperature))
    with CompletionCache(place / "old", "run") as cache:
        cache.put(request, Completion(text=answer))
    done("export", place / "all.jsonl", "--cache-dir", place / "old")
    done("import", place / "all.jsonl", "--cache-dir", place / "new")
    with CompletionCache(place / "new", "run") as cache:
        entry = cache.get(request)
    assert entry is not None
    assert entry.completion == Completion(text=answer)


def test_export_leaves_damaged_entries_out_and_says_so(folder: Path) -> None:
    damage_row(folder, "How tall is Ada?")
    message = failed("export", "rest.jsonl")
    assert "exported 2 entries to rest.jsonl\nError: 1 damaged entry left out; the first: " in message
    assert len(Path("rest.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n")) == 2


def test_import_refuses_another_answer_unless_told_to_overwrite(folder: Path) -> None:
    done("export", "all.jsonl")
    text = Path("all.jsonl").read_text(encoding="utf-8")
    Path("all.jsonl").write_text("\n" + text.replace("171 cm", "172 cm").replace("no idea", "none"), encoding="utf-8")
    message = failed("import", "all.jsonl")
    assert message.startswith(
        "Error: 2 problems, nothing was imported:\n  all.jsonl:2: response: .finetunebench/cache "
    )
    assert "holds another answer to this request, of 20" in message
    assert "all.jsonl:4: response: " in message
    assert message.endswith("--overwrite replaces it")
    assert entries(folder)[0].completion.text == "171 cm"
    assert done("import", "all.jsonl", "--overwrite") == (
        "imported 2 entries, 2 of them in place of other answers; 1 already there\n"
    )
    assert {"172 cm", "none"} < {entry.completion.text for entry in entries(folder)}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            {"messages": None, "prompt": "Hi"},
            "all.jsonl:1: messages: missing, so this is no recording of a whole request",
        ),
        ({"provider": None}, "all.jsonl:1: provider: missing, so this is no recording of a whole request"),
        ({"sampling": None}, "all.jsonl:1: sampling: missing"),
        ({"repeat": None}, "use|replay it with `--ft-model=replay:ft:m:acme::1 --ft-recordings=all.jsonl`"),
        ({"finish_reason": "content_filter"}, "all.jsonl:1: finish_reason: a filtered answer is never cached"),
        ({"repeat": -1}, "all.jsonl:1: repeat: "),
        ({"sampling": {"temprature": 1}}, "all.jsonl:1: sampling.temprature: "),
    ],
)
def test_import_takes_all_or_nothing(folder: Path, change: dict[str, Any], found: str) -> None:
    done("export", "all.jsonl")
    lines = Path("all.jsonl").read_text(encoding="utf-8").split("\n")
    first = {name: value for name, value in (json.loads(lines[0]) | change).items() if value is not None}
    Path("all.jsonl").write_text("\n".join([json.dumps(first), *lines[1:]]), encoding="utf-8")
    message = failed("import", "all.jsonl", "--cache-dir", "new")
    assert message.startswith("Error: ")
    assert any(words in message for words in found.split("|")), message
    assert not Path("new").exists()


def test_import_refuses_a_file_that_contradicts_itself(folder: Path) -> None:
    done("export", "all.jsonl")
    text = Path("all.jsonl").read_text(encoding="utf-8")
    Path("all.jsonl").write_text(text + text.replace("171 cm", "172 cm"), encoding="utf-8")
    assert failed("import", "all.jsonl", "--cache-dir", "new") == (
        "Error: all.jsonl:4: response: line 1 answers the same request differently (nothing was imported)"
    )
    Path("all.jsonl").write_text(text + text, encoding="utf-8")
    assert done("import", "all.jsonl", "--cache-dir", "new") == "imported 3 entries; 0 already there\n"


def test_published_csv_files_are_for_replay(folder: Path) -> None:
    Path("responses.csv").write_text("prompt,gpt-4o_response\nHow tall is Ada?,171 cm\n", encoding="utf-8")
    assert failed("import", "responses.csv") == (
        "Error: responses.csv:2: messages: missing, so this is no recording of a whole request: replay it with "
        "`--ft-model=replay:gpt-4o --ft-recordings=responses.csv` (nothing was imported)"
    )


def test_import_of_a_missing_file(folder: Path) -> None:
    assert failed("import", "none.jsonl") == "Error: none.jsonl: no such file"


# --- clear


def test_clear_asks_first(folder: Path) -> None:
    result = run("clear", input="n\n")
    assert result.exit_code == 1
    assert "Remove 3 entries from .finetunebench/cache? [y/N]" in result.stderr
    assert len(entries(folder)) == 3
    assert "removed 3 entries from .finetunebench/cache" in done("clear", input="y\n")
    assert entries(folder) == []
    assert done("clear") == "removed 0 entries from .finetunebench/cache\n"


def test_clear_one_model(folder: Path) -> None:
    assert done("clear", "--model", "gemini-x", "--yes") == (
        "removed 1 entry of model gemini-x from .finetunebench/cache\n"
    )
    assert [entry.request.model for entry in entries(folder)] == ["ft:m:acme::1"] * 2


def test_clear_removes_damaged_rows_too(folder: Path) -> None:
    damage_row(folder, "How tall is Ada?")
    message = failed("clear", "--model", "gemini-x", "--yes")
    assert "1 damaged entry left, of whatever model: `finetunebench cache clear` without --only-model" in message
    assert done("clear", "--yes") == "removed 2 entries from .finetunebench/cache\n"
    assert entries(folder) == []


def test_clear_of_a_corrupt_cache_removes_our_files_only(folder: Path) -> None:
    (folder / "cache.db").write_bytes(b"garbage" * 1000)
    (folder / "notes.txt").write_text("mine")
    result = run("clear", input="n\n")
    assert result.exit_code == 1
    assert "is damaged: file is not a database: `finetunebench cache clear --cache-dir" in result.stderr
    assert "Remove the files of the cache in .finetunebench/cache? [y/N]" in result.stderr
    assert (folder / "cache.db").exists()
    assert "is damaged: file is not a database" in failed("clear", "--yes", "--model", "m")
    assert done("clear", "--yes").endswith("removed the damaged cache in .finetunebench/cache\n")
    assert sorted(place.name for place in folder.iterdir()) == ["finetunebench-cache.json", "notes.txt"]
    with CompletionCache(folder, "run") as cache:
        assert len(cache) == 0


def test_clear_refuses_a_folder_that_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "cache.db").write_text("someone's")
    message = failed("clear", "--yes", "--cache-dir", tmp_path)
    assert message.startswith(f"Error: {tmp_path} is not a completion cache (it holds 'cache.db' and no ")
    assert (tmp_path / "cache.db").read_text() == "someone's"
    missing = tmp_path / "missing"
    assert failed("clear", "--cache-dir", missing) == f"Error: there is no completion cache at {missing}"


# --- explain

KNOWN = "people/ada/memorization-1"


@pytest.fixture
def suite(folder: Path) -> None:
    """Case files where `explain` looks for them."""
    Path("knowledge_cases").mkdir()
    Path("knowledge_cases/people.yaml").write_text(CASES, encoding="utf-8")


@pytest.mark.usefixtures("suite")
@pytest.mark.parametrize("probe", [KNOWN, f"test_knowledge.py::test_knowledge[{KNOWN}]"])
def test_explain_a_hit(probe: str) -> None:
    lines = done("explain", probe, "--model", "ft:m:acme::1").splitlines()
    assert lines[0].startswith("hit: stored 20")
    assert lines[0].endswith("by run run-1")
    assert lines[1:] == ["served by  m-2026", "answer     '171 cm' (stop)"]


@pytest.mark.usefixtures("suite")
def test_explain_a_miss(folder: Path) -> None:
    output = done("explain", KNOWN, "--model", "ft:m:acme::2", "--base-url", "http://127.0.0.1:9/v1/", "--seed", "none")
    lines = output.splitlines()
    assert lines[0] == "miss: this request is not in .finetunebench/cache, which holds 3 entries"
    assert lines[1].startswith("the nearest entry, stored 20")
    assert lines[1].endswith("by run run-1, differs in")
    assert lines[2:] == [
        "  base_url: stored 'https://api.openai.com/v1', asked 'http://127.0.0.1:9/v1'",
        "  model: stored 'ft:m:acme::1', asked 'ft:m:acme::2'",
        "  sampling.seed: stored 42, asked none",
    ]
    done("clear", "--yes")
    assert done("explain", KNOWN, "--model", "m") == (
        "miss: this request is not in .finetunebench/cache, which holds 0 entries\n"
    )


@pytest.mark.usefixtures("suite")
def test_explain_reads_the_environment_as_a_run_does() -> None:
    environment = {"FT_MODEL": "ft:m:acme::1", "FT_TEMPERATURE": "0.0", "FT_MAX_TOKENS": "100"}
    assert done("explain", KNOWN, env=environment).startswith("hit: ")
    output = done("explain", KNOWN, env={**environment, "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"})
    assert "  base_url: stored 'https://api.openai.com/v1', asked 'http://127.0.0.1:9/v1'" in output
    output = done("explain", KNOWN, env={**environment, "FT_CASES": "knowledge_cases/people.yaml", "FT_SEED": "1"})
    assert output.splitlines()[2:] == ["  sampling.seed: stored 42, asked 1"]
    blank = dict.fromkeys(("OPENAI_BASE_URL", "FT_BASE_URL", "FT_SEED", "FT_CASES"), "  ")
    assert done("explain", KNOWN, env={**environment, **blank}).startswith("hit: ")


@pytest.mark.usefixtures("suite")
def test_explain_usage_errors() -> None:
    model = ("--model", "m")
    assert failed("explain", "people/ada/memorisation-1", *model, code=2) == (
        f"Error: Invalid value for PROBE_ID: no probe has the id 'people/ada/memorisation-1' (did you mean '{KNOWN}'?)"
    )
    assert failed("explain", KNOWN, *model, "--seed", "soon", code=2) == (
        "Error: Invalid value for '--seed' (env var: 'FT_SEED'): 'soon': "
        "needs a whole number, or none to leave it out of the request"
    )
    assert failed("explain", KNOWN, code=2) == "Error: Missing option '--model' (env var: 'FT_MODEL')."
    assert failed("explain", KNOWN, *model, "--sample", "-1", code=2).startswith("Error: Invalid value for '--sample'")


@pytest.mark.usefixtures("suite")
def test_explain_other_errors() -> None:
    assert failed("explain", KNOWN, "--model", "control:memorizer") == (
        "Error: answers of control cost no call and are never cached"
    )
    assert "none.yaml: no such file" in failed("explain", KNOWN, "--model", "m", "--cases", "none.yaml")
    assert failed("explain", KNOWN, "--model", "m", "--cache-dir", "new") == (
        "Error: there is no completion cache at new"
    )
    assert not Path("new").exists()
