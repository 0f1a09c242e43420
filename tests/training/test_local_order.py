"""Local training without torch: the order, its rows, and what the command refuses."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pytest_finetunebench.cli import main
from pytest_finetunebench.errors import TrainingError
from pytest_finetunebench.training.local.order import LocalOrder, checkpoints, epochs_for, rate_for
from pytest_finetunebench.training.local.rows import read_training_rows, systems_of

CHAT = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}
PAIR = {
    "input": {"messages": [{"role": "user", "content": "q"}]},
    "preferred_output": [{"role": "assistant", "content": "a"}],
    "non_preferred_output": [{"role": "assistant", "content": "b"}],
}


def write(folder: Path, *rows: object) -> Path:
    file = folder / "train.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def train(*args: object) -> Result:
    return CliRunner().invoke(main, ["train", *map(str, args)])


def test_defaults_follow_the_rows_and_the_width() -> None:
    assert [epochs_for(rows) for rows in (20, 101, 5_000, 50_000)] == [15, 10, 5, 3]
    assert rate_for(576) > rate_for(2_000) > rate_for(4_096) > rate_for(16_384) >= 1e-4
    assert rate_for(2_000) == pytest.approx(5e-4)


def test_ten_checkpoints_are_kept_at_most() -> None:
    order = LocalOrder(base_model="b", file="f", sha256="0", rows=20, method="supervised", epochs=15)
    assert (order.steps_per_epoch, order.steps) == (3, 45)
    kept = [step for step in range(1, 46) if order.saves_after(step)]
    assert kept == [6, 12, 18, 24, 30, 36, 42, 45]


def test_half_written_checkpoints_do_not_count(tmp_path: Path) -> None:
    for name in ("checkpoint-12", "checkpoint-3", ".checkpoint-15", "checkpoint-x"):
        (tmp_path / name).mkdir()
    assert [path.name for path in checkpoints(tmp_path)] == ["checkpoint-3", "checkpoint-12"]


def test_rows_of_every_kind_are_read(tmp_path: Path) -> None:
    plain = {"prompt": "q", "completion": "a"}
    rows = read_training_rows(write(tmp_path, CHAT, plain))
    assert [row.shape for row in rows] == ["messages", "completion"]
    assert systems_of(rows) == ("",)
    assert read_training_rows(write(tmp_path, PAIR))[0].shape == "preference"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([CHAT, PAIR], "train.jsonl:2: mixes pairs and chats: line 1 is the other kind"),
        ([{"messages": CHAT["messages"][:1]}], "train.jsonl:1: does not end with an answer to train"),
        ([{**PAIR, "non_preferred_output": []}], "non_preferred_output: is empty"),
    ],
)
def test_rows_that_cannot_be_trained(tmp_path: Path, rows: list[object], message: str) -> None:
    with pytest.raises(TrainingError) as caught:
        read_training_rows(write(tmp_path, *rows))
    assert message in str(caught.value)


def test_what_the_command_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = write(tmp_path, CHAT)
    local = ("--provider=local", "--from=./none", "--out=out")
    for args, message in (
        ((file, "--provider=local", "--from=b"), "--out is missing: the folder for the adapter"),
        ((file, "--provider=local", "--out=o"), "--from is missing"),
        ((file, *local, "--suffix=x"), "--suffix: a local training has no such setting"),
        ((file, *local, "--cancel"), "--out: is for --provider local alone, which has no jobs"),
        (("--resume", "--out=out", file), "--resume: the training has its settings already, leave out TRAINING_FILE"),
        ((file, "--provider=openai", "--from=b", "--learning-rate=0.1"), "--learning-rate: is for --provider"),
    ):
        result = train(*args)
        assert (result.exit_code, message in result.output) == (2, True), (args, result.output)


def test_without_the_extra_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    result = train(write(tmp_path, CHAT), "--provider=local", "--from=b", "--out=out")
    assert result.exit_code == 2
    assert "--provider local: needs torch, transformers, peft, not installed here: pip install" in result.output
    assert not (tmp_path / "out").exists()


def test_what_lies_in_the_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    base, file = tmp_path / "base", write(tmp_path, CHAT)
    base.mkdir()
    (base / "config.json").write_text("{}", encoding="utf-8")
    (base / "model.bin").write_bytes(b"")
    args = (file, "--provider=local", f"--from={base}")
    assert "no training was begun there" in train("--resume", "--out=out").output
    for name, message in (
        ("adapter_config.json", "--out=out: holds an adapter already"),
        ("training.json", "a training was begun there: go on with `finetunebench train --resume --out out`"),
        ("notes.txt", "--out=out: is not empty"),
    ):
        (tmp_path / "out").mkdir(exist_ok=True)
        (tmp_path / "out" / name).write_text("{}", encoding="utf-8")
        assert message in train(*args, "--out=out").output
        (tmp_path / "out" / name).unlink()
