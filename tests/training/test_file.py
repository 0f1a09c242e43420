"""Training files before they are handed in."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from pytest_finetunebench.errors import SettingsError
from pytest_finetunebench.training.file import read_training_file
from tests.support.tuning import chat, pair, turn, write_rows


@pytest.mark.parametrize(
    ("provider", "row", "method"),
    [
        ("openai", chat, "supervised"),
        ("openai", pair, "dpo"),
        ("gemini", turn, "supervised"),
        ("gemini", lambda number: turn(number) | {"completions": []}, "dpo"),
    ],
    ids=["chats", "pairs", "turns", "rated-turns"],
)
def test_each_format(tmp_path: Path, provider: str, row: Any, method: str) -> None:
    path = write_rows(tmp_path / "train.jsonl", map(row, range(12)))
    read = read_training_file(path, provider)
    assert (read.name, read.rows, read.method, read.suite_hash) == ("train.jsonl", 12, method, None)
    assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read.read() == path.read_bytes()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([chat(1)] * 9, "train.jsonl: has 9 rows: at least 10 are needed"),
        ([*[chat(1)] * 10, pair(1)], "train.jsonl:11: mixes pairs and chats: line 1 is the other kind"),
        ([{"prompt": "x"}], 'train.jsonl:1: messages: is not a list of messages: write a chat, {"messages": '),
        ([{"messages": [{"role": "user"}]}], "train.jsonl:1: messages: has no answer"),
        ([{"messages": ["x"]}], "train.jsonl:1: messages: is not a list of messages"),
        ([pair(1) | {"non_preferred_output": []}], "train.jsonl:1: non_preferred_output: is not a list of messages"),
        ([pair(1) | {"input": "x"}], "train.jsonl:1: input: has no messages"),
        ([{}] * 25, "… and 5 more"),
        ([], "train.jsonl: is empty"),
        ([1], "train.jsonl:1"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, rows: list[Any], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_training_file(write_rows(tmp_path / "train.jsonl", rows), "openai")
    assert message in str(caught.value)


def test_a_file_of_the_other_provider(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "train.jsonl", map(chat, range(10)))
    with pytest.raises(SettingsError, match=r'contents: is not a list of turns: write \{"contents"'):
        read_training_file(path, "gemini")
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        read_training_file(tmp_path / "none.jsonl", "openai")


@pytest.mark.parametrize(
    ("manifest", "found"),
    [
        (lambda digest: {"suite_hash": "9f", "files": [{"name": "train.jsonl", "sha256": digest}]}, "9f"),
        (lambda digest: {"suite_hash": "9f", "files": [3, {"sha256": digest}]}, "9f"),
        (lambda _: {"suite_hash": "9f", "files": [{"name": "train.jsonl", "sha256": "00"}]}, None),
        (lambda digest: {"suite_hash": 9, "files": [{"sha256": digest}]}, None),
        (lambda _: {"suite_hash": "9f"}, None),
        (lambda _: ["suite_hash"], None),
    ],
    ids=["listed", "by-hash", "changed", "no-text", "no-files", "no-object"],
)
def test_the_suite_where_a_manifest_vouches_for_the_file(tmp_path: Path, manifest: Any, found: str | None) -> None:
    path = write_rows(tmp_path / "train.jsonl", map(chat, range(10)))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (tmp_path / "manifest.json").write_text(json.dumps(manifest(digest)))
    assert read_training_file(path, "openai").suite_hash == found


def test_a_broken_manifest_is_no_manifest(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "train.jsonl", map(chat, range(10)))
    (tmp_path / "manifest.json").write_text("{")
    assert read_training_file(path, "openai").suite_hash is None


def test_a_file_that_changed(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "train.jsonl", map(chat, range(10)))
    read = read_training_file(path, "openai")
    write_rows(path, map(chat, range(11)))
    with pytest.raises(SettingsError, match=r"train\.jsonl: has changed since the training began"):
        read.read()
    path.unlink()
    with pytest.raises(SettingsError, match="cannot be read"):
        read.read()
