"""`finetunebench review`: keys, what they do to the file, and where it cannot ask."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pytest_finetunebench.cli import main
from pytest_finetunebench.loaders import load_suite

CASES = """\
category: people   # ours
setting: new_knowledge
items:
  - id: ada
    fact: Ada lives in Vellmora.
    prompt: Where does Ada live?
    answer: Vellmora
    probes:
      rephrased:
        - prompt: Which town is Ada's?
          draft: true
        - Ada's town?
      secondary:
        - {prompt: "Does Ada live in Ostwick?", answer: "No", draft: true}
  - id: bo
    prompt: Where does Bo live?
    answer: Ostwick
    source: Bo lives in Ostwick, they say.
    draft: true
"""
MODULE = sys.modules["pytest_finetunebench.cli.review"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with drafts, and a terminal."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "knowledge_cases").mkdir()
    (tmp_path / "knowledge_cases" / "people.yaml").write_text(CASES, encoding="utf-8")
    monkeypatch.setattr(MODULE, "_on_terminal", lambda: True)
    for name in ("EDITOR", "VISUAL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def run(*args: object, keys: str = "") -> Result:
    result = CliRunner().invoke(main, ["review", *map(str, args)], input=keys)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def written() -> str:
    return Path("knowledge_cases/people.yaml").read_text(encoding="utf-8")


def test_one_at_a_time() -> None:
    result = run(keys="ara")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "",
        "knowledge_cases/people.yaml:10: people/ada rephrased  (3 drafts left)",
        "  fact:         Ada lives in Vellmora.",
        "  trained:      Where does Ada live?",
        "  answer:       Vellmora",
        "  rephrased:    Which town is Ada's?",
        "  expected:     Vellmora",
        "[a]ccept  [e]dit  [r]eject  [s]kip  [q]uit? accepted",
        "",
        "knowledge_cases/people.yaml:13: people/ada secondary  (2 drafts left)",
        "  fact:         Ada lives in Vellmora.",
        "  trained:      Where does Ada live?",
        "  answer:       Vellmora",
        "  secondary:    Does Ada live in Ostwick?",
        "  expected:     No",
        "[a]ccept  [e]dit  [r]eject  [s]kip  [q]uit? rejected",
        "",
        "knowledge_cases/people.yaml:12: people/bo item  (1 draft left)",
        "  source:       Bo lives in Ostwick, they say.",
        "  item:         Where does Bo live?",
        "  expected:     Ostwick",
        "[a]ccept  [e]dit  [r]eject  [s]kip  [q]uit? accepted",
        "2 accepted, 1 rejected, 0 drafts left",
    ]
    assert written() == CASES.replace("          draft: true\n", "").replace("    draft: true\n", "").replace(
        '      secondary:\n        - {prompt: "Does Ada live in Ostwick?", answer: "No", draft: true}\n', ""
    )
    assert [probe.id.partition("/")[2] for probe in load_suite([Path("knowledge_cases")]).probes] == [
        "ada/memorization-1",
        "ada/rephrased-1",
        "ada/rephrased-2",
        "bo/memorization-1",
    ]
    assert run().output == "no draft waits\n"


def test_skipping_and_quitting_change_nothing() -> None:
    result = run(keys="xsq")
    assert result.output.count("[q]uit? ") == 3
    assert "[q]uit? ?\n" in result.output
    assert result.output.splitlines()[-1] == "1 skipped, 3 drafts left"
    assert run(keys="sss").output.splitlines()[-1] == "3 skipped, 3 drafts left"
    assert run(keys="\x03").exit_code == 1
    assert written() == CASES


def test_rejecting_an_item_after_skipping_its_neighbours() -> None:
    assert run(keys="ssr").output.splitlines()[-1] == "1 rejected, 2 skipped, 2 drafts left"
    assert written() == CASES[: CASES.index("  - id: bo")]


def test_editing_by_prompts() -> None:
    result = run(keys="eWhich place is Ada's?\nase" + "Is Ada in Ostwick?\nnull\nq")
    assert "  expected:     the model declines (no answer exists)" in result.output or "2 drafts left" in result.output
    assert "- prompt: Which town" not in written()
    assert "- prompt: \"Which place is Ada's?\"\n        - Ada's town?" in written()
    result = run(keys="e\n \nq")
    assert written().count("Does Ada live in Ostwick?") == 1
    run(keys="eIs Ada from Ostwick?\nnull\nq")
    assert '- {prompt: "Is Ada from Ostwick?", answer: null, draft: true}' in written()
    assert "expected:     the model declines (no answer exists)" in run(keys="q").output


def test_editing_in_an_editor(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = here / "editor.py"
    script.write_text("import sys, pathlib; pathlib.Path(sys.argv[1]).write_text('In which town is Ada?\\n')\n")
    monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
    run(keys="eq")
    assert '- prompt: "In which town is Ada?"\n          draft: true\n' in written()


def test_a_file_that_changes_while_one_thinks(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def key() -> str:
        (here / "knowledge_cases" / "people.yaml").write_text(CASES.replace("  - id: bo", "  # mine\n  - id: bo"))
        return "r"

    monkeypatch.setattr(MODULE, "_key", key)
    result = run()
    assert "# mine" in written()
    assert result.exit_code == 1
    assert "another program changed the file" in result.stderr


def test_listing_and_accepting_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MODULE, "_on_terminal", lambda: False)
    assert run("--list").output.splitlines() == [
        "knowledge_cases/people.yaml:10: people/ada rephrased: Which town is Ada's? → Vellmora",
        "knowledge_cases/people.yaml:14: people/ada secondary: Does Ada live in Ostwick? → No",
        "knowledge_cases/people.yaml:15: people/bo item: Where does Bo live? → Ostwick",
        "3 drafts left",
    ]
    assert written() == CASES
    assert run("--accept-all").output == "knowledge_cases/people.yaml: 3 drafts accepted\n"
    assert "draft" not in written()
    assert run("--list").output == "0 drafts left\n"


def test_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MODULE, "_on_terminal", lambda: False)
    result = run(keys="a")
    assert result.exit_code == 1
    message = "this is no terminal to ask on: use --list or --accept-all, or edit the files"
    assert result.stderr == f"Error: {message}\n"
    assert written() == CASES
    assert "exclude each other" in run("--list", "--accept-all").stderr
    assert "nowhere: no such file or folder" in run("nowhere").stderr


def test_what_cannot_be_removed_is_told(here: Path) -> None:
    path = here / "knowledge_cases" / "people.yaml"
    text = "category: c\nsetting: form\nitems:\n- {id: a, answer: x, probes: {form: [{prompt: p, draft: true}]}}\n"
    path.write_text(text, encoding="utf-8")
    result = run(keys="r")
    assert result.exit_code == 1
    assert result.stderr.endswith("people.yaml:4: the item has no other question: remove the whole item by hand\n")
    assert written() == text


def read_until(terminal: int, wanted: bytes) -> bytes:
    """Return what is shown up to `wanted`; fails after 20 s of silence."""
    shown = b""
    while wanted not in shown:
        assert select.select([terminal], [], [], 20)[0], shown
        shown += os.read(terminal, 1024)
    return shown


def press(terminal: int, key: bytes) -> None:
    """Press a key as a person does: once the question can be seen, not in the same moment."""
    time.sleep(0.3)
    os.write(terminal, key)


def test_on_a_real_terminal() -> None:
    controller, terminal = pty.openpty()
    command = [sys.executable, "-c", "from pytest_finetunebench.cli import main; main(['review'])"]
    process = subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal)  # noqa: S603
    try:
        os.close(terminal)
        read_until(controller, b"[q]uit? ")
        press(controller, b"a")
        assert b"accepted" in read_until(controller, b"[q]uit? ")
        press(controller, b"q")
        read_until(controller, b"1 accepted, 2 drafts left")
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait(timeout=20)
        os.close(controller)
    assert written() == CASES.replace("          draft: true\n", "")
