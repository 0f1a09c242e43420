"""When models end, and how runs say it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from pytest_finetunebench.models import lifecycle
from pytest_finetunebench.models.lifecycle import in_words, is_near, openai_hosts, shutdown_of, shutdown_of_base
from pytest_finetunebench.models.lineage import FOLDER, Lineage, store_lineage
from pytest_finetunebench.reports.markdown import markdown
from pytest_finetunebench.reports.summarise import summarise
from pytest_finetunebench.reports.terminal import summary_lines
from pytest_finetunebench.runs.measure import make_record
from pytest_finetunebench.runs.record_files import read_record, write_json
from pytest_finetunebench.settings import Settings
from tests.models.test_lineage import lineage
from tests.settings import make_settings
from tests.support.results import result

MINI = "ft:gpt-4o-mini-2024-07-18:acme::Ab12"
END = datetime.date(2027, 1, 14)
PAST = datetime.date(2026, 10, 23)


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "today", lambda: datetime.date(2026, 11, 21))


def settings(model: str, **parts: Any) -> Settings:
    return make_settings(model, **parts)


@pytest.mark.parametrize(
    ("model", "parts", "day"),
    [
        (MINI, {}, END),
        (MINI + ":ckpt-step-80", {}, END),
        ("openai:gpt-4.1-2025-04-14", {}, END),
        ("ft:gpt-3.5-turbo-0125:acme::1", {}, PAST),
        ("ft:gpt-4.1-nano-2025-04-14:acme::1", {"base_url": "https://eu.api.openai.com/v1"}, PAST),
        ("gpt-6-luna", {}, None),
        ("ft:gpt-4o-mini-2024-07-18-next:acme::1", {}, None),
        ("ft:", {}, None),
        (MINI, {"base_url": "http://127.0.0.1:8000/v1"}, None),
        (MINI, {"base_url": "https://api.openai.com.evil.example/v1"}, None),
        (f"replay:{MINI}", {}, None),
        ("control:memorizer", {}, None),
        ("gemini-2.5-flash", {"vertex_project": "p"}, datetime.date(2026, 10, 20)),
        ("gemini-2.5-flash", {}, None),
        ("projects/p/locations/l/endpoints/1", {}, None),
        ("gemini:projects/p/locations/l/publishers/google/models/gemini-2.5-pro", {}, datetime.date(2026, 10, 20)),
    ],
)
def test_the_day_of_a_model(model: str, parts: dict[str, Any], day: datetime.date | None) -> None:
    assert shutdown_of(settings(model, **parts)) == day


def test_lineage_tells_of_opaque_ids() -> None:
    endpoint = settings("projects/p/locations/l/endpoints/1")
    assert shutdown_of(endpoint, lineage(base_model="gemini-2.5-flash")) == datetime.date(2026, 10, 20)
    assert shutdown_of(endpoint, lineage(base_model="gemini-3.5-flash")) is None
    said = datetime.date(2027, 8, 1)
    assert shutdown_of(endpoint, lineage(shutdown=said)) == said
    assert shutdown_of(settings(MINI), lineage(shutdown=said)) == said
    # what is recorded stays
    assert shutdown_of(settings(f"replay:{MINI}"), lineage(shutdown=said)) is None


def test_only_openai_is_openai() -> None:
    assert openai_hosts(None)
    assert openai_hosts("https://API.openai.com/v1")
    assert not openai_hosts("https://acme.openai.azure.com/openai/v1")
    assert shutdown_of_base("openai", "gpt-4o") == END


@pytest.mark.parametrize(
    ("day", "words", "near"),
    [
        (END, "2027-01-14, in 54 days", True),
        (datetime.date(2026, 11, 22), "2026-11-22, in 1 day", True),
        (datetime.date(2026, 11, 21), "2026-11-21, today", True),
        (datetime.date(2026, 11, 20), "2026-11-20, 1 day ago", True),
        (datetime.date(2027, 2, 19), "2027-02-19, in 90 days", True),
        (datetime.date(2027, 2, 20), "2027-02-20, in 91 days", False),
        (datetime.date(2030, 1, 1), "2030-01-01, in 1,137 days", False),
    ],
)
def test_days_in_words(day: datetime.date, words: str, near: bool) -> None:
    assert (in_words(day), is_near(day)) == (words, near)


def shown(found: Lineage | None, day: datetime.date | None) -> list[str]:
    return list(summary_lines(summarise([result()], MINI, lineage=found, shutdown=day), width=100))


def test_the_summary_shows_lineage_and_end() -> None:
    lines = shown(lineage(suite_hash="9f" * 32), END)
    assert lines[1:4] == [
        "trained     from gpt-4o-mini-2024-07-18 on train.jsonl (sha256 1a2b1a2b1a2b), suite 9f9f9f9f9f9f,",
        "            job ftjob-1",
        "shutdown    WARNING: 2027-01-14, in 54 days: `finetunebench record` keeps its answers",
    ]
    assert shown(None, datetime.date(2028, 1, 1))[1] == "shutdown    2028-01-01, in 406 days"
    assert not any(line.startswith(("trained", "shutdown")) for line in shown(None, None))
    assert (
        " on gs://b/t.jsonl, job ftjob-1"
        in shown(lineage(training_file="gs://b/t.jsonl", training_sha256=None), None)[1]
    )


def test_the_markdown_report_shows_both() -> None:
    text = markdown(summarise([result()], MINI, lineage=lineage(), shutdown=END), [])
    assert "trained from gpt-4o-mini-2024-07-18 on train.jsonl" in text
    assert "in 54 days" in text


def test_a_run_names_where_its_model_comes_from(tmp_path: Path) -> None:
    store_lineage(tmp_path, lineage(MINI))
    run = settings(MINI, runs_dir=tmp_path / "runs")
    found = make_record(run, [result()], suite_hash=None, base_url=None)
    assert (found.lineage, found.shutdown, found.notices) == (lineage(MINI), END, ())
    write_json(tmp_path / "run.json", found)
    assert read_record(tmp_path / "run.json") == found
    other = make_record(settings("ft:x", runs_dir=tmp_path / "runs"), [], suite_hash=None, base_url=None)
    assert (other.lineage, other.shutdown) == (None, None)


def test_runs_elsewhere_find_the_default_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store_lineage(Path(".finetunebench"), lineage(MINI))
    run = settings(MINI, runs_dir=tmp_path / "elsewhere" / "runs")
    assert make_record(run, [], suite_hash=None, base_url=None).lineage == lineage(MINI)


def test_damaged_lineage_is_told_and_costs_no_run(tmp_path: Path) -> None:
    store_lineage(tmp_path, lineage(MINI)).write_text("{")
    found = make_record(settings(MINI, runs_dir=tmp_path / "runs"), [], suite_hash=None, base_url=None)
    assert (found.lineage, found.shutdown) == (None, END)
    (notice,) = found.notices
    assert notice.startswith("the model's lineage is not known: ")
    assert f"{FOLDER}/ft-gpt-4o-mini" in notice
